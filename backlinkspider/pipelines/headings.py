"""Cache the titles of pages, for the links that lead to them."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.html.parser import read_headline
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.items import Page
from backlinkspider.target_profile.headings import HeadingCache


class CacheHeadingsPipeline:
    """Notes title and headline of each page, for the pages that link to it, unless no anchor is classified."""

    def __init__(self, headings: HeadingCache, demand: ColumnDemand = EVERYTHING) -> None:
        self._headings = headings
        self._is_read = demand.has_verdicts or demand.wants({"anchor_type"})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        return cls(context.get(HeadingCache), context.get(OutputColumns).demand)

    def process_item(self, item: Any) -> Any:
        if self._is_read and isinstance(item, Page) and item.document is not None:
            self._headings.remember(item.url_from, item.domain_from, (item.page_from_title, read_headline(item.document)))
        return item
