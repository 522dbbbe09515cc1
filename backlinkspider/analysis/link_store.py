"""The links of a feed, found again by page, address and occurrence, for more links than fit in memory."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

import msgspec

from backlinkspider.core.rows.encode import encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.feeds.latest_pages import PageFetch, digest
from backlinkspider.items import Cell

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE links (
    link BLOB, fetch BLOB, occurrence INTEGER, number INTEGER, PRIMARY KEY (link, fetch, occurrence)
) WITHOUT ROWID;
CREATE TABLE cells (number INTEGER PRIMARY KEY, cells BLOB);
CREATE TABLE occurrences (link BLOB PRIMARY KEY, count INTEGER) WITHOUT ROWID;
BEGIN;
"""
_LAST = "SELECT occurrence FROM links WHERE link = ? AND fetch = ? ORDER BY occurrence DESC LIMIT 1"
_COUNT = """
INSERT INTO occurrences VALUES (?, 1) ON CONFLICT (link) DO UPDATE SET count = count + 1 RETURNING count
"""
_DECODER = msgspec.json.Decoder(dict[str, str | float | bool | tuple[str, ...] | None])


class StoredLink(NamedTuple):
    """A link of the stored feed."""

    number: int
    """The number of its row, from 0."""
    fetch: bytes
    """The fetch of its page that the row belongs to."""


class LinkStore:
    """The links of one feed with some of their cells, in a temporary file that SQLite deletes by itself.

    A link is known by its page, the target that it is judged against, and its address, each as the crawl compares them, and by
    which of the links on the page with that address it is. Raises sqlite3.Error.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def add(self, number: int, link: bytes, fetch: bytes, cells: FeedRow) -> None:
        """Add a row, the next on its page with its address."""
        last = self._database.execute(_LAST, (link, fetch)).fetchone()
        occurrence = last[0] + 1 if last is not None else 1
        self._database.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (link, fetch, occurrence, number))
        self._database.execute("INSERT INTO cells VALUES (?, ?)", (number, encode_json(cells)))

    def find_next(self, link: bytes) -> list[StoredLink]:
        """Return the stored links that are the same as the next one of the other feed, at most one for each fetch."""
        (occurrence,) = self._database.execute(_COUNT, (link,)).fetchone()
        query = "SELECT number, fetch FROM links WHERE link = ? AND occurrence = ?"
        return [StoredLink(*row) for row in self._database.execute(query, (link, occurrence))]

    def cells_of(self, number: int) -> dict[str, Cell]:
        (cells,) = self._database.execute("SELECT cells FROM cells WHERE number = ?", (number,)).fetchone()
        return dict(_DECODER.decode(cells))

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()


def link_key(row: FeedRow, fetch: PageFetch) -> bytes:
    """Return a key that is equal for the links of a page to one address."""
    return digest((fetch.page, fetch.target, canonical_url(str(row.get("url_to") or ""))))
