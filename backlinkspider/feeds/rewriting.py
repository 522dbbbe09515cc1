"""Feeds with other values in some of their cells; what is not changed stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.feed_rows import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds import BadLine
from backlinkspider.exporters import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.feeds.feed_files import (
    CSV_ENDING,
    JSON_ARRAY_ENDING,
    FeedFile,
    FeedLine,
    NoteBadLine,
    Wants,
    file_identity,
    first_line,
    is_array_bracket,
    line_without_end,
    named,
    text_of_line,
)
from backlinkspider.feeds.whole_files import write_whole
from backlinkspider.items import COLUMNS, Cell

Change = Callable[[FeedRow], Mapping[str, Cell] | None]
"""The values that a row gets, by column: all of them, or some, and the others stay as they are. None drops the row. A row that
gets no other values than it had stays as it is; the row that is given must not be changed itself."""


@dataclass
class RewriteCounts:
    """What became of the lines."""

    read: int = 0
    """Rows that `change` was asked about."""
    changed: int = 0
    dropped: int = 0
    copied: int = 0
    """Rows that were not wanted, or stand before the beginning."""
    bad_lines: int = 0
    """Copied too."""


def rewrite_feed(
    feed: FeedFile,
    output: Path,
    change: Change,
    *,
    wants: Wants = lambda _: True,
    adds: Sequence[str] = (),
    note_bad_line: NoteBadLine = lambda _, __: None,
) -> RewriteCounts:
    """Writes the feed, with what `change` changes from `feed.begin` on, to a file of the same format, which may be its own.

    A feed is `.csv`, `.json` (one row a line) or JSON lines. A column that it does not have is written only if `adds` names it,
    and then all of a table gets it, whatever its beginning. Lines that are no row are copied. Memory: one line. Raises
    FeedError for a feed that cannot be read or has grown meanwhile, OSError for what cannot be written; the output is then as
    it was.
    """
    rewriting = _Rewriting(feed, change, wants, note_bad_line)
    with write_whole(output) as file:
        try:
            for piece in rewriting.pieces(adds):
                file.write(piece)
            if file_identity(str(output)) == feed.identity:
                _check_untouched(feed)
        except FeedError as error:
            raise named(feed.path, error) from None
    return rewriting.counts


class _Rows(Protocol):
    """How the rows of a kind of feed are read and written."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """The line with what is changed, or itself; None where it is dropped. Raises FeedRowError."""

    def copy(self, line: bytes) -> bytes:
        """The line, or what it is with more columns. Raises FeedRowError."""


class _Rewriting:
    """One pass over a feed."""

    def __init__(self, feed: FeedFile, change: Change, wants: Wants, note_bad_line: NoteBadLine) -> None:
        self.counts = RewriteCounts()
        self._feed = feed
        self._change = change
        self._wants = wants
        self._note_bad_line = note_bad_line
        self._last_bad_line = 0

    def pieces(self, adds: Sequence[str]) -> Iterator[bytes]:
        """What is written, in its order. Raises FeedError."""
        lines = self._feed.lines()
        if self._feed.ending == JSON_ARRAY_ENDING:
            yield from self._array_pieces(lines, _JsonRows(adds))
            return
        rows: _Rows = _JsonRows(adds)
        if self._feed.ending == CSV_ENDING:
            header = first_line(lines)
            if header is None:
                return
            rows = _CsvRows(text_of_line(header), adds)
            yield rows.header or header.raw
        for line in lines:
            yield self._rewrite(line, rows) or b""

    def _array_pieces(self, lines: Iterator[FeedLine], rows: _Rows) -> Iterator[bytes]:
        """The same of an array, whose rows have commas between them: the last that is left has none."""
        separator = b""
        for line in lines:
            if is_array_bracket(line):
                yield line.raw if line.number == 1 else b"\n" + line.raw
                continue
            if line.number == 1:
                raise FeedError("it is no JSON array with one row a line")
            row = self._rewrite(line, rows)
            if row is not None and row.strip():
                yield separator + row.strip().removesuffix(b",")
                separator = b",\n"

    def _rewrite(self, line: FeedLine, rows: _Rows) -> bytes | None:
        if not line.is_whole:
            self._note(line_without_end(line.number))
            return line.raw
        if not line.raw.strip():
            return line.raw
        is_read = self._wants(line.raw) and line.offset >= self._feed.begin
        try:
            written = rows.rewrite(line.raw, self._change) if is_read else rows.copy(line.raw)
        except FeedRowError as error:
            self._note(BadLine(line.number, str(error)))
            return _copy_if_possible(line.raw, rows)
        self.counts.read += is_read
        self.counts.copied += not is_read
        self.counts.dropped += written is None
        self.counts.changed += is_read and written is not None and written is not line.raw
        return written

    def _note(self, bad_line: BadLine) -> None:
        # A line that is too long comes in pieces.
        if bad_line.number != self._last_bad_line:
            self.counts.bad_lines += 1
            self._note_bad_line(self._feed, bad_line)
        self._last_bad_line = bad_line.number


def _copy_if_possible(line: bytes, rows: _Rows) -> bytes:
    """A bad line with the columns that are added, where it is one value that is wrong and not the line."""
    try:
        return rows.copy(line)
    except FeedRowError:
        return line


class _JsonRows:
    """Rows as JSON, alone on their lines or with commas behind them."""

    def __init__(self, adds: Sequence[str]) -> None:
        self._adds = tuple(adds)

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """The line with what is changed, or itself; None where it is dropped. Raises FeedRowError."""
        row = read_json_row(line.removeprefix(BYTE_ORDER_MARK).rstrip().removesuffix(b","))
        values = change(row)
        if values is None:
            return None
        columns = columns_with(tuple(row), self._adds)
        if len(columns) == len(row) and not _differing(row, values):
            return line
        changed = encode_json({column: values[column] if column in values else row.get(column) for column in columns})
        return changed + (b"\n" if line.endswith(b"\n") else b"")

    def copy(self, line: bytes) -> bytes:
        """The line: each row has its own columns."""
        return line


class _CsvRows:
    """Rows as CSV, which all have the columns of the header."""

    def __init__(self, header: bytes, adds: Sequence[str]) -> None:
        """Raises FeedError for what is no header of a feed."""
        self._reader = CsvRowReader(header)
        old = self._reader.columns
        self._columns = columns_with(old, tuple(adds))
        self._has_more = len(self._columns) > len(old)
        self._places = {column: place for place, column in enumerate(self._columns)}
        self._olds = [self._places[column] for column in old]
        self.header = BYTE_ORDER_MARK + encode_csv([self._columns]) if self._has_more else None
        """None where it stays as it is."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """The line with what is changed, or itself; None where it is dropped. Raises FeedRowError."""
        cells = self._reader.cells_of(line)
        row = self._reader.read_cells(cells)
        values = change(row)
        if values is None:
            return None
        differing = [column for column in _differing(row, values) if column in self._places]
        if not differing and not self._has_more:
            return line
        written = self._widen(cells)
        for column in differing:
            written[self._places[column]] = values[column]
        return _encode_cells(written, line)

    def copy(self, line: bytes) -> bytes:
        """The line, with empty cells in the columns that are added. Raises FeedRowError."""
        return _encode_cells(self._widen(self._reader.cells_of(line)), line) if self._has_more else line

    def _widen(self, cells: Sequence[str]) -> list[Cell]:
        widened: list[Cell] = [None] * len(self._columns)
        for place, cell in zip(self._olds, cells, strict=True):
            widened[place] = cell
        return widened


@lru_cache(maxsize=256)
def columns_with(columns: tuple[str, ...], adds: tuple[str, ...]) -> tuple[str, ...]:
    """The columns with those of `adds` that are missing, each behind the last of ours that stands before it in `COLUMNS`.

    >>> columns_with(("relation", "url_from", "anchor", "note"), ("quality", "verdict"))
    ('relation', 'url_from', 'anchor', 'verdict', 'quality', 'note')
    """
    arranged = list(columns)
    for added in sorted(set(adds).difference(columns), key=COLUMNS.index):
        earlier = COLUMNS[: COLUMNS.index(added)]
        arranged.insert(max((arranged.index(column) + 1 for column in earlier if column in arranged), default=0), added)
    return tuple(arranged)


def _differing(row: FeedRow, values: Mapping[str, Cell]) -> list[str]:
    if values is row:
        return []
    return [column for column, value in values.items() if row.get(column) != value]


def _encode_cells(cells: Sequence[Cell], line: bytes) -> bytes:
    """The cells as a line, which ends as it did."""
    encoded = encode_csv([cells])
    return encoded if line.endswith(b"\r\n") else encoded.removesuffix(b"\r\n") + b"\n"


def _check_untouched(feed: FeedFile) -> None:
    """Raises FeedError where something was appended to the feed, which would be lost."""
    if Path(feed.path).stat().st_size != feed.size:
        raise FeedError("it has grown while it was read; try again when nothing writes to it")
