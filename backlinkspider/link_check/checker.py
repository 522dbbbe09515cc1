"""Requests a URL to learn its status, without downloading the page."""

from __future__ import annotations

from collections import Counter

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload

from backlinkspider.core.links.destination import Answer
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.fetcher import Fetched, Fetcher
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES
from backlinkspider.exceptions import HostUnreachable, RobotsUnavailable, SiteTaken

UNRESPONSIVE = "silent"
"""The word for a URL on a site that has not responded for some time."""

_MAX_CONSECUTIVE_FAILURES = 5
"""The consecutive failures, or 429 and 503 responses, after which a site gets no more requests."""

_TRANSIENT = frozenset({"dns", "refused", "timeout", "reset", "connection", "tls", "proxy"})
"""The words for failures that may pass."""

_HOST_LEVEL = frozenset({"dns", "refused", "tls", "proxy"})
"""The words for failures that every URL of the host would have."""

_ASKED = "is_asked_for_headers"


class LinkChecker(Fetcher):
    """Requests URLs to learn their status.

    Uses GET, because many servers answer HEAD wrongly or not at all, and stops after the headers.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._silences: Counter[str] = Counter()
        crawler.signals.connect(self.stop_at_body, signals.headers_received)

    def stop_at_body(self, request: Request) -> None:
        """Stop a download once its headers are known."""
        if self.is_ours(request):
            raise StopDownload(fail=False)

    def is_ours(self, request: Request) -> bool:
        return _ASKED in request.meta

    async def check(self, url: str) -> Answer | None:
        """Return what a URL answers; None where nothing more may be requested. Raises SiteTaken."""
        site = site_of_url(url)
        if self._silences[site] >= _MAX_CONSECUTIVE_FAILURES:
            return Answer(None, failure=UNRESPONSIVE)
        fetched = await self.fetch(url, **{_ASKED: True})
        if fetched is None:
            return None
        if isinstance(fetched.error, SiteTaken):
            raise fetched.error
        if isinstance(fetched.error, HostUnreachable):
            # That is what requesting its robots.txt has shown. If the host can be reached, nothing is known of the page.
            reason = fetched.error.reason
            return Answer(None, failure=reason if reason in _HOST_LEVEL else RobotsUnavailable.reason)
        answer = read_answer(fetched)
        is_silent = answer.failure in _TRANSIENT or answer.status in RETRY_LATER_STATUSES
        self._silences[site] = self._silences[site] + 1 if is_silent else 0
        return answer


def read_answer(fetched: Fetched) -> Answer:
    """Return what a response says about its URL, or the word for the failure in its place."""
    if fetched.response is None:
        return Answer(None, failure=fetched.failure)
    return Answer(fetched.response.status, fetched.location, sets_cookie="Set-Cookie" in fetched.response.headers)
