"""Rows in as few bytes as a page can carry: by column, repeated values once, zipped."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from backlinkspider.items import Cell
from backlinkspider.report.html.columns import Column, Kind

_REPEATED = 0.25
"""A column is a dictionary if at most this share of its values is different; beyond that, zipping alone makes it smaller."""


def pack_rows(columns: Sequence[Column], rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return rows as base64 of gzip of JSON: `{columns, count, data}`, where `data` has an entry a column.

    An entry is a list of values, or `{values, places}`. Of a URL it is a list of two entries, its origin and the rest: hosts
    repeat, and 100,000 URLs take a third less room. Sort the rows by URL for the same reason.
    """
    packed = {
        "columns": [
            {"field": column.field, "title": column.title, "kind": column.kind.value, "width": column.width, "help": column.help}
            for column in columns
        ],
        "count": len(rows),
        "data": {column.field: _packed_column(column, [row.get(column.field) for row in rows]) for column in columns},
    }
    return pack_text(json.dumps(packed, ensure_ascii=False, separators=(",", ":")))


def pack_text(text: str) -> str:
    """Return a text as base64 of gzip."""
    return b64encode(gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)).decode("ascii")


def _packed_column(column: Column, values: Sequence[Cell]) -> Any:
    if column.kind is not Kind.URL:
        return _packed(values)
    halves = [_halves(value) for value in values]
    return [_packed([origin for origin, _ in halves]), _packed([rest for _, rest in halves])]


def _halves(url: Cell) -> tuple[str, str]:
    text = str(url or "")
    start = text.find("/", text.find("://") + 3) if "://" in text else 0
    return (text[:start], text[start:]) if start > 0 else ("", text)


def _packed(values: Sequence[Cell]) -> Any:
    # By type too: True and 1 are equal.
    places: dict[tuple[type, Cell], int] = {}
    numbers = [places.setdefault((type(value), value), len(places)) for value in values]
    if len(places) > _REPEATED * len(values):
        return list(values)
    return {"values": [value for _, value in places], "places": numbers}
