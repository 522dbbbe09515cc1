from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.urls.canonicalize import (
    absolute_url,
    canonical_url,
    file_extension,
    host_of,
    resource_of,
    split_url,
    without_tracking,
)

BASE = "https://example.com/a/b?q#f"

RESOLVED = [
    pytest.param("c", "https://example.com/a/c", id="relative to the folder of the page"),
    pytest.param("/c", "https://example.com/c", id="relative to the root"),
    pytest.param("//other.example/x", "https://other.example/x", id="scheme of the page"),
    pytest.param("?x=1", "https://example.com/a/b?x=1", id="query alone"),
    pytest.param("#top", "https://example.com/a/b?q#top", id="fragment is kept"),
    pytest.param("", "https://example.com/a/b?q", id="empty is the page itself"),
    pytest.param(" \n/c\t ", "https://example.com/c", id="space around is dropped"),
    pytest.param("ht\ntps://other.example/", "https://other.example/", id="line break inside is dropped"),
    pytest.param("\\\\other.example\\x", "https://other.example/x", id="backslashes are slashes"),
    pytest.param("https:other", "https://example.com/a/other", id="own scheme without slashes is relative"),
    pytest.param("http:other.example", "http://other.example/", id="other scheme without slashes is a host"),
    pytest.param("https:///other.example/", "https://other.example/", id="too many slashes"),
    pytest.param("HTTPS://MÜNCHEN.de/Ä", "https://xn--mnchen-3ya.de/%C3%84", id="IDNA and percent-encoding"),
    pytest.param("http://0x7f.1/", "http://127.0.0.1/", id="IPv4 in odd forms"),
    pytest.param("http://[::FFFF:1]:80/", "http://[::ffff:1]/", id="IPv6 and the default port"),
    pytest.param("http://user:secret@other.example/", "http://user:secret@other.example/", id="user information stays"),
]

NO_PAGE = [
    "mailto:a@example.com",
    "javascript:void(0)",
    "tel:+49",
    "data:text/html,x",
    "ftp://example.com/",
    "http://",
    "http://a b/",
]


@pytest.mark.parametrize(("href", "url"), RESOLVED)
def test_a_link_resolves_as_in_a_browser(href: str, url: str) -> None:
    assert absolute_url(href, BASE) == url


@pytest.mark.parametrize("href", NO_PAGE)
def test_a_link_to_anything_but_http_resolves_to_none(href: str) -> None:
    assert absolute_url(href, BASE) is None


