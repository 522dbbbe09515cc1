"""Add the links of the target's pages that the crawl reads to its profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import context_of
from backlinkspider.items import Page
from backlinkspider.target_profile.profiler import TargetProfiler


class RecordTargetLinksPipeline:
    """Has `TargetProfiler` learn which sites a page of a target links to, whether or not rows come of it."""

    def __init__(self, add_links: Callable[[Page], None]) -> None:
        self._add_links = add_links

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).get(TargetProfiler).add_links)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Page):
            self._add_links(item)
        return item
