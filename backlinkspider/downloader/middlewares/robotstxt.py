"""What may be fetched, and as whom. None of these looks at a link; `request_meta` says what a request carries of its seed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.useragent import UserAgentMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured, ResponseDataLossError
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from backlinkspider.base_spiders.base_spider import get_arguments
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.urls.canonicalize import origin_of
from backlinkspider.downloader.robots_cache import Answer, RobotsCache, truncate_robots
from backlinkspider.downloader.site_delays import SiteDelays, slot_of
from backlinkspider.exceptions import BudgetSpent, HostUnreachable, RobotsBlocked, RobotsUnavailable, SiteTaken
from backlinkspider.frontier.scheduler import JobScheduler
from backlinkspider.job.store import JobStore
from backlinkspider.request_meta import BUDGET_SPENT
from backlinkspider.signals import job_opened
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

logger = logging.getLogger(__name__)

_QUEUE_MARGIN = 1_000
"""Addresses of a site that may wait beyond its budget, in place of those that robots.txt will forbid."""


class ContactUserAgentMiddleware(UserAgentMiddleware):
    """Says in the User-Agent header who crawls, and where to complain.

    Reads: USER_AGENT, BACKLINKS_CONTACT.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        agent, contact = crawler.settings["USER_AGENT"], crawler.settings["BACKLINKS_CONTACT"]
        return cls(f"{agent} (+{contact})" if contact else agent)


