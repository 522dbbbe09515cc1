"""Pass on what pages say that other pages are judged by."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.html.parser import read_headline
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.items import Page
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.profiler import TargetProfiler


class ObservePagesPipeline:
    """Notes what a page says of itself and of others, whether or not rows come of it.

    Title and headline are for the anchors of links to it, unless no anchor is classified. Which sites a page of a target links
    to is for the links from there.
    """

    def __init__(self, headings: HeadingCache, profiles: TargetProfiler, demand: ColumnDemand = EVERYTHING) -> None:
        self._headings = headings
        self._profiles = profiles
        self._needs_headings = demand.has_verdicts or demand.wants({"anchor_type"})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        return cls(context.get(HeadingCache), context.get(TargetProfiler), context.get(OutputColumns).demand)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Page):
            if self._needs_headings and item.document is not None:
                self._headings.remember(item.url_from, item.domain_from, (item.page_from_title, read_headline(item.document)))
            self._profiles.add_links(item)
        return item
