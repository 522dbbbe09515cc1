"""Describe each link that is kept, as readers and search engines see it."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.items import Page
from backlinkspider.library.item_adapter import register_adapter
from backlinkspider.scraper.sequential_scraper import SequentialScraper


class DescribeLinksPipeline:
    """Reads anchor, place, context and markup of each link that is kept, says whether it is followed, and lets the page go.

    All that costs more than a look at the link is read here, and not for the links that nobody asked for; of a large page while
    others are processed (`SequentialScraper.stand_aside`).
    """

    def __init__(self, pages: SequentialScraper, demand: ColumnDemand = EVERYTHING) -> None:
        self._pages = pages
        self._demand = demand

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Items reach the pipelines of others behind this one.
        register_adapter()
        context = context_of(crawler)
        return cls(context.get(SequentialScraper), context.get(OutputColumns).demand)

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        await self._pages.stand_aside(describe_links, item, self._demand)
        return item
