"""Checks where the URLs lead that backlinks point to."""

from __future__ import annotations

import asyncio
import logging
from collections import ChainMap, deque
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.http import Response

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.arguments import Arguments
from backlinkspider.core.links.destination import (
    UNKNOWN,
    Answer,
    Destination,
    answers_from_chain,
    chain_destination,
    resolve_chain,
)
from backlinkspider.core.links.redirects import request_url
from backlinkspider.core.links.relation import Relation, owns_any
from backlinkspider.core.links.shorteners import is_checkable
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.progress.estimate import SiteLeft, longest_seconds
from backlinkspider.core.urls.canonicalize import absolute_url, strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.compat import wake_engine
from backlinkspider.downloader.fetcher import Fetched
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.exceptions import SiteTaken
from backlinkspider.frontier.dupefilter import UrlDupeFilter
from backlinkspider.frontier.ownership import SiteOwnership
from backlinkspider.frontier.site_rotation import PausedSites
from backlinkspider.items import Link, Page
from backlinkspider.job.store import JobStore
from backlinkspider.link_check.checker import LinkChecker, read_answer
from backlinkspider.signals import WaitingRequests, child_ended, job_opened

logger = logging.getLogger(__name__)

_SITES_AT_ONCE = 16
"""The sites that are checked at one time: most links lead to the target, others to short links and what they lead to."""

_ANSWERS_KEPT = 10_000
"""The responses of the target that are remembered for links to it, about 300 bytes each."""

_WORDS = {True: "broken", False: "working", None: "unknown"}

_BACKLINK = Relation.BACKLINK  # Looking up an enum member takes Python 3.11 as long as a function call.


