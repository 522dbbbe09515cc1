"""How many pages of each site are fetched."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import CrawlContext, context_of
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.exceptions import BudgetSpent
from backlinkspider.job.store import JobStore
from backlinkspider.request_meta import find_context
from backlinkspider.signals import WaitingRequests, child_ended, job_opened

_QUEUE_MARGIN = 1_000
"""URLs of a site that may be queued beyond its budget, to replace those that robots.txt forbids."""


class PageBudget:
    """Limits the pages that are fetched from a site and the URLs that wait for it; a downloader middleware.

    It runs after robots.txt, so that a forbidden page costs nothing. A redirect or retry counts as the page that it started
    as. Reads: the argument max_pages. Raises: BudgetSpent.
    """

    def __init__(self, max_pages: int) -> None:
        self._max_pages = max_pages
        self._fetched = PersistentDict[int]()
        self._queued: Counter[str] = Counter()
        self._site_left = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return context_of(crawler).get(cls)

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        budget = cls(context.arguments.max_pages)
        context.crawler.signals.connect(budget.release, signals.request_dropped)
        context.crawler.signals.connect(budget.restore, job_opened)
        context.crawler.signals.connect(budget.join, child_ended)
        return budget

    def restore(self, job: JobStore, frontier: WaitingRequests) -> None:
        job.register("budget", self._fetched)
        self._queued.update(frontier.waiting_sites())

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has fetched."""
        self._fetched.add_missing(job.entries("budget"))

    async def wait_for_capacity(self, limit: int) -> None:
        """Wait until fewer than `limit` sites have queued URLs."""
        while len(self._queued) >= limit:
            self._site_left.clear()
            await self._site_left.wait()

    def has_capacity(self, site: str) -> bool:
        """Return whether another URL of the site may be queued."""
        if not self._max_pages:
            return True
        return self._fetched.get(site, 0) + self._queued[site] < self._max_pages + _QUEUE_MARGIN

    def queued_urls(self) -> Mapping[str, int]:
        """Return the number of queued URLs of each site that has any."""
        return dict(self._queued)

    def pages_left(self, site: str) -> int | None:
        """Return how many pages of the site may still be fetched; None for any number."""
        return max(0, self._max_pages - self._fetched.get(site, 0)) if self._max_pages else None

    def spend(self, site: str) -> None:
        """Charge one page to the budget of its site."""
        self._fetched.increase(site)

    def reserve(self, site: str) -> None:
        """Count a URL of the site as queued."""
        self._queued[site] += 1

    def release(self, request: Request) -> None:
        """Count a request as no longer queued: it was sent, refused or a duplicate."""
        context = find_context(request)
        if context is None or context.budget_released:
            return
        context.budget_released, site = True, context.site
        self._queued[site] -= 1
        if self._queued[site] <= 0:
            del self._queued[site]
            self._site_left.set()

    def process_request(self, request: Request) -> None:
        """Pass a request while its site has budget left."""
        context = find_context(request)
        if context is None or context.budget_released:
            return
        self.release(request)
        site = context.site
        if self._max_pages and self._fetched.get(site, 0) >= self._max_pages:
            raise BudgetSpent
        self.spend(site)
        context.budget_spent = True

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Release a request that an earlier middleware refused."""
        self.release(request)