class RobotsTxtMiddleware:
    """Asks each origin once for its robots.txt and obeys it.

    Takes the place of Scrapy's, which keeps rules by host: there a site that answers on http only would be crawled
    without rules once its https robots.txt had failed. By RFC 9309 an answer of 4xx means no rules; one of 5xx, that
    nothing may be fetched now. A Crawl-delay is kept up to a limit.
    Reads: ROBOTSTXT_OBEY, ROBOTSTXT_USER_AGENT, BACKLINKS_MAX_DELAY_SECONDS.
    Raises: RobotsBlocked, RobotsUnavailable, HostUnreachable.
    """

    def __init__(self, crawler: Crawler, agent: str) -> None:
        self._crawler = crawler
        self._agent = agent
        self._delays = SiteDelays(crawler)
        self._longest = crawler.settings.getfloat("BACKLINKS_MAX_DELAY_SECONDS")
        self._answers = RobotsCache()
        self._asking: dict[str, asyncio.Future[Answer]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured("ROBOTSTXT_OBEY is off")
        return cls(crawler, crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"])

    async def process_request(self, request: Request) -> None:
        """Passes a request that the rules of its origin allow."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        url = urlparse_cached(request)
        origin = f"{url.scheme}://{url.netloc}"
        rules = self._answers.rules_for_response(self._answers[origin] if origin in self._answers else await self._ask(origin))
        if rules is None:
            return
        if not rules.can_fetch(request.url, self._agent):
            raise RobotsBlocked
        if self._delays.has_delay(slot_of(request)):
            # What the site asks for is not for AutoThrottle to shorten.
            request.meta["autothrottle_dont_adjust_delay"] = True

    def sitemaps_of(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of an address names, as it writes them; none when it was not asked for lately."""
        rules = self._answers.rules_of(origin_of(url))
        return list(rules.sitemaps) if rules is not None else []

    def read_rules_for(self, url: str) -> None:
        """Reads the rules for an address again, if they were let go of, for those who ask what they forbid."""
        self._answers.rules_of(origin_of(url))

    def is_known_to_forbid(self, url: str) -> bool:
        """Whether the robots.txt of an address forbids it, as far as it was asked for lately."""
        rules = self._answers.cached_rules(origin_of(url))
        return rules is not None and not rules.can_fetch(url, self._agent)

    def _ask(self, origin: str) -> asyncio.Future[Answer]:
        """What an origin answers, asked for once however many wait for it; raises SiteTaken."""
        if origin not in self._asking:
            self._asking[origin] = asking = asyncio.ensure_future(self._keep_answer_of(origin))
            asking.add_done_callback(lambda _: self._asking.pop(origin))
        return self._asking[origin]

    async def _keep_answer_of(self, origin: str) -> Answer:
        # Where another worker has the site nothing is kept: the next who asks may find it free.
        self._answers[origin] = answer = await self._fetch_robots(origin)
        return answer

    async def _fetch_robots(self, origin: str) -> Answer:
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, dont_filter=True)
        request.meta.update(dont_obey_robotstxt=True, download_slot=slot_of(request))
        try:
            response = await self._crawler.engine.download_async(request)
        except SiteTaken:
            raise
        except (IgnoreRequest, ValueError):  # Redirects without end (RFC 9309, 2.3.1.2), or to no address: no rules.
            return None
        except CONNECTION_FAILURES as error:
            return HostUnreachable(failure_reason(error))
        # "Too many requests" says nothing of rules, and asks to be left alone.
        if response.status >= 500 or response.status == 429:
            return RobotsUnavailable()
        if not 200 <= response.status < 300:
            return None
        robots = truncate_robots(response.body)
        delay = self._answers.read(robots).crawl_delay(self._agent)
        if delay:
            self._delays.set_delay(slot_of(request), min(delay, self._longest))
        return robots


class PageBudget:
    """Ends the crawl of a site at its number of pages, and bounds what waits for it.

    It comes after robots.txt, so that a page that is not asked for costs nothing; a redirect or retry is the page that it
    started as. Reads: the argument max_pages. Raises: BudgetSpent.
    """

    def __init__(self, max_pages: int) -> None:
        self._max_pages = max_pages
        self._fetched = PersistentDict[int]()
        self._waiting: Counter[str] = Counter()
        self._site_left = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        budget = cls(get_arguments(crawler).max_pages)
        crawler.signals.connect(budget.release, signals.request_dropped)
        crawler.signals.connect(budget.restore, job_opened)
        return budget

    def restore(self, job: JobStore, frontier: JobScheduler) -> None:
        """Goes on with the budgets of a job."""
        job.register("budget", self._fetched)
        self._waiting.update(frontier.waiting_sites())

    async def wait_for_capacity(self, limit: int) -> None:
        """Comes back when fewer than `limit` sites have addresses that wait to be fetched."""
        while len(self._waiting) >= limit:
            self._site_left.clear()
            await self._site_left.wait()

    def has_capacity(self, site: str) -> bool:
        """Whether another address of the site may wait to be fetched."""
        if not self._max_pages:
            return True
        return self._fetched.get(site, 0) + self._waiting[site] < self._max_pages + _QUEUE_MARGIN

    def pages_left(self, site: str) -> int | None:
        """How many pages of the site may still be fetched; None for any number."""
        return max(0, self._max_pages - self._fetched.get(site, 0)) if self._max_pages else None

    def spend(self, site: str) -> None:
        """Notes a page of the site that was asked for."""
        self._fetched[site] = self._fetched.get(site, 0) + 1

    def reserve(self, site: str) -> None:
        """Notes that an address of the site waits to be fetched."""
        self._waiting[site] += 1

    def release(self, request: Request) -> None:
        """Notes that a request no longer waits: it was asked for, refused or known already."""
        site = request.meta.get("site")
        if site is None or request.meta.get("budget_released"):
            return
        request.meta["budget_released"] = True
        self._waiting[site] -= 1
        if self._waiting[site] <= 0:
            del self._waiting[site]
            self._site_left.set()

    def process_request(self, request: Request) -> None:
        """Passes a request while its site has pages left."""
        site = request.meta.get("site")
        if site is None or request.meta.get("budget_released"):
            return
        self.release(request)
        if self._max_pages and self._fetched.get(site, 0) >= self._max_pages:
            raise BudgetSpent
        self.spend(site)
        request.meta[BUDGET_SPENT] = True

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Notes that a request was refused before it came here."""
        self.release(request)


class AcceptTruncatedMiddleware:
    """Asks again for a page that ended early, and then takes what comes: links that were sent are links.

    Half a robots.txt is none. In front of Scrapy's RetryMiddleware, which would ask again and then give up.
    """

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The same request, content with a part, for an answer that was cut off."""
        is_asked_again = request.meta.get("download_fail_on_dataloss") is False
        if not isinstance(exception, ResponseDataLossError) or is_asked_again or "seed" not in request.meta:
            return None
        return request.replace(meta={**request.meta, "download_fail_on_dataloss": False}, dont_filter=True)
