"""Merges the feeds of several crawls and keeps the latest fetch of each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.csv_cells import PLAIN_CSV, CsvDialect
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.latest_pages import LatestFetches, page_fetch
from backlinkspider.feeds.reader import FeedFile, OnBadLine, open_feed
from backlinkspider.feeds.row_writer import FeedColumns, check_format, check_output, encode_rows


@dataclass
class MergeCounts:
    """Counts of pages and rows."""

    pages: int = 0
    rows_written: int = 0
    bad_lines: int = 0
    rows_by_feed: list[int] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        return sum(self.rows_by_feed)

    @property
    def duplicates(self) -> int:
        """Rows of fetches that a later fetch replaces."""
        return self.rows_read - self.rows_written


def open_feeds(paths: Sequence[str], output: str) -> list[FeedFile]:
    """Open the feeds to merge. Raises ArgumentError for an unfit output, FeedError for an unfit feed."""
    check_format(output)
    feeds = [open_feed(path) for path in paths]
    check_output(output, feeds)
    return feeds


def merge_feeds(
    feeds: Sequence[FeedFile], output: str, on_bad_line: OnBadLine, *, dialect: CsvDialect = PLAIN_CSV
) -> MergeCounts:
    """Write the rows of the latest fetch of each page, in the order of the feeds and their lines.

    Raises FeedError for a feed that cannot be read, OSError and sqlite3.Error for what cannot be written.
    """
    counts = MergeCounts()
    with atomic_write(Path(output)) as file, closing(LatestFetches()) as index:
        columns = _index_pages(feeds, index, counts, on_bad_line)
        rows = _latest_rows(feeds, index, counts)
        for line in encode_rows(rows, columns, output, dialect):
            file.write(line)
        counts.pages = index.count_pages()
    return counts


def _index_pages(feeds: Sequence[FeedFile], index: LatestFetches, counts: MergeCounts, on_bad_line: OnBadLine) -> list[str]:
    """Add every page of the feeds to the index; return the columns of all rows."""
    columns = FeedColumns()
    for number, feed in enumerate(feeds):
        rows = 0
        for row in feed.rows():
            if isinstance(row, BadLine):
                counts.bad_lines += 1
                on_bad_line(feed, row)
                continue
            rows += 1
            columns.add(row, feed)
            index.add(page_fetch(row, number))
        counts.rows_by_feed.append(rows)
    return columns.in_order()


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
