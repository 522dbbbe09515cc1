"""The form of a table, from its first lines: what stands between the cells, and which line is the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.cells import Kind, kind_of, split_addresses
from backlinkspider.core.tables.columns import Column, judge_columns, without_targets
from backlinkspider.core.tables.headers import EXPORTS, KNOWN_NAMES, LINKING_NAMES, PLACE_NAMES, TARGET_NAMES, normalize_name

HEADER_LINES = 30
"""Lines in which a header is looked for: titles, dates and filters may stand before it."""

_DELIMITERS = ("\t", ";", ",", "|")
_ENOUGH_NAMES = 2
"""Known names that make a line a header, whatever stands before it."""
_COMMENT = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_VALUE = re.compile(r"(?:[\d\s.:/%$\u20ac+-]*|true|false)\Z", re.IGNORECASE)
"""A number, a date or a switch, which no address ends with on several sites."""


def find_delimiter(lines: Sequence[str], own_sites: Collection[str] = ()) -> str | None:
    """Return the delimiter of a table by its first lines; None for a text with one or several addresses a line.

    A line with known names decides; without one, that most lines have the same number of cells. Raises TableError where commas
    could belong to addresses.

    >>> find_delimiter(["Titel", "URL;Datum", "http://a.com/1,2;2026"]), find_delimiter(["a.com, b.com", "c.com"])
    (';', None)
    """
    tables = {delimiter: split_all(lines, delimiter) for delimiter in _DELIMITERS}
    named = {delimiter: _most_names(rows) for delimiter, rows in tables.items()}
    best = max(_DELIMITERS, key=lambda delimiter: named[delimiter])
    if named[best] >= _ENOUGH_NAMES:
        return best
    best = max(_DELIMITERS, key=lambda delimiter: _has_header(tables[delimiter]))
    if _has_header(tables[best]):
        return best
    regular = {delimiter: _regular_rows(rows) for delimiter, rows in tables.items()}
    best = max(_DELIMITERS, key=lambda delimiter: regular[delimiter])
    if not regular[best] or regular[best] * 2 < len(lines) - HEADER_LINES:
        return None
    bare = [_COMMENT.sub("", line) for line in lines]
    return None if _is_text(bare, split_all(bare, best), own_sites) else best


def split_all(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The cells of each line by itself."""
    return [_split(line, delimiter) for line in lines]


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have, titles of one cell aside; 0 without rows."""
    widths = Counter(len(row) for row in rows if len(row) > 1) or Counter(map(len, rows))
    return max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the header among the first rows; None for a table without one.

    That is the first with two known names, one of which says that it links, for a summary may stand above the table; else the
    first with two known names; else the first with one that says where a page is; else the row of an unknown language before the
    first row with addresses.
    """
    first = rows[:HEADER_LINES]
    width = usual_width(rows)
    return next(
        (
            place
            for place in (
                _first_place(len(_known_names(row)) >= _ENOUGH_NAMES and _names_linking_pages(row) for row in first),
                _first_place(len(_known_names(row)) >= _ENOUGH_NAMES for row in first),
                _first_place(len(row) == width and _names_a_column(row) for row in first),
                _place_before_addresses(first, width),
            )
            if place is not None
        ),
        None,
    )


def place_of_known_header(lines: Sequence[str]) -> int | None:
    """The place of the line that has two known names with some delimiter between them; None without one."""
    tables = [split_all(lines, delimiter) for delimiter in _DELIMITERS]
    return _first_place(any(len(_known_names(rows[place])) >= _ENOUGH_NAMES for rows in tables) for place in range(len(lines)))


def is_known_header(row: Sequence[str]) -> bool:
    """Return whether a row has two known names, one of which says that it links, and no address."""
    # Most rows have a URL in one of the first cells.
    if not row or any(cell.startswith("http") for cell in row):
        return False
    return _names_linking_pages(row) and len(_known_names(row)) >= _ENOUGH_NAMES


def is_one_address(line: str) -> bool:
    """Return whether a line is an address and nothing else, not even a comma.

    >>> is_one_address("https://a.com/ "), is_one_address("https://a.com/x,1"), is_one_address("url")
    (True, False, False)
    """
    text = line.strip()
    return not re.search(r"[\s,;|\"]", text) and kind_of(text) in (Kind.URL, Kind.HOST)


