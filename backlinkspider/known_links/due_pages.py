"""The pages that a run is to ask for: on disk, and handed out site by site, as fast as each of them is done with."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple

from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.feeds.latest_pages import digest

SITES_AT_ONCE = 1_000
"""Sites that have a page in the scheduler."""
PAGES_OF_SITE = 4
"""Pages of a site in the scheduler: those in progress, and the next ones."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE due (page BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE waiting (site TEXT, number INTEGER, url TEXT, PRIMARY KEY (site, number)) WITHOUT ROWID;
CREATE TABLE sites (number INTEGER PRIMARY KEY, site TEXT UNIQUE);
BEGIN;
"""
_NEXT_OF_SITE = """
DELETE FROM waiting WHERE (site, number) = (SELECT site, number FROM waiting WHERE site = ? ORDER BY number LIMIT 1) RETURNING url
"""
_NEXT_SITE = "DELETE FROM sites WHERE number = (SELECT min(number) FROM sites) RETURNING site"


class DuePage(NamedTuple):
    """A page of the lists that is to be asked for."""

    url: str
    site: str


class DuePages:
    """Hands out the pages of many sites side by side, whatever the order of the lists; within a site in that order.

    What waits is in a temporary file that SQLite deletes by itself. Raises sqlite3.Error.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._numbers = 0
        self._handed_out: Counter[str] = Counter()
        self._ready: dict[str, None] = {}
        """Sites in progress of which another page may be handed out, the one that has waited longest first."""

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()

    def note(self, url: str) -> bool:
        """Note that a page is due; return whether it was not noted before, in any spelling."""
        return self._database.execute("INSERT OR IGNORE INTO due VALUES (?)", (digest(canonical_url(url)),)).rowcount > 0

    def is_due(self, page: str) -> bool:
        return self._database.execute("SELECT 1 FROM due WHERE page = ?", (digest(page),)).fetchone() is not None

    def add(self, page: DuePage) -> None:
        """Let a page wait until it is handed out."""
        self._numbers += 1
        self._database.execute("INSERT INTO waiting VALUES (?, ?, ?)", (page.site, self._numbers, page.url))
        if page.site not in self._handed_out:
            self._database.execute("INSERT OR IGNORE INTO sites (site) VALUES (?)", (page.site,))
        elif self._handed_out[page.site] < PAGES_OF_SITE:
            self._ready[page.site] = None

    @property
    def sites_in_progress(self) -> int:
        """The number of sites with a page in the scheduler."""
        return len(self._handed_out)

    @property
    def has_waiting(self) -> bool:
        """Return whether a page waits that was not handed out."""
        return self._database.execute("SELECT 1 FROM waiting LIMIT 1").fetchone() is not None

    def pop(self) -> DuePage | None:
        """Return the next page; None while none waits, or its site has enough of them in the scheduler."""
        while (site := self._next_site()) is not None:
            found = self._database.execute(_NEXT_OF_SITE, (site,)).fetchone()
            if found is None:
                self._end(site)
                continue
            self._handed_out[site] += 1
            if self._handed_out[site] < PAGES_OF_SITE:
                self._ready[site] = None
            return DuePage(found[0], site)
        return None

    def leave(self, site: str) -> None:
        """Note that a page of a site is done with. One that was not handed out here, as in a resumed job, does not count."""
        if self._handed_out[site] <= 0:
            return
        self._handed_out[site] -= 1
        self._ready[site] = None

    def _next_site(self) -> str | None:
        if self._ready:
            site = next(iter(self._ready))
            del self._ready[site]
            return site
        if len(self._handed_out) >= SITES_AT_ONCE:
            return None
        found = self._database.execute(_NEXT_SITE).fetchone()
        if found is None:
            return None
        self._handed_out[found[0]] = 0
        return str(found[0])

    def _end(self, site: str) -> None:
        """Forget a site that has no page in the scheduler and none that waits."""
        if self._handed_out[site] <= 0:
            del self._handed_out[site]
