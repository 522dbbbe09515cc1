"""Writes workbooks (.xlsx) with typed cells and no formulas, in constant memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum, auto
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format as XlsxFormat
from xlsxwriter.worksheet import Worksheet

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.csv_cells import CELL_MAXIMUM, LIST_SEPARATOR, begins_formula

Format: TypeAlias = XlsxFormat
Sheet: TypeAlias = Worksheet

SHEET_ROWS = 1_048_576
"""Rows of a sheet, with its header."""

HYPERLINKS = 65_530
"""Hyperlinks of a table: Excel opens no more on a sheet, and XlsxWriter keeps each in memory until the workbook is closed."""

HYPERLINK_CHARACTERS = 2_079
"""The longest address that Excel takes as a hyperlink."""

_SAMPLE_ROWS = 500
"""Rows by which the width of columns is chosen."""

_WIDTHS = (7, 60)
"""The narrowest and the widest column, in characters."""

_SENTENCES_WIDTH = 110

_FILTER_ARROW = 3

Value = str | int | float | bool | Sequence[str] | None


class Kind(Enum):
    """What the cells of a column are."""

    PLAIN = auto()
    """Texts, numbers and truth values, each as what it is; lists with bars between their values."""
    ADDRESS = auto()
    """URLs that can be clicked."""
    TIME = auto()
    """Times in ISO 8601, as times in UTC."""
    WORD = auto()
    """Words that have a colour of their own (`WORD_COLOURS`)."""
    SHARE = auto()
    """Shares from 0 to 1, shown in per cent."""
    SENTENCES = auto()
    """Texts of several lines."""


class Column(NamedTuple):
    """A column of a sheet."""

    header: str
    kind: Kind = Kind.PLAIN
    is_folded: bool = False
    """Whether it is in the group that is folded; these columns come last."""


class _Look(NamedTuple):
    """How a column looks, by some of its rows."""

    width: float
    is_numeric: bool


WORD_COLOURS = {
    "good": ("#C6EFCE", "#0B5A1E"),
    "neutral": ("#EDEDED", "#3F3F3F"),
    "review": ("#FFEB9C", "#6B4E00"),
    "bad": ("#FFC7CE", "#8A0010"),
    "unknown": ("#FFFFFF", "#5F5F5F"),
    "mend": ("#FCD5B4", "#7A3300"),
    "look": ("#FFEB9C", "#6B4E00"),
    "lost": ("#FFC7CE", "#8A0010"),
    "nofollow": ("#FFEB9C", "#6B4E00"),
    "reciprocal": ("#EDEDED", "#3F3F3F"),
    "complete": ("#C6EFCE", "#0B5A1E"),
    "partial": ("#FFEB9C", "#6B4E00"),
}
"""Background and text of words that a reader looks for. The contrast of each pair is at least 4.5 to 1."""

HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A4D"}
"""How the first line of a table looks."""


class Formats:
    """The formats of a workbook, each made when it is asked for first."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def make(self, name: str, **properties: Any) -> Format:
        """Return the format of a name; its properties count the first time."""
        if name not in self._made:
            self._made[name] = self._book.add_format({"valign": "top", **properties})
        return self._made[name]

    def header(self) -> Format:
        """Return the format of the first line of a table."""
        return self.make("header", **HEADER)

    def address(self) -> Format:
        """Return the format of what can be clicked."""
        return self.make("address", font_color="#0B4FA3", underline=1)

    def word(self, word: object) -> Format | None:
        """Return the format of a word with a colour of its own."""
        if not isinstance(word, str) or word not in WORD_COLOURS:
            return None
        background, text = WORD_COLOURS[word]
        return self.make(f"word {word}", bg_color=background, font_color=text, bold=True)

    def guard(self, text: str) -> Format | None:
        """Return the format that keeps a text that looks like a formula a text, also when somebody edits its cell."""
        return self.make("guarded", quote_prefix=True) if begins_formula(text) else None


