"""Which site of a crawl links to which, for more sites than fit in memory."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from backlinkspider.core.graph.centrality import Links

EDGES_MAXIMUM = 10_000_000
"""Links between sites that are noted; what is worked out of as many takes 0.8 GB."""

SITE_MAXIMUM = 20_000
"""Sites that one site links to, as far as they are noted: no page that somebody made up fills the graph."""

_NAME_MAXIMUM = 253
"""Characters of a name that a host can have (RFC 1035)."""

_REMEMBERED = 50_000
"""Names of linked sites in memory, about 80 bytes each: those of the sites that are read just now."""

_TELLING_MAXIMUM = 1_000
"""Sites that a site links to, beyond which it links to anybody: a directory."""

_POPULAR = 50
_POPULAR_IN_A_SMALL_CRAWL = 5
_POPULAR_SHARE = 3
"""A site to which more than 50 others link, or more than a third of them, if that is more than 5, says nothing of those."""

_FULL = ""
"""The key under which a job keeps that the graph is not whole; no site has that name."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2048;
CREATE TABLE sites (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE edges (site INTEGER, linked INTEGER, PRIMARY KEY (site, linked)) WITHOUT ROWID;
CREATE TEMP TABLE asked (number INTEGER PRIMARY KEY);
BEGIN;
"""
# The sign keeps SQLite from trying every pair of sites, CROSS from looking at the links of all sites.
_AMONG = """
SELECT asked.number, edges.linked FROM asked CROSS JOIN edges ON edges.site = asked.number
WHERE +edges.linked IN (SELECT number FROM asked) ORDER BY asked.number
"""
_NOTE_LINKING = "INSERT OR IGNORE INTO asked SELECT DISTINCT site FROM edges"
_LINKS = """
SELECT site, linked, 1 FROM edges WHERE linked IN (SELECT number FROM asked) UNION ALL
SELECT site, MIN(linked), COUNT(*) FROM edges WHERE linked NOT IN (SELECT number FROM asked) GROUP BY site
"""


class _CachedSite:
    """What is remembered of a site at work."""

    __slots__ = ("count", "linked", "number")

    def __init__(self, site: str, number: int, count: int) -> None:
        self.number = number
        self.count = count
        self.linked = {site}
        """Itself too, which nobody asks about."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it was forgotten."""
        return len(self.linked) > self.count


class SiteGraphStore:
    """The links between sites, each once, in a temporary file that SQLite deletes by itself; a `Part` of a job.

    Numbers of sites begin at 0, in the order in which the sites were first seen. Beyond a number of links nothing more is
    noted and `is_whole` is false: of a part of the graph nothing is worked out. It may be used by any thread, one at a time.
    Its methods raise sqlite3.Error when the file cannot be written.
    """

    def __init__(self, edges_maximum: int = EDGES_MAXIMUM) -> None:
        # Without a name: on the disk as soon as it outgrows its cache, and gone when it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._edges_maximum = edges_maximum
        self.is_whole = True
        self.edges = 0
        # How many link to each site, by its number: 4 bytes, where a column of the file took half the time of a new link.
        self._linked_by = array("I")
        self._known: dict[str, _CachedSite] = {}
        self._remembered = 0
        self._linking = 0
        self._number = lru_cache(maxsize=16_384)(self._find_number)  # Everybody links to the same few.
        self._changed: dict[str, Any] | None = None

    @property
    def sites(self) -> int:
        """How many sites are in the graph."""
        return len(self._linked_by)

    def add(self, site: str, linked_sites: AbstractSet[str]) -> None:
        """Notes the other sites that a page of a site links to."""
        known = self._known.get(site)
        if known is None or not (linked_sites <= known.linked or known.count >= SITE_MAXIMUM):
            self._learn(site, linked_sites)

    def known_links(self, site: str) -> AbstractSet[str]:
        """Sites that need not be noted again as linked by a site: itself, and those that are remembered."""
        known = self._known.get(site)
        return known.linked if known is not None else frozenset((site,))

    def give_up(self) -> None:
        """Notes nothing more."""
        self.is_whole = False
        self._known.clear()
        if self._changed is not None:
            self._changed[_FULL] = True

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Takes what a job kept."""
        for key, linked_sites in entries:
            if key == _FULL:
                self.give_up()
            else:
                self.add(key.partition(" ")[0], frozenset(linked_sites))
        self._changed = {}

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """The links that are new since this was last asked: a site, with how many it had before, and those it links to."""
        changed, self._changed = self._changed, {}
        yield from (changed or {}).items()

    def links_for(self, sites: Iterable[int]) -> Links:
        """The links by the numbers of their sites, for `core.graph.centrality` to say of some sites what they count.

        What leads to sites without links, which are most that a crawl comes to know, and of which nothing is asked, is told of
        a site at once: a reader who goes there begins anew, wherever it is. What is remembered of the sites is forgotten, as
        the crawl has ended and the ranks need the memory.
        """
        self._known.clear()
        self._remembered = 0
        self._note_asked(sites)
        self._database.execute(_NOTE_LINKING)
        return self._database.execute(_LINKS)

    def numbers_of(self, sites: Iterable[str]) -> dict[str, int]:
        """The numbers of those of some sites that are in the graph."""
        query = "SELECT number FROM sites WHERE name = ?"
        rows = ((site, self._database.execute(query, (site,)).fetchone()) for site in sites)
        return {site: row[0] for site, row in rows if row is not None}

    def links_among(self, sites: Collection[str]) -> Mapping[str, frozenset[str]]:
        """To which of some sites each of them links; those that link to none are left out."""
        names = {number: site for site, number in self.numbers_of(sites).items()}
        self._note_asked(names)
        rows = groupby(self._database.execute(_AMONG), key=itemgetter(0))
        return {names[site]: frozenset(names[linked] for _, linked in of_site) for site, of_site in rows}

    def distinctive_links(self, site: str) -> frozenset[str]:
        """The sites that a site links to and few others do, which says something of it; none of a site that links to anybody."""
        number = self.numbers_of([site]).get(site)
        most = self._telling_maximum()
        rows = self._database.execute("SELECT linked FROM edges WHERE site = ?", (number,))
        telling = [linked for (linked,) in rows if self._linked_by[linked] <= most]
        if len(telling) > _TELLING_MAXIMUM:
            return frozenset()
        query = "SELECT name FROM sites WHERE number = ?"
        return frozenset(self._database.execute(query, (linked,)).fetchone()[0] for linked in telling)

    def close(self) -> None:
        """Lets the file go."""
        self._database.close()

    def _note_asked(self, sites: Iterable[int]) -> None:
        self._database.execute("DELETE FROM asked")
        self._database.executemany("INSERT INTO asked VALUES (?)", ((number,) for number in set(sites)))

    def _telling_maximum(self) -> int:
        return min(_POPULAR, max(_POPULAR_IN_A_SMALL_CRAWL, self._linking // _POPULAR_SHARE))

    def _learn(self, site: str, linked_sites: AbstractSet[str]) -> None:
        if not self.is_whole or len(site) > _NAME_MAXIMUM:
            return
        known = self._take_known(site)
        before = known.count
        # In an order of their own, so that a site has the same number every time.
        named = sorted(name for name in linked_sites - known.linked if len(name) <= _NAME_MAXIMUM)
        added = self._link(known, named[:SITE_MAXIMUM])
        if self.edges > self._edges_maximum:
            self.give_up()
            return
        self._remember(site, known)
        self._linking += bool(added) and not before
        # A site without links is in the graph too.
        if self._changed is not None and (added or not before):
            self._changed[f"{site} {before}"] = added

    def _link(self, known: _CachedSite, named: Sequence[str]) -> list[str]:
        """Notes that a site links to others; those of them that the file did not know of."""
        is_whole = known.is_whole
        new = (name for name in named if is_whole or not self._has_edge(known.number, self._number(name)))
        # What the file knows of takes no place of what is new.
        numbers = {self._number(name): name for name in islice(new, SITE_MAXIMUM - known.count)}
        # All at once: a statement for each took three times as long, a twentieth of the time of a crawl.
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
        return _CachedSite(site, number, count)

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
        self._database.execute("INSERT INTO sites VALUES (?, ?)", (self.sites, site))
        self._linked_by.append(0)
        return self.sites - 1
