"""Rows as Parquet: typed columns, lists as lists, times as times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backlinkspider.feeds.exporters import MonitorRowsExporter
from backlinkspider.whole_files.exporter import CheckTime, WholeFileExporter

_MEMORY_MEGABYTES = 512
_TYPES = {"fetched_at": "TIMESTAMP WITH TIME ZONE"}
"""Types beside those of links."""
_MONITOR_TYPES = {
    **_TYPES,
    **dict.fromkeys(("status_since", "first_seen", "last_seen", "last_checked", "unresolved_since"), "TIMESTAMP WITH TIME ZONE"),
    **dict.fromkeys(("misses", "unresolved_runs"), "BIGINT"),
    **dict.fromkeys(("changes", "broken_promises"), "VARCHAR[]"),
    "expected_follow": "BOOLEAN",
}


class ParquetRowsExporter(WholeFileExporter):
    """Parquet with Zstandard compression, in the order of the rows."""

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        check_time()
        write_parquet(rows, output, self.chosen)


class MonitorParquetExporter(MonitorRowsExporter, WholeFileExporter):
    """Known links as Parquet; the columns of their lists are texts."""

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        check_time()
        write_parquet(rows, output, self.chosen, types=_MONITOR_TYPES)


def write_parquet(rows: Path, output: Path, headers: Mapping[str, str], *, types: Mapping[str, str] = _TYPES) -> None:
    """Write columns of the rows of a feed in JSON lines as Parquet; `headers` names them. Raises FeedError.

    A column without a type is text. Lines that are no rows are left out.
    """
    # Scrapy loads the exporters of all formats, whichever are used.
    from backlinkspider.report.columns import LINK_TYPES  # noqa: PLC0415
    from backlinkspider.report.loading import name_in_sql, reading_of  # noqa: PLC0415
    from backlinkspider.report.sources import Form, Source  # noqa: PLC0415
    from backlinkspider.report.tables import open_database  # noqa: PLC0415

    known = {**LINK_TYPES, **types}
    read = {column: known.get(column, "VARCHAR") for column in ("url_from", *headers)}
    reading = reading_of(Source(str(rows), Form.JSON_LINES), read, read)
    columns = ", ".join(f"{name_in_sql(column)} AS {name_in_sql(header)}" for column, header in headers.items())
    target = str(output).replace("'", "''")
    query = f"SELECT {columns} FROM ({reading.query}) WHERE url_from IS NOT NULL"  # noqa: S608 - our own names
    with open_database(_MEMORY_MEGABYTES) as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute("SET preserve_insertion_order = true")
        database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)", reading.parameters)
