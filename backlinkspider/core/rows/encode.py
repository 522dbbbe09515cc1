"""Rows as bytes: CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import msgspec

from backlinkspider.core.rows.csv_cells import PLAIN_CSV, CsvDialect, encode_csv_field
from backlinkspider.items import Cell

_JSON = msgspec.json.Encoder()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def encode_csv(table: Iterable[Iterable[Cell]], dialect: CsvDialect = PLAIN_CSV) -> bytes:
    """Encode rows of values as CSV."""
    lines = (dialect.delimiter.join([encode_csv_field(value, dialect) for value in row]) + "\r\n" for row in table)
    return "".join(lines).encode("utf-8", "replace")


def encode_json(value: Cell | Mapping[str, Cell]) -> bytes:
    """Encode a value, or a row by column, as JSON."""
    try:
        return _JSON.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, such as in an argument from a terminal with another encoding.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
