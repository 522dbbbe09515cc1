"""Sitemaps and feeds, good and bad, and the search through them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from backlinkspider.core.seeds.sitemap_search import SitemapSearch
from backlinkspider.core.seeds.sitemaps import Sitemap, SitemapUrl, gunzip, parse_date, read_sitemap

URL = "https://example.com/s"


def pages_of(text: str | bytes) -> list[str] | None:
    sitemap = read_sitemap(text.encode() if isinstance(text, str) else text, URL)
    return [entry.url.removeprefix("https://example.com") for entry in sitemap.pages] if sitemap is not None else None


SITEMAPS = [
    pytest.param("<urlset><url><loc>/a</loc></url><url><loc> /b\n</loc></url></urlset>", ["/a", "/b"], id="sitemap"),
    pytest.param('<?xml version="1.0"?>\n<s:urlset xmlns:s="x"><s:url><s:loc>/a</s:loc></s:url></s:urlset>', ["/a"], id="prefix"),
    pytest.param("<urlset><url><loc><![CDATA[/a?x=1&y=2]]></loc></url></urlset>", ["/a?x=1&y=2"], id="CDATA"),
    pytest.param("<urlset><url><loc>/a?x=1&y=2&amp;z</loc></url></urlset>", ["/a?x=1&y=2&z"], id="ampersands as they come"),
    pytest.param("<urlset><url><loc>/a</loc></url><url><loc>/b", ["/a"], id="truncated"),
    pytest.param("<urlset><url><loc>/a</url><p><url><loc>/b</loc></url></urlset>", ["/b", "/a"], id="tags that do not match"),
    pytest.param("\n junk <urlset><url><loc>/a</loc></url></urlset>", [], id="junk before the root"),
    pytest.param("<urlset><url><image><loc>/i</loc></image><loc>/a</loc></url></urlset>", ["/a"], id="a picture of a page"),
    pytest.param("<urlset><url><lastmod>2026</lastmod></url></urlset>", [], id="an entry without URL"),
    pytest.param("<urlset></urlset>", [], id="empty sitemap"),
    pytest.param("<urlset><url><loc>ftp://x/</loc></url><url><loc>http://[</loc></url></urlset>", [], id="no web URLs"),
    pytest.param("<rss><channel><link>/</link><item><link>/a</link></item></channel></rss>", ["/a"], id="RSS"),
    pytest.param("<rss><item><guid>/a</guid></item><item><guid isPermaLink='false'>b</guid></item></rss>", ["/a"], id="guid"),
    pytest.param('<rdf:RDF xmlns:rdf="r"><item><link>/a</link></item></rdf:RDF>', ["/a"], id="RDF"),
    pytest.param('<feed><link href="/"/><entry><link rel="edit" href="/e"/><link href="/a"/></entry></feed>', ["/a"], id="Atom"),
    pytest.param('<feed xml:base="/blog/"><entry><link href="a"/></entry></feed>', ["/blog/a"], id="base of a feed"),
    pytest.param("https://example.com/a\n\nhttps://example.com/b\n", ["/a", "/b"], id="text"),
    pytest.param("https://example.com/a\nand more", None, id="text with prose"),
    pytest.param("https://example.com/a\nhttps://example.com/b\nodd\n", ["/a", "/b"], id="text with an odd line"),
    pytest.param("# ours\nhttps://example.com/a\nhttps://example.com/b\n", ["/a", "/b"], id="text with a comment"),
    pytest.param("https://example.com/a\nx\ny\nhttps://example.com/b\nhttps://example.com/c", None, id="text with odd lines"),
    pytest.param("https://example.com/a\n" * 20 + "x\ny\n", ["/a"] * 20, id="text with two odd lines in twenty"),
    pytest.param("https://example.com/a\nftp://example.com/x\nhttp://example.com/a b\n", None, id="text with one good line"),
    pytest.param("<html><p>x", None, id="a page"),
    pytest.param("", None, id="nothing"),
    pytest.param(f"<urlset><url><loc>/a</loc>{' ' * 400_000}</url></urlset>", ["/a"], id="long white space"),
    pytest.param(
        "<rss><channel><image><url>/i.png</url></image></channel><item><link>/a</link></item></rss>", ["/a"], id="an RSS image"
    ),
    pytest.param("\ufeff<urlset><url><loc>/ü</loc></url></urlset>".encode("utf-16-le"), ["/%C3%BC"], id="UTF-16"),
    pytest.param(
        '<?xml version="1.0" encoding="latin1"?><urlset><url><loc>/ü</loc></url></urlset>'.encode("latin1"), ["/%C3%BC"], id="l1"
    ),
    pytest.param(
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&e;</loc></url></urlset>', ["/&e;"], id="entity"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "pages"), SITEMAPS)
def test_a_sitemap(text: str | bytes, pages: list[str] | None) -> None:
    assert pages_of(text) == pages


def test_a_sitemap_index_lists_sitemaps_with_their_dates() -> None:
    text = (
        "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-11-21</lastmod></sitemap><sitemap>/b.xml</sitemap></sitemapindex>"
    )
    sitemap = read_sitemap(text.encode(), URL)
    assert sitemap == Sitemap(
        [], [SitemapUrl("https://example.com/a.xml", "2026-11-21T00:00:00Z"), SitemapUrl("https://example.com/b.xml", None)]
    )


REAL = {
    "atom.xml": (1, 0),
    "do-not-visit.txt": (1, 0),
    "sitemap-with-bom.txt": (2, 0),
    "sitemap.badns.xml": (2, 0),
    "sitemap.index.xml": (0, 15),
    "sitemap.ns.xml": (2, 0),
    "sitemap.txt": (2, 0),
    "sitemap.txt.gz": (5, 0),
    "xmlSitemap.gz": (5, 0),
}


@pytest.mark.parametrize(("name", "counts"), REAL.items())
def test_real_sitemaps(corpora: Path, name: str, counts: tuple[int, int]) -> None:
    sitemap = read_sitemap(gunzip((corpora / "sitemaps" / name).read_bytes(), 10**6), URL)
    assert sitemap is not None
    assert (len(sitemap.pages), len(sitemap.sitemaps)) == counts


def test_real_sitemaps_broken_at_random_never_raise(corpora: Path) -> None:
    chance = random.Random(4)
    files = [gunzip(path.read_bytes(), 10**6) for path in sorted((corpora / "sitemaps").iterdir())]
    for _ in range(2_000):
        body = bytearray(chance.choice(files))
        for _ in range(chance.randrange(1, 20)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        read_sitemap(bytes(body[: chance.randrange(len(body))]), URL)


DATES = [
    pytest.param("2026-11-21T09:30+01:00", "2026-11-21T08:30:00Z", id="W3C"),
    pytest.param("2026-11", "2026-11-01T00:00:00Z", id="a month"),
    pytest.param("Sat, 21 Nov 2026 08:00:00 +0000", "2026-11-21T08:00:00Z", id="RFC 2822"),
    pytest.param("0001-01-01T00:00:00+14:00", None, id="before the calendar"),
    pytest.param("21 Nov 99999999999999999999 08:00:00", None, id="a year out of range"),
    pytest.param("yesterday", None, id="words"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_dates(text: str, date: str | None) -> None:
    assert parse_date(text) == date


def test_gzip_is_decompressed_up_to_a_limit() -> None:
    assert gunzip(gzip.compress(b"a" * 100), 1_000) == b"a" * 100
    assert len(gunzip(gzip.compress(b"a" * 10**6), 1_000)) == 1_000
    assert gunzip(gzip.compress(random.Random(1).randbytes(1_000))[:500], 1_000)
    assert gunzip(gzip.compress(b"a" * 600) + gzip.compress(b"b" * 600), 1_000) == b"a" * 600 + b"b" * 400
    assert gunzip(b"\x1f\x8bno gzip", 1_000) == b"\x1f\x8bno gzip"
    assert gunzip(b"<urlset>", 1_000) == b"<urlset>"


def sitemap_of(*pages: tuple[str, str | None], sitemaps: tuple[tuple[str, str | None], ...] = ()) -> Sitemap:
    return Sitemap([SitemapUrl(*page) for page in pages], [SitemapUrl(*entry) for entry in sitemaps])


def test_a_search_reads_the_newest_sitemap_first_and_keeps_the_newest_pages() -> None:
    search = SitemapSearch.start(["index", "feed"], wanted=3)
    assert search.next_sitemap() == "index"
    search.add(sitemap_of(sitemaps=(("old", "2019"), ("new", "2026"))))
    assert [search.next_sitemap(), search.next_sitemap()] == ["new", "old"]
    search.add(sitemap_of(("a", "2018"), ("b", None), ("c", "2026"), ("d", "2025"), ("c", "2026")))
    assert [page.url for page in search.pages] == ["c", "d", "a"]
    # Enough pages: the feed is not requested.
    assert search.next_sitemap() is None


def test_a_sitemap_is_read_as_far_as_the_protocol_allows() -> None:
    entries = "<url><loc>/a</loc></url>" * 50_010
    assert len(pages_of(f"<urlset>{entries}</urlset>") or ()) == 50_000
    assert len(pages_of("https://example.com/a\n" * 50_010) or ()) == 50_000


def test_a_search_is_stored_as_plain_values() -> None:
    search = SitemapSearch.start(["a", "b"], wanted=5)
    search.next_sitemap()
    search.add(sitemap_of(("p", "2026")))
    assert SitemapSearch.restore(json.loads(json.dumps(search.store()))) == search


def test_a_search_stops_when_sitemaps_list_sitemaps_endlessly() -> None:
    search = SitemapSearch.start(["0"], wanted=5)
    requested = 0
    while (url := search.next_sitemap()) is not None:
        requested += 1
        search.add(sitemap_of(sitemaps=tuple((f"{url}{number}", None) for number in range(50))))
    assert requested == 100
    assert search.over_budget > 4_000
    assert len(search.pending) <= 1_000
