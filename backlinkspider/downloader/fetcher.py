"""Fetch URLs outside the queue of a crawl, as its pages are fetched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import load_object

from backlinkspider.core.links.redirects import STATUSES, AnswerT, Chain, Hop, anywhere, known_chain
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.compat import is_shutting_down
from backlinkspider.downloader.responses import redirect_hop
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

_FETCH_ERRORS: tuple[type[BaseException], ...] = (IgnoreRequest, ValueError, *CONNECTION_FAILURES)
"""What the downloader raises; ValueError for a name that no resolver accepts."""


@dataclass(frozen=True)
class Fetched:
    """What came of a request: a response, or the error in its place."""

    response: Response | None = None
    error: BaseException | None = None

    @property
    def failure(self) -> str | None:
        """The word for the error (`skip_reasons`)."""
        return failure_reason(self.error) if self.error is not None else None

    @cached_property
    def hop(self) -> Hop | None:
        """The redirect, where the response is one and leads to a web URL."""
        if self.response is None or self.response.status not in STATUSES:
            return None
        return redirect_hop(self.response)

    @property
    def location(self) -> str | None:
        return self.hop.url_to if self.hop is not None else None


class Fetcher:
    """Requests URLs through the downloader alone, with all its middlewares: robots.txt, delay of the site, no private networks.

    No queue, callback, budget or ledger is involved. A redirect is a response of its own, so each hop obeys the rules of the
    site that it leads to. A request is retried as that for a page is, but not in a crawl that is shutting down, where Scrapy
    would start new downloads.
    Reads: REDIRECT_MAX_TIMES, RETRY_ENABLED, RETRY_TIMES, RETRY_HTTP_CODES, RETRY_EXCEPTIONS.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._redirects_maximum = settings.getint("REDIRECT_MAX_TIMES")
        self._retries_maximum = settings.getint("RETRY_TIMES") if settings.getbool("RETRY_ENABLED") else 0
        self._statuses_to_retry = frozenset(map(int, settings.getlist("RETRY_HTTP_CODES")))
        self._errors_to_retry: tuple[type[BaseException], ...] = tuple(map(load_object, settings.getlist("RETRY_EXCEPTIONS")))
        self._is_stopped = False

    def stop(self) -> None:
        """Make no more requests."""
        self._is_stopped = True

    @property
    def is_stopped(self) -> bool:
        """Return whether no more requests may be made: by `stop`, or because the crawl is shutting down."""
        return self._is_stopped or is_shutting_down(self._crawler)

    async def fetch(self, url: str, **meta: Any) -> Fetched | None:
        """Request a URL, and again where the failure may pass; return what came of the last request, None once stopped."""
        retries = 0
        while not self.is_stopped:
            fetched = await self._fetch_once(url, meta)
            if retries >= self._retries_maximum or not self._may_pass(fetched):
                return fetched
            retries += 1
        return None

    async def follow(
        self,
        url: str,
        known: MutableMapping[str, AnswerT],
        ask: Callable[[str], Awaitable[AnswerT | None]],
        *,
        is_in_scope: Callable[[str], bool] = anywhere,
    ) -> Chain[AnswerT]:
        """Return the answers to a URL and to those that it redirects to, asking for those that are not `known`, which are added.

        `ask` returns None for a URL that it does not request; the chain ends before it.
        """
        while True:
            chain = known_chain(url, known, self._redirects_maximum, is_in_scope=is_in_scope)
            answer = await ask(chain.next_url) if chain.next_url is not None else None
            if chain.next_url is None or answer is None:
                return chain
            known[chain.next_url] = answer

    async def _fetch_once(self, url: str, meta: dict[str, Any]) -> Fetched:
        own = {"download_slot": site_of_url(url), "handle_httpstatus_list": list(STATUSES), "dont_retry": True}
        request = Request(strip_credentials(url), callback=NO_CALLBACK, dont_filter=True, meta={**own, **meta})
        try:
            return Fetched(await self._crawler.engine.download_async(request))
        except _FETCH_ERRORS as error:
            return Fetched(error=error)

    def _may_pass(self, fetched: Fetched) -> bool:
        if fetched.response is None:
            return isinstance(fetched.error, self._errors_to_retry)
        return fetched.response.status in self._statuses_to_retry
