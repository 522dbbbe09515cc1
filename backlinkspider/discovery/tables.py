"""Opens tables that others exported: spreadsheets, and text of any size, compressed or not, in whatever encoding and form."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from backlinkspider.checks.spreadsheets import is_spreadsheet, open_sheet
from backlinkspider.core.exceptions import SourceError, TableError
from backlinkspider.core.tables.encoding import decode_lines
from backlinkspider.core.tables.table import Table, blank_title, open_records, open_table
from backlinkspider.core.text import truncate_for_message
from backlinkspider.discovery.files import read_bytes

_HEAD_BYTES = 64 * 1024


@contextmanager
def open_file(path: Path, stopped: threading.Event, own_sites: Collection[str] = ()) -> Iterator[Table]:
    """The table in a file, read lazily. Raises SourceError, also while it is read."""
    try:
        pieces = read_bytes(path, stopped)
        head = _head_of(pieces)
        if is_spreadsheet(head):
            with open_sheet(b"".join([head, *pieces]), own_sites) as records:
                yield open_records(records, own_sites)
        else:
            yield open_table(blank_title(decode_lines(chain([head], pieces))), own_sites)
    except TableError as error:
        raise SourceError(f"'{truncate_for_message(path.name)}' cannot be used: {error}") from None


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
