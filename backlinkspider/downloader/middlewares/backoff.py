"""Pauses sites that ask for fewer requests."""

from __future__ import annotations

import logging
from collections import Counter
from time import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.html.headers import parse_retry_after
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES, SiteDelays
from backlinkspider.request_meta import slot_of

logger = logging.getLogger(__name__)


class BackOffMiddleware:
    """Pauses a site that answers 429 or 503: as long as its Retry-After asks, else longer each time.

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
        site = slot_of(request)
        if response.status not in RETRY_LATER_STATUSES:
            self._busy.pop(site, None)
            return response
        self._busy[site] += 1
        wait = self._asked_for(response)
        if wait is None:
            wait = self._shortest * 2.0 ** self._busy[site]
        self._delays.block_for(site, min(wait, self._longest))
        self._crawler.stats.inc_value("backlinks/backoff")
        logger.debug("%s answered %d and is paused for %.1f s", site, response.status, min(wait, self._longest))
        return response

    def _asked_for(self, response: Response) -> float | None:
        header = response.headers.get("Retry-After")
        return parse_retry_after(header.decode("latin-1"), time()) if header is not None else None
