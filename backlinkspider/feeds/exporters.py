"""Feed exporters: one row a link, the same columns in the same order in every format."""

from __future__ import annotations

import inspect
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import IO, Any, ClassVar, Self

import msgspec
from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter

from backlinkspider.core.exceptions import ArgumentError, FeedRowError
from backlinkspider.core.monitor.columns import MONITOR_COLUMNS, OTHERS
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import (
    DIALECTS,
    PLAIN_CSV,
    CsvDialect,
    DecimalSign,
    csv_column,
    encode_csv_field,
    escape_formula,
)
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.page_rows import PageRows
from backlinkspider.core.rows.row_parser import parse_csv_line
from backlinkspider.items import COVERAGE_COLUMNS, Cell, Coverage, MonitoredLink, Page

_JSON = msgspec.json.Encoder()

_SLOT = "\0"
"""Marks the values of a link in the line of its page. No field contains it: CSV drops it, JSON escapes it."""

_LINKS_AT_ONCE = 1_000

_HEADER_BYTES = 64 * 1024
"""The longest header that is read; ours has 1,500."""


class RowsExporter(BaseItemExporter):
    """The columns of a feed and their headers, which all formats share.

    Reads: the feed's `fields` (a list of columns, or a mapping of columns to headers); all columns without it.
    """

    known_columns: ClassVar[tuple[str, ...]] = COLUMNS
    _line_end: ClassVar[str] = "\n"
    item_class: ClassVar[type] = Page
    is_written_whole: ClassVar[bool] = False
    """Whether the file is written when the crawl ends (`whole_files.exporter`)."""
    needs_all_columns: ClassVar[bool] = False
    """Whether a file with some columns tells of others too: contracts look at them, and the sheets of a workbook."""
    dialect: CsvDialect = PLAIN_CSV
    """How cells are written in a table of text."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file
        names = self.headers_by_column(self.fields_to_export)
        self.columns = tuple(names)
        self._rows = PageRows(self.columns)
        self.headers = tuple(names.values())

    @classmethod
    def headers_by_column(cls, fields: Mapping[str, str] | Iterable[str] | None) -> Mapping[str, str]:
        """Return the columns that a feed's `fields` choose, with their headers. Raises ArgumentError for an unknown column."""
        chosen = fields or cls.known_columns
        names = dict(chosen) if isinstance(chosen, Mapping) else {column: column for column in chosen}
        unknown = [column for column in names if column not in cls.known_columns]
        if unknown:
            raise ArgumentError(f"feed column '{unknown[0]}' does not exist; columns are {', '.join(cls.known_columns)}")
        return names

    @classmethod
    def check_options(cls, options: Mapping[str, Any]) -> None:
        """Raise ArgumentError for `item_export_kwargs` that this format does not have."""
        known = cls._option_names()
        unknown = [name for name in options if name not in known]
        if unknown:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise ArgumentError(f"this format has no option '{unknown[0]}' in item_export_kwargs; {there}")

    @classmethod
    def _option_names(cls) -> list[str]:
        """Return the keyword arguments that the classes below `RowsExporter` take."""
        below = cls.__mro__[: cls.__mro__.index(RowsExporter)]
        parameters = [parameter for each in below for parameter in inspect.signature(each).parameters.values()]
        return [*dict.fromkeys(each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY)]

    @property
    def form(self) -> list[str]:
        """Return what a resumed job must keep: the headers, and how cells are written."""
        return [*self.headers]

    @property
    def has_all_columns(self) -> bool:
        """Return whether the feed has every column in its place and under its own name."""
        return self.headers == self.known_columns

    def for_file(self, file: IO[bytes]) -> Self:
        """Return an exporter of the same columns for another file."""
        return type(self)(file, fields_to_export=dict(zip(self.columns, self.headers, strict=True)))

    def export_item(self, item: Any) -> None:
        if isinstance(item, self.item_class):
            for lines in self._lines_of(item):
                self._write(lines)
            # A killed process loses no page that it has written.
            self._file.flush()

    def export_row(self, row: Mapping[str, Cell]) -> None:
        self._write([self._line([*map(self._field, map(row.get, self.columns))])])

    def append_rows(self, file: IO[bytes]) -> bool:
        """Write the rows that another process has written in the same form; return whether there are any."""
        before = file.tell()
        shutil.copyfileobj(file, self._file)
        self._file.flush()
        return file.tell() > before

    @classmethod
    def of_process(cls) -> type[RowsExporter]:
        """Return the exporter by which a process that shares a crawl writes what `append_rows` reads."""
        return cls

    def start_exporting(self) -> None:
        """End the last line of a file that is appended to, where a full disk has torn it."""
        if self._is_appended_to() and not _ends_with_line(getattr(self._file, "name", None)):
            self._file.write(b"\n")

    def _is_appended_to(self) -> bool:
        return self._file.seekable() and self._file.tell() > 0

    def _lines_of(self, item: Any) -> Iterator[Sequence[str]]:
        """Yield the lines of a page's links in batches, since a page may have a million.

        The values of the page are encoded once; only those of the link differ from line to line.
        """
        of_page = {column: self._field(value) for column, value in self._rows.of_page(item).items()}
        line = self._line([of_page.get(column, _SLOT) for column in self.columns])
        pattern = line.replace("%", "%%").replace(_SLOT, "%s")
        for first in range(0, len(item.links), _LINKS_AT_ONCE):
            links = item.links[first : first + _LINKS_AT_ONCE]
            columns = [self._column(values) for values in self._rows.of_links(links)]
            fields = zip(*columns, strict=True) if columns else repeat((), len(links))
            yield [pattern % of_link for of_link in fields]

    def _write(self, lines: Sequence[str]) -> None:
        self._file.write(self._line_end.join([*lines, ""]).encode("utf-8", "replace"))

    def _field(self, value: Cell) -> str:
        raise NotImplementedError

    def _column(self, values: Sequence[Cell]) -> list[str]:
        raise NotImplementedError

    def _line(self, fields: Sequence[str]) -> str:
        """Join encoded values to a line, without its end."""
        raise NotImplementedError


