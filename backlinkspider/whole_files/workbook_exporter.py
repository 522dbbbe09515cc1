"""The exporter of workbooks."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, ClassVar

from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.exporters import CoverageJsonLinesExporter, MonitorRowsExporter
from backlinkspider.feeds.reader import FeedReading, open_format
from backlinkspider.items import Coverage
from backlinkspider.whole_files.exporter import CheckTime, WholeFileExporter
from backlinkspider.whole_files.storage import WORKING_ENDING

MEMORY_MEGABYTES = 256
"""What DuckDB may hold in memory, in the process of the crawl."""


class WorkbookRowsExporter(WholeFileExporter):
    """A workbook (.xlsx) of the rows and of what was seen of each seed, which the crawl tells at its end."""

    needs_all_columns: ClassVar[bool] = True

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self._coverage = NamedTemporaryFile(prefix="coverage-", suffix=".jsonl")  # noqa: SIM115 - it lives as long as the exporter
        self._coverage_rows = CoverageJsonLinesExporter(self._coverage)

    def export_item(self, item: Any) -> None:
        """Write the rows of a page, or what was seen of a seed."""
        if isinstance(item, Coverage):
            self._coverage_rows.export_item(item)
        else:
            super().export_item(item)

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        # Scrapy loads the exporters of all formats, whichever are used.
        from backlinkspider.report.columns import LINK_TYPES  # noqa: PLC0415
        from backlinkspider.report.sources import Form, Source  # noqa: PLC0415
        from backlinkspider.report.tables import open_sources  # noqa: PLC0415
        from backlinkspider.whole_files.sheets import write_workbook  # noqa: PLC0415

        sources = [Source(str(rows), Form.JSON_LINES), Source(self._coverage.name, Form.JSON_LINES, is_coverage=True)]
        chosen = None if tuple(self.chosen) == self.known_columns else self.chosen
        with open_sources(sources, columns=tuple(LINK_TYPES), memory_megabytes=MEMORY_MEGABYTES) as tables:
            write_workbook(tables, output, chosen=chosen, check_time=check_time)


class MonitorWorkbookExporter(MonitorRowsExporter, WholeFileExporter):
    """A workbook of known links, with the columns of their lists; `scrapy report` makes a larger one of a table."""

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        from backlinkspider.whole_files.sheets import write_rows  # noqa: PLC0415 - as above

        feed = open_format(str(rows), WORKING_ENDING)
        found = (row for row in feed.rows(FeedReading(check_time=check_time)) if not isinstance(row, BadLine))
        write_rows("Known links", found, self.chosen, output)
