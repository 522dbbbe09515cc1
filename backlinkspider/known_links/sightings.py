"""What a run saw of each page, and which found link is which known one, on disk for more pages than fit in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from backlinkspider.core.monitor.judgement import Match, Sighting
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.states import MISSES
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.feeds.latest_pages import digest

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE sightings (page BLOB PRIMARY KEY, url TEXT, seen BLOB, is_new INTEGER) WITHOUT ROWID;
CREATE INDEX new_sightings ON sightings (is_new) WHERE is_new;
CREATE TABLE found (page BLOB, address BLOB, occurrence INTEGER, place INTEGER, site BLOB, is_taken INTEGER,
    PRIMARY KEY (page, address, occurrence)) WITHOUT ROWID;
CREATE INDEX free ON found (site, address) WHERE NOT is_taken;
CREATE TABLE known (list INTEGER, page BLOB, address BLOB, number INTEGER, PRIMARY KEY (list, page, address)) WITHOUT ROWID;
CREATE TABLE named (page BLOB, address BLOB, occurrence INTEGER, list INTEGER,
    PRIMARY KEY (page, address, occurrence, list)) WITHOUT ROWID;
CREATE TABLE changed (page BLOB, address BLOB, occurrence INTEGER, found_page BLOB, found_address BLOB, found_occurrence INTEGER,
    found_place INTEGER, PRIMARY KEY (page, address, occurrence)) WITHOUT ROWID;
CREATE TABLE lists (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
BEGIN;
"""
_NEXT = """
INSERT INTO known VALUES (?, ?, ?, 1) ON CONFLICT (list, page, address) DO UPDATE SET number = number + 1 RETURNING number
"""
_decode = msgspec.json.Decoder().decode
_OTHER_LISTS = """
SELECT DISTINCT name FROM named JOIN lists ON list = number
WHERE page = ?1 AND (?2 = x'' OR address = x'' OR (address = ?2 AND occurrence = ?3)) AND list <> ?4 ORDER BY number
"""
_CHANGED = """
SELECT found_page, found_address, found_occurrence, found_place FROM changed WHERE page = ? AND address = ? AND occurrence = ?
"""
_REFERENCES_MAXIMUM = 5
"""Redirects from one known page to another that are followed."""


class Place(NamedTuple):
    """Which link a known one is: the same for two lists that name it."""

    page: bytes
    address: bytes
    """Empty in a list of pages."""
    occurrence: int
    """Its place among the rows of its list with this page and address, from 1."""
    list: int


class _Found(NamedTuple):
    """A link on a page."""

    page: bytes
    address: bytes
    occurrence: int
    place: int
    """Its place among the links of the sighting."""


