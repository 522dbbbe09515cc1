"""Feeds that do not lose rows in silence."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any, NoReturn

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.extensions.feedexport import FeedExporter

from backlinkspider.core.exceptions import ArgumentError

logger = logging.getLogger(__name__)

FEED_FAILED = "feed_failed"
"""The reason with which a crawl closes when a feed cannot be written."""


class SafeFeedExporter(FeedExporter):
    """Scrapy's feeds, opened with their header when the crawl starts; a feed that cannot be written ends the crawl.

    Scrapy's own opens a feed at its first item and, where that fails, logs it and crawls on without output.
    Counts: backlinks/feeds/failed. Raises: CloseSpider from `open_spider`, ArgumentError when it is built.
    """

    def __init__(self, crawler: Crawler) -> None:
        try:
            super().__init__(crawler)
        except NotConfigured:
            if crawler.settings["FEEDS"]:
                raise ArgumentError("a feed of the setting FEEDS cannot be written; the log says which") from None
            raise
        self._closing: asyncio.Future[None] | None = None

    def open_spider(self, spider: Spider) -> None:
        """Opens every feed that is stored even without rows."""
        try:
            super().open_spider(spider)
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(f"the address of a feed cannot be made: {error}")
        for slot in self.slots:
            if not slot.store_empty:
                continue
            try:
                slot.start_exporting()
            except Exception as error:  # noqa: BLE001 - of whatever kind: without its feed a crawl is for nothing
                self.slots = [other for other in self.slots if other is not slot]
                if slot.file is not None:
                    with suppress(OSError):  # What is left in its buffer cannot be written either.
                        slot.file.close()
                self._refuse(f"feed {slot.uri} cannot be written: {error}")

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Writes an item to its feeds, unless one has failed."""
        if self._closing is not None:
            return
        try:
            super().item_scraped(item, spider)
        except Exception as error:  # noqa: BLE001 - of whatever kind: Scrapy would log it and lose the rows
            self._note_failure(f"a feed cannot be written any more: {error}")
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=FEED_FAILED))

    def _refuse(self, problem: str) -> NoReturn:
        self._note_failure(problem)
        raise CloseSpider(FEED_FAILED)

    def _note_failure(self, problem: str) -> None:
        self.crawler.stats.inc_value("backlinks/feeds/failed")
        logger.error(problem)
