"""Feed export that never loses rows silently."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, apply_uri_params
from scrapy.settings import default_settings

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.enrichment.feed_enricher import FeedEnricher, facts_path
from backlinkspider.feeds.exporters import RowsExporter
from backlinkspider.feeds.storage import DeferredFeedStorage, SharedFeedStorage, path_in_job
from backlinkspider.feeds.uris import absolute_feed, is_coverage
from backlinkspider.job.store import JobStore
from backlinkspider.signals import child_ended, job_opened
from backlinkspider.whole_files.batches import BatchStorage
from backlinkspider.whole_files.exporter import WholeFileExporter
from backlinkspider.whole_files.final import make_final, writes_links
from backlinkspider.whole_files.storage import WholeFileStorage

logger = logging.getLogger(__name__)

FEED_FAILED = "feed_failed"
"""The reason with which a crawl closes when a feed cannot be written."""


class SafeFeedExporter(FeedExporter):
    """Opens every feed with its header when the crawl starts; a feed that cannot be written ends the crawl.

    Scrapy opens a feed at its first item and, where that fails, logs the error and crawls on without output.
    Items of spiders that are not of this project are written as Scrapy does.
    Counts: backlinks/feeds/failed. Raises: CloseSpider from `open_spider`, ArgumentError when it is built.
    """

    _job: JobStore | None = None
    """Set by the signal job_opened; Scrapy builds the storages before."""

    def __init__(self, crawler: Crawler) -> None:
        if not isinstance(crawler.spider, BaseSpider):
            # Their items are not pages with links.
            crawler.settings.set("FEED_EXPORTERS_BASE", default_settings.FEED_EXPORTERS_BASE, priority="cmdline")
        try:
            super().__init__(crawler)
        except NotConfigured:
            if crawler.settings["FEEDS"]:
                raise ArgumentError("a feed of the setting FEEDS cannot be written; see the log") from None
            raise
        self._batch_pages = dict(self._take_batches())
        # It counts items, which are pages, where people expect rows; the storage says that a feed is stored.
        logging.getLogger(FeedExporter.__module__).setLevel(logging.WARNING)
        self._closing: asyncio.Future[None] | None = None
        self._enricher = FeedEnricher(crawler)
        crawler.signals.connect(self._join, job_opened)
        crawler.signals.connect(self.take_rows, child_ended)
        self._rows_taken = PersistentDict[int]()
        self._is_child = isinstance(crawler.spider, BaseSpider) and crawler.spider.context.share.child is not None
        if self._is_child:
            # The main process tells of all seeds.
            self.feeds = {uri: options for uri, options in self.feeds.items() if not is_coverage(options)}

    def open_spider(self, spider: Spider) -> None:
        """Open every feed that is stored even without rows."""
        try:
            super().open_spider(spider)
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(f"the address of a feed cannot be made: {error}")
        for slot in self.slots:
            if not slot.store_empty:
                continue
            try:
                self._start(slot)
                self._track(slot)
                if isinstance(slot.storage, DeferredFeedStorage):
                    self._enricher.begin(slot, self._job)
            except Exception as error:  # noqa: BLE001 - any error: without its feed a crawl is useless
                self.slots = [other for other in self.slots if other is not slot]
                if slot.file is not None:
                    with suppress(OSError):  # Its buffer cannot be written either.
                        slot.file.close()
                self._refuse(f"feed {slot.uri} cannot be written: {error}")
        try:
            if self._job is not None:
                self._job.commit(is_synced=True)
        except (sqlite3.Error, OSError) as error:
            self._refuse(f"cannot write to the job folder: {error}")

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write an item to its feeds, unless one has failed."""
        if self._closing is not None:
            return
        try:
            super().item_scraped(item, spider)
            self._enricher.note(item, self.slots)
        except Exception as error:  # noqa: BLE001 - any error: Scrapy would log it and lose the rows
            self._note_failure(f"cannot write to a feed any more: {error}")
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=FEED_FAILED))

    def take_rows(self, job: JobStore) -> None:
        """Add the rows of another process of the crawl to the feeds, those aside that were added before."""
        if self._closing is not None:
            return
        try:
            for slot in self.slots:
                self._take_rows_of(slot, job)
        except (OSError, ArgumentError) as error:
            self._note_failure(f"the rows of another process cannot be written to a feed: {error}")

    def _take_rows_of(self, slot: FeedSlot, job: JobStore) -> None:
        uri = absolute_feed(slot.uri_template)
        path = path_in_job(job, uri)
        if not isinstance(slot.storage, DeferredFeedStorage) or not path.exists():
            return
        if slot.exporter is None:
            # A feed that opens with its first row.
            self._start(slot)
            self._enricher.begin(slot, self._job)
        assert isinstance(slot.exporter, RowsExporter)
        slot.itemcount += self._append(slot.exporter, path)
        shadow = self._enricher.shadow_exporter(slot)
        if shadow is not None:
            self._append(shadow, facts_path(job, uri))

    def _append(self, exporter: RowsExporter, path: Path) -> bool:
        """Append the rows that were not taken before; return whether there are any."""
        key = f"{path.parent.name}/{path.name}"
        with path.open("rb") as file:
            file.seek(self._rows_taken.get(key, 0))
            has_rows = exporter.append_rows(file)
            self._rows_taken[key] = file.tell()
        return has_rows

    def _join(self, job: JobStore) -> None:
        self._job = job
        job.register("rows_taken", self._rows_taken)

    def _get_uri_params(self, spider: Spider, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the parameters of a feed's URI; a resumed job uses those that it started with, so its feed stays the same."""
        params = super()._get_uri_params(spider, *args, **kwargs)
        if self._job is not None:
            begun = self._job.read("feed_addresses")
            if begun is None:
                begun = {"time": params["time"], "job": params["job"]}
                self._job.write("feed_addresses", begun)
            params.update(begun)
        return params

    def _start_new_batch(self, *args: Any, **kwargs: Any) -> FeedSlot:
        slot = super()._start_new_batch(*args, **kwargs)
        if is_coverage(slot.feed_options):
            return slot
        if self._job is not None:
            # A process without rows of its own continues a feed that may have rows.
            slot.store_empty = True
        if self._is_child:
            # Batches are refused for a crawl of several processes.
            make_final(slot, is_batched=False)
            self._share(slot)
            return slot
        finish, exporter = partial(self._enricher.finish, slot), self.exporters[slot.format]
        pages = self._batch_pages.get(slot.uri_template)
        is_final = isinstance(self.crawler.spider, BaseSpider) and make_final(slot, is_batched=pages is not None)
        if is_final or (isinstance(exporter, type) and issubclass(exporter, WholeFileExporter)):
            build = (
                partial(BatchStorage, pages=pages, storage_of=partial(self._storage_of_batch, slot))
                if pages
                else WholeFileStorage
            )
            write = partial(self._enricher.write_whole, slot)
            slot.storage = build(slot.storage, slot.uri, finish, self._note_failure, write=write, job=self._job)
        else:
            slot.storage = DeferredFeedStorage(slot.storage, slot.uri, finish, self._note_failure, job=self._job)
        return slot

    def _share(self, slot: FeedSlot) -> None:
        """Let the rows of a feed be kept for the main process, under a name that it knows."""
        slot.uri = absolute_feed(slot.uri_template)
        name = slot.feed_options["format"]
        if isinstance(exporter := slot.exporters[name], type) and issubclass(exporter, RowsExporter):
            slot.exporters = {**slot.exporters, name: exporter.of_process()}
        slot.storage = SharedFeedStorage(None, slot.uri, _finish_nothing, self._note_failure, job=self._job)

    def _take_batches(self) -> Iterator[tuple[str, int]]:
        """Yield the feeds of links that are written in batches, with the pages of each. Scrapy would end one before the crawl."""
        for uri, options in self.feeds.items():
            pages = options["batch_item_count"]
            if pages and writes_links(self.exporters[options["format"]]):
                options["batch_item_count"] = 0
                yield uri, pages

    def _storage_of_batch(self, slot: FeedSlot, number: int) -> Any:
        """Return where a batch of a feed is stored. Raises what Scrapy raises for an address that cannot be made."""
        slot.batch_id = number - 1
        params = self._get_uri_params(slot.spider, slot.feed_options["uri_params"], slot)
        return self._get_storage(apply_uri_params(slot.uri_template, params), slot.feed_options)

    def _get_storage(self, uri: str, feed_options: dict[str, Any]) -> Any:
        """Return the storage of a feed; a resumed job replaces what an earlier process stored elsewhere."""
        is_elsewhere = "://" in uri and not uri.startswith("file:")
        options = {**feed_options, "overwrite": True} if self._job is not None and is_elsewhere else feed_options
        return super()._get_storage(uri, options)

    def _start(self, slot: FeedSlot) -> None:
        """Open a feed. Raises JobError where the job started it with other columns."""
        try:
            slot.start_exporting()
        except ArgumentError:
            if slot.exporter is not None:
                self._track(slot)
            raise

    def _track(self, slot: FeedSlot) -> None:
        """Let the job track a feed of rows."""
        if self._job is not None and isinstance(slot.storage, DeferredFeedStorage):
            assert isinstance(slot.exporter, RowsExporter)
            assert slot.file is not None
            assert slot.storage.path is not None
            self._job.feeds.track(slot.storage.path, slot.file, slot.exporter.form)

    def _refuse(self, problem: str) -> NoReturn:
        self._note_failure(problem)
        raise CloseSpider(FEED_FAILED)

    def _note_failure(self, problem: str) -> None:
        self.crawler.stats.inc_value("backlinks/feeds/failed")
        if self._job is not None:
            self._job.abandon()
        logger.error(problem)


async def _finish_nothing(path: Path, start_offset: int, draft: Path) -> bool:  # noqa: ARG001 - the main process does it
    return False
