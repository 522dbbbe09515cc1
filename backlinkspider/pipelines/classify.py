"""What each link of a page is to the target, and whether the user asked for it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.base_spider import arguments_of
from backlinkspider.core.relation import Relation, count_links, judge_links
from backlinkspider.core.target import Target
from backlinkspider.exceptions import NoLinkKept
from backlinkspider.items import Link, Page


class ClassifyLinksPipeline:
    """Classifies each link against each target, counts the page's links, and keeps the relations that were asked for.

    Reads: the arguments target and keep. Counts: backlinks/links/<relation>, backlinks/near_misses (links to a target's site,
    but not to what the target names of it). Drops: a page none of whose links is kept.
    """

    def __init__(self, targets: Sequence[Target], keep: frozenset[Relation], stats: StatsCollector) -> None:
        self._targets = targets
        self._keep = keep
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        arguments = arguments_of(crawler)
        return cls(arguments.targets, arguments.keep, crawler.stats)

    def process_item(self, item: Any) -> Any:
        """The page with the links that are kept."""
        if not isinstance(item, Page):
            return item
        counts = count_links(item)
        kept = self._kept_links(item)
        if not kept:
            # The exception holds on to the page until Python looks for cycles: at a thousand links, megabytes.
            item.links, item.document = [], None
            raise NoLinkKept
        for link in kept:
            link.links_count = counts.by_url[link.url_to]
        item.links = kept
        if not item.is_redirect:
            item.page_from_external_links = counts.external
            item.page_from_internal_links = counts.internal
            item.page_from_linked_domains = counts.linked_domains
        return item

    def _kept_links(self, page: Page) -> list[Link]:
        seen: Counter[str] = Counter()
        near_misses = 0
        kept: list[Link] = []
        for link, target, relation in judge_links(page, self._targets):
            seen[relation.value] += 1
            if relation is Relation.EXTERNAL and link.domain_to == target.site:
                near_misses += 1
            if relation in self._keep:
                judged = link if link.relation is None else copy.copy(link)
                judged.relation, judged.target = relation.value, target.text
                kept.append(judged)
        for name, count in seen.items():
            self._stats.inc_value(f"backlinks/links/{name}", count)
        if near_misses:
            self._stats.inc_value("backlinks/near_misses", near_misses)
        return kept
