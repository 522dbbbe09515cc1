"""Sitemaps and feeds, good and bad, and the search through them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from backlinkspider.core.seeds.sitemap_search import ListingSearch
from backlinkspider.core.seeds.sitemaps import ListedAddress, Listing, gunzip, parse_date, read_listing

URL = "https://example.com/s"


def pages_of(text: str | bytes) -> list[str] | None:
    listing = read_listing(text.encode() if isinstance(text, str) else text, URL)
    return [address.url.removeprefix("https://example.com") for address in listing.pages] if listing is not None else None


LISTINGS = [
    pytest.param("<urlset><url><loc>/a</loc></url><url><loc> /b\n</loc></url></urlset>", ["/a", "/b"], id="sitemap"),
    pytest.param('<?xml version="1.0"?>\n<s:urlset xmlns:s="x"><s:url><s:loc>/a</s:loc></s:url></s:urlset>', ["/a"], id="prefix"),
    pytest.param("<urlset><url><loc><![CDATA[/a?x=1&y=2]]></loc></url></urlset>", ["/a?x=1&y=2"], id="CDATA"),
    pytest.param("<urlset><url><loc>/a?x=1&y=2&amp;z</loc></url></urlset>", ["/a?x=1&y=2&z"], id="ampersands as they come"),
    pytest.param("<urlset><url><loc>/a</loc></url><url><loc>/b", ["/a"], id="cut off"),
    pytest.param("<urlset><url><loc>/a</url><p><url><loc>/b</loc></url></urlset>", ["/b", "/a"], id="tags that do not match"),
    pytest.param("\n junk <urlset><url><loc>/a</loc></url></urlset>", [], id="junk in front is no XML"),
    pytest.param("<urlset><url><image><loc>/i</loc></image><loc>/a</loc></url></urlset>", ["/a"], id="a picture of a page"),
    pytest.param("<urlset><url><lastmod>2026</lastmod></url></urlset>", [], id="an entry without address"),
    pytest.param("<urlset></urlset>", [], id="empty sitemap"),
    pytest.param("<urlset><url><loc>ftp://x/</loc></url><url><loc>http://[</loc></url></urlset>", [], id="no web addresses"),
    pytest.param("<rss><channel><link>/</link><item><link>/a</link></item></channel></rss>", ["/a"], id="RSS"),
    pytest.param("<rss><item><guid>/a</guid></item><item><guid isPermaLink='false'>b</guid></item></rss>", ["/a"], id="guid"),
    pytest.param('<rdf:RDF xmlns:rdf="r"><item><link>/a</link></item></rdf:RDF>', ["/a"], id="RDF"),
    pytest.param('<feed><link href="/"/><entry><link rel="edit" href="/e"/><link href="/a"/></entry></feed>', ["/a"], id="Atom"),
    pytest.param('<feed xml:base="/blog/"><entry><link href="a"/></entry></feed>', ["/blog/a"], id="base of a feed"),
    pytest.param("https://example.com/a\n\nhttps://example.com/b\n", ["/a", "/b"], id="text"),
    pytest.param("https://example.com/a\nand more", None, id="text that is no list"),
    pytest.param("<html><p>x", None, id="a page"),
    pytest.param("", None, id="nothing"),
    pytest.param(f"<urlset><url><loc>/a</loc>{' ' * 400_000}</url></urlset>", ["/a"], id="a desert of white space"),
    pytest.param("<rss><channel><image><url>/i.png</url></image></channel><item><link>/a</link></item></rss>", ["/a"], id="x"),
    pytest.param("\ufeff<urlset><url><loc>/ü</loc></url></urlset>".encode("utf-16-le"), ["/%C3%BC"], id="UTF-16"),
    pytest.param(
        '<?xml version="1.0" encoding="latin1"?><urlset><url><loc>/ü</loc></url></urlset>'.encode("latin1"), ["/%C3%BC"], id="l1"
    ),
    pytest.param(
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&e;</loc></url></urlset>', ["/&e;"], id="entity"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "pages"), LISTINGS)
def test_listings(text: str | bytes, pages: list[str] | None) -> None:
    assert pages_of(text) == pages


def test_a_sitemap_index_lists_sitemaps_with_their_dates() -> None:
    text = (
        "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-11-21</lastmod></sitemap><sitemap>/b.xml</sitemap></sitemapindex>"
    )
    listing = read_listing(text.encode(), URL)
    assert listing == Listing(
        [], [ListedAddress("https://example.com/a.xml", "2026-11-21T00:00:00Z"), ListedAddress("https://example.com/b.xml", None)]
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
def test_real_listings(corpora: Path, name: str, counts: tuple[int, int]) -> None:
    listing = read_listing(gunzip((corpora / "sitemaps" / name).read_bytes(), 10**6), URL)
    assert listing is not None
    assert (len(listing.pages), len(listing.listings)) == counts


def test_real_listings_broken_at_random_never_raise(corpora: Path) -> None:
    chance = random.Random(4)
    files = [gunzip(path.read_bytes(), 10**6) for path in sorted((corpora / "sitemaps").iterdir())]
    for _ in range(2_000):
        body = bytearray(chance.choice(files))
        for _ in range(chance.randrange(1, 20)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        read_listing(bytes(body[: chance.randrange(len(body))]), URL)


DATES = [
    pytest.param("2026-11-21T09:30+01:00", "2026-11-21T08:30:00Z", id="W3C"),
    pytest.param("2026-11", "2026-11-01T00:00:00Z", id="a month"),
    pytest.param("Sat, 21 Nov 2026 08:00:00 +0000", "2026-11-21T08:00:00Z", id="RFC 2822"),
    pytest.param("0001-01-01T00:00:00+14:00", None, id="before the calendar"),
    pytest.param("21 Nov 99999999999999999999 08:00:00", None, id="a year that no machine has room for"),
    pytest.param("yesterday", None, id="words"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_dates(text: str, date: str | None) -> None:
    assert parse_date(text) == date


def test_what_is_zipped_is_read_up_to_a_limit() -> None:
    assert gunzip(gzip.compress(b"a" * 100), 1_000) == b"a" * 100
    assert len(gunzip(gzip.compress(b"a" * 10**6), 1_000)) == 1_000
    assert gunzip(gzip.compress(random.Random(1).randbytes(1_000))[:500], 1_000)
    assert gunzip(gzip.compress(b"a" * 600) + gzip.compress(b"b" * 600), 1_000) == b"a" * 600 + b"b" * 400
    assert gunzip(b"\x1f\x8bno gzip", 1_000) == b"\x1f\x8bno gzip"
    assert gunzip(b"<urlset>", 1_000) == b"<urlset>"


def listing(*pages: tuple[str, str | None], listings: tuple[tuple[str, str | None], ...] = ()) -> Listing:
    return Listing([ListedAddress(*page) for page in pages], [ListedAddress(*address) for address in listings])


def test_a_search_reads_the_newest_sitemap_first_and_keeps_the_newest_pages() -> None:
    search = ListingSearch.begin(["index", "feed"], wanted=3)
    assert search.next_listing() == "index"
    search.add(listing(listings=(("old", "2019"), ("new", "2026"))))
    assert [search.next_listing(), search.next_listing()] == ["new", "old"]
    search.add(listing(("a", "2018"), ("b", None), ("c", "2026"), ("d", "2025"), ("c", "2026")))
    assert [page.url for page in search.pages] == ["c", "d", "a"]
    # Enough is found: the feed is not asked for.
    assert search.next_listing() is None


def test_a_listing_is_read_as_far_as_the_protocol_allows() -> None:
    entries = "<url><loc>/a</loc></url>" * 50_010
    assert len(pages_of(f"<urlset>{entries}</urlset>") or ()) == 50_000
    assert len(pages_of("https://example.com/a\n" * 50_010) or ()) == 50_000


def test_a_search_travels_as_plain_values() -> None:
    search = ListingSearch.begin(["a", "b"], wanted=5)
    search.next_listing()
    search.add(listing(("p", "2026")))
    assert ListingSearch.restore(json.loads(json.dumps(search.store()))) == search


def test_a_search_ends_where_sitemaps_list_sitemaps_without_end() -> None:
    search = ListingSearch.begin(["0"], wanted=5)
    asked_for = 0
    while (url := search.next_listing()) is not None:
        asked_for += 1
        search.add(listing(listings=tuple((f"{url}{number}", None) for number in range(50))))
    assert asked_for == 100
    assert search.left_out > 4_000
    assert len(search.waiting) <= 1_000
