"""Rows as bytes: CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import msgspec

from backlinkspider.core.rows.csv_cells import encode_csv_field
from backlinkspider.items import Cell

_JSON = msgspec.json.Encoder()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def encode_csv(table: Iterable[Iterable[Cell]]) -> bytes:
    """Encode rows of values as CSV."""
    return "".join(",".join(map(encode_csv_field, row)) + "\r\n" for row in table).encode("utf-8", "replace")


def encode_json(value: Cell | Mapping[str, Cell]) -> bytes:
    """Encode a value, or a row by column, as JSON."""
    try:
        return _JSON.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, such as in an argument from a terminal with another encoding.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
