"""How alike the page of a backlink and the target are."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.steps.relevance import rate_relevance
from backlinkspider.items import Page
from backlinkspider.target_profile.profiler import TargetProfiler


class RateRelevancePipeline:
    """Rates how relevant the page of each backlink is to its target, and lets the text of the page go.

    Before the targets were read nothing is rated (`target_profile.early_pages`). Reads: what `TargetProfiler` knows of the
    targets.
    """

    def __init__(self, profiles: TargetProfiler) -> None:
        self._profiles = profiles

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).get(TargetProfiler))

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Page) and item.text is not None:
            if self._profiles.is_known:
                rate_relevance(item, self._profiles.topic_of)
            item.text = None
        return item