def _ends_with_line(path: object) -> bool:
    """Return whether a file ends with a complete line. A file without a path is new."""
    if not isinstance(path, str) or not Path(path).is_file():
        return True
    with Path(path).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        last: bytes = file.read(1)
    return last == b"\n"


def _headers_of(path: object, dialect: CsvDialect) -> list[str] | None:
    """Return the cells of a table's first line, also as a spreadsheet writes it; None for a file without a path."""
    if not isinstance(path, str) or not Path(path).is_file():
        return None
    with Path(path).open("rb") as file:
        first = file.readline(_HEADER_BYTES).removeprefix(BYTE_ORDER_MARK)
    try:
        return parse_csv_line(first, dialect.delimiter)
    except FeedRowError:
        return []


class CsvRowsExporter(RowsExporter):
    """CSV that spreadsheets open as text and numbers: UTF-8 with a byte order mark, guarded cells.

    A file that is appended to gets no second mark and header.
    Reads: BACKLINKS_CSV_DECIMAL, where the feed's `item_export_kwargs` have neither `delimiter` nor `decimal`.
    """

    _line_end = "\r\n"

    def __init__(self, file: IO[bytes], *, delimiter: str = ",", decimal: str = ".", **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.dialect = CsvDialect.checked(delimiter, decimal)
        # A line of one empty field would be a blank line, which readers skip.
        self._nothing = '""' if len(self.columns) == 1 else ""

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **kwargs: Any) -> Self:
        if kwargs.keys().isdisjoint(("delimiter", "decimal")):
            dialect = DIALECTS[DecimalSign(crawler.settings["BACKLINKS_CSV_DECIMAL"])]
            kwargs |= {"delimiter": dialect.delimiter, "decimal": dialect.decimal}
        return cls(file, **kwargs)

    @classmethod
    def check_options(cls, options: Mapping[str, Any]) -> None:
        super().check_options(options)
        CsvDialect.checked(options.get("delimiter", ","), options.get("decimal", "."))

    @property
    def form(self) -> list[str]:
        return [*self.headers, self.dialect.delimiter, self.dialect.decimal]

    def for_file(self, file: IO[bytes]) -> Self:
        fields = dict(zip(self.columns, self.headers, strict=True))
        return type(self)(file, fields_to_export=fields, delimiter=self.dialect.delimiter, decimal=self.dialect.decimal)

    def start_exporting(self) -> None:
        """Write the byte order mark and the header. Raises ArgumentError for a table with other columns."""
        if self._is_appended_to():
            headers = _headers_of(getattr(self._file, "name", None), self.dialect)
            if headers is not None and headers != [escape_formula(header, self.dialect) for header in self.headers]:
                raise ArgumentError(
                    "it has other columns or another delimiter; write to another file and join both with `scrapy merge`"
                )
        super().start_exporting()
        if not self._is_appended_to():
            self._file.write(BYTE_ORDER_MARK + encode_csv([self.headers], self.dialect))
            self._file.flush()

    def append_rows(self, file: IO[bytes]) -> bool:
        if not file.tell():
            # The header of the other file, which has no line break in a cell.
            file.readline()
        return super().append_rows(file)

    def _field(self, value: Cell) -> str:
        return encode_csv_field(value, self.dialect) or self._nothing

    def _column(self, values: Sequence[Cell]) -> list[str]:
        fields = csv_column(values, self.dialect)
        return [field or self._nothing for field in fields] if self._nothing else fields

    def _line(self, fields: Sequence[str]) -> str:
        return self.dialect.delimiter.join(fields)


