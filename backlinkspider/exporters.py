"""Feed exporters: one row a link, the same columns in the same order in every format."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar, Self

import msgspec
from scrapy.exporters import BaseItemExporter

from backlinkspider.core.cells import csv_cells
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.items import COLUMNS, COVERAGE_COLUMNS, Cell, Coverage, Page, RowReader

_JSON = msgspec.json.Encoder()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_HEADER_BYTES = 64 * 1024
"""Of the first line of a table; ours has 1,500."""


class RowsExporter(BaseItemExporter):
    """What the formats share: which columns to write, under which names.

    Reads: the feed's `fields` (a list of columns, or a mapping of columns to headers); all columns without it.
    """

    known_columns: ClassVar[tuple[str, ...]] = COLUMNS
    item_class: ClassVar[type] = Page

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file
        chosen: Mapping[str, str] | Iterable[str] = self.fields_to_export or self.known_columns
        names = dict(chosen) if isinstance(chosen, Mapping) else {column: column for column in chosen}
        unknown = [column for column in names if column not in self.known_columns]
        if unknown:
            raise ArgumentError(f"feed column '{unknown[0]}' does not exist; columns are {', '.join(self.known_columns)}")
        self.columns = tuple(names)
        self._reader = RowReader(self.columns)
        self.headers = tuple(names.values())

    @property
    def has_all_columns(self) -> bool:
        """Whether each column is there, in its place and under its name."""
        return self.headers == self.known_columns

    def for_file(self, file: IO[bytes]) -> Self:
        """An exporter of the same columns to another file."""
        return type(self)(file, fields_to_export=dict(zip(self.columns, self.headers, strict=True)))

    def export_item(self, item: Any) -> None:
        """Writes the rows of a page, all at once."""
        if isinstance(item, self.item_class):
            self._file.write(self._encode(self._rows_of(item)))
            # A process that is killed loses no page that it has written.
            self._file.flush()

    def export_row(self, row: Mapping[str, Cell]) -> None:
        """Writes a row that is known by its columns."""
        self._file.write(self._encode(iter([[*self._cells(map(row.get, self.columns))]])))

    def start_exporting(self) -> None:
        """Ends the last line of a file that is appended to, where a disk that was full has torn it."""
        if self._is_appended_to() and not _ends_with_line(getattr(self._file, "name", None)):
            self._file.write(b"\n")

    def _is_appended_to(self) -> bool:
        return self._file.seekable() and self._file.tell() > 0

    def _rows_of(self, item: Any) -> Iterator[Sequence[Cell]]:
        return self._reader.rows(item, self._cells)

    def _cells(self, values: Iterable[Cell]) -> Iterable[Cell]:
        """Some values as the cells of the format."""
        raise NotImplementedError

    def _encode(self, rows: Iterator[Sequence[Cell]]) -> bytes:
        """Rows of such cells."""
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

    def start_exporting(self) -> None:
        """Writes the byte order mark and the header. Raises ArgumentError for a table of other columns."""
        if self._is_appended_to():
            headers = _headers_of(getattr(self._file, "name", None))
            if headers is not None and headers != self.headers:
                raise ArgumentError("it has other columns; take another file: `scrapy merge` brings both together")
        super().start_exporting()
        if not self._is_appended_to():
            self._file.write(BYTE_ORDER_MARK + encode_csv([self.headers]))
            self._file.flush()

    _cells = staticmethod(csv_cells)

    def _encode(self, rows: Iterator[Sequence[Cell]]) -> bytes:
        return encode_csv(rows)


class JsonLinesRowsExporter(RowsExporter):
    """One JSON object a line, with raw values: nothing guarded, nothing cut, null for unknown."""

    def _cells(self, values: Iterable[Cell]) -> Iterable[Cell]:
        return values

    def _encode(self, rows: Iterator[Sequence[Cell]]) -> bytes:
        return b"".join(line + b"\n" for line in self._encode_lines(rows))

    def _encode_lines(self, rows: Iterator[Sequence[Cell]]) -> Iterator[bytes]:
        for row in rows:
            yield encode_json_line(dict(zip(self.headers, row, strict=True)))


class JsonRowsExporter(JsonLinesRowsExporter):
    """The rows as one JSON array."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._separator = b""

    def start_exporting(self) -> None:
        """Opens the array. Raises ArgumentError for a file that holds one already."""
        if self._is_appended_to():
            raise ArgumentError("a JSON array cannot be appended to: take -O for a new file, or .jsonl, which can")
        self._file.write(b"[\n")

    def finish_exporting(self) -> None:
        """Closes the array."""
        self._file.write(b"\n]\n")

    def _encode(self, rows: Iterator[Sequence[Cell]]) -> bytes:
        separator, self._separator = self._separator, b",\n"
        return separator + b",\n".join(self._encode_lines(rows))


class _CoverageRows(RowsExporter):
    """One row a seed."""

    known_columns = COVERAGE_COLUMNS
    item_class = Coverage

    def _rows_of(self, item: Any) -> Iterator[Sequence[Cell]]:
        yield [*self._cells(getattr(item, column) for column in self.columns)]


class CoverageCsvExporter(_CoverageRows, CsvRowsExporter):
    """What was seen of each seed, as CSV."""


class CoverageJsonLinesExporter(_CoverageRows, JsonLinesRowsExporter):
    """What was seen of each seed, as JSON lines."""


def encode_csv(table: Iterable[Iterable[Any]]) -> bytes:
    """Lines of CSV, of cells that are safe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode("utf-8", "replace")


def encode_json_line(named: Mapping[str, Cell]) -> bytes:
    """One JSON object, without the end of its line."""
    try:
        return _JSON.encode(named)
    except UnicodeEncodeError:
        # Half a character pair, such as an argument from a terminal in another encoding.
        return json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
