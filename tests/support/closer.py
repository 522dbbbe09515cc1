"""An extension of a user's that closes a crawl at its first page with links."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler


class Closer:
    """Closes the crawl for a reason of its own."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.close, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def close(self) -> None:
        # Not awaited here: the crawl closes when this page is through.
        self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="enough"))
