"""What a crawl has found: pages and backlinks of each site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from scrapy import signals

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.shorteners import is_elsewhere_for_several
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.items import Link, Page
from backlinkspider.job.store import JobStore
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.signals import child_ended, job_opened


class Findings:
    """Counts the pages of each site and the rows that came of them.

    Counts: backlinks/rows, backlinks/dofollow, backlinks/errors for a page that a pipeline failed on.
    """

    def __init__(self, context: CrawlContext, ledger: Ledger) -> None:
        self._crawler = context.crawler
        self._arguments = context.arguments
        self._ledger = ledger
        self._pages_by_site = PersistentDict[int]()
        self._backlinks_by_domain = PersistentDict[int]()
        self._copies: Counter[str] = Counter()
        self._dofollow_copies = 0

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        findings, connect = cls(context, context.get(Ledger)), context.crawler.signals.connect
        connect(findings.restore, job_opened)
        connect(findings.join, child_ended)
        connect(findings.note_row_page, signals.item_scraped)
        connect(findings.note_page, signals.item_dropped)
        connect(findings.note_error, signals.item_error)
        return findings

    def restore(self, job: JobStore) -> None:
        job.register("pages_by_site", self._pages_by_site)
        job.register("backlinks_by_domain", self._backlinks_by_domain)

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has found."""
        self._pages_by_site.add_missing(job.entries("pages_by_site"))
        self._backlinks_by_domain.add_missing(job.entries("backlinks_by_domain"))

    def pages_of(self, site: str) -> int:
        return self._pages_by_site.get(site, 0)

    @property
    def sites(self) -> int:
        """The number of sites of which a page was read."""
        return len(self._pages_by_site)

    @property
    def originals(self) -> Counter[str]:
        """The backlinks of each domain whose rows were written, without those on copies of pages as far as these are known."""
        return Counter(self._backlinks_by_domain) - self._copies

    @property
    def copies(self) -> int:
        """The number of backlinks on copies of pages."""
        return self._copies.total()

    @property
    def dofollow(self) -> int:
        """The number of originals that search engines may follow."""
        written: int = self._crawler.stats.get_value("backlinks/dofollow", 0)
        return max(0, written - self._dofollow_copies)

    @property
    def referring_domains(self) -> int:
        """The number of sites with backlinks."""
        return len(self._backlinks_by_domain)

    def note_page(self, item: Any) -> None:
        if isinstance(item, Page) and not item.is_redirect:
            self._pages_by_site.increase(item.domain_from)

    def note_row_page(self, item: Any) -> None:
        """Note the backlinks of a page whose rows were written."""
        self.note_page(item)
        if not isinstance(item, Page):
            return
        stats = self._crawler.stats
        # The others wait until it is known where they lead.
        stats.inc_value("backlinks/rows", sum(map(self._is_settled, item.links)))
        backlinks = [link for link in item.links if link.relation == Relation.BACKLINK]
        if item.seed is not None:
            self._ledger.count_links(item.seed, "backlinks", len(backlinks))
        if backlinks:
            self._backlinks_by_domain.increase(item.domain_from, len(backlinks))
            stats.inc_value("backlinks/dofollow", sum(link.dofollow is True for link in backlinks))

    def note_copies(self, by_site: Mapping[str, int], dofollow: int) -> None:
        """Take backlinks on copies of pages out of the numbers, when the crawl has ended."""
        self._copies = Counter(by_site)
        self._dofollow_copies = dofollow

    def note_error(self) -> None:
        """Note a page that a pipeline failed on."""
        self._crawler.stats.inc_value("backlinks/errors")

    def _is_settled(self, link: Link) -> bool:
        """Return whether a link was asked for, whatever it turns out to be."""
        is_open = link.is_backlink_candidate and is_elsewhere_for_several(link.relation, self._arguments.targets)
        return link.relation in self._arguments.keep and not is_open
