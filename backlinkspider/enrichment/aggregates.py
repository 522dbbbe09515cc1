"""Counts over the rows of a feed: how many pages of a site have a link, and how many domains use an anchor; copies aside."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from backlinkspider.core.links.anchors import AnchorType
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.core.urls.copies import names_other_page, place_of
from backlinkspider.items import LinkType

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE links (site INTEGER, address INTEGER, pages INTEGER, PRIMARY KEY (site, address)) WITHOUT ROWID;
CREATE TABLE anchors (target INTEGER, anchor INTEGER, site INTEGER, PRIMARY KEY (target, anchor, site)) WITHOUT ROWID;
CREATE TABLE originals (page INTEGER PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE copies (page INTEGER PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE put_off (row BLOB);
BEGIN;
"""
_ADD_PAGE = "INSERT INTO links VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET pages = pages + 1"
_ADD_ANCHOR = "INSERT OR IGNORE INTO anchors VALUES (?, ?, ?)"
_ADD_ORIGINAL = "INSERT OR IGNORE INTO originals VALUES (?)"
_ADD_COPY = "INSERT OR IGNORE INTO copies VALUES (?)"
_COUNTED = (
    *("relation", "target", "url_from", "domain_from", "page_from_canonical", "fetched_at", "url_to", "anchor", "anchor_type"),
    *("link_type", "dofollow", "domain_from_ip", "page_from_analytics_ids", "page_from_template"),
)
"""The columns that are looked at."""

_COUNT_ANCHOR = "SELECT count(*) FROM anchors WHERE target = ? AND anchor = ?"

_ANY_ANCHOR = 0
"""Stands for any anchor: the site links to the target at all."""

_COMPARED = frozenset({AnchorType.EXACT.value, AnchorType.PARTIAL.value})
"""The anchor types that somebody may repeat on purpose."""

_PAGES_MAXIMUM = 2_000_000
"""The most pages of the targets whose links to each other are kept: about 100 bytes a page and 16 a link."""

_FOOTPRINTS_MAXIMUM = 20
"""The most values of one kind that are kept for a site."""

_WITH_COPIES = frozenset({Relation.BACKLINK.value, Relation.INTERNAL_BACKLINK.value})
_JSON = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(dict[str, Any]).decode


class AnchorShare(NamedTuple):
    """The share of a target's referring domains that use an anchor."""

    share: float
    referring_domains: int


class FootprintCollector:
    """Footprints on the pages of a site that link to a target: a few values of each kind."""

    __slots__ = ("analytics_ids", "ips", "templates")

    def __init__(self) -> None:
        self.ips: set[str] = set()
        self.analytics_ids: set[str] = set()
        self.templates: set[str] = set()


class PageGraph:
    """A target's own pages, and the links among them."""

    __slots__ = ("links", "numbers")

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        """The number of each page, by the digest of its URL."""
        self.links = array("q")
        """Flat pairs of page numbers: from, to."""

    def number_of(self, url: str) -> int | None:
        """Return the number of a page; None for a page that is not in the graph."""
        return self.numbers.get(_digest(canonical_url(url)))


