"""Finds the sheet with links of an Excel or OpenDocument file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from typing import IO

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.columns import Column, judge_columns
from backlinkspider.core.tables.headers import Role
from backlinkspider.core.tables.records import Record
from backlinkspider.core.tables.table import open_records

_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""The first bytes of zip files (.xlsx, .xlsm, .xlsb, .ods), and of files by Office before 2007 (.xls)."""

_READ = "import sys; sys.path[:] = sys.argv[1:]; from backlinkspider.checks.sheet_reader import main; main()"
_SECONDS_MAXIMUM = 300
_SHEETS_NAMED = 5
_ROWS_JUDGED = 80


def is_spreadsheet(head: bytes) -> bool:
    """Return whether a file that begins so may be a spreadsheet."""
    return head.startswith(_BEGINNINGS)


@contextmanager
def open_sheet(body: bytes, own_sites: Collection[str] = ()) -> Iterator[Iterator[Record]]:
    """The rows of the sheet that has a column of linking pages (`core.tables`), numbered as in the sheet.

    Hidden sheets do not count. Raises TableError for what is no spreadsheet, and where no sheet or several have such a column.
    """
    with tempfile.TemporaryFile() as rows:
        _read_apart(body, rows)
        fitting = _sheets_with_pages(rows, own_sites)
        if len(fitting) > 1:
            named = ", ".join(f"'{name}'" for name in fitting[:_SHEETS_NAMED])
            raise TableError(
                f"it has several sheets with linking pages ({named}); remove the others, or save the right one as CSV"
            )
        if not fitting:
            raise TableError("it is a spreadsheet, but no sheet of it has a column of domains or http(s) addresses")
        yield _rows_of(rows, fitting[0])


def _read_apart(body: bytes, rows: IO[bytes]) -> None:
    """Have another process write the rows (`sheet_reader`), which may die of a damaged file."""
    command = [sys.executable, "-c", _READ, *sys.path]
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=body, stdout=rows, stderr=subprocess.DEVNULL, check=True, timeout=_SECONDS_MAXIMUM
        )
    except subprocess.SubprocessError:
        raise TableError("it is not a spreadsheet that can be read; save the sheet as CSV") from None


def _sheet_names(rows: IO[bytes]) -> list[str]:
    rows.seek(0)
    return [json.loads(line)[0] for line in rows if line.startswith(b'["')]


def _rows_of(rows: IO[bytes], name: str) -> Iterator[Record]:
    rows.seek(0)
    lines = map(json.loads, rows)
    for line in lines:
        if line == [name]:
            yield from (Record(*row) for row in takewhile(lambda row: len(row) > 1, lines))
            return


def _sheets_with_pages(rows: IO[bytes], own_sites: Collection[str]) -> list[str]:
    """The sheets with a column of linking pages; those of the targets' own pages only if there are no others."""
    pages = {name: _judge_pages(_rows_of(rows, name), own_sites) for name in _sheet_names(rows)}
    fitting = {name: column for name, column in pages.items() if column is not None and column.is_of_addresses}
    return [name for name, column in fitting.items() if not column.is_within(own_sites)] or list(fitting)


def _judge_pages(rows: Iterator[Record], own_sites: Collection[str]) -> Column | None:
    table = open_records(rows, own_sites)
    if Role.PAGE not in table.roles:
        return None
    pages = [[row.get(Role.PAGE) or ""] for row in islice(table.rows(), _ROWS_JUDGED)]
    return judge_columns(pages, 1)[0]
