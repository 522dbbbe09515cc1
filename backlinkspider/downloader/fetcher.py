"""Fetch URLs outside the queue of a crawl, as its pages are fetched."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from backlinkspider.core.links.redirects import STATUSES
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.compat import is_shutting_down
from backlinkspider.skip_reasons import CONNECTION_FAILURES

FETCH_ERRORS: tuple[type[BaseException], ...] = (IgnoreRequest, ValueError, *CONNECTION_FAILURES)
"""What `Fetcher.fetch` raises; ValueError for a name that no resolver accepts."""


class Fetcher:
    """Requests URLs through the downloader alone, with all its middlewares: robots.txt, delay of the site, no private networks.

    No queue, callback, budget or ledger is involved. A redirect is a response of its own, so each hop obeys the rules of the
    site that it leads to. Nothing is retried: Scrapy would start new downloads in a crawl that is shutting down.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @property
    def is_ending(self) -> bool:
        """Return whether the crawl is shutting down, so that nothing more may be requested."""
        return is_shutting_down(self._crawler)

    async def fetch(self, url: str, **meta: Any) -> Response:
        """Return the response to one request. Raises one of FETCH_ERRORS."""
        own = {"download_slot": site_of_url(url), "handle_httpstatus_list": list(STATUSES), "dont_retry": True}
        request = Request(strip_credentials(url), callback=NO_CALLBACK, dont_filter=True, meta={**own, **meta})
        return await self._crawler.engine.download_async(request)