@contextmanager
def open_workbook(path: Path) -> Iterator[WorkbookWriter]:
    """Open a new workbook, which is complete when the context ends. Raises OSError, FeedError."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with path.open("xb") as file:
        book = xlsxwriter.Workbook(file, options)
        book.use_zip64()
        yield WorkbookWriter(book)
        try:
            book.close()
        except XlsxWriterException as error:
            raise FeedError(str(error)) from None


class WorkbookWriter:
    """A workbook that is written sheet by sheet, each from the top."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.formats = Formats(book)

    def add_table(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> int:
        """Write a table, on as many sheets as its rows need (`title`, `title 2`, …); return how many rows it has."""
        remaining = iter(rows)
        sample = list(islice(remaining, _SAMPLE_ROWS))
        looks = [_look_of(column, [row[place] for row in sample]) for place, column in enumerate(columns)]
        remaining = chain(sample, remaining)
        count, number, hyperlinks = 0, 1, HYPERLINKS
        while True:
            sheet = _TableSheet(self.add_sheet(title if number == 1 else f"{title} {number}"), columns, self.formats, hyperlinks)
            count += sheet.write(looks, islice(remaining, SHEET_ROWS - 1))
            hyperlinks = sheet.hyperlinks_left
            following = next(remaining, None)
            if following is None:
                return count
            remaining, number = chain([following], remaining), number + 1

    def add_sheet(self, title: str) -> Sheet:
        """Add an empty sheet, which is as wide as a page when it is printed."""
        sheet: Sheet = self._book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet


class _TableSheet:
    """One sheet of a table: a frozen header with filters, and rows."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], formats: Formats, hyperlinks: int) -> None:
        self._sheet = sheet
        self._columns = columns
        self._formats = formats
        self.hyperlinks_left = hyperlinks
        writers = {
            Kind.PLAIN: self._write_value,
            Kind.ADDRESS: self._write_address,
            Kind.TIME: self._write_time,
            Kind.WORD: self._write_word,
            Kind.SHARE: self._write_share,
            Kind.SENTENCES: self._write_sentences,
        }
        self._writers = [writers[column.kind] for column in columns]

    def write(self, looks: Sequence[_Look], rows: Iterable[Sequence[Value]]) -> int:
        """Write the sheet; return how many rows it has."""
        self._set_columns(looks)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.header, self._formats.header())
        count = 0
        for count, row in enumerate(rows, 1):
            for place, (write, value) in enumerate(zip(self._writers, row, strict=True)):
                if value is not None:
                    write(count, place, value)
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)
        self._sheet.autofilter(0, 0, max(count, 1), len(self._columns) - 1)
        return count

    def _set_columns(self, looks: Sequence[_Look]) -> None:
        for place, (column, look) in enumerate(zip(self._columns, looks, strict=True)):
            folded = {"level": 1, "hidden": True} if column.is_folded else {}
            numbers = self._formats.make("numbers", align="right", indent=1) if look.is_numeric else None
            self._sheet.set_column(place, place, look.width, numbers, folded)
        if any(column.is_folded for column in self._columns):
            # The column with the button that unfolds them.
            self._sheet.set_column(len(self._columns), len(self._columns), None, None, {"collapsed": True})

    def _write_value(self, line: int, place: int, value: Any) -> None:
        if isinstance(value, bool):
            # A spreadsheet that shows truth values as numbers shows these words.
            shown = self._formats.make("boolean", align="center", num_format='"TRUE";"TRUE";"FALSE"')
            self._sheet.write_boolean(line, place, value, shown)
        elif isinstance(value, int | float) and math.isfinite(value):
            self._sheet.write_number(line, place, value)
        else:
            text = value if isinstance(value, str) else text_of(value)
            self._sheet.write_string(line, place, text[:CELL_MAXIMUM], self._formats.guard(text))

    def _write_address(self, line: int, place: int, value: Any) -> None:
        is_address = isinstance(value, str) and value.startswith(("https://", "http://"))
        if not is_address or not self.hyperlinks_left or len(value) > HYPERLINK_CHARACTERS:
            self._write_value(line, place, value)
            return
        self.hyperlinks_left -= 1
        self._sheet.write_url(line, place, value, self._formats.address(), value)

    def _write_time(self, line: int, place: int, value: Any) -> None:
        moment = _moment_of(value)
        if moment is None:
            self._write_value(line, place, value)
        else:
            self._sheet.write_datetime(line, place, moment, self._formats.make("time", num_format="yyyy-mm-dd hh:mm:ss"))

    def _write_word(self, line: int, place: int, value: Any) -> None:
        coloured = self._formats.word(value)
        if coloured is None:
            self._write_value(line, place, value)
        else:
            self._sheet.write_string(line, place, value, coloured)

    def _write_share(self, line: int, place: int, value: Any) -> None:
        if isinstance(value, int | float):
            self._sheet.write_number(line, place, value, self._formats.make("share", num_format="0.0%"))
        else:
            self._write_value(line, place, value)

    def _write_sentences(self, line: int, place: int, value: Any) -> None:
        self._sheet.write_string(line, place, text_of(value)[:CELL_MAXIMUM], self._formats.make("sentences", text_wrap=True))


def text_of(value: Value) -> str:
    """Return a value as the text that its cell shows.

    >>> text_of(["ugc", "nofollow"]), text_of(0.5), text_of(None)
    ('ugc | nofollow', '0.5', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return LIST_SEPARATOR.join(value) if isinstance(value, Sequence) else str(value)


def _moment_of(value: object) -> datetime | None:
    """Return a time in UTC, without its zone, which a sheet cannot hold; None for what Excel does not show as a time."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    try:
        naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        return None
    return naive if naive.year >= 1900 else None


def _look_of(column: Column, values: Sequence[Value]) -> _Look:
    """Return the width in which nearly all cells are seen whole, as far as the widest column allows."""
    known = [value for value in values if value is not None]
    lengths = sorted(len(text_of(value)) for value in known)
    usual = lengths[len(lengths) * 49 // 50] if lengths else 0
    if column.kind is Kind.TIME:
        usual = min(usual, len("2026-11-29 06:00:00"))
    narrowest, widest = _WIDTHS
    if column.kind is Kind.SENTENCES:
        return _Look(_SENTENCES_WIDTH, is_numeric=False)
    is_numeric = bool(known) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)
    return _Look(min(max(usual + 2, len(column.header) + _FILTER_ARROW, narrowest), widest), is_numeric)
