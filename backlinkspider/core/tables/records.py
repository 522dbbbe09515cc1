"""Lines to the records of a delimited table, with whatever is wrong with its quotation marks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Record(NamedTuple):
    """One row of a table."""

    number: int
    """The line it begins at, from 1."""
    cells: list[str]


class RecordReader:
    """Reads records one after the other.

    A cell in quotation marks may hold the delimiter, line breaks and doubled marks (RFC 4180). Where marks are not meant as
    such, or one is not closed, the line is a record of its own, so that a stray mark costs no other line.
    """

    def __init__(self, lines: Iterable[tuple[int, str]], delimiter: str, *, width: int) -> None:
        """`width` is the number of cells that most rows have."""
        self.broken = 0
        """Records so far whose quotation marks are wrong."""
        self._lines = _RecordLines(lines)
        self._delimiter = delimiter
        self._table = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._width = width

    def __iter__(self) -> Iterator[Record]:
        while (cells := self._read_cells()) is not None:
            yield Record(self._lines.first_number, cells)

    def _read_cells(self) -> list[str] | None:
        self._lines.begin()
        try:
            cells = next(self._table, None)
        except csv.Error:
            return self._read_first_line()
        if cells is not None and self._lines.goes_over_lines and self._is_accident(cells):
            return self._read_first_line()
        return cells

    def _is_accident(self, cells: list[str]) -> bool:
        """Return whether a quote that a later line seemed to close joined lines that are whole by themselves."""
        return len(cells) != self._width == len(self._split(self._lines.first_line))

    def _read_first_line(self) -> list[str]:
        self.broken += 1
        return self._split(self._lines.end_at_once())

    def _split(self, line: str) -> list[str]:
        """The cells of a line by the first rule that gives it as many as the others have.

        Marks within a cell are doubled, or stand behind a backslash, or are no marks at all.
        """
        bare = [cell.strip().strip('"') for cell in line.split(self._delimiter)]
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
            escaped = next(csv.reader([line], delimiter=self._delimiter, escapechar="\\"), [])
        except csv.Error:  # More than a cell may have.
            return bare
        return next((each for each in (cells, escaped, bare) if len(each) == self._width), cells)


class _RecordLines:
    """Lines for a CSV reader, with those that its record is made of.

    Where a cell was seen to go on without an end, the lines that it went through are no part of a cell that began before them:
    to go through them again for each would take a time that grows with the square of the table.
    """

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self._given_back: list[tuple[int, str]] = []
        self._record: list[tuple[int, str]] = []
        self._endless_until = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.pop() if self._given_back else next(self._lines)
        if self._record and line[0] <= self._endless_until:
            self._given_back.append(line)
            raise StopIteration
        self._record.append(line)
        return line[1]

    @property
    def first_number(self) -> int:
        return self._record[0][0]

    @property
    def first_line(self) -> str:
        return self._record[0][1]

    @property
    def goes_over_lines(self) -> bool:
        return len(self._record) > 1

    def begin(self) -> None:
        self._record = []

    def end_at_once(self) -> str:
        """The first line, which is made the record; those behind it are the next to be read."""
        if len(self._record) > 1:
            self._endless_until = self._record[-1][0]
        self._given_back += reversed(self._record[1:])
        del self._record[1:]
        return self._record[0][1]
