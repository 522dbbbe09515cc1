"""Classify each link of a page by its relation to the target, and keep those that the user asked for."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.base_spiders.base_spider import get_arguments
from backlinkspider.core.links.relation import TO_TARGET, Relation, count_elsewhere, count_links, judge_links
from backlinkspider.core.links.shorteners import is_unresolved
from backlinkspider.core.links.target import Target
from backlinkspider.core.quality.host_names import suspicious_domains
from backlinkspider.exceptions import NoLinkKept
from backlinkspider.items import Link, Page
from backlinkspider.site_graph.extension import DomainGraph


class ClassifyLinksPipeline:
    """Classifies each link against each target, counts the page's links, and keeps the relations that were asked for.

    Of every page the sites that it links to are noted in the domain graph, where there is one. A link to a host that only
    redirects (argument shorteners) is kept too until it is known where it leads (`shorteners.resolved_relation`), with the
    relation that it has by itself; meanwhile it is looked at as a backlink is. Says too which of the sites that a page with a
    backlink links to have the names of spam.
    Reads: the arguments target, aliases, shorteners and keep. Counts: backlinks/links/<relation>, backlinks/off_target_links
    (links to a target's site, but not to what the target names of it), backlinks/unresolved_links.
    Drops: a page none of whose links is kept.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        keep: frozenset[Relation],
        stats: StatsCollector,
        *,
        aliases: Sequence[Target] = (),
        shorteners: Sequence[Target] = (),
        graph: DomainGraph | None = None,
    ) -> None:
        self._targets = targets
        self._sites = {target.site for target in targets}
        self._is_near = re.compile("|".join(re.escape(part.site) for part in (*targets, *aliases, *shorteners))).search
        self._keep = keep
        self._keeps_elsewhere = not keep <= TO_TARGET
        self._stats = stats
        self._aliases = aliases
        self._shorteners = shorteners
        self._graph = graph

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        arguments = get_arguments(crawler)
        graph = crawler.get_extension(DomainGraph)
        more = {"aliases": arguments.aliases, "shorteners": arguments.shorteners}
        return cls(arguments.targets, arguments.keep, crawler.stats, graph=graph, **more)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        if self._graph is not None:
            self._graph.note(item)
        kept = self._kept_links(item)
        if not kept:
            # The exception holds on to the page until Python looks for cycles: at a thousand links, megabytes.
            item.links, item.document = [], None
            raise NoLinkKept
        counts = count_links(item)
        for link in kept:
            link.links_count = counts.by_url[link.url_to]
        item.links = kept
        if not item.is_redirect:
            item.page_from_external_links = counts.external
            item.page_from_internal_links = counts.internal
            item.page_from_linked_domains = len(counts.linked_domains)
            if any(link.needs_rating for link in kept):
                item.page_from_suspicious_domains = suspicious_domains(counts.linked_domains - self._sites)
        return item

    def _kept_links(self, page: Page) -> list[Link]:
        links, seen = self._links_to_judge(page)
        off_target_links = unresolved = 0
        kept: list[Link] = []
        for link, target, relation in judge_links(page, self._targets, self._aliases, links=links):
            seen[relation] += 1
            if link.domain_to == target.site and relation is Relation.EXTERNAL:
                off_target_links += 1
            is_open = bool(self._shorteners) and is_unresolved(link, relation, self._shorteners, self._keep)
            if relation not in self._keep:
                if not is_open:
                    continue
                unresolved += 1
            judged = link if link.relation is None else copy.copy(link)
            judged.relation, judged.target = relation, target.text
            judged.is_backlink_candidate = is_open and relation is not Relation.OUTBOUND
            kept.append(judged)
        for name, count in seen.items():
            self._stats.inc_value(f"backlinks/links/{name}", count)
        if off_target_links:
            self._stats.inc_value("backlinks/off_target_links", off_target_links)
        if unresolved:
            self._stats.inc_value("backlinks/unresolved_links", unresolved)
        return kept

    def _links_to_judge(self, page: Page) -> tuple[list[Link], Counter[Relation]]:
        """The links that are looked at one by one, and how often each relation is that of the others, which nobody asked for.

        Where only backlinks are kept almost all links are such: to judge them by their sites takes a tenth of judging each.
        """
        if self._keeps_elsewhere or page.is_redirect:
            return page.links, Counter()
        by_site = Counter([link.domain_to for link in page.links])
        # All that a target owns is on its site, or, below a suffix of hosts, on one whose name ends like it.
        near = {site for site in by_site if self._is_near(site)}
        for site in near:
            del by_site[site]
        links = [link for link in page.links if link.domain_to in near] if near else []
        return links, count_elsewhere(page, by_site, self._targets, self._aliases)
