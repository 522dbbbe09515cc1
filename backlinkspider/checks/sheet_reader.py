"""Writes the rows of a spreadsheet as JSON lines; run in a process of its own, the only user of calamine.

A damaged or hostile file can make calamine ask for more memory than there is, which ends the process that it runs in. The file is
read from standard input. Written is for each sheet that is not hidden a line `["name"]`, then for each row `[number, [cell, …]]`.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date
from io import BytesIO

from python_calamine import CalamineWorkbook, SheetVisibleEnum

_MEMORY_MAXIMUM = 4 * 1024**3
"""Bytes of address space."""
_OUTPUT_MAXIMUM = 4 * 1024**3
"""Bytes of rows: a sheet has a million of them, and a small file can unpack to more than a disk holds."""


def main() -> None:
    """Read the file and write its rows."""
    _limit_memory()
    workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    for sheet in workbook.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible:
            _write_rows(workbook, sheet.name)


def _limit_memory() -> None:
    with suppress(ImportError):  # Windows has no such limit.
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_MAXIMUM, _MEMORY_MAXIMUM))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT_MAXIMUM, _OUTPUT_MAXIMUM))


def _write_rows(workbook: CalamineWorkbook, name: str) -> None:
    sheet = workbook.get_sheet_by_name(name)
    _write([name])
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.iter_rows(), first):
        _write([number, [_text_of(cell) for cell in cells]])


def _write(line: list[object]) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")


def _text_of(cell: object) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