def is_place_name(cell: str) -> bool:
    """Return whether a cell is a known name of a column of pages or sites."""
    return normalize_name(cell) in _PAGE_NAMES


def _names_linking_pages(row: Sequence[str]) -> bool:
    return any(normalize_name(cell) in LINKING_NAMES for cell in row)


def _is_page_or_target_name(cell: str) -> bool:
    return normalize_name(cell) in _PAGE_NAMES | _OWN_NAMES


_PAGE_NAMES = frozenset({*LINKING_NAMES, *PLACE_NAMES})
_OWN_NAMES = frozenset(TARGET_NAMES)
_EXPORTED_NAMES = frozenset(export.page for export in EXPORTS)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # More than a cell may have.
        return line.split(delimiter)


def _known_names(row: Sequence[str]) -> set[str]:
    """The known names in a row; none if it has an address, and none if no name says what the table is about."""
    names = {normalize_name(cell) for cell in row} & KNOWN_NAMES
    return names if names & (_PAGE_NAMES | _OWN_NAMES | _EXPORTED_NAMES) and not _has_url(row) else set()


def _most_names(rows: Sequence[Sequence[str]]) -> int:
    return max((len(_known_names(row)) for row in rows[:HEADER_LINES]), default=0)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a line with the name of a column of pages has as many cells as most."""
    width = usual_width(rows)
    return width > 1 and any(len(row) == width and _names_a_column(row) for row in rows[:HEADER_LINES])


def _names_a_column(row: Sequence[str]) -> bool:
    return any(map(_is_page_or_target_name, row)) and not _has_address(row)


def _has_url(row: Sequence[str]) -> bool:
    return any(kind_of(cell) is Kind.URL for cell in row)


def _has_address(row: Sequence[str]) -> bool:
    return any(kind_of(cell) in (Kind.URL, Kind.HOST) for cell in row)


def _regular_rows(rows: Sequence[Sequence[str]]) -> int:
    """The number of rows with the usual number of cells, if these are several."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0)


def _is_text(lines: Sequence[str], rows: Sequence[Sequence[str]], own_sites: Collection[str]) -> bool:
    """Return whether lines that could be rows of a table are addresses, one or several a line, perhaps under a title."""
    with_addresses = [place for place, line in enumerate(lines) if kind_of(line) in (Kind.URL, Kind.HOST)]
    others = [rows[place] for place in range(len(lines)) if place not in with_addresses]
    if not with_addresses or any(len(row) > 1 for row in others):
        return False
    if any(is_place_name(row[0]) for row in others if row):
        return True
    columns = [rows[place] for place in with_addresses]
    if len({len(row) for row in columns}) > 1:
        return True
    judged = judge_columns(columns, len(columns[0]))
    if all(len(split_addresses(lines[place])) == 1 for place in with_addresses):
        return _are_whole(columns, judged[0])
    return len(without_targets(judged, own_sites)) == len(judged)


def _are_whole(rows: Sequence[Sequence[str]], first: Column) -> bool:
    """Return whether commas, as many in each line, belong to the addresses before them. Raises TableError if unclear."""
    if any("?" in row[0] for row in rows):
        return True
    if all(row[0].endswith("/") for row in rows):
        return False
    if len(rows) == 1 or first.is_of_one_site:
        return True
    if all(_VALUE.match(cell.strip()) for row in rows for cell in row[1:]):
        return False
    raise TableError(
        f"'{rows[0][0]}' could be an address, or its beginning; write url above the column, or put the addresses in quotes"
    )


def _first_place(found: Iterable[bool]) -> int | None:
    return next((place for place, is_it in enumerate(found) if is_it), None)


def _place_before_addresses(rows: Sequence[Sequence[str]], width: int) -> int | None:
    data = _first_place(_has_address(row) and sum(bool(cell.strip()) for cell in row) * 2 >= width for row in rows)
    if not data:
        return None
    before = rows[data - 1]
    return data - 1 if len(before) == width and not _has_address(before) else None
