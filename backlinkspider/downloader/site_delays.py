"""How long a site is left alone between two requests, and after it said that it is busy."""

from __future__ import annotations

import logging
from collections import Counter
from time import monotonic, time
from typing import Self

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.html.headers import parse_retry_after
from backlinkspider.core.urls.domains import site_of_url

logger = logging.getLogger(__name__)

RETRY_LATER_STATUSES = (429, 503)
"""The answers with which a server asks for fewer requests (RFC 6585, 4; RFC 9110, 15.6.4)."""


def slot_of(request: Request) -> str:
    """The slot of the downloader that a request waits in: the site of its host."""
    return site_of_url(request.url)


class SiteDelays:
    """Sets how long Scrapy's downloader leaves each site alone.

    The downloader has a slot for each site (`request_meta`: a server may answer to any number of names), with its delay and the
    time of its last request (`lastseen`, on the monotonic clock), and drops the slots of sites that are not asked for a minute;
    what is set in `per_slot_settings` holds for the next slot too.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def set_delay(self, site: str, seconds: float) -> None:
        """Leaves a site alone for so long between two requests, or longer if the settings or another of its hosts say so."""
        settings = self._crawler.engine.downloader.per_slot_settings
        known = settings.get(site, {}).get("delay", 0.0)
        seconds = max(seconds, known, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        settings[site] = {"delay": seconds}
        slot = self._slot(site)
        if slot is not None:
            slot.delay = seconds

    def has_delay(self, site: str) -> bool:
        """Whether a site has a delay of its own."""
        return site in self._crawler.engine.downloader.per_slot_settings

    def delay(self, site: str) -> float:
        """The seconds between two requests to a site."""
        slot = self._slot(site)
        known = self._crawler.engine.downloader.per_slot_settings.get(site, {}).get("delay", 0.0)
        delay = slot.delay if slot is not None else self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        return float(max(delay, known))

    def seconds_until_allowed(self, site: str) -> float:
        """The seconds from now for which nobody is to ask a site: its delay, or longer where it asked for that."""
        slot = self._slot(site)
        held = slot.lastseen + slot.delay - monotonic() if slot is not None else 0.0
        return max(self.delay(site), held)

    def hold(self, site: str, seconds: float) -> None:
        """Leaves a site alone for so long from now."""
        slot = self._slot(site)
        if slot is not None:
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)

    def _slot(self, site: str) -> Slot | None:
        slot: Slot | None = self._crawler.engine.downloader.slots.get(site)
        return slot


class BackOffMiddleware:
    """Leaves a site alone that answers 429 or 503: as long as it asks for, else longer each time.

    Reads: BACKLINKS_MAX_DELAY_SECONDS, DOWNLOAD_DELAY. Counts: backlinks/backoff.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delays = SiteDelays(crawler)
        self._busy: Counter[str] = Counter()
        self._longest = crawler.settings.getfloat("BACKLINKS_MAX_DELAY_SECONDS")
        self._shortest = crawler.settings.getfloat("DOWNLOAD_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as it is."""
        site = slot_of(request)
        if response.status not in RETRY_LATER_STATUSES:
            self._busy.pop(site, None)
            return response
        self._busy[site] += 1
        wait = self._asked_for(response)
        if wait is None:
            wait = self._shortest * 2.0 ** self._busy[site]
        self._delays.hold(site, min(wait, self._longest))
        self._crawler.stats.inc_value("backlinks/backoff")
        logger.debug("%s is busy (%d) and left alone for %.1f s", site, response.status, min(wait, self._longest))
        return response

    def _asked_for(self, response: Response) -> float | None:
        header = response.headers.get("Retry-After")
        return parse_retry_after(header.decode("latin-1"), time()) if header is not None else None
