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

from backlinkspider.core.urls.canonicalize import origin_of
from backlinkspider.downloader.robots_cache import Answer, RobotsCache, truncate_robots
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.exceptions import HostUnreachable, RobotsBlocked, RobotsUnavailable, SiteTaken
from backlinkspider.request_meta import slot_of
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

logger = logging.getLogger(__name__)


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
