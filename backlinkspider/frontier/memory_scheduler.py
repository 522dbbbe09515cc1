"""The scheduler of a crawl without JOBDIR: requests wait in memory."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeAlias

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http.headers import Headers
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from backlinkspider.context.crawl_context import context_of
from backlinkspider.context.process_share import ProcessShare
from backlinkspider.downloader.compat import wake_engine
from backlinkspider.frontier.dupefilter import UrlDupeFilter
from backlinkspider.frontier.ownership import SiteOwnership, requeue_postponed
from backlinkspider.frontier.queue_drops import MAX_DROPS_PER_CALL, DropRequest, QueueDrops, drop_nothing
from backlinkspider.frontier.site_learner import SiteLearner
from backlinkspider.frontier.site_order import TopicRanks
from backlinkspider.frontier.site_rotation import PausedSites, SiteRotation
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import CONTEXT, RequestContext, find_context, request_context, slot_of, with_context
from backlinkspider.signals import response_processed, topics_known

_USUAL = {"method": "GET", "body": b"", "cookies": {}, "encoding": "utf-8", "flags": [], "cb_kwargs": {}, "dont_filter": False}
_usual_of = attrgetter(*_USUAL)
_USUAL_VALUES = tuple(_USUAL.values())


class _Source(NamedTuple):
    """The fields that all requests from one page share."""

    callback: Callable[..., Any] | None
    errback: Callable[..., Any] | None
    headers: Headers
    seed: str
    site: str
    host: str | None
    depth: int

    def meta(self) -> dict[str, Any]:
        return RequestContext(self.seed, self.site, self.host, self.depth).meta()

    def request(self, url: str, priority: int, *, group: str, link_text: str | None) -> Request:
        meta = self.meta()
        meta[CONTEXT].group, meta[CONTEXT].link_text = group or None, link_text
        return Request(url, self.callback, errback=self.errback, headers=self.headers, meta=meta, priority=priority)


_Waiting: TypeAlias = tuple[int, int, str, str | None, _Source | Request]
"""A waiting request: its unique place in the queue of its site, its URL, what the link to it says (`RequestContext.link_text`),
and its source or the request itself."""


class MemoryScheduler(BaseScheduler):
    """Queue each URL once. Sites take turns; within a site the group of URLs that promises most comes first (`SiteLearner`)."""

    def __init__(  # noqa: PLR0913 - the parts of a crawl that it asks
        self,
        crawler: Crawler,
        *,
        seen: UrlDupeFilter | None = None,
        learner: SiteLearner | None = None,
        paused: PausedSites | None = None,
        should_drop: DropRequest = drop_nothing,
        ownership: SiteOwnership | None = None,
        budget: PageBudget | None = None,
    ) -> None:
        self._crawler = crawler
        # Scrapy's engine asks for it under this name.
        self.df = seen or UrlDupeFilter()
        self._rotation = SiteRotation(crawler, paused=paused)
        self.learner = learner or SiteLearner()
        self._queues: dict[str, dict[str, list[_Waiting]]] = {}
        self._numbers = count()
        self._source: _Source | None = None
        self._topics = TopicRanks()
        self._should_drop = should_drop
        self._ownership = ownership or SiteOwnership(ProcessShare(0, 1))
        self._budget = budget or PageBudget(0)
        self._postponed: list[Request] = []
        self._ownership.when_alone(self._take_postponed, waits=lambda: bool(self._postponed))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        scheduler = cls(
            crawler,
            seen=context.get(UrlDupeFilter),
            learner=context.get(SiteLearner),
            paused=context.get(PausedSites),
            should_drop=context.get(QueueDrops).should_drop,
            ownership=context.get(SiteOwnership),
            budget=context.get(PageBudget),
        )
        crawler.signals.connect(scheduler.learner.note_processed, response_processed)
        crawler.signals.connect(scheduler._rotation.end, response_processed)
        crawler.signals.connect(scheduler.learn_topics, topics_known)
        return scheduler

    def __len__(self) -> int:
        return self._rotation.waiting_requests()

    def has_pending_requests(self) -> bool:
        return bool(self._rotation)

    def enqueue_request(self, request: Request) -> bool:
        """Queue a request, unless its URL was requested before."""
        if self._ownership.is_postponed(request):
            self._postpone(request)
            return True
        if not request.dont_filter and self.df.request_seen(request):
            return False
        self._topics.rank(request)
        # A request of the user's own spider or middleware may have no slot.
        site = request.meta.get("download_slot") or slot_of(request)
        groups = self._queues.setdefault(site, {})
        group = self.learner.group_of(request)
        heappush(groups.setdefault(group, []), self._waiting(request))
        self.learner.push(site, group)
        self._rotation.push(site)
        return True

    def next_request(self) -> Request | None:
        """Return a request of the site whose turn it is, after dropping those that `should_drop` names."""
        for _ in range(MAX_DROPS_PER_CALL):
            site = self._rotation.next_site()
            if site is None:
                return None
            request = self._take(site)
            if not self._should_drop(request):
                self._rotation.begin(site, request)
                return request
        wake_engine(self._crawler)
        return None

    def learn_topics(self, terms: AbstractSet[str]) -> None:
        """Let what waits be ranked by the words of the topics of the targets."""
        self._topics.learn(terms, self._queues)

    def close(self, reason: str) -> Deferred[None]:
        """Let the other processes end, and free the memory of the dupefilter for what runs after the crawl."""
        return deferred_from_coro(self._close())

    async def _close(self) -> None:
        await self._ownership.end_others()
        self.df.clear()

    def _postpone(self, request: Request) -> None:
        context = find_context(request)
        self._postponed.append(request.copy() if context is None else with_context(request, replace(context)))
        # It has no turn here.
        self._budget.release(request)

    def _take_postponed(self) -> None:
        """Queue what was postponed, for this process is alone now."""
        postponed, self._postponed = self._postponed, []
        for request in postponed:
            requeue_postponed(self, request, self._budget, self._crawler)

    def _take(self, site: str) -> Request:
        groups = self._queues[site]
        if self._topics.begin(site):
            for waiting in groups.values():
                waiting[:] = map(self._ranked, waiting)
                heapify(waiting)
        group = self.learner.first_group(site, groups)
        negative_priority, _, url, link_text, source = heappop(groups[group])
        self.learner.pop(site, group)
        if not groups[group]:
            del groups[group]
        if not groups:
            del self._queues[site]
        if isinstance(source, Request):
            return source
        return source.request(url, -negative_priority, group=group, link_text=link_text)

    def _ranked(self, waiting: _Waiting) -> _Waiting:
        negative_priority, number, url, link_text, source = waiting
        if isinstance(source, Request):
            self._topics.rank(source)
            return -source.priority, number, url, None, source
        if link_text is None:
            return waiting
        return negative_priority - self._topics.bonus(url, link_text), number, url, None, source

    def _waiting(self, request: Request) -> _Waiting:
        """Return the compact form of a request: 200 bytes for a page, where Scrapy's object takes 1,600."""
        source = _source_of(request)
        if source is None:
            return -request.priority, next(self._numbers), request.url, None, request
        if source != self._source:
            self._source = source
        return -request.priority, next(self._numbers), request.url, request_context(request).link_text, self._source


def _source_of(request: Request) -> _Source | None:
    """Return the fields that a request for a page shares with others; None when it cannot be rebuilt from them."""
    meta = request.meta
    # Scrapy accepts only an integer priority for a new request, but any for an existing one.
    if type(request) is not Request or type(request.priority) is not int:
        return None
    if _usual_of(request) != _USUAL_VALUES or CONTEXT not in meta:
        return None
    context: RequestContext = meta[CONTEXT]
    own = (context.seed, context.site, context.host, context.depth)
    source = _Source(request.callback, request.errback, request.headers, *own)
    return source if meta == source.meta() else None
