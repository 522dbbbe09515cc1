from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.domains import is_host_name, is_ip_address, is_public_suffix, registrable_domain, site_of

SITES = [
    pytest.param("example.com", "example.com", id="a domain"),
    pytest.param("www.blog.example.co.uk", "example.co.uk", id="a host under a suffix of two labels"),
    pytest.param("someone.github.io", "someone.github.io", id="a user of a shared host is a site"),
    pytest.param("www.someone.github.io", "someone.github.io", id="under a user of a shared host"),
    pytest.param("github.io", "github.io", id="a suffix is its own site"),
    pytest.param("localhost", "localhost", id="a single label is its own site"),
    pytest.param("127.0.0.1", "127.0.0.1", id="an IPv4 address is its own site"),
    pytest.param("[::1]", "[::1]", id="an IPv6 address is its own site"),
    pytest.param("shop.example.unlisted", "example.unlisted", id="an unlisted suffix is one label"),
]


@pytest.mark.parametrize(("host", "site"), SITES)
def test_site(host: str, site: str) -> None:
    assert site_of(host) == site


def test_two_ip_addresses_are_two_sites() -> None:
    assert site_of("10.0.0.1") != site_of("10.0.0.2")


def test_suffixes_and_ip_addresses_are_recognised() -> None:
    assert is_public_suffix("com")
    assert not is_public_suffix("example.com")
    assert not is_public_suffix("unlisted")
    assert is_host_name("xn--fa-hia.de")
    assert not is_host_name("exa*mple.com")
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
    """The registrable domain of a host as written in a page."""
    if text.startswith("."):
        return None
    url = absolute_url(f"https://{text}/", "https://x/")
    return registrable_domain(host_of(url)) if url is not None else None


def _registrable_name(text: str) -> str | None:
    return None if text == "null" else host_of(absolute_url(f"https://{text}/", "https://x/") or "")


NOT_IN_SNAPSHOT = {
    "exolabs-ch.gitbook.io": "gitbook.io came into the list after the snapshot that is packed with tldextract 5.4.0"
}
"""Real hosts whose registrable domain differs from that of the list, with the reason."""


def test_real_hosts(corpora: Path) -> None:
    with gzip.open(corpora / "psl" / "real-hosts-give.tsv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wrong = {row["host"] for row in rows if (_registrable(row["host"]) or "") != row["registrable_with_private"]}
    assert wrong == set(NOT_IN_SNAPSHOT)
    assert len(rows) > 8000
