"""Feed exporters: one row a link, the same columns in the same order in every format."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import IO, Any, ClassVar, Self

import msgspec
from scrapy.exporters import BaseItemExporter

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import csv_column, encode_csv_field, escape_formula
from backlinkspider.feeds.rows import RowReader
from backlinkspider.items import COVERAGE_COLUMNS, Cell, Coverage, Page

_JSON = msgspec.json.Encoder()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_SLOT = "\0"
"""Where the values of a link come in the line of its page; no field has it: CSV leaves it out, JSON escapes it."""

_LINKS_AT_ONCE = 1_000

_HEADER_BYTES = 64 * 1024
"""Of the first line of a table; ours has 1,500."""


class RowsExporter(BaseItemExporter):
    """What the formats share: which columns to write, under which names.

    Reads: the feed's `fields` (a list of columns, or a mapping of columns to headers); all columns without it.
    """

    known_columns: ClassVar[tuple[str, ...]] = COLUMNS
    _line_end: ClassVar[str] = "\n"
    item_class: ClassVar[type] = Page

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file
        names = self.headers_by_column(self.fields_to_export)
        self.columns = tuple(names)
        self._reader = RowReader(self.columns)
        self.headers = tuple(names.values())

    @classmethod
    def headers_by_column(cls, fields: Mapping[str, str] | Iterable[str] | None) -> Mapping[str, str]:
        """The columns that a feed's `fields` choose, with their headers. Raises ArgumentError for one that does not exist."""
        chosen = fields or cls.known_columns
        names = dict(chosen) if isinstance(chosen, Mapping) else {column: column for column in chosen}
        unknown = [column for column in names if column not in cls.known_columns]
        if unknown:
            raise ArgumentError(f"feed column '{unknown[0]}' does not exist; columns are {', '.join(cls.known_columns)}")
        return names

    @property
    def has_all_columns(self) -> bool:
        """Whether each column is there, in its place and under its name."""
        return self.headers == self.known_columns

    def for_file(self, file: IO[bytes]) -> Self:
        """An exporter of the same columns to another file."""
        return type(self)(file, fields_to_export=dict(zip(self.columns, self.headers, strict=True)))

    def export_item(self, item: Any) -> None:
        """Writes the rows of a page."""
        if isinstance(item, self.item_class):
            for lines in self._lines_of(item):
                self._write(lines)
            # A process that is killed loses no page that it has written.
            self._file.flush()

    def export_row(self, row: Mapping[str, Cell]) -> None:
        """Writes a row that is known by its columns."""
        self._write([self._line([*map(self._field, map(row.get, self.columns))])])

    def start_exporting(self) -> None:
        """Ends the last line of a file that is appended to, where a disk that was full has torn it."""
        if self._is_appended_to() and not _ends_with_line(getattr(self._file, "name", None)):
            self._file.write(b"\n")

    def _is_appended_to(self) -> bool:
        return self._file.seekable() and self._file.tell() > 0

    def _lines_of(self, item: Any) -> Iterator[Sequence[str]]:
        """A line for each link of a page, some at a time: a page may have a million.

        All but its own values is the same in the line of each, and is put together once for the page.
        """
        of_page = {column: self._field(value) for column, value in self._reader.of_page(item).items()}
        line = self._line([of_page.get(column, _SLOT) for column in self.columns])
        pattern = line.replace("%", "%%").replace(_SLOT, "%s")
        for first in range(0, len(item.links), _LINKS_AT_ONCE):
            links = item.links[first : first + _LINKS_AT_ONCE]
            columns = [self._column(values) for values in self._reader.of_links(links)]
            fields = zip(*columns, strict=True) if columns else repeat((), len(links))
            yield [pattern % of_link for of_link in fields]

    def _write(self, lines: Sequence[str]) -> None:
        self._file.write(self._line_end.join([*lines, ""]).encode("utf-8", "replace"))

    def _field(self, value: Cell) -> str:
        """A value as the format has it."""
        raise NotImplementedError

    def _column(self, values: Sequence[Cell]) -> list[str]:
        """Several values of one column, likewise."""
        raise NotImplementedError

    def _line(self, fields: Sequence[str]) -> str:
        """The line of a row of such, without its end."""
        raise NotImplementedError


