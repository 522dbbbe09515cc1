"""Whether a site is one that this process may ask for anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Self

from scrapy import Request, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.context.process_share import ProcessShare
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import find_context, slot_of


class SiteOwnership:
    """The sites of this process, until the main process is alone and owns all.

    A site is asked by one process at a time, which keeps its delay. A request that belongs to another process waits until the
    main process is alone (`is_postponed`).
    """

    def __init__(self, share: ProcessShare) -> None:
        self._share = share
        self._listeners: list[tuple[Callable[[], None], Callable[[], bool]]] = []
        self.owns_all = share.count == 1
        self.end_others: Callable[[], Awaitable[None]] = _end_nobody
        """Ends the other processes and takes what has come of them, before feeds are closed; set by who starts them."""

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        return cls(context.share)

    def owns(self, site: str) -> bool:
        """Return whether this process may ask a site."""
        return self.owns_all or self._share.owns(site)

    def is_postponed(self, request: Request) -> bool:
        """Return whether a request waits until the main process is alone."""
        if self.owns_all:
            return False
        context = find_context(request)
        if context is not None and context.is_left:
            return True
        return not self._share.owns(request.meta.get("download_slot") or slot_of(request))

    def when_alone(self, listener: Callable[[], None], *, waits: Callable[[], bool]) -> None:
        """Call a function once this process owns all sites; `waits` says whether it has anything to do then."""
        self._listeners.append((listener, waits))

    @property
    def is_awaited(self) -> bool:
        """Return whether anything waits until this process owns all sites."""
        return any(waits() for _, waits in self._listeners)

    def take_all(self) -> None:
        """Own all sites, for the other processes have ended."""
        self.owns_all = True
        for listener, _ in self._listeners:
            listener()


def requeue_postponed(scheduler: BaseScheduler, request: Request, budget: PageBudget, crawler: Crawler) -> None:
    """Queue a postponed request, in the process that owns all sites now, unless another has asked for its URL."""
    context = find_context(request)
    if context is not None and not context.budget_released:
        budget.reserve(context.site)
    if not scheduler.enqueue_request(request):
        crawler.signals.send_catch_log(signals.request_dropped, request=request, spider=crawler.spider)


async def _end_nobody() -> None:
    """End no other process, where there is none."""
