"""Which crawl of each page is the latest, for more pages than fit in memory."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

from backlinkspider.core.rows.row_parser import FeedRow, microseconds_of
from backlinkspider.core.urls.canonicalize import canonical_url

_NEVER = -(2**62)
"""Of a page without a time: before every other."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE pages (page BLOB, target BLOB, fetched_at INTEGER, fetch BLOB, PRIMARY KEY (page, target)) WITHOUT ROWID;
BEGIN;
"""
_NOTE = """
INSERT INTO pages VALUES (?, ?, ?, ?)
ON CONFLICT (page, target) DO UPDATE SET fetched_at = excluded.fetched_at, fetch = excluded.fetch
WHERE excluded.fetched_at >= pages.fetched_at
"""


class PageFetch(NamedTuple):
    """That a page was fetched and judged against a target; digests, so that an address of any length takes the same room."""

    page: bytes
    """The same for two spellings of one address."""
    target: bytes
    fetched_at: int
    fetch: bytes
    """The same for all rows of one fetch: of one address, on account of one seed, at one time, in one feed."""


def sighting_of(row: FeedRow, feed: int) -> PageFetch:
    """The sighting that a row of a feed tells of."""
    url, time = str(row["url_from"]), row.get("fetched_at")
    # An address with a session id redirects to the page without it, which is another of the same key.
    page = url.partition("#")[0] if row.get("link_type") == "redirect" else canonical_url(url)
    return PageFetch(
        page=_digest(page),
        target=_digest(row.get("target")),
        fetched_at=microseconds_of(time) if isinstance(time, str) else _NEVER,
        fetch=_digest((url, row.get("seed"), time, feed)),
    )


class LatestFetches:
    """The latest fetch of each page and target, in a temporary file that SQLite deletes by itself.

    What is noted counts in the order in which it is noted: of two fetches at the same time, the later one. Its methods raise
    sqlite3.Error when the file cannot be written.
    """

    def __init__(self) -> None:
        # Without a name: on the disk as soon as it outgrows its cache, and gone when it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        # The rows of a page stand together: most ask for what the one before asked for.
        self._noted: PageFetch | None = None
        self._asked: PageFetch | None = None
        self._is_latest = False

    def note(self, sighting: PageFetch) -> None:
        """Notes a fetch of a page."""
        if sighting != self._noted:
            self._noted = sighting
            self._database.execute(_NOTE, sighting)

    def is_latest(self, sighting: PageFetch) -> bool:
        """Whether of all fetches of the page for the target that were noted this is the latest."""
        if sighting != self._asked:
            self._asked = sighting
            query = self._database.execute("SELECT fetch FROM pages WHERE page = ? AND target = ?", sighting[:2])
            self._is_latest = query.fetchone() == (sighting.fetch,)
        return self._is_latest

    def count_pages(self) -> int:
        """How many pages were noted, whatever the target."""
        (count,) = self._database.execute("SELECT count(*) FROM (SELECT DISTINCT page FROM pages)").fetchone()
        return int(count)

    def close(self) -> None:
        """Lets the file go."""
        self._database.close()


def _digest(value: object) -> bytes:
    # repr keeps apart what str does not: a text and an unknown one, and where one of several ends.
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()