def _ends_with_line(path: object) -> bool:
    """Whether a file ends where a line does; what has no name of its own cannot be looked at, and is new."""
    if not isinstance(path, str) or not Path(path).is_file():
        return True
    with Path(path).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        last: bytes = file.read(1)
    return last == b"\n"


def _headers_of(path: object) -> tuple[str, ...] | None:
    """What stands in the first line of a table, as a spreadsheet may have written it too; None as for `_ends_with_line`."""
    if not isinstance(path, str) or not Path(path).is_file():
        return None
    with Path(path).open("rb") as file:
        first = file.readline(_HEADER_BYTES).removeprefix(BYTE_ORDER_MARK)
    return tuple(next(csv.reader([first.decode("utf-8", "replace").rstrip("\r\n")]), []))


class CsvRowsExporter(RowsExporter):
    """CSV that Excel, LibreOffice and Google Sheets open as text and numbers: UTF-8 with a byte order mark, guarded cells.

    A file that is appended to gets no second mark and header.
    """

    _line_end = "\r\n"

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        # A line with nothing on it would be none.
        self._nothing = '""' if len(self.columns) == 1 else ""

    def start_exporting(self) -> None:
        """Writes the byte order mark and the header. Raises ArgumentError for a table of other columns."""
        if self._is_appended_to():
            headers = _headers_of(getattr(self._file, "name", None))
            if headers is not None and headers != tuple(map(escape_formula, self.headers)):
                raise ArgumentError("it has other columns; take another file: `scrapy merge` brings both together")
        super().start_exporting()
        if not self._is_appended_to():
            self._file.write(BYTE_ORDER_MARK + encode_csv([self.headers]))
            self._file.flush()

    def _field(self, value: Cell) -> str:
        return encode_csv_field(value) or self._nothing

    def _column(self, values: Sequence[Cell]) -> list[str]:
        fields = csv_column(values)
        return [field or self._nothing for field in fields] if self._nothing else fields

    def _line(self, fields: Sequence[str]) -> str:
        return ",".join(fields)


class JsonLinesRowsExporter(RowsExporter):
    """One JSON object a line, with raw values: nothing guarded, nothing cut, null for unknown."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._names = [encode_json(header).decode() for header in self.headers]

    def _field(self, value: Cell) -> str:
        return encode_json(value).decode()

    def _column(self, values: Sequence[Cell]) -> list[str]:
        try:
            # All at once takes a quarter of the time of one after the other; a line break in a value is escaped.
            return _JSON.encode_lines(values).decode().split("\n")[:-1]
        except UnicodeEncodeError:
            return [self._field(value) for value in values]

    def _line(self, fields: Sequence[str]) -> str:
        named = [f"{name}:{field}" for name, field in zip(self._names, fields, strict=True)]
        return f"{{{','.join(named)}}}"


class JsonRowsExporter(JsonLinesRowsExporter):
    """The rows as one JSON array."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._separator = ""

    def start_exporting(self) -> None:
        """Opens the array. Raises ArgumentError for a file that holds one already."""
        if self._is_appended_to():
            raise ArgumentError("a JSON array cannot be appended to: take -O for a new file, or .jsonl, which can")
        self._file.write(b"[\n")

    def finish_exporting(self) -> None:
        """Closes the array."""
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
    """What was seen of each seed, as CSV."""


class CoverageJsonLinesExporter(_CoverageRows, JsonLinesRowsExporter):
    """What was seen of each seed, as JSON lines."""


def encode_csv(table: Iterable[Iterable[Cell]]) -> bytes:
    """Lines of CSV, of some values each."""
    return "".join(",".join(map(encode_csv_field, row)) + "\r\n" for row in table).encode("utf-8", "replace")


def encode_json(value: Cell | Mapping[str, Cell]) -> bytes:
    """A value, or a row by its columns, as JSON."""
    try:
        return _JSON.encode(value)
    except UnicodeEncodeError:
        # Half a character pair, such as an argument from a terminal in another encoding.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
