"""Classify each link of a page by its relation to the targets, and say which are kept."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from backlinkspider.core.links.relation import TO_TARGET, Relation, count_elsewhere, count_links, judge_links
from backlinkspider.core.links.shorteners import is_elsewhere_for_several, is_unresolved
from backlinkspider.core.links.target import Target
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.items import Link, Page

_COUNTS = frozenset(
    {"links_count", "page_from_external_links", "page_from_internal_links", "page_from_linked_domains"}
    | {"page_from_suspicious_domains"}
)


class ClassifiedLinks(NamedTuple):
    """The links of a page by their relation."""

    kept: list[Link]
    """Those of the relations that were asked for, and those that may turn out to be of one, in document order."""
    relations: Counter[Relation]
    """Number of links by relation, of all on the page."""
    off_target: int
    """Links to the site of a target, but not to what the target names of it."""
    unresolved: int
    """Links that are kept until it is known where they lead."""


class LinkClassifier:
    """Judges links against each target; a link that has to do with none of several is kept once, without a target.

    A link to a host that only redirects (argument shorteners) is kept too until it is known where it leads
    (`shorteners.resolved_relation`), with the relation that it has by itself; meanwhile it is looked at as a backlink is.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        keep: frozenset[Relation],
        *,
        aliases: Sequence[Target] = (),
        shorteners: Sequence[Target] = (),
    ) -> None:
        self._targets = targets
        self._sites = {target.site for target in targets}
        self._is_near = re.compile("|".join(re.escape(part.site) for part in (*targets, *aliases, *shorteners))).search
        self._keep = keep
        self._keeps_elsewhere = not keep <= TO_TARGET
        self._aliases = aliases
        self._shorteners = shorteners

    def classify(self, page: Page) -> ClassifiedLinks:
        """Return the links of a page that are kept, each with its relation and target."""
        links, seen = self._links_to_judge(page)
        off_target_links = unresolved = 0
        kept: list[Link] = []
        judged_links = judge_links(page, self._targets, self._aliases, shorteners=self._shorteners, links=links)
        for link, target, relation in judged_links:
            may_lead_there = target is not None and is_elsewhere_for_several(relation, self._targets)
            if not may_lead_there:
                seen[relation] += 1
                off_target_links += relation is Relation.EXTERNAL and link.domain_to in self._sites
            is_open = target is not None and is_unresolved(link, relation, self._shorteners, self._keep)
            if may_lead_there or relation not in self._keep:
                if not is_open:
                    continue
                unresolved += relation not in self._keep
            judged = link if link.relation is None else copy.copy(link)
            judged.relation, judged.target = relation, target.text if target is not None else None
            judged.is_backlink_candidate = is_open and relation is not Relation.OUTBOUND
            kept.append(judged)
        return ClassifiedLinks(kept, seen, off_target_links, unresolved)

    def retain(self, page: Page, kept: list[Link], demand: ColumnDemand = EVERYTHING) -> None:
        """Count the links of a page where that is needed, and let go of those that are not kept.

        Notes too which of the sites that a page with a backlink links to have the names of spam.
        """
        if demand.wants(_COUNTS, kept):
            self._count(page, kept)
        page.links = kept

    def _count(self, page: Page, kept: list[Link]) -> None:
        counts = count_links(page)
        for link in kept:
            link.links_count = counts.by_url[link.url_to]
        if page.is_redirect:
            return
        page.page_from_external_links = counts.external
        page.page_from_internal_links = counts.internal
        page.page_from_linked_domains = len(counts.linked_domains)
        if any(link.needs_rating for link in kept):
            # The words of spam's trades would delay the first request.
            from backlinkspider.core.quality.host_names import suspicious_domains  # noqa: PLC0415

            page.page_from_suspicious_domains = suspicious_domains(counts.linked_domains, self._sites)

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
