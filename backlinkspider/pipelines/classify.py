"""Classify each link of a page by its relation to the target, and keep those that the user asked for."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.steps.classify import ClassifiedLinks, LinkClassifier
from backlinkspider.exceptions import NoLinkKept
from backlinkspider.items import Page
from backlinkspider.site_graph.domain_graph import DomainGraph


class ClassifyLinksPipeline:
    """Classifies each link against each target, counts the page's links, and keeps the relations that were asked for.

    Of every page the sites that it links to are noted in the domain graph, where there is one.
    Reads: the arguments target, aliases, shorteners and keep. Counts: backlinks/links/<relation>, backlinks/off_target_links
    (links to a target's site, but not to what the target names of it), backlinks/unresolved_links.
    Drops: a page none of whose links is kept.
    """

    def __init__(
        self,
        classifier: LinkClassifier,
        stats: StatsCollector,
        *,
        graph: DomainGraph | None = None,
        demand: ColumnDemand = EVERYTHING,
    ) -> None:
        self._classifier = classifier
        self._stats = stats
        self._graph = graph
        self._demand = demand

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        arguments = context.arguments
        aliases, shorteners = arguments.aliases, arguments.shorteners
        classifier = LinkClassifier(arguments.targets, arguments.keep, aliases=aliases, shorteners=shorteners)
        return cls(classifier, crawler.stats, graph=context.find(DomainGraph), demand=context.get(OutputColumns).demand)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        if self._graph is not None:
            self._graph.note(item)
        links = self._classifier.classify(item)
        self._count(links)
        if not links.kept:
            # The exception holds on to the page until Python looks for cycles: at a thousand links, megabytes.
            item.links, item.document = [], None
            raise NoLinkKept
        self._classifier.retain(item, links.kept, self._demand)
        return item

    def _count(self, links: ClassifiedLinks) -> None:
        for name, count in links.relations.items():
            self._stats.inc_value(f"backlinks/links/{name}", count)
        if links.off_target:
            self._stats.inc_value("backlinks/off_target_links", links.off_target)
        if links.unresolved:
            self._stats.inc_value("backlinks/unresolved_links", links.unresolved)