class Sightings:
    """The sightings of a run by page, in a temporary file that SQLite deletes by itself.

    A job persists what changes (`job.store.PersistentState`). Raises sqlite3.Error.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._last: tuple[str, Sighting | None] = ("", None)
        self._lists: dict[str, int] = {}
        self._is_job = False
        self._is_closed = False

    def close(self) -> None:
        """Delete the temporary file; a job has persisted what there was, or does so no more."""
        self._is_closed = True
        self._database.close()

    def record(self, page: str, sighting: Sighting) -> None:
        """Store what was seen of a page, by its key."""
        values = (digest(page), page, encode_json(sighting.store()), self._is_job)
        self._database.execute("INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?)", values)
        self._last = ("", None)

    def add_links(self, page: str, rows: Iterable[FeedRow]) -> None:
        seen = self.of_page(page)
        if seen is not None:
            self.record(page, replace(seen, links=[*seen.links, *rows]))

    def of_page(self, page: str) -> Sighting | None:
        """Return what was seen of a page; None for one that was not asked for."""
        if self._last[0] != page:
            row = self._database.execute("SELECT seen FROM sightings WHERE page = ?", (digest(page),)).fetchone()
            self._last = (page, Sighting.restore(_decode(row[0])) if row is not None else None)
        return self._last[1]

    def resolve(self, page: str) -> tuple[str, Sighting | None]:
        """Return the page that a page leads to, where that was asked for by itself, and what was seen of it."""
        seen = self.of_page(page)
        for _ in range(_REFERENCES_MAXIMUM):
            if seen is None or seen.refers_to is None or seen.links:
                break
            page = seen.refers_to
            seen = self.of_page(page)
        return page, seen

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Load the sightings of a job, and note changes from now on."""
        for page, seen in entries:
            self._database.execute(
                "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, 0)", (digest(page), page, encode_json(seen))
            )
        self._is_job = True

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """Return what was seen since the last call."""
        if self._is_closed:
            return iter(())
        changed = self._database.execute("SELECT url, seen FROM sightings WHERE is_new").fetchall()
        if changed:
            self._database.execute("UPDATE sightings SET is_new = 0 WHERE is_new")
        return ((url, _decode(seen)) for url, seen in changed)

    def match(self, links: Iterable[KnownLink]) -> None:
        """Note which links of the pages are known ones."""
        self._database.execute("DELETE FROM found")
        pages = self._database.execute("SELECT url, seen FROM sightings")
        for url, seen in _rows(pages):
            self._note_found(url, Sighting.restore(_decode(seen)).links)
        for link in links:
            place = self.place_of(link)
            if place is None:
                continue
            self._database.execute("INSERT OR IGNORE INTO named VALUES (?, ?, ?, ?)", place)
            found = self._same_link(place)
            if found is not None:
                self._take(found)
        self._database.execute("DELETE FROM known")

    def place_of(self, link: KnownLink) -> Place | None:
        """Return which link of its list a known one is; None where it names no page or address.

        Ask once for each, in the order of the lists.
        """
        if link.page_key is None or (link.url_to is not None and link.address_key is None):
            return None
        page, number = self._page_of(link), self._number_of(link.source)
        address = digest(link.address_key) if link.address_key is not None else b""
        (occurrence,) = self._database.execute(_NEXT, (number, page, address)).fetchone()
        return Place(page, address, occurrence, number)

    def other_lists(self, link: KnownLink, place: Place | None) -> list[str]:
        """Return the other lists that name a link; a list of pages names all links of a page."""
        if place is None or len(self._lists) < 2:
            return []
        return [str(name) for (name,) in self._database.execute(_OTHER_LISTS, place)]

    def find(self, link: KnownLink, place: Place | None) -> Match | None:
        """Return the link that a known one is: the same, else one that changed, else one that moved.

        Ask in the order of the lists. Where nobody could look at the page, a link elsewhere is another one.
        """
        if place is None:
            return None
        found = self._same_link(place)
        if found is None and self._is_missed(link):
            found = self._found_elsewhere(link, place)
        if found is None:
            return None
        (url,) = self._database.execute("SELECT url FROM sightings WHERE page = ?", (found.page,)).fetchone()
        seen = self.of_page(url)
        assert seen is not None, "it has the link"
        row = seen.links[found.place]
        return Match(row, str(row["url_from"]), is_elsewhere=found.page != place.page)

    def _found_elsewhere(self, link: KnownLink, place: Place) -> _Found | None:
        """Return the link that changed or moved; for a second list that names the link, the same as for the first."""
        found = self._one(_CHANGED, place[:3])
        if found is None:
            found = self._changed_link(link) or self._moved_link(link)
            if found is not None:
                self._take(found)
                self._database.execute("INSERT INTO changed VALUES (?, ?, ?, ?, ?, ?, ?)", (*place[:3], *found))
        return found

    def _number_of(self, name: str) -> int:
        number = self._lists.get(name)
        if number is None:
            number = self._lists[name] = len(self._lists)
            self._database.execute("INSERT INTO lists VALUES (?, ?)", (number, name))
        return number

    def _note_found(self, url: str, rows: Iterable[Mapping[str, Any]]) -> None:
        page, site = digest(url), digest(site_of_url(url))
        counts: dict[bytes, int] = {}
        for place, row in enumerate(rows):
            address = digest(canonical_url(row["url_to"]))
            counts[address] = counts.get(address, 0) + 1
            self._database.execute("INSERT INTO found VALUES (?, ?, ?, ?, ?, 0)", (page, address, counts[address], place, site))

    def _is_missed(self, link: KnownLink) -> bool:
        seen = self.resolve(link.page_key)[1] if link.page_key is not None else None
        return seen is not None and seen.finding in MISSES

    def _page_of(self, link: KnownLink) -> bytes:
        return digest(self.resolve(link.page_key)[0]) if link.page_key is not None else b""

    def _same_link(self, place: Place) -> _Found | None:
        """Return the found link with the page, the address and the occurrence of a known one.

        In a list of pages any link of the page is the known one.
        """
        if not place.address:
            query = "SELECT page, address, occurrence, place FROM found WHERE page = ? ORDER BY place LIMIT 1 OFFSET ?"
            return self._one(query, (place.page, place.occurrence - 1))
        query = "SELECT page, address, occurrence, place FROM found WHERE page = ? AND address = ? AND occurrence = ?"
        return self._one(query, place[:3])

    def _changed_link(self, link: KnownLink) -> _Found | None:
        """Return a link of the page that no list names: one with the anchor of a known link, or a promised link's only one."""
        if link.page_key is None or link.address_key is None:
            return None
        page, seen = self.resolve(link.page_key)
        query = "SELECT page, address, occurrence, place FROM found WHERE page = ? AND NOT is_taken ORDER BY place"
        free = [_Found(*row) for row in self._database.execute(query, (digest(page),))]
        anchor = link.facts.get("anchor")
        rows = seen.links if seen is not None else ()
        same = next((found for found in free if anchor and rows[found.place].get("anchor") == anchor), None)
        is_promised = not link.contract.is_empty and len(free) == 1
        return same or (free[0] if is_promised else None)

    def _moved_link(self, link: KnownLink) -> _Found | None:
        """Return a link on another page of the site that no list names and that leads to the address of a known one."""
        if link.page is None or link.address_key is None:
            return None
        site, address = digest(site_of_url(link.page)), digest(link.address_key)
        query = "SELECT page, address, occurrence, place FROM found WHERE site = ? AND address = ? AND NOT is_taken LIMIT 1"
        return self._one(query, (site, address))

    def _one(self, query: str, values: tuple[object, ...]) -> _Found | None:
        row = self._database.execute(query, values).fetchone()
        return _Found(*row) if row is not None else None

    def _take(self, found: _Found) -> None:
        query = "UPDATE found SET is_taken = 1 WHERE page = ? AND address = ? AND occurrence = ?"
        self._database.execute(query, found[:3])


def _rows(cursor: sqlite3.Cursor) -> Iterator[tuple[str, bytes]]:
    while some := cursor.fetchmany(1_000):
        yield from some
