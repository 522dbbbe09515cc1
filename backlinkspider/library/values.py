"""Values as JSON and data frames have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backlinkspider.items import Cell


def plain_row(row: Mapping[str, Cell]) -> dict[str, Any]:
    """Return a row with text, numbers, booleans, lists and None, as JSON lines have it."""
    return {column: _plain(value) for column, value in row.items()}


def _plain(value: Cell) -> Any:
    if isinstance(value, str):
        # A word of an enumeration too.
        return str(value)
    return list(value) if isinstance(value, tuple) else value
