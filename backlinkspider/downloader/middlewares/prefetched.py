"""Reuses responses that came before the crawl."""

from __future__ import annotations

from typing import NamedTuple, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.context.crawl_context import CrawlContext, context_of
from backlinkspider.job.store import now
from backlinkspider.request_meta import CONTEXT, FETCHED_AT

_BYTES = 8 * 1024 * 1024
"""The bytes of stored responses; a response beyond that is fetched again."""

_BYTES_OF_ANSWER = 2_000
"""The overhead of a stored response."""


class _Registered(NamedTuple):
    """A response, and when it came."""

    response: Response
    fetched_at: str


class PrefetchedResponsesMiddleware:
    """Answers a request of the crawl, once, with a response that was fetched before the crawl.

    It runs before every component that deals with the network, and after robots.txt and budget, so that the page counts as a
    page of the crawl.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Registered] = {}
        self._bytes = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return context_of(crawler).get(cls)

    @classmethod
    def from_context(cls, _: CrawlContext) -> Self:
        return cls()

    def keep(self, response: Response) -> None:
        """Store a response while there is room."""
        url = _address(response.url)
        size = _size(response)
        if url not in self._kept and self._bytes + size <= _BYTES:
            self._bytes += size
            # Stored without its request, which would keep more alive. Behind a proxy the address is that of the proxy.
            ip_address = None if response.request is not None and response.meta.get("proxy") else response.ip_address
            self._kept[url] = _Registered(response.replace(request=None, ip_address=ip_address), now())

    def kept(self, url: str) -> Response | None:
        kept = self._kept.get(_address(url))
        return kept.response if kept is not None else None

    def process_request(self, request: Request) -> Response | None:
        if not self._kept or CONTEXT not in request.meta or request.method != "GET":
            return None
        kept = self._kept.pop(_address(request.url), None)
        if kept is None:
            return None
        self._bytes -= _size(kept.response)
        request.meta[FETCHED_AT] = kept.fetched_at
        return kept.response.replace(request=request)


def _address(url: str) -> str:
    return url.partition("#")[0]


def _size(response: Response) -> int:
    return len(response.body) + _BYTES_OF_ANSWER
