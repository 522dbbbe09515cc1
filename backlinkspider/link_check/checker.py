"""Requests a URL to learn its status, without downloading the page."""

from __future__ import annotations

from collections import Counter

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from backlinkspider.core.links.destination import Answer
from backlinkspider.core.links.redirects import STATUSES
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.fetcher import FETCH_ERRORS, Fetcher
from backlinkspider.downloader.responses import redirect_hop
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES
from backlinkspider.exceptions import HostUnreachable, RobotsUnavailable, SiteTaken
from backlinkspider.skip_reasons import failure_reason

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

    Uses GET, because many servers answer HEAD wrongly or not at all, and stops after the headers. Failures are retried as often
    as for a page. Costs no page budget. Reads: RETRY_TIMES, RETRY_HTTP_CODES.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._times = 1 + crawler.settings.getint("RETRY_TIMES")
        self._passing = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))
        self._silences: Counter[str] = Counter()
        crawler.signals.connect(self.stop_at_body, signals.headers_received)

    def stop_at_body(self, request: Request) -> None:
        """Stop a download once its headers are known."""
        if self.is_ours(request):
            raise StopDownload(fail=False)

    def is_ours(self, request: Request) -> bool:
        return _ASKED in request.meta

    async def check(self, url: str) -> Answer | None:
        """Return what a URL answers; None where it may not be requested now."""
        site = site_of_url(url)
        if self._silences[site] >= _MAX_CONSECUTIVE_FAILURES:
            return Answer(None, failure=UNRESPONSIVE)
        answer: Answer | None = None
        for _ in range(self._times):
            if self.is_ending:
                return None
            try:
                answer = await self._ask_once(url)
            except SiteTaken:
                return None
            except HostUnreachable as error:
                # Its robots.txt was requested and retried already. If the host can be reached, nothing is known of
                # the page.
                return Answer(None, failure=error.reason if error.reason in _HOST_LEVEL else RobotsUnavailable.reason)
            if answer.failure not in _TRANSIENT and answer.status not in self._passing:
                break
        assert answer is not None, "it was asked once or more"
        is_silent = answer.failure in _TRANSIENT or answer.status in RETRY_LATER_STATUSES
        self._silences[site] = self._silences[site] + 1 if is_silent else 0
        return answer

    async def _ask_once(self, url: str) -> Answer:
        try:
            return read_answer(await self.fetch(url, **{_ASKED: True}))
        except (SiteTaken, HostUnreachable):
            raise
        except FETCH_ERRORS as error:
            return Answer(None, failure=failure_reason(error))


def read_answer(response: Response) -> Answer:
    """Return what a response says about its URL."""
    hop = redirect_hop(response) if response.status in STATUSES else None
    return Answer(response.status, hop.url_to if hop is not None else None, sets_cookie="Set-Cookie" in response.headers)
