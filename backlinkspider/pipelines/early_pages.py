"""Keep what the columns of a page need that is processed before the targets were read."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import context_of
from backlinkspider.items import Page
from backlinkspider.target_profile.early_pages import EarlyPages


class KeepEarlyPagesPipeline:
    """Keeps the links and the text of an early page, which are compared with the targets when the crawl ends."""

    def __init__(self, early: EarlyPages) -> None:
        self._early = early

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).get(EarlyPages))

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, Page):
            await self._early.keep(item)
        return item
