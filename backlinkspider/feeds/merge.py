"""Merges the feeds of several crawls and keeps the latest fetch of each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from backlinkspider.core.exceptions import ArgumentError, FeedError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.text import truncate_for_message
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.latest_pages import LatestFetches, page_fetch
from backlinkspider.feeds.reader import CSV_ENDING, JSON_LINES_ENDINGS, FeedFile, OnBadLine, file_identity, open_feed

OTHER_COLUMNS_MAXIMUM = 200
"""The most columns that are not ours, over all feeds."""


@dataclass
class MergeCounts:
    """Counts of pages and rows."""

    pages: int = 0
    rows_written: int = 0
    bad_lines: int = 0
    rows_by_feed: list[int] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """The rows of all feeds."""
        return sum(self.rows_by_feed)

    @property
    def duplicates(self) -> int:
        """Rows of fetches that a later fetch replaces."""
        return self.rows_read - self.rows_written


def open_feeds(paths: Sequence[str], output: str) -> list[FeedFile]:
    """Open the feeds to merge. Raises ArgumentError for an unfit output, FeedError for an unfit feed."""
    if not output.endswith((CSV_ENDING, *JSON_LINES_ENDINGS)):
        raise ArgumentError(f"the output '{output}' must be named .csv or .jsonl, in lower case")
    feeds = [open_feed(path) for path in paths]
    taken = {file_identity(output): "is the output too; name another output"}
    for feed in feeds:
        if feed.identity in taken:
            raise FeedError(f"feed '{feed.path}' {taken[feed.identity]}")
        taken[feed.identity] = "is given twice"
    return feeds


def merge_feeds(feeds: Sequence[FeedFile], output: str, on_bad_line: OnBadLine) -> MergeCounts:
    """Write the rows of the latest fetch of each page, in the order of the feeds and their lines.

    Raises FeedError for a feed that cannot be read, OSError and sqlite3.Error for what cannot be written.
    """
    counts = MergeCounts()
    with atomic_write(Path(output)) as file, closing(LatestFetches()) as index:
        columns = _index_pages(feeds, index, counts, on_bad_line)
        rows = _latest_rows(feeds, index, counts)
        for line in _csv_lines(rows, columns) if output.endswith(CSV_ENDING) else _json_lines(rows, columns):
            file.write(line)
        counts.pages = index.count_pages()
    return counts


def _index_pages(feeds: Sequence[FeedFile], index: LatestFetches, counts: MergeCounts, on_bad_line: OnBadLine) -> list[str]:
    """Add every page of the feeds to the index; return the columns of all rows: ours in their order, then others."""
    found: dict[str, None] = {}
    for number, feed in enumerate(feeds):
        rows = 0
        for row in feed.rows():
            if isinstance(row, BadLine):
                counts.bad_lines += 1
                on_bad_line(feed, row)
                continue
            rows += 1
            if not row.keys() <= found.keys():
                found |= dict.fromkeys(row)
                _check_columns(found, feed)
            index.add(page_fetch(row, number))
        counts.rows_by_feed.append(rows)
    # A table without rows has all columns, like the table of a crawl that found nothing.
    return [column for column in COLUMNS if column in found or not found] + _others(found)


def _latest_rows(feeds: Sequence[FeedFile], index: LatestFetches, counts: MergeCounts) -> Iterator[FeedRow]:
    for number, feed in enumerate(feeds):
        rows = 0
        for row in feed.rows():
            if isinstance(row, BadLine):
                continue
            rows += 1
            if index.is_latest(page_fetch(row, number)):
                counts.rows_written += 1
                yield row
        if rows != counts.rows_by_feed[number]:
            raise FeedError(f"feed '{feed.path}' changed while it was read; merge again when nothing writes to it")


def _csv_lines(rows: Iterable[FeedRow], columns: Sequence[str]) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK + encode_csv([columns])
    for row in rows:
        yield encode_csv([map(row.get, columns)])


def _json_lines(rows: Iterable[FeedRow], columns: Sequence[str]) -> Iterator[bytes]:
    for row in rows:
        yield encode_json({column: row.get(column) for column in columns}) + b"\n"


def _check_columns(columns: Iterable[str], feed: FeedFile) -> None:
    others = _others(columns)
    if len(others) > OTHER_COLUMNS_MAXIMUM:
        raise FeedError(
            f"feed '{feed.path}' has one column too many that is not ours, '{truncate_for_message(others[-1])}': "
            f"more than {OTHER_COLUMNS_MAXIMUM} are not merged"
        )


def _others(columns: Iterable[str]) -> list[str]:
    return [column for column in columns if column not in COLUMNS]
