"""Writes rows with the columns of several feeds, as CSV or JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backlinkspider.core.exceptions import ArgumentError, FeedError
from backlinkspider.core.monitor.columns import MONITOR_COLUMNS
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import PLAIN_CSV, CsvDialect
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import FeedRow, is_monitored_row
from backlinkspider.core.text import truncate_for_message
from backlinkspider.feeds.reader import CSV_ENDING, JSON_LINES_ENDINGS, FeedFile, file_identity
from backlinkspider.items import Cell

OTHER_COLUMNS_MAXIMUM = 200
"""The most columns that are not ours, over all feeds."""


class FeedColumns:
    """The columns of all rows of several feeds."""

    def __init__(self) -> None:
        self._found: dict[str, Cell] = {}

    def add(self, row: FeedRow, feed: FeedFile) -> None:
        """Add the columns of a row. Raises FeedError where there are too many."""
        if row.keys() <= self._found.keys():
            return
        self._found |= dict.fromkeys(row)
        others = self._others()
        if len(others) > OTHER_COLUMNS_MAXIMUM:
            raise FeedError(
                f"feed '{feed.path}' has one column too many that is not ours, '{truncate_for_message(others[-1])}': "
                f"more than {OTHER_COLUMNS_MAXIMUM} are not read"
            )

    def in_order(self) -> list[str]:
        """Return ours in their order, then the others; without a row all of ours, as in the table of an empty crawl."""
        return [column for column in self._ours if column in self._found or not self._found] + self._others()

    @property
    def _ours(self) -> Sequence[str]:
        """Our columns in the order of the table: that of the monitor, where one of the feeds is its own."""
        return tuple(dict.fromkeys((*MONITOR_COLUMNS, *COLUMNS))) if is_monitored_row(self._found) else COLUMNS

    def _others(self) -> list[str]:
        return [column for column in self._found if column not in self._ours]


def encode_rows(rows: Iterable[FeedRow], columns: Sequence[str], output: str, dialect: CsvDialect = PLAIN_CSV) -> Iterator[bytes]:
    """Encode rows in the format that the name of the output tells."""
    if not output.endswith(CSV_ENDING):
        for row in rows:
            yield encode_json({column: row.get(column) for column in columns}) + b"\n"
        return
    yield BYTE_ORDER_MARK + encode_csv([columns], dialect)
    for row in rows:
        yield encode_csv([map(row.get, columns)], dialect)


def check_format(output: str, *others: str) -> None:
    """Raise ArgumentError for an output in no known format; `others` are further endings of names."""
    if not output.endswith((CSV_ENDING, *JSON_LINES_ENDINGS, *others)):
        endings = (CSV_ENDING, JSON_LINES_ENDINGS[0], *others)
        names = f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise ArgumentError(f"the output '{output}' must be named {names}, in lower case")


def check_output(output: str, feeds: Iterable[FeedFile]) -> None:
    """Raise FeedError where the output is one of the feeds, or a feed is given twice."""
    taken = {file_identity(output): "is the output too; name another output"}
    for feed in feeds:
        if feed.identity in taken:
            raise FeedError(f"feed '{feed.path}' {taken[feed.identity]}")
        taken[feed.identity] = "is given twice"
