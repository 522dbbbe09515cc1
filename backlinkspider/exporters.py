"""Feed exporters: one row a link, the same columns in the same order in every format."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar

import msgspec
from scrapy.exporters import BaseItemExporter

from backlinkspider.core.cells import csv_cells
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.items import COLUMNS, COVERAGE_COLUMNS, Cell, Coverage, Page, RowReader

_JSON = msgspec.json.Encoder()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
        self._columns = tuple(names)
        self._reader = RowReader(self._columns)
        self.headers = tuple(names.values())

    def export_item(self, item: Any) -> None:
        """Writes the rows of a page, all at once."""
        if isinstance(item, self.item_class):
            self._file.write(self._encode_item(item))
            # A process that is killed loses no page that it has written.
            self._file.flush()

    def start_exporting(self) -> None:
        """Ends the last line of a file that is appended to, where a disk that was full has torn it."""
        if self._is_appended_to() and not _ends_with_line(getattr(self._file, "name", None)):
            self._file.write(b"\n")

    def _is_appended_to(self) -> bool:
        return self._file.seekable() and self._file.tell() > 0

    def _rows_of(self, item: Any, encode: Callable[[Iterable[Cell]], Iterable[Cell]]) -> Iterator[Sequence[Cell]]:
        return self._reader.rows(item, encode)

    def _encode_item(self, item: Any) -> bytes:
        raise NotImplementedError


def _ends_with_line(path: object) -> bool:
    """Whether a file ends where a line does; what has no name of its own cannot be looked at, and is new."""
    if not isinstance(path, str) or not Path(path).is_file():
        return True
    with Path(path).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        last: bytes = file.read(1)
    return last == b"\n"


class CsvRowsExporter(RowsExporter):
    """CSV that Excel, LibreOffice and Google Sheets open as text and numbers: UTF-8 with a byte order mark, guarded cells.

    A file that is appended to gets no second mark and header.
    """

    def start_exporting(self) -> None:
        """Writes the byte order mark and the header."""
        super().start_exporting()
        if not self._is_appended_to():
            self._file.write(BYTE_ORDER_MARK + encode_csv([self.headers]))
            self._file.flush()

    def _encode_item(self, item: Any) -> bytes:
        return encode_csv(self._rows_of(item, csv_cells))


class JsonLinesRowsExporter(RowsExporter):
    """One JSON object a line, with raw values: nothing guarded, nothing cut, null for unknown."""

    def _encode_item(self, item: Any) -> bytes:
        return b"".join(line + b"\n" for line in self._encode_lines(item))

    def _encode_lines(self, item: Any) -> Iterator[bytes]:
        for row in self._rows_of(item, iter):
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

    def _encode_item(self, item: Any) -> bytes:
        separator, self._separator = self._separator, b",\n"
        return separator + b",\n".join(self._encode_lines(item))


class _CoverageRows(RowsExporter):
    """One row a seed."""

    known_columns = COVERAGE_COLUMNS
    item_class = Coverage

    def _rows_of(self, item: Any, encode: Callable[[Iterable[Cell]], Iterable[Cell]]) -> Iterator[Sequence[Cell]]:
        yield [*encode(getattr(item, column) for column in self._columns)]


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
        return json.dumps(named, ensure_ascii=False).encode("utf-8", "replace")
