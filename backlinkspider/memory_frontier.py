"""The queue of a crawl that keeps nothing: in memory."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from backlinkspider.dupefilter import SeenUrls
from backlinkspider.politeness import slot_of
from backlinkspider.turns import SiteTurns


class MemoryFrontier(BaseScheduler):
    """The requests of a crawl, with each address once. Sites take turns; within a site the highest priority, then the first."""

    def __init__(self, crawler: Crawler) -> None:
        self.df = SeenUrls()
        self._turns = SiteTurns(crawler)
        self._queues: dict[str, list[tuple[int, int, Request]]] = {}
        self._numbers = count()

    def has_pending_requests(self) -> bool:
        return bool(self._turns)

    def enqueue_request(self, request: Request) -> bool:
        """Takes a request, unless its address was asked for before."""
        if not request.dont_filter and self.df.request_seen(request):
            return False
        # That of the user's own spider or middleware may have none.
        site = request.meta.get("download_slot") or slot_of(request)
        heappush(self._queues.setdefault(site, []), (-request.priority, next(self._numbers), request))
        self._turns.add(site)
        return True

    def next_request(self) -> Request | None:
        """A request of the site whose turn it is."""
        if not self._turns:
            return None
        site = self._turns.take()
        queue = self._queues[site]
        request = heappop(queue)[2]
        if not queue:
            del self._queues[site]
        return request
