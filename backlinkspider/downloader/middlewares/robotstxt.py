"""Obeys robots.txt, which each origin is asked for once."""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from backlinkspider.context.crawl_context import CrawlContext, context_or_none
from backlinkspider.core.urls.canonicalize import origin_of
from backlinkspider.downloader.robots_cache import Answer, RobotsCache, truncate_robots
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.exceptions import HostUnreachable, RobotsBlocked, RobotsUnavailable, SiteTaken
from backlinkspider.request_meta import slot_of
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

logger = logging.getLogger(__name__)


class RobotsTxtMiddleware:
    """Fetches the robots.txt of each origin once and obeys it.

    Replaces Scrapy's middleware, which keeps rules by host and so would crawl a site that answers on http only without
    rules once its https robots.txt had failed. By RFC 9309 a 4xx response means no rules, and a 5xx response that nothing
    may be fetched now. A Crawl-delay is obeyed up to a limit.
    Reads: ROBOTSTXT_OBEY, ROBOTSTXT_USER_AGENT, BACKLINKS_MAX_DELAY_SECONDS.
    Raises: RobotsBlocked, RobotsUnavailable, HostUnreachable.
    """

    def __init__(self, crawler: Crawler, agent: str) -> None:
        self._crawler = crawler
        self._delays = SiteDelays(crawler)
        self._longest = crawler.settings.getfloat("BACKLINKS_MAX_DELAY_SECONDS")
        self._answers = RobotsCache(agent)
        self._asking: dict[str, asyncio.Future[Answer]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return that of the crawl; a new one for another spider."""
        context = context_or_none(crawler)
        return context.get(cls) if context is not None else cls._for_crawler(crawler)

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        return cls._for_crawler(context.crawler)

    @classmethod
    def _for_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured("ROBOTSTXT_OBEY is off")
        return cls(crawler, crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"])

    async def process_request(self, request: Request) -> None:
        """Pass a request that the rules of its origin allow."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        url = urlparse_cached(request)
        origin = f"{url.scheme}://{url.netloc}"
        rules = self._answers.rules_for_response(self._answers[origin] if origin in self._answers else await self._ask(origin))
        if rules is None:
            return
        if not rules.can_fetch(request.url):
            raise RobotsBlocked
        if self._delays.has_delay(slot_of(request)):
            # AutoThrottle must not shorten the delay that the site asks for.
            request.meta["autothrottle_dont_adjust_delay"] = True

    def sitemaps_of(self, url: str) -> list[str]:
        """Return the sitemaps that the robots.txt of a URL names, as written; none where it was not fetched lately."""
        rules = self._answers.rules_of(origin_of(url))
        return rules.sitemaps if rules is not None else []

    def read_rules_for(self, url: str) -> None:
        """Parse the rules for a URL again if they were evicted, so that `is_known_to_forbid` can use them."""
        self._answers.rules_of(origin_of(url))

    def is_known_to_forbid(self, url: str) -> bool:
        """Return whether the robots.txt of a URL forbids it, as far as it was fetched lately."""
        rules = self._answers.cached_rules(origin_of(url))
        return rules is not None and not rules.can_fetch(url)

    def _ask(self, origin: str) -> asyncio.Future[Answer]:
        """Return the response of an origin, fetched once however many wait for it. Raises SiteTaken."""
        if origin not in self._asking:
            self._asking[origin] = asking = asyncio.ensure_future(self._fetch_and_store(origin))
            asking.add_done_callback(lambda _: self._asking.pop(origin))
        return self._asking[origin]

    async def _fetch_and_store(self, origin: str) -> Answer:
        # Nothing is stored where another worker has the site: the next request may find it free.
        self._answers[origin] = answer = await self._fetch_robots(origin)
        return answer

    async def _fetch_robots(self, origin: str) -> Answer:
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, dont_filter=True)
        request.meta.update(dont_obey_robotstxt=True, download_slot=slot_of(request))
        try:
            response = await self._crawler.engine.download_async(request)
        except SiteTaken:
            raise
        except (IgnoreRequest, ValueError):  # Endless redirects (RFC 9309, 2.3.1.2), or one to no URL: no rules.
            return None
        except CONNECTION_FAILURES as error:
            return HostUnreachable(failure_reason(error))
        # 429 says nothing about rules and asks for fewer requests.
        if response.status >= 500 or response.status == 429:
            return RobotsUnavailable()
        if not 200 <= response.status < 300:
            return None
        robots = truncate_robots(response.body)
        delay = self._answers.read(robots).crawl_delay
        if delay:
            self._delays.set_delay(slot_of(request), min(delay, self._longest))
        return robots
