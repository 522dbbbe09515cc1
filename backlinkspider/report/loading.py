"""SQL that reads a file into typed columns, whatever its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from backlinkspider.report.sources import Form, Source

OBJECT_MAXIMUM = 32 * 1024 * 1024
"""Bytes of a row in JSON (`feeds.line_reader.LINE_MAXIMUM`)."""

USUAL_OBJECT_MAXIMUM = 2 * 1024 * 1024
"""Bytes of a row in JSON that are enough but for foreign files. DuckDB takes several buffers of this size for each thread."""

_CSV_LINE_MAXIMUM = 8 * 1024 * 1024
"""Bytes of a line in CSV: 64 cells of 32,767 characters each, of up to four bytes."""

_CSV_READERS = {"BOOLEAN": "csv_boolean", "DOUBLE": "csv_number", "BIGINT": "csv_integer"}
_GUARDED_CSV_READERS = {"VARCHAR": "csv_text", "VARCHAR[]": "csv_list"}
_GUARDED = {",": ";", ";": ","}
"""By delimiter, the character behind which cells are guarded against formulas; elsewhere it is both."""


class Reading(NamedTuple):
    """A query over a file, and its parameters."""

    query: str
    parameters: list[str]


def reading_of(
    source: Source, types: Mapping[str, str], present: Mapping[str, str], object_maximum: int = OBJECT_MAXIMUM
) -> Reading:
    """Return the query that reads the columns of `types`, those that the file does not have (`present`) as NULL.

    DuckDB raises an error for a row in JSON with more bytes than `object_maximum`, which `is_object_too_large` knows.
    """
    columns = [f"{_cell(source, column, kind, present.get(column))} AS {name_in_sql(column)}" for column, kind in types.items()]
    table = _table_of(source, types, object_maximum)
    return Reading(f"SELECT {', '.join(columns)} FROM {table}", [_without_magic(source.path)])  # noqa: S608 - our own names


def is_object_too_large(error: Exception) -> bool:
    """Return whether DuckDB gave up because a row has more bytes than it was to expect."""
    return "maximum_object_size" in str(error)


def parquet_columns(source: Source) -> Reading:
    """Return the query for the names and types of the columns of a Parquet file."""
    return Reading("DESCRIBE SELECT * FROM read_parquet(?)", [_without_magic(source.path)])


def _cell(source: Source, column: str, kind: str, found_kind: str | None) -> str:
    if found_kind is None:
        return f"NULL::{kind}"
    name = name_in_sql(column)
    if kind == "VARCHAR" and found_kind.startswith("TIMESTAMP"):
        return f"iso_time({name})"
    if source.form is not Form.CSV:
        return f"TRY_CAST({name} AS {kind})"
    if kind in _CSV_READERS:
        return f"{_CSV_READERS[kind]}({name})"
    return f"{_GUARDED_CSV_READERS[kind]}({name}, '{_GUARDED.get(source.delimiter, ',;')}')"


def _table_of(source: Source, types: Mapping[str, str], object_maximum: int) -> str:
    if source.form is Form.PARQUET:
        return "read_parquet(?)"
    return _csv_table(source) if source.form is Form.CSV else _json_table(source.form, types, object_maximum)


def _csv_table(source: Source) -> str:
    columns = ", ".join(f"{_literal(column)}: 'VARCHAR'" for column in source.columns)
    return (
        f"read_csv(?, columns = {{{columns}}}, delim = {_literal(source.delimiter)}, header = true, auto_detect = false, "
        "quote = '\"', escape = '\"', strict_mode = true, ignore_errors = true, "
        f"max_line_size = {_CSV_LINE_MAXIMUM}, buffer_size = {2 * _CSV_LINE_MAXIMUM})"
    )


def _json_table(form: Form, types: Mapping[str, str], object_maximum: int) -> str:
    columns = ", ".join(f"{name_in_sql(column)}: '{kind}'" for column, kind in types.items())
    forgiving = ", ignore_errors = true" if form is Form.JSON_LINES else ""
    return f"read_json(?, columns = {{{columns}}}, format = '{form.value}', maximum_object_size = {object_maximum}{forgiving})"


def name_in_sql(column: str) -> str:
    """Return the name of a column, which may be one of a list that nobody here has seen."""
    return '"' + column.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _without_magic(path: str) -> str:
    """Return a glob that means this file alone: DuckDB takes every path for a glob."""
    return "".join(f"[{character}]" if character in "[*?" else character for character in path)