class JsonLinesRowsExporter(RowsExporter):
    """One JSON object a line, with raw values: no guard, no limit, null for unknown."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._names = [encode_json(header).decode() for header in self.headers]

    def _field(self, value: Cell) -> str:
        return encode_json(value).decode()

    def _column(self, values: Sequence[Cell]) -> list[str]:
        try:
            # One call takes a quarter of the time of one call a value; a line break in a value is escaped.
            return _JSON.encode_lines(values).decode().split("\n")[:-1]
        except UnicodeEncodeError:
            return [self._field(value) for value in values]

    def _line(self, fields: Sequence[str]) -> str:
        members = [f"{name}:{field}" for name, field in zip(self._names, fields, strict=True)]
        return f"{{{','.join(members)}}}"


class JsonRowsExporter(JsonLinesRowsExporter):
    """The rows as one JSON array."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._separator = ""

    def start_exporting(self) -> None:
        """Open the array. Raises ArgumentError for a file that already holds one."""
        if self._is_appended_to():
            raise ArgumentError("a JSON array cannot be appended to: take -O for a new file, or .jsonl, which can")
        self._file.write(b"[\n")

    def append_rows(self, file: IO[bytes]) -> bool:
        before = file.tell()
        # Not by iteration, after which a file does not tell where it is.
        while line := file.readline():
            self._write([line.decode().removesuffix("\n")])
        self._file.flush()
        return file.tell() > before

    @classmethod
    def of_process(cls) -> type[RowsExporter]:
        return JsonLinesRowsExporter

    def finish_exporting(self) -> None:
        self._file.write(b"\n]\n")

    def _write(self, lines: Sequence[str]) -> None:
        separator, self._separator = self._separator, ",\n"
        self._file.write((separator + ",\n".join(lines)).encode())


class _CoverageRows(RowsExporter):
    """One row a seed."""

    known_columns = COVERAGE_COLUMNS
    item_class = Coverage

    def _lines_of(self, item: Any) -> Iterator[Sequence[str]]:
        yield [self._line([self._field(getattr(item, column)) for column in self.columns])]


class CoverageCsvExporter(_CoverageRows, CsvRowsExporter):
    """Coverage as CSV."""


class CoverageJsonLinesExporter(_CoverageRows, JsonLinesRowsExporter):
    """Coverage as JSON lines."""


class MonitorRowsExporter(RowsExporter):
    """One row a known link; its columns may be those of a list that nobody here has seen."""

    known_columns = MONITOR_COLUMNS
    item_class = MonitoredLink
    needs_all_columns = True

    @classmethod
    def headers_by_column(cls, fields: Mapping[str, str] | Iterable[str] | None) -> Mapping[str, str]:
        """Return the columns that a feed's `fields` choose; those of the lists are not known before they are opened."""
        chosen = fields or cls.known_columns
        names = dict(chosen) if isinstance(chosen, Mapping) else {column: column for column in chosen}
        super().headers_by_column({name: name for name in names if not name.startswith(OTHERS)})
        return names

    def _lines_of(self, item: Any) -> Iterator[Sequence[str]]:
        yield [self._line([*map(self._field, map(item.cells.get, self.columns))])]


class MonitorCsvExporter(MonitorRowsExporter, CsvRowsExporter):
    """Known links as CSV."""


class MonitorJsonLinesExporter(MonitorRowsExporter, JsonLinesRowsExporter):
    """Known links as JSON lines."""


class MonitorJsonExporter(MonitorRowsExporter, JsonRowsExporter):
    """Known links as one JSON array."""
