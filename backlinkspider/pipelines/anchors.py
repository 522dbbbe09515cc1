"""Classify the anchors of the links that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.steps.anchors import ANCHOR_TYPE, classify_anchors
from backlinkspider.items import Link, Page
from backlinkspider.scraper.sequential_scraper import SequentialScraper
from backlinkspider.target_profile.early_pages import EarlyPages
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.profiler import TargetProfiler

_LINKS_AT_ONCE = 1_000
"""Links of a page before others have their turn, about 20 ms."""


class ClassifyAnchorsPipeline:
    """Tells the type of each anchor, by the keywords and by what the page and the target that are linked to are called.

    Those that rest on a target which was not read yet are left to `EarlyPages`. Reads: the argument keywords; what HeadingCache
    and TargetProfiler know.
    """

    def __init__(
        self,
        pages: SequentialScraper,
        keywords: Sequence[str],
        headings_of: Callable[[Link], Sequence[str]],
        names_of: Callable[[str | None], Sequence[str]],
        *,
        select: Callable[[Sequence[Link]], Sequence[Link]],
        demand: ColumnDemand = EVERYTHING,
    ) -> None:
        self._pages = pages
        self._keywords = keywords
        self._headings_of = headings_of
        self._names_of = names_of
        self._demand = demand
        self._select = select

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        return cls(
            context.get(SequentialScraper),
            context.arguments.keywords,
            context.get(HeadingCache).headings_of,
            context.get(TargetProfiler).names_of,
            select=context.get(EarlyPages).select_settled,
            demand=context.get(OutputColumns).demand,
        )

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        links = self._demand.select(self._select(item.links), ANCHOR_TYPE)
        for first in range(0, len(links), _LINKS_AT_ONCE):
            if first:
                await self._pages.let_others()
            some = links[first : first + _LINKS_AT_ONCE]
            classify_anchors(some, self._keywords, headings_of=self._headings_of, names_of=self._names_of)
        return item
