"""Finds the latest fetch of each page, for more pages than fit in memory."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

from backlinkspider.core.rows.row_parser import FeedRow, is_monitored_row, microseconds_of
from backlinkspider.core.urls.canonicalize import canonical_url

_NEVER = -(2**62)
"""Stands for a missing time: earlier than every other."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE pages (page BLOB, target BLOB, fetched_at INTEGER, fetch BLOB, PRIMARY KEY (page, target)) WITHOUT ROWID;
CREATE TABLE pages_for_all (page BLOB, feed INTEGER, fetched_at INTEGER, PRIMARY KEY (page, feed)) WITHOUT ROWID;
CREATE TABLE targets (target BLOB, feed INTEGER, PRIMARY KEY (target, feed)) WITHOUT ROWID;
BEGIN;
"""
_ADD = """
INSERT INTO pages VALUES (?, ?, ?, ?)
ON CONFLICT (page, target) DO UPDATE SET fetched_at = excluded.fetched_at, fetch = excluded.fetch
WHERE excluded.fetched_at >= pages.fetched_at
"""
_ADD_FOR_ALL = """
INSERT INTO pages_for_all VALUES (?, ?, ?)
ON CONFLICT (page, feed) DO UPDATE SET fetched_at = max(excluded.fetched_at, pages_for_all.fetched_at)
"""
_ADD_TARGET = "INSERT OR IGNORE INTO targets VALUES (?, ?)"
_IS_REPLACED = """
SELECT 1 FROM pages_for_all JOIN targets USING (feed)
WHERE page = ? AND target = ? AND (fetched_at, feed) > (?, ?)
"""


class PageFetch(NamedTuple):
    """One fetch of a page, judged against one target. Digests give URLs of any length the same size."""

    page: bytes
    """Equal for two spellings of one URL."""
    target: bytes
    fetched_at: int
    fetch: bytes
    """Equal for all rows of one fetch: one URL, seed, time and feed."""
    feed: int
    """The number of the feed."""


def page_fetch(row: FeedRow, feed: int) -> PageFetch:
    """Return the fetch that a row of a feed belongs to.

    Of the monitor's rows, those of a page are of one look at it, whether they have a target or not.
    """
    if is_monitored_row(row):
        return _look_of_monitor(row, feed)
    url, time = str(row["url_from"]), row.get("fetched_at")
    # A URL with a session id redirects to the page without it, which is another page with the same key.
    page = url.partition("#")[0] if row.get("link_type") == "redirect" else canonical_url(url)
    return PageFetch(
        page=digest(page),
        target=digest(row.get("target")),
        fetched_at=microseconds_of(time) if isinstance(time, str) else _NEVER,
        fetch=digest((url, row.get("seed"), time, feed)),
        feed=feed,
    )


def _look_of_monitor(row: FeedRow, feed: int) -> PageFetch:
    url, time = str(row["url_from"]), row.get("last_checked")
    page = canonical_url(url) if url.startswith(("https://", "http://")) else url
    moment = microseconds_of(time) if isinstance(time, str) else _NEVER
    return PageFetch(digest(page), digest(None), fetched_at=moment, fetch=digest((time, feed)), feed=feed)


class LatestFetches:
    """The latest fetch of each page and target, in a temporary file that SQLite deletes by itself.

    Of two fetches with the same time the one that was added later wins. A row without a target is of a crawl for several: its
    page was read for all that its feed names. Raises sqlite3.Error.
    """

    def __init__(self) -> None:
        # A database without a name spills to the disk and is deleted when it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        # The rows of a page stand together, so most repeat the question of the row before.
        self._last_added: PageFetch | None = None
        self._last_asked: PageFetch | None = None
        self._is_latest = False

    def add(self, fetch: PageFetch) -> None:
        if fetch == self._last_added:
            return
        self._last_added = fetch
        self._database.execute(_ADD, fetch[:4])
        if fetch.target == _NO_TARGET:
            self._database.execute(_ADD_FOR_ALL, (fetch.page, fetch.feed, fetch.fetched_at))
        else:
            self._database.execute(_ADD_TARGET, (fetch.target, fetch.feed))

    def is_latest(self, fetch: PageFetch) -> bool:
        if fetch != self._last_asked:
            self._last_asked = fetch
            query = "SELECT fetched_at FROM pages WHERE page = ? AND target = ? AND fetch = ?"
            found = self._database.execute(query, (*fetch[:2], fetch.fetch)).fetchone()
            self._is_latest = found is not None and not self._is_replaced(fetch, found[0])
        return self._is_latest

    def has_page(self, fetch: PageFetch) -> bool:
        """Return whether any fetch of its page for its target was added, or for all targets."""
        query = "SELECT 1 FROM pages WHERE page = ? AND target IN (?, ?)"
        return self._database.execute(query, (*fetch[:2], _NO_TARGET)).fetchone() is not None

    def count_pages(self) -> int:
        """Return the number of pages, whatever the target."""
        (count,) = self._database.execute("SELECT count(*) FROM (SELECT DISTINCT page FROM pages)").fetchone()
        return int(count)

    def close(self) -> None:
        self._database.close()

    def _is_replaced(self, fetch: PageFetch, fetched_at: int) -> bool:
        """Return whether a later fetch of the page was for all targets of its feed, this one among them."""
        found = self._database.execute(_IS_REPLACED, (fetch.page, fetch.target, fetched_at, fetch.feed))
        return found.fetchone() is not None


def digest(value: object) -> bytes:
    """Return a key of 16 bytes that is equal for equal texts, numbers and tuples of them."""
    # repr tells apart what str does not: "None" from None, and where each element of a tuple ends.
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()


_NO_TARGET = digest(None)
