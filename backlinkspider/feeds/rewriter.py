"""Feeds with other values in some of their cells; what is not changed stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Protocol

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.row_parser import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.exporters import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.feeds.line_reader import Piece, first_line, is_array_bracket, line_without_end
from backlinkspider.feeds.reader import (
    CSV_ENDING,
    JSON_ARRAY_ENDING,
    WHOLE,
    FeedFile,
    FeedReading,
    NoteBadLine,
    file_identity,
    named,
)
from backlinkspider.items import Cell

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
    """Lines that were not wanted, or stand before the beginning."""
    bad_lines: int = 0
    """Copied too."""


def rewrite_feed(
    feed: FeedFile,
    output: Path,
    change: Change,
    *,
    reading: FeedReading = WHOLE,
    adds: Sequence[str] = (),
    note_bad_line: NoteBadLine = lambda _, __: None,
) -> RewriteCounts:
    """Writes the feed, with what `change` changes from `feed.begin` on, to a file of the same format, which may be its own.

    A feed is `.csv`, `.json` (one row a line) or JSON lines. A column that it does not have is written only if `adds` names it,
    and then all of a table gets it, whatever its beginning. Lines that are no row are copied. Memory: as `read_chunks` says.
    Raises FeedError for a feed that cannot be read or has grown meanwhile, OSError for what cannot be written, and what
    `reading` raises; the output is then as it was.
    """
    rewriting = _Rewriting(feed, change, note_bad_line)
    with atomic_write(output) as file:
        try:
            for written in rewriting.rewrite(feed.pieces(reading), adds):
                file.write(written)
            if file_identity(str(output)) == feed.identity:
                _check_untouched(feed)
        except FeedError as error:
            raise named(feed.path, error) from None
    return rewriting.counts


class _Rows(Protocol):
    """How the rows of a kind of feed are read and written."""

    @property
    def widens(self) -> bool:
        """Whether every row gets more columns, so that each is to be looked at."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """The line with what is changed, or itself; None where it is dropped. Raises FeedRowError."""

    def copy(self, lines: bytes) -> bytes:
        """The lines, or what one is with more columns. Raises FeedRowError."""


class _Rewriting:
    """One pass over a feed."""

    def __init__(self, feed: FeedFile, change: Change, note_bad_line: NoteBadLine) -> None:
        self.counts = RewriteCounts()
        self._feed = feed
        self._change = change
        self._note_bad_line = note_bad_line
        self._last_bad_line = 0

    def rewrite(self, pieces: Iterator[Piece], adds: Sequence[str]) -> Iterator[bytes]:
        """What is written, in its order. Raises FeedError."""
        if self._feed.ending == JSON_ARRAY_ENDING:
            yield from self._rewrite_array(pieces, _JsonRows(adds))
            return
        rows: _Rows = _JsonRows(adds)
        if self._feed.ending == CSV_ENDING:
            header = first_line(pieces)
            if header is None:
                return
            rows = _CsvRows(header.text, adds)
            yield rows.header or header.raw
        for piece in chain.from_iterable(piece.lines() for piece in pieces) if rows.widens else pieces:
            yield self._rewrite_piece(piece, rows) or b""

    def _rewrite_array(self, pieces: Iterator[Piece], rows: _Rows) -> Iterator[bytes]:
        """The same of an array, whose rows have commas between them: the last that is left has none."""
        separator = b""
        for line in chain.from_iterable([piece] if _is_part_of_array(piece.raw) else piece.lines() for piece in pieces):
            if is_array_bracket(line):
                yield line.raw if line.number == 1 else b"\n" + line.raw
                continue
            if line.number == 1:
                raise FeedError("it is no JSON array with one row a line")
            row = self._rewrite_piece(line, rows)
            if row is not None and row.strip():
                yield separator + row.strip().removesuffix(b",")
                separator = b",\n"

    def _rewrite_piece(self, piece: Piece, rows: _Rows) -> bytes | None:
        if not piece.is_whole:
            self._note(line_without_end(piece.number))
            return piece.raw
        if piece.raw.isspace():
            return piece.raw
        try:
            written = rows.rewrite(piece.raw, self._change) if piece.is_wanted else rows.copy(piece.raw)
        except FeedRowError as error:
            self._note(BadLine(piece.number, str(error)))
            return _copy_if_possible(piece.raw, rows)
        if not piece.is_wanted:
            self.counts.copied += piece.count_lines()
            return written
        self.counts.read += 1
        self.counts.dropped += written is None
        self.counts.changed += written is not None and written is not piece.raw
        return written

    def _note(self, bad_line: BadLine) -> None:
        # A line that is too long comes in pieces.
        if bad_line.number != self._last_bad_line:
            self.counts.bad_lines += 1
            self._note_bad_line(self._feed, bad_line)
        self._last_bad_line = bad_line.number


def _is_part_of_array(lines: bytes) -> bool:
    """Whether lines are rows of a JSON array as the exporter writes them, of which each has a comma."""
    return lines.startswith(b"{") and lines.endswith(b"},\n") and lines.count(b"},\n{") + 1 == lines.count(b"\n")


def _copy_if_possible(line: bytes, rows: _Rows) -> bytes:
    """A bad line with the columns that are added, where it is one value that is wrong and not the line."""
    try:
        return rows.copy(line)
    except FeedRowError:
        return line


class _JsonRows:
    """Rows as JSON, alone on their lines or with commas behind them."""

    widens = False

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

    def copy(self, lines: bytes) -> bytes:
        """The lines: each row has its own columns."""
        return lines


class _CsvRows:
    """Rows as CSV, which all have the columns of the header."""

    def __init__(self, header: bytes, adds: Sequence[str]) -> None:
        """Raises FeedError for what is no header of a feed."""
        self._reader = CsvRowReader(header)
        old = self._reader.columns
        self._columns = columns_with(old, tuple(adds))
        self.widens = len(self._columns) > len(old)
        self._places = {column: place for place, column in enumerate(self._columns)}
        self._olds = [self._places[column] for column in old]
        self.header = BYTE_ORDER_MARK + encode_csv([self._columns]) if self.widens else None
        """None where it stays as it is."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """The line with what is changed, or itself; None where it is dropped. Raises FeedRowError."""
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
        return _encode_cells(written, line)

    def copy(self, lines: bytes) -> bytes:
        """The lines, or one with empty cells in the columns that are added. Raises FeedRowError."""
        return _encode_cells(self._widen(self._reader.cells_of(lines)), lines) if self.widens else lines

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
