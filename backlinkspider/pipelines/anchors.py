"""Classify the anchors of the links that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.base_spiders.base_spider import context_of, get_demand
from backlinkspider.core.profile.profile import TargetProfile
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.steps.anchors import classify_anchors
from backlinkspider.items import Link, Page
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.profiler import TargetProfiler


class ClassifyAnchorsPipeline:
    """Tells the type of each anchor, by the keywords and by what the page and the target that are linked to are called.

    Reads: the argument keywords; what HeadingCache and TargetProfiler know.
    """

    def __init__(
        self,
        keywords: Sequence[str],
        headings_of: Callable[[Link], Sequence[str]],
        profile_of: Callable[[str | None], TargetProfile | None] = lambda _: None,
        demand: ColumnDemand = EVERYTHING,
    ) -> None:
        self._demand = demand
        self._keywords = keywords
        self._headings_of = headings_of
        self._profile_of = profile_of

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        headings = context.get(HeadingCache)

        def headings_of(link: Link) -> Sequence[str]:
            return headings.headings_of(link.url_to, link.domain_to)

        return cls(context.arguments.keywords, headings_of, context.get(TargetProfiler).of, get_demand(crawler))

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Page):
            headings_of, names_of = self._headings_of, self._names_of
            classify_anchors(item, self._keywords, headings_of=headings_of, names_of=names_of, demand=self._demand)
        return item

    def _names_of(self, target: str | None) -> Sequence[str]:
        profile = self._profile_of(target)
        return profile.names if profile is not None else ()
