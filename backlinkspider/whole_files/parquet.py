"""Rows as Parquet: typed columns, lists as lists, times as times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.loading import reading_of
from backlinkspider.report.sources import Form, Source
from backlinkspider.report.tables import open_database
from backlinkspider.whole_files.exporter import CheckTime, WholeFileExporter

_MEMORY_MEGABYTES = 512
_TYPES = {**LINK_TYPES, "fetched_at": "TIMESTAMP WITH TIME ZONE"}


class ParquetRowsExporter(WholeFileExporter):
    """Parquet with Zstandard compression, in the order of the rows."""

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        check_time()
        write_parquet(rows, output, self.chosen)


def write_parquet(rows: Path, output: Path, headers: Mapping[str, str]) -> None:
    """Write columns of the rows of a feed in JSON lines as Parquet; `headers` names them. Raises FeedError.

    Lines that are no rows are left out.
    """
    types = {column: _TYPES[column] for column in ("url_from", *headers)}
    reading = reading_of(Source(str(rows), Form.JSON_LINES), types, types)
    columns = ", ".join(f'{column} AS "{header.replace(chr(34), chr(34) * 2)}"' for column, header in headers.items())
    target = str(output).replace("'", "''")
    query = f"SELECT {columns} FROM ({reading.query}) WHERE url_from IS NOT NULL"  # noqa: S608 - our own names
    with open_database(_MEMORY_MEGABYTES) as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute("SET preserve_insertion_order = true")
        database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)", reading.parameters)
