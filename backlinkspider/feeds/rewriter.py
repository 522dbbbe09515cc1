"""Rewrites a feed with other values in some cells; every other byte stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Protocol

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import CsvDialect
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.line_reader import Chunk, first_line, is_array_bracket, line_without_end
from backlinkspider.feeds.reader import (
    CSV_ENDING,
    JSON_ARRAY_ENDING,
    WHOLE,
    FeedFile,
    FeedReading,
    OnBadLine,
    feed_error,
    file_identity,
)
from backlinkspider.items import Cell

Change = Callable[[FeedRow], Mapping[str, Cell] | None]
"""Returns the new values of a row by column; missing columns keep their values, and None drops the row. It must not change
the row that it is given."""


@dataclass
class RewriteCounts:
    """Counts of lines by what was done with them."""

    read: int = 0
    """Rows that were given to `change`."""
    changed: int = 0
    dropped: int = 0
    copied: int = 0
    """Lines that were not wanted, or stand before `begin`."""
    bad_lines: int = 0
    """Lines that are not rows; they are copied too."""


def rewrite_feed(
    feed: FeedFile,
    output: Path,
    change: Change,
    *,
    reading: FeedReading = WHOLE,
    adds: Sequence[str] = (),
    on_bad_line: OnBadLine = lambda _, __: None,
) -> RewriteCounts:
    """Write the feed with the changes of `change` from `feed.begin` on to `output`, which may be the feed itself.

    A feed is `.csv`, `.json` (one row a line) or JSON lines; the output has the same format. A new column is written only if
    `adds` names it, and then to the whole table, also before `begin`. Lines that are not rows are copied. Memory: see
    `read_chunks`. Raises FeedError for a feed that cannot be read or has grown meanwhile, OSError, and what `reading` raises;
    the output then stays as it was.
    """
    rewriting = _Rewriting(feed, change, on_bad_line)
    with atomic_write(output) as file:
        try:
            for written in rewriting.rewrite(feed.chunks(reading), adds):
                file.write(written)
            if file_identity(str(output)) == feed.identity:
                _check_untouched(feed)
        except FeedError as error:
            raise feed_error(feed.path, error) from None
    return rewriting.counts


class _Rows(Protocol):
    """Reads and writes the rows of one format."""

    @property
    def widens(self) -> bool:
        """Return whether every row gets more columns, so that each line must be read."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the changed line, the line itself, or None to drop it. Raises FeedRowError."""

    def copy(self, lines: bytes) -> bytes:
        """Return the lines, or one line with added columns. Raises FeedRowError."""


