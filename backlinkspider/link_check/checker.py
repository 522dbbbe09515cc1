"""Asks an address what it answers, and not for its page."""

from __future__ import annotations

from collections import Counter

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from backlinkspider.core.links.destination import Answer
from backlinkspider.core.links.redirects import STATUSES
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.compat import is_shutting_down
from backlinkspider.downloader.responses import redirect_hop
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES
from backlinkspider.exceptions import HostUnreachable, RobotsUnavailable, SiteTaken
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

UNRESPONSIVE = "silent"
"""The word for an address of a site that has not answered for some time, and is left alone."""

_MAX_CONSECUTIVE_FAILURES = 5
"""Addresses of a site, one after the other, that get no answer, or 429 or 503, before it is asked no more."""

_TRANSIENT = frozenset({"dns", "refused", "timeout", "reset", "connection", "tls", "proxy"})
"""The words for failures that may pass."""

_HOST_LEVEL = frozenset({"dns", "refused", "tls", "proxy"})
"""The words for failures that are the same whatever the host is asked for."""

_ASKED = "is_asked_for_headers"
_META = {
    _ASKED: True,
    # Each redirect is an answer.
    "dont_redirect": True,
    # Scrapy would go on with a crawl that is about to end.
    "dont_retry": True,
}


class LinkChecker:
    """Asks as the crawl does, through all downloader middlewares: robots.txt, the delay of the site, no private networks.

    It asks with GET, because many servers answer HEAD wrongly or not at all, and breaks off when the headers are there. What
    failed is asked again, as often as a page. It costs no budget of pages.
    Reads: RETRY_TIMES, RETRY_HTTP_CODES.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._times = 1 + crawler.settings.getint("RETRY_TIMES")
        self._passing = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))
        self._silences: Counter[str] = Counter()
        crawler.signals.connect(self.stop_at_body, signals.headers_received)

    @property
    def is_ending(self) -> bool:
        """Whether the crawl is about to end: nothing more may be asked."""
        return is_shutting_down(self._crawler)

    def stop_at_body(self, request: Request) -> None:
        """Breaks off an answer of which nothing more is wanted."""
        if self.is_ours(request):
            raise StopDownload(fail=False)

    def is_ours(self, request: Request) -> bool:
        """Whether it was this that asked."""
        return _ASKED in request.meta

    async def ask(self, url: str) -> Answer | None:
        """What an address answers; None where it may not be asked, but perhaps later."""
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
                # It was asked for its robots.txt as often as that is done, and is not again. Where it can be reached, only that
                # failed: of the page nothing was seen.
                return Answer(None, failure=error.reason if error.reason in _HOST_LEVEL else RobotsUnavailable.reason)
            if answer.failure not in _TRANSIENT and answer.status not in self._passing:
                break
        assert answer is not None, "it was asked once or more"
        is_silent = answer.failure in _TRANSIENT or answer.status in RETRY_LATER_STATUSES
        self._silences[site] = self._silences[site] + 1 if is_silent else 0
        return answer

    async def _ask_once(self, url: str) -> Answer:
        try:
            meta = {**_META, "download_slot": site_of_url(url)}
            request = Request(url, callback=NO_CALLBACK, dont_filter=True, meta=meta)
            return read_answer(await self._crawler.engine.download_async(request))
        except (SiteTaken, HostUnreachable):
            raise
        except (IgnoreRequest, ValueError) as error:  # ValueError: a name that no resolver takes.
            return Answer(None, failure=failure_reason(error))
        except CONNECTION_FAILURES as error:
            return Answer(None, failure=failure_reason(error))


def read_answer(response: Response) -> Answer:
    """What a response says of its address."""
    hop = redirect_hop(response) if response.status in STATUSES else None
    return Answer(response.status, hop.url_to if hop is not None else None, sets_cookie="Set-Cookie" in response.headers)
