"""Opens tables that others exported: spreadsheets, archives, and text of any size, in whatever encoding and form."""

from __future__ import annotations

import threading
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from backlinkspider.checks.spreadsheets import is_spreadsheet, open_sheet
from backlinkspider.core.exceptions import SourceError, TableError
from backlinkspider.core.tables.encoding import decode_lines
from backlinkspider.core.tables.table import Table, blank_title, open_records, open_table
from backlinkspider.core.text import truncate_for_message
from backlinkspider.discovery.files import read_bytes

_HEAD_BYTES = 64 * 1024
_PIECE_BYTES = 256 * 1024
_UNZIPPED_MAXIMUM = 16 * 1024**3
"""Bytes of one table in an archive; a small archive can unpack to more than a disk holds."""

_TABLE_ENDINGS = (".csv", ".tsv", ".txt")
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading an archive may raise: RuntimeError for one with a password."""


class TableFile(NamedTuple):
    """A table on the disk."""

    path: Path
    member: str | None = None
    """Its name in an archive."""

    @property
    def name(self) -> str:
        return truncate_for_message(self.path.name if self.member is None else f"{self.path.name}/{self.member}")


def tables_at(path: Path) -> list[TableFile]:
    """The tables that a file is: one, or those in an archive, which is not a spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if name.lower().endswith(_TABLE_ENDINGS)]
    except _ZIP_ERRORS:
        return [TableFile(path)]
    return [TableFile(path, member) for member in members] or [TableFile(path)]


@contextmanager
def open_file(file: TableFile, stopped: threading.Event, own_sites: Collection[str] = ()) -> Iterator[Table]:
    """The table in a file, read lazily. Raises SourceError, also while it is read."""
    try:
        pieces = read_bytes(file.path, stopped) if file.member is None else _unzip(file.path, file.member, stopped)
        head = _head_of(pieces)
        if file.member is None and is_spreadsheet(head):
            with open_sheet(b"".join([head, *pieces]), own_sites) as records:
                yield open_records(records, own_sites)
        else:
            yield open_table(blank_title(decode_lines(chain([head], pieces))), own_sites)
    except TableError as error:
        raise SourceError(f"'{file.name}' cannot be used: {error}") from None


def _unzip(path: Path, member: str, stopped: threading.Event) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            while not stopped.is_set() and file.tell() < _UNZIPPED_MAXIMUM and (piece := file.read(_PIECE_BYTES)):
                yield piece
    except _ZIP_ERRORS as error:
        raise TableError(f"its archive is damaged: {error}") from None


def _head_of(pieces: Iterator[bytes]) -> bytes:
    """Return as many bytes as tell the form of a table. Raises TableError for none."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD_BYTES:
            break
    if not head.strip():
        raise TableError("it is empty")
    return head