class _Rewriting:
    """One pass over a feed."""

    def __init__(self, feed: FeedFile, change: Change, on_bad_line: OnBadLine) -> None:
        self.counts = RewriteCounts()
        self._feed = feed
        self._change = change
        self._note_bad_line = on_bad_line
        self._last_bad_line = 0

    def rewrite(self, chunks: Iterator[Chunk], adds: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes to write. Raises FeedError."""
        if self._feed.ending == JSON_ARRAY_ENDING:
            yield from self._rewrite_array(chunks, _JsonRows(adds))
            return
        rows: _Rows = _JsonRows(adds)
        if self._feed.ending == CSV_ENDING:
            header = first_line(chunks)
            if header is None:
                return
            rows = _CsvRows(header.text, adds, self._feed.dialect)
            yield rows.header or header.raw
        for chunk in chain.from_iterable(chunk.lines() for chunk in chunks) if rows.widens else chunks:
            yield self._rewrite_chunk(chunk, rows) or b""

    def _rewrite_array(self, chunks: Iterator[Chunk], rows: _Rows) -> Iterator[bytes]:
        """Rewrite an array, whose rows have commas between them and none after the last."""
        separator = b""
        for line in chain.from_iterable([chunk] if _is_part_of_array(chunk.raw) else chunk.lines() for chunk in chunks):
            if is_array_bracket(line):
                yield line.raw if line.number == 1 else b"\n" + line.raw
                continue
            if line.number == 1:
                raise FeedError("it is not a JSON array with one row a line")
            row = self._rewrite_chunk(line, rows)
            if row is not None and row.strip():
                yield separator + row.strip().removesuffix(b",")
                separator = b",\n"

    def _rewrite_chunk(self, chunk: Chunk, rows: _Rows) -> bytes | None:
        if not chunk.is_whole:
            self._note(line_without_end(chunk.number))
            return chunk.raw
        if chunk.raw.isspace():
            return chunk.raw
        try:
            written = rows.rewrite(chunk.raw, self._change) if chunk.is_wanted else rows.copy(chunk.raw)
        except FeedRowError as error:
            self._note(BadLine(chunk.number, str(error)))
            return _copy_if_possible(chunk.raw, rows)
        if not chunk.is_wanted:
            self.counts.copied += chunk.count_lines()
            return written
        self.counts.read += 1
        self.counts.dropped += written is None
        self.counts.changed += written is not None and written is not chunk.raw
        return written

    def _note(self, bad_line: BadLine) -> None:
        # A line that is too long comes in several chunks.
        if bad_line.number != self._last_bad_line:
            self.counts.bad_lines += 1
            self._note_bad_line(self._feed, bad_line)
        self._last_bad_line = bad_line.number


def _is_part_of_array(lines: bytes) -> bool:
    """Return whether lines are rows of a JSON array as the exporter writes them, each with a comma."""
    return lines.startswith(b"{") and lines.endswith(b"},\n") and lines.count(b"},\n{") + 1 == lines.count(b"\n")


def _copy_if_possible(line: bytes, rows: _Rows) -> bytes:
    """Add the new columns to a bad line where only a value is bad; otherwise return it as it is."""
    try:
        return rows.copy(line)
    except FeedRowError:
        return line


class _JsonRows:
    """Rows as JSON, one a line, with or without a comma at the end."""

    widens = False

    def __init__(self, adds: Sequence[str]) -> None:
        self._adds = tuple(adds)

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the changed line, the line itself, or None to drop it. Raises FeedRowError."""
        row = read_json_row(line.removeprefix(BYTE_ORDER_MARK).rstrip().removesuffix(b","))
        values = change(row)
        if values is None:
            return None
        columns = columns_with(tuple(row), self._adds)
        if len(columns) == len(row) and not _differing(row, values):
            return line
        changed = encode_json({column: values[column] if column in values else row.get(column) for column in columns})
        return changed + (b"\n" if line.endswith(b"\n") else b"")

    def copy(self, lines: bytes) -> bytes:
        """Return the lines; each JSON row has its own columns."""
        return lines


class _CsvRows:
    """Rows as CSV, which all have the columns of the header."""

    def __init__(self, header: bytes, adds: Sequence[str], dialect: CsvDialect | None) -> None:
        """Raise FeedError for a line that is not the header of a feed."""
        self._reader = CsvRowReader(header)
        self._dialect = dialect or self._reader.dialect
        old = self._reader.columns
        self._columns = columns_with(old, tuple(adds))
        self.widens = len(self._columns) > len(old)
        self._places = {column: place for place, column in enumerate(self._columns)}
        self._olds = [self._places[column] for column in old]
        self.header = BYTE_ORDER_MARK + encode_csv([self._columns], self._dialect) if self.widens else None
        """The new header; None where it does not change."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the changed line, the line itself, or None to drop it. Raises FeedRowError."""
        cells = self._reader.cells_of(line)
        row = self._reader.read_cells(cells)
        values = change(row)
        if values is None:
            return None
        differing = [column for column in _differing(row, values) if column in self._places]
        if not differing and not self.widens:
            return line
        written = self._widen(cells)
        for column in differing:
            written[self._places[column]] = values[column]
        return self._encode(written, line)

    def copy(self, lines: bytes) -> bytes:
        """Return the lines, or one line with empty cells for the added columns. Raises FeedRowError."""
        return self._encode(self._widen(self._reader.cells_of(lines)), lines) if self.widens else lines

    def _encode(self, cells: Sequence[Cell], line: bytes) -> bytes:
        """Encode the cells as a line with the line end of the old one."""
        encoded = encode_csv([cells], self._dialect)
        return encoded if line.endswith(b"\r\n") else encoded.removesuffix(b"\r\n") + b"\n"

    def _widen(self, cells: Sequence[str]) -> list[Cell]:
        widened: list[Cell] = [None] * len(self._columns)
        for place, cell in zip(self._olds, cells, strict=True):
            widened[place] = cell
        return widened


@lru_cache(maxsize=256)
def columns_with(columns: tuple[str, ...], adds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns and the missing ones of `adds`, each after the last column that precedes it in `COLUMNS`.

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


def _check_untouched(feed: FeedFile) -> None:
    """Raise FeedError where something was appended to the feed, which would be lost."""
    if Path(feed.path).stat().st_size != feed.size:
        raise FeedError("it grew while it was read; try again when nothing writes to it")