KEYS = [
    pytest.param("HTTP://Example.COM/", "http://example.com/", id="case of scheme and host"),
    pytest.param("https://example.com:443/", "https://example.com/", id="default port"),
    pytest.param("https://example.com", "https://example.com/", id="no path is the root"),
    pytest.param("https://example.com/a/./b/../c", "https://example.com/a/c", id="dot segments"),
    pytest.param("https://example.com/%c3%a9", "https://example.com/%C3%A9", id="case of percent-encoding"),
    pytest.param("https://example.com/#top", "https://example.com/", id="fragment"),
    pytest.param("https://example.com/?utm_source=a&utm_medium=b", "https://example.com/", id="only tracking"),
    pytest.param("https://example.com/?b=2&fbclid=x&a=1", "https://example.com/?b=2&a=1", id="order of the query stays"),
    pytest.param("https://www.example.com/a/", "https://www.example.com/a/", id="www and trailing slash stay"),
    pytest.param("https://example.com/?", "https://example.com/?", id="an empty query stays"),
    pytest.param("https://example.com/?notutm_source=1", "https://example.com/?notutm_source=1", id="a lookalike stays"),
    pytest.param("no url", "no url", id="a text that is not a URL is its own key"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_canonical_url(url: str, key: str) -> None:
    assert canonical_url(url) == key


URLS = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["example.com", "EXAMPLE.com", "münchen.de", "[::1]", "127.1"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(max_size=20),
    st.sampled_from(["", "?", "?utm_source=1", "?a=1&gclid=2", "?b&a"]),
    st.sampled_from(["", "#", "#utm_source"]),
)


@given(URLS)
def test_canonicalizing_twice_changes_nothing(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(href=st.text(max_size=60), base=URLS)
def test_resolution_never_raises_and_gives_parts(href: str, base: str) -> None:
    url = absolute_url(href, absolute_url(base, base) or BASE)
    if url is not None:
        parts = split_url(url)
        assert parts.host == host_of(url)
        assert parts.resource == resource_of(url)
        assert parts.resource.startswith("/")


def test_parts_of_a_url() -> None:
    assert split_url("https://a:b@example.com./x?y#z") == ("example.com", "", "/x?y")
    assert split_url("http://[::1]:8080/") == ("[::1]", "8080", "/")


def test_tracking_parameters_match_in_any_case() -> None:
    assert without_tracking("/a?UTM_Campaign=x&page=2") == "/a?page=2"


def test_the_extension_comes_from_the_path() -> None:
    assert file_extension("https://example.com/x.Pdf?y=1.html") == "pdf"
    assert file_extension("https://example.com/v1.2/") == ""


def test_the_url_standards_cases_resolve(corpora: Path) -> None:
    cases = json.loads((corpora / "url" / "urltestdata.give.json").read_text(encoding="utf-8"))
    on_the_web = [case for case in cases if (case["base"] or "http:").startswith("http")]
    wrong = [case for case in on_the_web if absolute_url(case["input"], case["base"] or "about:blank") != _web_url(case)]
    assert not wrong
    assert len(on_the_web) > 350


def _web_url(case: dict[str, Any]) -> str | None:
    href = None if case.get("failure") else case["href"]
    return href if href is not None and href.startswith(("http://", "https://")) else None


def test_the_url_standards_hosts_become_ascii(corpora: Path) -> None:
    cases = json.loads((corpora / "url" / "toascii.give.json").read_text(encoding="utf-8"))
    wrong = [case for case in cases if _ascii_host(case["input"]) != case["output"]]
    assert not wrong
    assert len(cases) > 40


def _ascii_host(text: str) -> str | None:
    url = absolute_url(f"https://{text}/x", "https://example.com/")
    return None if url is None else url[len("https://") : -len("/x")]


RFC_3986_KNOWN = {
    ("http://a/b/c/d;p?q", "g:h"): "no address of the web",
    ("http://a/b/c/d;p?q", "//g"): "the URL Standard writes the slash of an empty path",
}
"""(base, reference) of RFC 3986 joins that resolve differently from the RFC, with the reason."""


def test_rfc_3986_joins(corpora: Path) -> None:
    cases = json.loads((corpora / "url" / "cpython-rfc3986-join.json").read_text(encoding="utf-8"))
    wrong = {(case["base"], case["rel"]) for case in cases if absolute_url(case["rel"], case["base"]) != case["expected"]}
    assert wrong == set(RFC_3986_KNOWN)
    assert len(cases) > 40


NOT_NORMALIZED = {
    "percent-encoding is left as it is: servers may tell %66 from f, and undoing it is not idempotent": r"%|\[|\^|`|\|",
    "slashes may be doubled on purpose": r"//.*//|http:////",
    "an empty query is a query": r"\?$",
    "the order and the empty parameters of a query are the server's": r"\?.*&",
    "the dot of a fully qualified name stays in the key (hosts are compared without it)": r"org\./",
    "no http(s) address": r"^(?!https?:)",
}
"""Reasons why a canonical URL differs from the normal form in the menu of normalisations, with a pattern of those URLs."""


def test_a_menu_of_normalisations(corpora: Path) -> None:
    lines = (corpora / "url" / "cc-weirdToNormalizedUrls.csv").read_text(encoding="utf-8").splitlines()
    rows = [tuple(cell.strip() for cell in row) for row in csv.reader(lines) if len(row) == 2 and not row[0].startswith("#")]
    differing = [weird for weird, normal in rows[1:] if canonical_url(weird) != canonical_url(normal)]
    unexplained = [weird for weird in differing if not any(re.search(known, weird) for known in NOT_NORMALIZED.values())]
    unused = [known for known in NOT_NORMALIZED.values() if not any(re.search(known, weird) for weird in differing)]
    assert not unexplained
    assert not unused
    assert len(rows) - len(differing) > 50


PIECES = (
    *("http://", "https://", "//", "/", "a.com", "ex-ample.co.uk", "x--y.de", "xn--a.de", "1.2", "a_b.com", "..com", "0x7f.1"),
    *("&", "=", "%", "%zz", ";", "@"),
    *(
        ".",
        "..",
        "%2e",
        "%2E",
        "a",
        "?",
        "#",
        "'",
        "&",
        "=",
        "%",
        "%zz",
        ";",
        "@",
        ":80",
        ":443",
        ":8080",
        "\\",
        "|",
        "~",
        "(",
        "é",
    ),
)
BASES = ("http://a.example/x/y?z", "https://u:p@b.example:8080/q", "http://127.0.0.1/", "https://c.example/")


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), st.sampled_from(BASES))
def test_the_shortcut_for_plain_urls_agrees_with_the_parser(href: str, base: str) -> None:
    try:
        parsed = ada_url.join_url(base, href)
    except ValueError:
        parsed = ""
    assert absolute_url(href, base) == (parsed if parsed.startswith(("http://", "https://")) else None)
