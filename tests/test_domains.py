from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from backlinkspider.core.domains import is_ip_address, is_public_suffix, normalize_host, registrable_domain, site_of

SITES = [
    pytest.param("example.com", "example.com", id="a domain"),
    pytest.param("www.blog.example.co.uk", "example.co.uk", id="a host under a suffix of two labels"),
    pytest.param("someone.github.io", "someone.github.io", id="a user of a shared host is a site"),
    pytest.param("www.someone.github.io", "someone.github.io", id="under a user of a shared host"),
    pytest.param("github.io", "github.io", id="a suffix is its own site"),
    pytest.param("localhost", "localhost", id="a single label is its own site"),
    pytest.param("127.0.0.1", "127.0.0.1", id="an IPv4 address is its own site"),
    pytest.param("[::1]", "[::1]", id="an IPv6 address is its own site"),
    pytest.param("shop.example.unlisted", "example.unlisted", id="a suffix that is not listed is one label"),
]


@pytest.mark.parametrize(("host", "site"), SITES)
def test_site(host: str, site: str) -> None:
    assert site_of(host) == site


def test_two_addresses_are_two_sites() -> None:
    assert site_of("10.0.0.1") != site_of("10.0.0.2")


@pytest.mark.parametrize("text", ["", ".", "a b", "a..b", "a/b", "[::1", "exa%mple"])
def test_what_is_no_host(text: str) -> None:
    assert normalize_host(text) is None


def test_a_host_is_normalized_as_in_a_browser() -> None:
    assert normalize_host("WWW.Faß.de.") == "www.xn--fa-hia.de"


def test_suffixes_and_addresses_are_told() -> None:
    assert is_public_suffix("com")
    assert not is_public_suffix("example.com")
    assert not is_public_suffix("unlisted")
    assert is_ip_address("1.2.3.4")
    assert not is_ip_address("1.2.3.4.example")


def test_the_public_suffix_lists_own_cases(corpora: Path) -> None:
    wrong = []
    cases = 0
    for line in (corpora / "psl" / "tests.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("//"):
            continue
        cases += 1
        host, expected = line.split()
        if _registrable(host) != _registrable_name(expected):
            wrong.append(line)
    assert not wrong
    assert cases > 70


def _registrable(text: str) -> str | None:
    host = None if text.startswith(".") else normalize_host(text)
    return registrable_domain(host) if host is not None and text != "null" else None


def _registrable_name(text: str) -> str | None:
    return None if text == "null" else normalize_host(text)


NOT_IN_SNAPSHOT = {
    "exolabs-ch.gitbook.io": "gitbook.io came into the list after the snapshot that is packed with tldextract 5.4.0"
}
"""Real hosts that are not cut as the list has it today, with the reason."""


def test_real_hosts(corpora: Path) -> None:
    with gzip.open(corpora / "psl" / "real-hosts-give.tsv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wrong = {row["host"] for row in rows if (_registrable(row["host"]) or "") != row["registrable_with_private"]}
    assert wrong == set(NOT_IN_SNAPSHOT)
    assert len(rows) > 8000
