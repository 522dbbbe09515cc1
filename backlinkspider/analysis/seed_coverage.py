"""Coverage files of a crawl, read back: which sites were read whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from backlinkspider.core.coverage.outcome import is_read_whole
from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR
from backlinkspider.core.rows.row_parser import cells_in, dialect_of
from backlinkspider.feeds.latest_pages import digest
from backlinkspider.feeds.line_reader import EVERY_LINE, first_line
from backlinkspider.feeds.reader import CSV_ENDING, FeedFile, FeedReading, feed_error, open_feed

_NEEDED = ("seed", "outcome", "pages", "error_reasons", "robots_blocked", "pending")
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE seeds (seed BLOB PRIMARY KEY, outcome TEXT, is_whole INTEGER, pages INTEGER) WITHOUT ROWID;
BEGIN;
"""
_ADD = """
INSERT INTO seeds VALUES (?, ?, ?, ?)
ON CONFLICT (seed) DO UPDATE SET outcome = excluded.outcome, is_whole = excluded.is_whole, pages = excluded.pages
WHERE excluded.is_whole > seeds.is_whole
"""

_UNKNOWN_SEED = "seed_not_asked"
_UNREAD_PAGES = "partial"


class CoverageOfSeeds:
    """What coverage files say of each seed, in a temporary file that SQLite deletes by itself."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._is_empty = True

    def read(self, path: str) -> None:
        """Add the seeds of a coverage file, `.csv` or `.jsonl`. Raises FeedError, sqlite3.Error."""
        file = open_feed(path)
        self._is_empty = False
        try:
            for row in _rows(file):
                self._add(row)
        except (FeedError, FeedRowError, KeyError, ValueError) as error:
            raise feed_error(path, f"it is not a coverage file ({error})") from None

    def why_unread(self, seed: object, depth: object) -> str | None:
        """Return why a page that was reached from a seed may not have been read; None where it was, or is gone.

        `depth` is the number of links from the seed to the page. Of a seed with a single page only that page is known to be read.
        """
        if self._is_empty:
            return "no_coverage"
        row = self._database.execute("SELECT outcome, is_whole, pages FROM seeds WHERE seed = ?", (digest(seed),)).fetchone()
        if row is None:
            return _UNKNOWN_SEED
        outcome, is_whole, pages = row
        if is_whole and (depth == 0 or pages > 1):
            return None
        return str(outcome) if not is_whole and outcome != "complete" else _UNREAD_PAGES

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()

    def _add(self, row: Mapping[str, Any]) -> None:
        reasons = row["error_reasons"]
        reasons = reasons.split(LIST_SEPARATOR) if isinstance(reasons, str) else reasons
        unread = int(row["robots_blocked"]) + int(row["pending"])
        is_whole = is_read_whole(row["outcome"], filter(None, reasons), unread=unread)
        self._database.execute(_ADD, (digest(row["seed"]), str(row["outcome"]), is_whole, int(row["pages"])))


def _rows(file: FeedFile) -> Iterator[Mapping[str, Any]]:
    """Yield the rows. Raises FeedError, FeedRowError, ValueError."""
    chunks = file.chunks(FeedReading(EVERY_LINE))
    if file.ending != CSV_ENDING:
        yield from (msgspec.json.decode(chunk.text, type=dict[str, Any]) for chunk in chunks if chunk.text.strip())
        return
    header = first_line(chunks)
    text = header.text if header is not None else b""
    dialect = dialect_of(text, "outcome")
    columns = _check_columns(cells_in(text, dialect))
    for chunk in chunks:
        if chunk.text.strip():
            yield dict(zip(columns, cells_in(chunk.text, dialect), strict=True))


def _check_columns(columns: Sequence[str]) -> Sequence[str]:
    missing = next((column for column in _NEEDED if column not in columns), None)
    if missing is not None:
        raise FeedError(f"it has no column {missing}")
    return columns
