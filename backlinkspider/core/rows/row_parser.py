"""Parse the lines of a feed back into rows.

A row has exactly the columns of its feed. That may be a selection of ours, and may include columns that somebody added in a
spreadsheet; those are passed through as text.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.columns import COLUMNS, CrawlLevelColumns
from backlinkspider.core.rows.csv_cells import (
    DELIMITERS,
    DIALECTS,
    LIST_SEPARATOR,
    PLAIN_CSV,
    CsvDialect,
    unescape_formula,
)
from backlinkspider.core.text import truncate_for_message
from backlinkspider.items import COVERAGE_COLUMNS, Cell, Link, Page

FeedRow = dict[str, Cell]
"""The values of a row by column; None is unknown."""

NAME_MAXIMUM = 200
"""Characters of a column name."""

# With int, because msgspec does not accept 1 as a float.
_JSON = msgspec.json.Decoder(dict[str, Cell | int])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_BOOLEANS = {"true": True, "false": False}
_TIMES = ("fetched_at", "last_checked")
_SPLIT = "split at commas, semicolons, tabs or bars"
_COVERAGE = "it says what was seen of each seed (argument coverage), and has no rows of links"
_NAMES = {str: "a text", bool: "true or false", int: "a number", float: "a number", tuple: "a list", NoneType: "null"}
_ANY_TYPE = frozenset(_NAMES)


def read_json_row(line: bytes) -> FeedRow:
    """Parse a line of JSON. Raises FeedRowError; FeedError for a row of coverage.

    >>> read_json_row(b'{"url_from": "https://a.example/", "rel": ["ugc"]}')
    {'url_from': 'https://a.example/', 'rel': ('ugc',)}
    """
    try:
        row = _JSON.decode(line)
    except msgspec.ValidationError as error:
        raise FeedRowError(f"it is not a row ({truncate_for_message(str(error))})") from None
    except (ValueError, RecursionError) as error:
        raise FeedRowError(f"it is not valid JSON ({truncate_for_message(str(error))})") from None
    if "url_from" not in row and row.keys() == set(COVERAGE_COLUMNS):
        raise FeedError(_COVERAGE)
    for column, value in row.items():
        if type(value) not in _TYPES.get(column, _ANY_TYPE):
            raise FeedRowError(f"{column} is {_NAMES[type(value)]}")
        if column not in _TYPES:
            _check_name(column)
    return _checked(row)


class CsvRowReader:
    """Parse the rows of a CSV feed by its header, which shows the delimiter too.

    The exporters write no line breaks into cells, so a row is one line. Otherwise a single stray quote could swallow the rest of
    the file.
    """

    def __init__(self, header: bytes) -> None:
        """Raises FeedError for a line that is not the header of a feed."""
        try:
            self.dialect = dialect_of(header)
            """How cells are written. The decimal sign is the one that goes with the delimiter; numbers are read with either."""
            self._columns = cells_in(header, self.dialect)
            # With an unknown delimiter all columns look like one long name, which is not the problem to report.
            for column in self._columns if "url_from" in self._columns else ():
                _check_name(column)
        except FeedRowError as error:
            raise FeedError(f"its first line is not a header: {error}") from None
        repeated = next((column for column in self._columns if self._columns.count(column) > 1), None)
        if repeated is not None:
            raise FeedError(f"it has two columns named '{truncate_for_message(repeated)}'")
        if "url_from" not in self._columns:
            is_coverage = set(self._columns) == set(COVERAGE_COLUMNS)
            raise FeedError(_COVERAGE if is_coverage else f"its first line, {_SPLIT}, has no column url_from")
        self._readers = [_READERS.get(column, _read_text) for column in self._columns]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def read(self, line: bytes) -> FeedRow:
        """Parse a line. Raises FeedRowError."""
        return self.read_cells(self.cells_of(line))

    def cells_of(self, line: bytes) -> list[str]:
        """The cells of a line, one per column. Raises FeedRowError."""
        if not line.endswith(b"\n"):
            raise FeedRowError("it is incomplete: its line break is missing")
        cells = parse_csv_line(line, self.dialect.delimiter)
        if len(cells) != len(self._columns):
            raise FeedRowError(f"it has {len(cells)} cells, the header {len(self._columns)}")
        return cells

    def read_cells(self, cells: Sequence[str]) -> FeedRow:
        """The row with the given cells. Raises FeedRowError."""
        row: FeedRow = {}
        for column, read, cell in zip(self._columns, self._readers, cells, strict=True):
            try:
                row[column] = read(unescape_formula(cell, self.dialect))
            except ValueError:
                raise FeedRowError(f"{column} is '{truncate_for_message(cell)}'") from None
        return _checked(row)


@lru_cache(maxsize=1_024)
def microseconds_of(time: str) -> int:
    """The microseconds from 1970 to a time in ISO 8601, UTC unless it names a zone. Raises ValueError.

    >>> microseconds_of("1970-01-01T01:00:01+01:00"), microseconds_of("1970-01-01T00:00:01Z")
    (1000000, 1000000)
    """
    moment = datetime.fromisoformat(time)
    # Subtract instead of converting to UTC, which may lie before the year 1.
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


def is_monitored_row(row: FeedRow) -> bool:
    """Whether a row is one of the monitor: it has a link that somebody knew, and its `url_from` may be no URL."""
    return "misses" in row


def _checked(row: FeedRow) -> FeedRow:
    """The row, if it has a valid url_from and no invalid time. Raises FeedRowError."""
    url = row.get("url_from")
    is_page = isinstance(url, str) and url.startswith(("https://", "http://"))
    if not is_page and not (isinstance(url, str) and is_monitored_row(row)):
        raise FeedRowError("it has no url_from" if url is None else f"url_from is '{truncate_for_message(str(url))}'")
    for column in _TIMES:
        time = row.get(column)
        if isinstance(time, str):
            _check_time(column, time)
    return row


def _check_time(column: str, time: str) -> None:
    try:
        microseconds_of(time)
    except ValueError:
        raise FeedRowError(f"{column} is '{truncate_for_message(time)}'") from None


def _check_name(column: str) -> None:
    if len(column) > NAME_MAXIMUM:
        raise FeedRowError(f"a column name has more than {NAME_MAXIMUM} characters: {truncate_for_message(column)}")


def dialect_of(header: bytes, column: str = "url_from") -> CsvDialect:
    """Return the dialect in which a header has a column; plain CSV where none has."""
    known = {dialect.delimiter: dialect for dialect in DIALECTS.values()}
    for delimiter in DELIMITERS:
        dialect = known.get(delimiter, CsvDialect(delimiter))
        # What is quoted between semicolons is not valid between commas.
        with suppress(FeedRowError):
            if column in cells_in(header, dialect):
                return dialect
    return PLAIN_CSV


def cells_in(line: bytes, dialect: CsvDialect) -> list[str]:
    """Return the cells of a line of CSV without their formula guards. Raises FeedRowError."""
    return [unescape_formula(cell, dialect) for cell in parse_csv_line(line, dialect.delimiter)]


def parse_csv_line(line: bytes, delimiter: str = ",") -> list[str]:
    """Return the cells of a line of CSV as they are written, with their formula guards. Raises FeedRowError."""
    if b"\0" in line:
        raise FeedRowError("it has NUL bytes")
    try:
        return next(csv.reader([line.decode("utf-8").rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError:
        raise FeedRowError("it is not UTF-8") from None
    except csv.Error as error:
        raise FeedRowError(f"it is not valid CSV ({error})") from None


def _read_text(text: str) -> Cell:
    return text or None


def _read_list(text: str) -> Cell:
    return tuple(text.split(LIST_SEPARATOR)) if text else None


def _read_full_list(cell: str) -> Cell:
    """For a column that is never unknown: an empty cell is an empty list."""
    return _read_list(cell) or ()


def _read_boolean(cell: str) -> Cell:
    """Any case, because spreadsheets write TRUE and FALSE."""
    if cell and cell.lower() not in _BOOLEANS:
        raise ValueError(cell)
    return _BOOLEANS.get(cell.lower())


def _read_whole_number(cell: str) -> Cell:
    if cell and not _WHOLE_NUMBER.fullmatch(cell):
        raise ValueError(cell)
    return int(cell) if cell else None


def _read_number(cell: str) -> Cell:
    number = float(cell.replace(",", ".")) if cell else None
    if number is not None and not math.isfinite(number):
        raise ValueError(cell)
    return number


_READERS_OF_TYPES: dict[type, Callable[[str], Cell]] = {
    bool: _read_boolean,
    # Before int: a float column may hold whole numbers too.
    float: _read_number,
    int: _read_whole_number,
    tuple: _read_list,
}


def _types_of(hint: Any) -> frozenset[type]:
    """The types that a field may have in a feed, where an enumeration is a text."""
    options = (hint,) if get_origin(hint) is tuple else get_args(hint) or (hint,)
    types = {get_origin(option) or option for option in options}
    return frozenset(str if issubclass(kind, str) else kind for kind in types) | ({int} if float in types else set())


def _reader_of(types: frozenset[type]) -> Callable[[str], Cell]:
    if tuple in types and NoneType not in types:
        return _read_full_list
    return next((read for kind, read in _READERS_OF_TYPES.items() if kind in types), _read_text)


_HINTS = {**get_type_hints(CrawlLevelColumns), **get_type_hints(Page), **get_type_hints(Link)}
_FIELD_TYPES = {column: _types_of(_HINTS[column]) for column in COLUMNS}
_READERS = {column: _reader_of(types) for column, types in _FIELD_TYPES.items()}
# Any value may be unknown: merged feeds may have different columns.
_TYPES = {column: types | {NoneType} for column, types in _FIELD_TYPES.items()}
