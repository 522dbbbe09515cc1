"""Stores which site of a crawl links to which, for more sites than fit in memory."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from backlinkspider.core.graph.centrality import Links

EDGES_MAXIMUM = 10_000_000
"""The most links between sites that are stored; computing on as many takes 0.8 GB."""

SITE_MAXIMUM = 20_000
"""The most sites that one site may add as linked, so that a generated page cannot fill the graph."""

_NAME_MAXIMUM = 253
"""The characters that a host name can have (RFC 1035)."""

_REMEMBERED = 50_000
"""The names of linked sites in memory, about 80 bytes each: those of the sites that are read at the moment."""

_TELLING_MAXIMUM = 1_000
"""A site that links to more sites than this links to anybody: a directory."""

_POPULAR = 50
_POPULAR_IN_A_SMALL_CRAWL = 5
_POPULAR_SHARE = 3
"""A site that more than 50 others link to, or more than a third of them if that is more than 5, is not distinctive."""

_FULL = ""
"""The key under which a job stores that the graph is not whole; no site has that name."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2048;
CREATE TABLE sites (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE edges (site INTEGER, linked INTEGER, PRIMARY KEY (site, linked)) WITHOUT ROWID;
CREATE TEMP TABLE asked (number INTEGER PRIMARY KEY);
BEGIN;
"""
# The sign keeps SQLite from trying every pair of sites, CROSS from reading the links of all sites.
_AMONG = """
SELECT asked.number, edges.linked FROM asked CROSS JOIN edges ON edges.site = asked.number
WHERE +edges.linked IN (SELECT number FROM asked) ORDER BY asked.number
"""
_NOTE_LINKING = "INSERT OR IGNORE INTO asked SELECT DISTINCT site FROM edges"
_LINKS = """
SELECT site, linked, 1 FROM edges WHERE linked IN (SELECT number FROM asked) UNION ALL
SELECT site, MIN(linked), COUNT(*) FROM edges WHERE linked NOT IN (SELECT number FROM asked) GROUP BY site
"""


@dataclass(slots=True)
class _CachedSite:
    """The links of a site that is being read."""

    number: int
    count: int
    """How many there are."""
    linked: set[str]
    """Those that are remembered, and the site itself, which is never asked for."""


class SiteGraphStore:
    """The links between sites, each once, in a temporary file that SQLite deletes by itself; a `PersistentState` of a job.

    Sites are numbered from 0 in the order in which they were first seen. Beyond a number of links nothing more is stored and
    `is_whole` is false: nothing is computed on a part of the graph. Any thread may use it, one at a time.
    Raises: sqlite3.Error.
    """

    def __init__(self, edges_maximum: int = EDGES_MAXIMUM) -> None:
        # A database without a name spills to the disk and is deleted when it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._edges_maximum = edges_maximum
        self.is_whole = True
        self.edges = 0
        # How many sites link to each, by number: 4 bytes each; a column in the file took half the time of a new link.
        self._linked_by = array("I")
        self._known: dict[str, _CachedSite] = {}
        self._remembered = 0
        self._linking = 0
        self._number = lru_cache(maxsize=16_384)(self._find_number)  # Everybody links to the same few.
        self._changed: dict[str, Any] | None = None

    @property
    def sites(self) -> int:
        return len(self._linked_by)

    def add(self, site: str, linked_sites: AbstractSet[str]) -> None:
        """Store that a site links to others, as far as it is not known."""
        if not self.is_whole or len(site) > _NAME_MAXIMUM:
            return
        remembered = self._known.get(site)
        if remembered is not None and (linked_sites <= remembered.linked or remembered.count >= SITE_MAXIMUM):
            return
        known = self._take_known(site)
        before = known.count
        # Sorted, so that a site has the same number every time.
        named = sorted(name for name in linked_sites - known.linked if len(name) <= _NAME_MAXIMUM)
        added = self._link(known, named[:SITE_MAXIMUM])
        if self.edges > self._edges_maximum:
            self.disable()
            return
        self._remember(site, known)
        self._linking += bool(added) and not before
        # A site without links is in the graph too.
        if self._changed is not None and (added or not before):
            self._changed[f"{site} {before}"] = added

    def known_links(self, site: str) -> AbstractSet[str]:
        """Return the sites that need not be stored again as linked by a site: itself, and those that are remembered."""
        known = self._known.get(site)
        return known.linked if known is not None else frozenset((site,))

    def disable(self) -> None:
        """Store nothing from now on."""
        self.is_whole = False
        self._known.clear()
        if self._changed is not None:
            self._changed[_FULL] = True

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        self.load(entries)
        self._changed = {}

    def load(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Add what was persisted."""
        for key, linked_sites in entries:
            if key == _FULL:
                self.disable()
            else:
                self.add(key.partition(" ")[0], frozenset(linked_sites))

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """Return the new links since the last call: a site, with how many it had before, and those it links to."""
        changed, self._changed = self._changed, {}
        yield from (changed or {}).items()

    def links_for(self, sites: Iterable[int]) -> Links:
        """Return the links by site number, for `core.graph.centrality`.

        Links to sites without links of their own, which are most sites of a crawl and are not asked for, are one link with
        a weight: a random surfer who goes there starts anew, wherever it is. Frees the memory of what was remembered, because the
        crawl has ended and the computation needs it.
        """
        self._known.clear()
        self._remembered = 0
        self._note_asked(sites)
        self._database.execute(_NOTE_LINKING)
        return self._database.execute(_LINKS)

    def numbers_of(self, sites: Iterable[str]) -> dict[str, int]:
        query = "SELECT number FROM sites WHERE name = ?"
        rows = ((site, self._database.execute(query, (site,)).fetchone()) for site in sites)
        return {site: row[0] for site, row in rows if row is not None}

    def links_among(self, sites: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return to which of some sites each links; sites that link to none are left out."""
        names = {number: site for site, number in self.numbers_of(sites).items()}
        self._note_asked(names)
        rows = groupby(self._database.execute(_AMONG), key=itemgetter(0))
        return {names[site]: frozenset(names[linked] for _, linked in of_site) for site, of_site in rows}

    def distinctive_links(self, site: str) -> frozenset[str]:
        """Return the sites that a site links to and few others do; none for a site that links to anybody."""
        number = self.numbers_of([site]).get(site)
        most = self._telling_maximum()
        rows = self._database.execute("SELECT linked FROM edges WHERE site = ?", (number,))
        telling = [linked for (linked,) in rows if self._linked_by[linked] <= most]
        if len(telling) > _TELLING_MAXIMUM:
            return frozenset()
        query = "SELECT name FROM sites WHERE number = ?"
        return frozenset(self._database.execute(query, (linked,)).fetchone()[0] for linked in telling)

    def close(self) -> None:
        self._database.close()

    def _note_asked(self, sites: Iterable[int]) -> None:
        self._database.execute("DELETE FROM asked")
        self._database.executemany("INSERT INTO asked VALUES (?)", ((number,) for number in set(sites)))

    def _telling_maximum(self) -> int:
        return min(_POPULAR, max(_POPULAR_IN_A_SMALL_CRAWL, self._linking // _POPULAR_SHARE))

    def _link(self, known: _CachedSite, named: Sequence[str]) -> list[str]:
        """Store that a site links to others; return those that the file did not have."""
        are_all_known = len(known.linked) > known.count
        new = (name for name in named if are_all_known or not self._has_edge(known.number, self._number(name)))
        # Known links take no room from new ones.
        numbers = {self._number(name): name for name in islice(new, SITE_MAXIMUM - known.count)}
        # One statement for all: one for each took three times as long, a twentieth of the time of a crawl.
        self._database.executemany("INSERT INTO edges VALUES (?, ?)", ((known.number, number) for number in numbers))
        for number in numbers:
            self._linked_by[number] += 1
        known.linked.update(named)
        known.count += len(numbers)
        self.edges += len(numbers)
        return list(numbers.values())

    def _has_edge(self, site: int, linked: int) -> bool:
        query = "SELECT 1 FROM edges WHERE site = ? AND linked = ?"
        return self._database.execute(query, (site, linked)).fetchone() is not None

    def _take_known(self, site: str) -> _CachedSite:
        known = self._known.pop(site, None)
        if known is not None:
            self._remembered -= len(known.linked)
            return known
        number = self._number(site)
        (count,) = self._database.execute("SELECT COUNT(*) FROM edges WHERE site = ?", (number,)).fetchone()
        return _CachedSite(number, count, {site})

    def _remember(self, site: str, known: _CachedSite) -> None:
        self._known[site] = known
        self._remembered += len(known.linked)
        while self._remembered > _REMEMBERED and len(self._known) > 1:
            oldest = next(iter(self._known))
            self._remembered -= len(self._known.pop(oldest).linked)

    def _find_number(self, site: str) -> int:
        row = self._database.execute("SELECT number FROM sites WHERE name = ?", (site,)).fetchone()
        if row is not None:
            return int(row[0])
        number = len(self._linked_by)
        self._database.execute("INSERT INTO sites VALUES (?, ?)", (number, site))
        self._linked_by.append(0)
        return number