class LinkChecks:
    """Checks once where each URL leads that a backlink points to, in the background of the crawl.

    URLs on the hosts of `shorteners` are checked too. A site gets one request at a time. URLs that the crawl reads, or has
    in its queue, are left to it; those of a target wait while its own pages are read, which answer for some. The crawl stays open
    until all URLs are checked, unless the user ends it.
    Reads: the arguments target, aliases and shorteners; BACKLINKS_LINK_CHECK_LIMIT, BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS,
    REDIRECT_MAX_TIMES. Counts: URLs under backlinks/link_check/working, broken, unknown and waiting; left_out (beyond
    BACKLINKS_LINK_CHECK_LIMIT), skipped (not checked within BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS after the last page).
    Raises: NotConfigured where BACKLINKS_LINK_CHECK_LIMIT is 0, or no output has a column that rests on it; DontCloseSpider.
    """

    def __init__(
        self,
        crawler: Crawler,
        arguments: Arguments,
        maximum: int,
        *,
        seen: UrlDupeFilter,
        paused: PausedSites,
        ownership: SiteOwnership,
    ) -> None:
        self._crawler = crawler
        self._ownership = ownership
        self._shorteners = arguments.shorteners
        self._parts = (*arguments.targets, *arguments.aliases, *arguments.shorteners)
        self._maximum = maximum
        self._seen = seen
        self._paused = paused
        paused.listen(self._note_paused)
        self._redirects_maximum = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._checker = LinkChecker(crawler)
        self._delays = SiteDelays(crawler)
        self._ends = PersistentDict[Destination]()
        self._waiting = PersistentDict[bool]()
        self._answers = PersistentDict[Answer](_ANSWERS_KEPT)
        self._queues: dict[str, deque[str]] = {}
        self._left_to_crawl: dict[str, list[str]] = {}
        self._is_crawled = False
        self._workers: dict[str, asyncio.Future[None]] = {}
        self._current: dict[str, str] = {}
        self._frontier: WaitingRequests | None = None
        self._places = asyncio.Semaphore(_SITES_AT_ONCE)
        timeout = crawler.settings["BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS"]
        self._seconds = None if timeout is None else float(timeout)
        self._is_last = False
        self._checks = False
        self._found: list[str] = []
        self._left_to_others: list[str] = []

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        crawler, arguments = context.crawler, context.arguments
        maximum = crawler.settings.getint("BACKLINKS_LINK_CHECK_LIMIT")
        if maximum <= 0 or not (context.get(OutputColumns).demand.has_verdicts or arguments.shorteners):
            raise NotConfigured
        seen, paused, ownership = context.get(UrlDupeFilter), context.get(PausedSites), context.get(SiteOwnership)
        ends = cls(crawler, arguments, maximum, seen=seen, paused=paused, ownership=ownership)
        crawler.signals.connect(ends.restore, job_opened)
        crawler.signals.connect(ends.note_page, signals.item_scraped)
        crawler.signals.connect(ends.record_response, signals.response_received)
        if context.share.child is None:
            crawler.signals.connect(ends.delay_close, signals.spider_idle)
            crawler.signals.connect(ends.join, child_ended)
            ends.check_owned()
        return ends

    def check_owned(self) -> None:
        """Check the URLs on the sites of this process from now on, and all others once it owns these too."""
        self._checks = True
        self._ownership.when_alone(self._check_left, waits=self._has_left)

    def pop_found(self) -> list[str]:
        """Return the URLs to check that were found since the last call, in a process that checks none itself."""
        found, self._found = self._found, []
        return found

    def add_found(self, urls: Iterable[str]) -> None:
        """Check the URLs that another process of the crawl has found."""
        for url in urls:
            self._enqueue_new(url)

    def join(self, job: JobStore) -> None:
        """Take the URLs that another process of the crawl has found, and the responses to it that say where they lead."""
        for url, stored in job.entries("link_check_answers"):
            self._record_answer(url, Answer(*stored))
        self.add_found(url for url, _ in job.entries("link_check_waiting"))

    def restore(self, job: JobStore, frontier: WaitingRequests) -> None:
        self._frontier = frontier
        job.register("link_check", self._ends, decode=Destination.restore)
        job.register("link_check_waiting", self._waiting)
        job.register("link_check_answers", self._answers, decode=lambda stored: Answer(*stored))
        for url in self._waiting if self._checks else ():
            self._enqueue(url)

    def destination_of(self, url: str) -> Destination | None:
        """Return where a URL leads; None where it was not checked."""
        end = self._ends.get(request_url(url)) or resolve_chain(url, self._answers, self._redirects_maximum)
        return end if isinstance(end, Destination) else None

    @property
    def links_waiting(self) -> int:
        return len(self._waiting)

    def seconds_left(self) -> float:
        """Return how long it takes to check the URLs that wait and are not left to the crawl, at the delays of their sites."""
        sites = (SiteLeft(len(queue), self._delays.delay(site)) for site, queue in self._queues.items() if queue)
        return longest_seconds(sites, _SITES_AT_ONCE)

    def is_waiting(self, url: str) -> bool:
        return request_url(url) in self._waiting

    def record(self, url: str, status: int | None, redirects: Sequence[str] = ()) -> None:
        """Record where a URL led when another component requested it, and the status there; None for an unknown one."""
        for step, answer in answers_from_chain(url, redirects, status).items():
            self._record_answer(step, answer)

    def record_response(self, response: Response, request: Request) -> None:
        """Record a response of the target to the crawl itself."""
        if self._checker.is_ours(request):
            return
        url = absolute_url(response.url, response.url)
        if url is not None and request.method == "GET" and owns_any(self._parts, url):
            self._record_answer(request_url(url), read_answer(Fetched(response)))

    def note_page(self, item: Any) -> None:
        """Queue the URLs that the links of a page point to."""
        if not isinstance(item, Page):
            return
        for link in item.links:
            if self._is_wanted(link):
                self.record(link.url_to, None, link.url_to_redirect_target or ())
                self._enqueue_new(request_url(link.url_to))

    def delay_close(self) -> None:
        """Keep the crawl open while URLs wait, and check those that were left to it."""
        self._is_crawled = True
        for url in list(self._left_to_crawl):
            self._take_back(url)
        for site in self._queues:
            self._work_on(site)
        if self._waiting:
            self._begin_last_checks()
            raise DontCloseSpider

    def _begin_last_checks(self) -> None:
        """Say once how many URLs are left, and see to it that the crawl does not wait too long for them."""
        if self._is_last or not self._ownership.owns_all:
            return
        self._is_last = True
        left, seconds = len(self._waiting), self.seconds_left()
        logger.info("%d linked URLs are left to check, for about %d seconds; Ctrl-C ends the crawl without them", left, seconds)
        if self._seconds is not None:
            asyncio.get_running_loop().call_later(self._seconds, self._skip)

    def _has_only_checks_left(self) -> bool:
        """Return whether no page is asked for or read at the moment; robots.txt of a linked URL counts as one."""
        if self._paused.has_sites:
            return False
        scraping = self._crawler.engine.scraper.slot
        return all(map(self._checker.is_ours, self._crawler.engine.downloader.active)) and (
            scraping is None or scraping.is_idle()
        )

    def _skip(self) -> None:
        """Let the URLs be that wait; what is not known of them stays empty."""
        if not self._waiting or self._checker.is_stopped:
            return
        logger.info("%d linked URLs were not checked in time (BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS)", len(self._waiting))
        for queue in self._queues.values():
            queue.clear()
        for url in list(self._waiting):
            self._count("skipped")
            self._count("waiting", -1)
            del self._waiting[url]
        self._wake_engine()

    def _is_wanted(self, link: Link) -> bool:
        if link.relation != _BACKLINK:
            # With keep=all these are nearly all links.
            if not self._shorteners or link.relation == Relation.INTERNAL_BACKLINK:
                return False
            if not owns_any(self._shorteners, link.url_to, link.domain_to):
                return False
        return is_checkable(link)

    def _enqueue_new(self, url: str) -> None:
        if url in self._ends or url in self._waiting:
            return
        if len(self._ends) + len(self._waiting) >= self._maximum:
            if self.destination_of(url) is None:
                self._count("left_out")
            return
        self._waiting[url] = True
        self._count("waiting")
        if self._checks:
            self._enqueue(url)
        else:
            self._found.append(url)

    def _enqueue(self, url: str) -> None:
        site = site_of_url(url)
        self._queues.setdefault(site, deque()).append(url)
        self._work_on(site)

    def _record_answer(self, url: str, answer: Answer) -> None:
        is_whole = answer.status is not None or answer.failure is not None
        if is_whole or url not in self._answers:
            self._answers[url] = answer
        self._take_back(url)

    def _take_back(self, url: str) -> None:
        for waiting in self._left_to_crawl.pop(url, ()):
            self._enqueue(waiting)

    def _has_left(self) -> bool:
        return bool(self._left_to_others) or any(queue and not self._ownership.owns(site) for site, queue in self._queues.items())

    def _check_left(self) -> None:
        """Check what was left to other processes, for this one is alone now."""
        left, self._left_to_others = self._left_to_others, []
        for url in left:
            self._enqueue(url)
        for site in self._queues:
            self._work_on(site)

    def _note_paused(self, sites: frozenset[str]) -> None:
        for site in sites & self._queues.keys():
            self._work_on(site)

    def _work_on(self, site: str) -> None:
        if self._paused.is_paused(site) or not self._ownership.owns(site):
            return
        if self._queues[site] and site not in self._workers and not self._checker.is_stopped:
            worker = self._workers[site] = asyncio.ensure_future(self._work(site))
            worker.add_done_callback(partial(self._end_work, site))

    async def _work(self, site: str) -> None:
        """Check the URLs of a site one after the other."""
        queue = self._queues[site]
        while queue and not self._checker.is_stopped:
            async with self._places:
                url = self._current[site] = queue.popleft()
                end = await self._find_end(url)
                if end is not None:
                    self._finish(url, end)
            if self._waiting and self._has_only_checks_left():
                # While one check follows the other, Scrapy does not call the crawl idle.
                self._begin_last_checks()

    def _end_work(self, site: str, worker: asyncio.Future[None]) -> None:
        del self._workers[site]
        error = worker.exception() if not worker.cancelled() else None
        if error is not None:
            logger.error("link check failed", exc_info=error)
            self._crawler.stats.inc_value("backlinks/errors")
            # The crawl must be able to end.
            self._finish(self._current[site], UNKNOWN)
        self._work_on(site)
        self._wake_engine()

    async def _find_end(self, url: str) -> Destination | None:
        """Return where a URL leads; None when that is left to the crawl, or the crawl ends."""
        # The answers of this chain, also when so many come meanwhile that they are not remembered.
        known = ChainMap({}, self._answers)
        try:
            chain = await self._checker.follow(url, known, partial(self._ask, url))
        except SiteTaken:
            return None if self._checker.is_stopped else UNKNOWN
        return chain_destination(chain) if chain.next_url is None else None

    async def _ask(self, url: str, step: str) -> Answer | None:
        """Return what a URL answers that the redirects of another lead to; None where it is not for this check to request it."""
        if not self._is_crawled and self._seen.is_seen(step):
            self._left_to_crawl.setdefault(step, []).append(url)
            return None
        if not self._ownership.owns(site_of_url(step)):
            self._left_to_others.append(url)
            return None
        answer = await self._checker.check(step)
        if answer is not None:
            self._record_answer(step, answer)
        return answer

    def _finish(self, url: str, end: Destination) -> None:
        if url not in self._waiting:
            # It was let be meanwhile.
            return
        self._ends[url] = end
        del self._waiting[url]
        self._count("waiting", -1)
        self._count(_WORDS[end.is_broken])
        redirects = [strip_credentials(redirect) for redirect in end.redirects]
        logger.debug("%s is %s: status %s, redirects %s", url, _WORDS[end.is_broken], end.status, redirects)
        if self._frontier is not None:
            self._frontier.note_progress()

    def _wake_engine(self) -> None:
        """Let the engine check at once whether the crawl is done, instead of in five seconds."""
        if not self._checker.is_stopped:
            wake_engine(self._crawler)

    def _count(self, what: str, number: int = 1) -> None:
        self._crawler.stats.inc_value(f"backlinks/link_check/{what}", number)