class RowAggregates:
    """Aggregates the rows of a feed, given one after the other with the rows of a page together.

    Counts are in a temporary file that SQLite deletes by itself. Footprints of each referring domain, and a limited number of
    links among the targets' own pages, are in memory. Belongs to the thread that made it. Raises sqlite3.Error.

    A page that names another one as its own is put off until all rows are known: it is a copy where the other one has rows for
    the same target and names itself, or none.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._page: object = None
        self._of_page: set[int] = set()
        self.traces: dict[str, dict[str, FootprintCollector]] = {}
        """By target and referring domain."""
        self.pages: dict[str, PageGraph] = {}
        """By target."""
        self._numbered = 0
        self._original: int | None = None
        self._copies_by_site: Counter[str] = Counter()

    def add(self, row: FeedRow) -> None:
        if row.get("relation") not in _WITH_COPIES or row.get("link_type") == LinkType.REDIRECT:
            return
        if _names_other_page(row):
            kept = {column: row.get(column) for column in _COUNTED}
            self._database.execute("INSERT INTO put_off VALUES (?)", (_JSON.encode(kept),))
            return
        page = _page_key(row, "url_from")
        if page != self._original:
            self._original = page
            self._database.execute(_ADD_ORIGINAL, (page,))
        self._add(row)

    def settle(self) -> None:
        """Add the rows that were put off, those of copies aside. No row may be added after this."""
        for (stored,) in self._database.execute("SELECT row FROM put_off ORDER BY rowid"):
            row = {column: tuple(value) if isinstance(value, list) else value for column, value in _DECODE(stored).items()}
            if not self._has("originals", _page_key(row, "page_from_canonical")):
                self._add(row)
                continue
            page = _page_key(row, "url_from")
            if not self._has("copies", page):
                self._database.execute(_ADD_COPY, (page,))
                self._copies_by_site[_site_key(row)] += row["relation"] == Relation.BACKLINK

    def is_copy(self, row: FeedRow) -> bool:
        """Return whether the page of a row is a copy, once all is settled."""
        return bool(self._copies_by_site) and _names_other_page(row) and self._has("copies", _page_key(row, "url_from"))

    def copies_of(self, row: FeedRow) -> int:
        """Return how many pages of the row's site are copies of others that link to the row's target."""
        return self._copies_by_site[_site_key(row)]

    def _add(self, row: FeedRow) -> None:
        if row.get("relation") == Relation.BACKLINK and row.get("link_type") != LinkType.REDIRECT:
            self._add_backlink(row, str(row.get("target")), str(row.get("domain_from")))
        elif row.get("relation") == Relation.INTERNAL_BACKLINK:
            self._add_internal(row, self.pages.setdefault(str(row.get("target")), PageGraph()))

    def pages_with(self, row: FeedRow) -> int:
        """Return how many pages of the row's site link to the same URL."""
        site, address = _digest(str(row.get("domain_from"))), _address(row)
        found = self._database.execute("SELECT pages FROM links WHERE site = ? AND address = ?", (site, address)).fetchone()
        return int(found[0]) if found else 0

    def anchor_share(self, row: FeedRow) -> AnchorShare | None:
        """Return the share of referring domains that use the row's anchor; None for anchors that are not compared."""
        if row.get("anchor_type") not in _COMPARED:
            return None
        target = _digest(str(row.get("target")))
        with_any = self._count(target, _ANY_ANCHOR)
        return AnchorShare(self._count(target, _anchor(row)) / with_any, with_any) if with_any else None

    def close(self) -> None:
        self._database.close()

    def _add_backlink(self, row: FeedRow, target: str, site: str) -> None:
        self._add_footprints(row, self.traces.setdefault(target, {}).setdefault(site, FootprintCollector()))
        # A page has the rows of several targets in turn.
        page = (row.get("url_from"), row.get("fetched_at"))
        if page != self._page:
            self._page, self._of_page = page, set()
        address = _address(row)
        if address not in self._of_page:
            self._of_page.add(address)
            self._database.execute(_ADD_PAGE, (_digest(site), address))
        anchors = [_ANY_ANCHOR, *([_anchor(row)] if row.get("anchor_type") in _COMPARED else [])]
        self._database.executemany(_ADD_ANCHOR, [(_digest(target), anchor, _digest(site)) for anchor in anchors])

    def _add_footprints(self, row: FeedRow, traces: FootprintCollector) -> None:
        for known, column in (
            (traces.ips, "domain_from_ip"),
            (traces.analytics_ids, "page_from_analytics_ids"),
            (traces.templates, "page_from_template"),
        ):
            value = row.get(column)
            if len(known) < _FOOTPRINTS_MAXIMUM:
                known.update(value if isinstance(value, tuple) else [value] if isinstance(value, str) else [])

    def _add_internal(self, row: FeedRow, pages: PageGraph) -> None:
        urls = [row.get(column) for column in ("url_from", "url_to")]
        numbers = [self._number(url, pages) for url in urls if isinstance(url, str)]
        if len(numbers) == 2 and None not in numbers and row.get("dofollow") is not False:
            pages.links.extend(number for number in numbers if number is not None)

    def _number(self, url: str, pages: PageGraph) -> int | None:
        key = _digest(canonical_url(url))
        if key not in pages.numbers:
            if self._numbered >= _PAGES_MAXIMUM:
                return None
            self._numbered += 1
            pages.numbers[key] = len(pages.numbers)
        return pages.numbers[key]

    def _has(self, table: str, page: int) -> bool:
        found = self._database.execute(f"SELECT 1 FROM {table} WHERE page = ?", (page,))  # noqa: S608 - our own names
        return found.fetchone() is not None

    def _count(self, target: int, anchor: int) -> int:
        return int(self._database.execute(_COUNT_ANCHOR, (target, anchor)).fetchone()[0])


def _names_other_page(row: FeedRow) -> bool:
    canonical = row.get("page_from_canonical")
    if not isinstance(canonical, str):
        return False
    return names_other_page(canonical, str(row.get("url_from")), str(row.get("domain_from")))


def _site_key(row: FeedRow) -> str:
    return f"{row.get('target')} {row.get('domain_from')}"


def _page_key(row: FeedRow, column: str) -> int:
    return _digest(f"{_site_key(row)} {place_of(str(row.get(column)))}")


def _address(row: FeedRow) -> int:
    return _digest(canonical_url(str(row.get("url_to"))))


def _anchor(row: FeedRow) -> int:
    return _digest(str(row.get("anchor")).casefold())


def _digest(text: str) -> int:
    """Return a 64-bit integer for SQLite; two texts collide with a chance of 1 in 10^19."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
