"""Outputs that cannot be changed later, so they are written when the crawl ends: compressed files, batches, standard output."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeGuard, cast

from scrapy.extensions.feedexport import FeedSlot, StdoutFeedStorage
from scrapy.extensions.postprocessing import PostProcessingManager
from scrapy.utils.misc import build_from_crawler

from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.exporters import RowsExporter
from backlinkspider.feeds.reader import FeedReading, open_format
from backlinkspider.items import Page
from backlinkspider.whole_files.exporter import CheckTime, WholeFileExporter
from backlinkspider.whole_files.storage import WORKING_ENDING

FORMAT = "final"
"""The format of a feed whose rows wait; none that a user can name."""

BuildExporter = Callable[[IO[bytes]], RowsExporter]


class FinalRowsExporter(WholeFileExporter):
    """Writes rows to a working file, and at the end by the exporter of the feed's format, through the feed's plugins."""

    def __init__(
        self, file: IO[bytes], *, build: BuildExporter, plugins: Sequence[Any], options: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(file, **kwargs)
        self._build = build
        self._plugins = plugins
        self._options = options

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        with output.open("wb") as file:
            if not self._plugins:
                export_rows(rows, self._build(file), check_time)
                return
            processed = PostProcessingManager(list(self._plugins), file, self._options)
            try:
                export_rows(rows, self._build(cast("IO[bytes]", processed)), check_time)
            finally:
                processed.close()


class PrintingStorage:
    """Prints a whole file on standard output."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    async def store(self, file: IO[bytes]) -> None:
        await asyncio.to_thread(self._print, file)

    def _print(self, file: IO[bytes]) -> None:
        with file:
            shutil.copyfileobj(file, self._output)
            self._output.flush()


def make_final(slot: FeedSlot, *, is_batched: bool) -> bool:
    """Let the rows of a feed wait until the crawl ends, where its output cannot be changed later; return whether they do."""
    plugins = slot.feed_options.get("postprocessing") or ()
    is_printed = isinstance(slot.storage, StdoutFeedStorage)
    exporter = slot.exporters[slot.format]
    if not (plugins or is_printed or is_batched) or not writes_links(exporter) or exporter.is_written_whole:
        return False
    options = {name: value for name, value in slot.feed_options.items() if name != "postprocessing"}

    def build(file: IO[bytes]) -> RowsExporter:
        given = {"fields_to_export": options["fields"], "encoding": options["encoding"], "indent": options["indent"]}
        return build_from_crawler(exporter, slot.crawler, file, **given, **options["item_export_kwargs"])

    def build_final(file: IO[bytes], *, fields_to_export: Any = None, **_: Any) -> FinalRowsExporter:
        return FinalRowsExporter(file, build=build, plugins=plugins, options=slot.feed_options, fields_to_export=fields_to_export)

    slot.exporters = {**slot.exporters, options["format"]: build_final}  # type: ignore[dict-item]
    slot.format, slot.feed_options = FORMAT, options
    if isinstance(slot.storage, StdoutFeedStorage):
        slot.storage = PrintingStorage(slot.storage.open(slot.spider))  # type: ignore[assignment]
    return True


def export_rows(rows: Path, exporter: RowsExporter, check_time: CheckTime) -> None:
    """Write the rows of a feed in JSON lines, which we wrote, by an exporter. Raises FeedError, and what `check_time` raises."""
    exporter.start_exporting()
    for row in open_format(str(rows), WORKING_ENDING).rows(FeedReading(check_time=check_time)):
        assert not isinstance(row, BadLine), "we wrote it"
        exporter.export_row(row)
    exporter.finish_exporting()


def writes_links(exporter: Any) -> TypeGuard[type[RowsExporter]]:
    """Return whether an exporter writes one row a link."""
    return isinstance(exporter, type) and issubclass(exporter, RowsExporter) and exporter.item_class is Page
