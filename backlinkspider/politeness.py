"""How long a host is left alone between two requests, and after it said that it is busy."""

from __future__ import annotations

import logging
from collections import Counter
from time import monotonic, time
from typing import Self

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from backlinkspider.core.response_headers import parse_retry_after

logger = logging.getLogger(__name__)

BUSY = (429, 503)
"""The answers with which a server asks for fewer requests (RFC 6585, 4; RFC 9110, 15.6.4)."""


class HostDelays:
    """Sets how long Scrapy's downloader leaves each host alone.

    The downloader has a slot for each host, with its delay and the time of its last request (`lastseen`, on the monotonic
    clock), and drops the slots of hosts that are not asked for a minute; what is set in `per_slot_settings` holds for the next
    slot too.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def set_delay(self, host: str, seconds: float) -> None:
        """Leaves a host alone for so long between two requests, or for the delay of the settings if that is longer."""
        seconds = max(seconds, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        self._crawler.engine.downloader.per_slot_settings[host] = {"delay": seconds}
        slot = self._slot(host)
        if slot is not None:
            slot.delay = seconds

    def hold(self, host: str, seconds: float) -> None:
        """Leaves a host alone for so long from now."""
        slot = self._slot(host)
        if slot is not None:
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)

    def _slot(self, host: str) -> Slot | None:
        slot: Slot | None = self._crawler.engine.downloader.slots.get(host)
        return slot


class BackOffMiddleware:
    """Leaves a host alone that answers 429 or 503: as long as it asks for, else longer each time.

    Reads: BACKLINKS_MAX_DELAY, DOWNLOAD_DELAY. Counts: backlinks/back_offs.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delays = HostDelays(crawler)
        self._busy: Counter[str] = Counter()
        self._longest = crawler.settings.getfloat("BACKLINKS_MAX_DELAY")
        self._shortest = crawler.settings.getfloat("DOWNLOAD_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as it is."""
        host = urlparse_cached(request).hostname or ""
        if response.status not in BUSY:
            self._busy.pop(host, None)
            return response
        self._busy[host] += 1
        wait = self._asked_for(response)
        if wait is None:
            wait = self._shortest * 2.0 ** self._busy[host]
        self._delays.hold(host, min(wait, self._longest))
        self._crawler.stats.inc_value("backlinks/back_offs")
        logger.debug("%s is busy (%d) and left alone for %.1f s", host, response.status, min(wait, self._longest))
        return response

    def _asked_for(self, response: Response) -> float | None:
        header = response.headers.get("Retry-After")
        return parse_retry_after(header.decode("latin-1"), time()) if header is not None else None
