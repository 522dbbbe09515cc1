"""Answers that came before the crawl, for the requests with which the crawl asks for the same."""

from __future__ import annotations

from typing import NamedTuple

from scrapy import Request
from scrapy.http import Response

from backlinkspider.job.store import now
from backlinkspider.request_meta import FETCHED_AT

_BYTES = 8 * 1024 * 1024
"""Of answers that are kept; what does not fit is asked for again."""

_BYTES_OF_ANSWER = 2_000
"""What an answer takes beside its body."""


class _Registered(NamedTuple):
    """An answer, and when it came."""

    response: Response
    fetched_at: str


class PrefetchedResponsesMiddleware:
    """Answers a request of the crawl with what was fetched before the crawl, once, in place of the network.

    In front of all that has to do with the network, behind robots.txt and budget: the page is one of the crawl like any other.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Registered] = {}
        self._bytes = 0

    def keep(self, response: Response) -> None:
        """Keeps an answer while there is room."""
        url = _address(response.url)
        size = _size(response)
        if url not in self._kept and self._bytes + size <= _BYTES:
            self._bytes += size
            # Without its request, which holds on to more; behind a proxy it is the proxy that answers.
            ip_address = None if response.request is not None and response.meta.get("proxy") else response.ip_address
            self._kept[url] = _Registered(response.replace(request=None, ip_address=ip_address), now())

    def kept(self, url: str) -> Response | None:
        """The answer that is kept of an address."""
        kept = self._kept.get(_address(url))
        return kept.response if kept is not None else None

    def process_request(self, request: Request) -> Response | None:
        """The answer that was kept for a request of the crawl; None for any other."""
        if not self._kept or "seed" not in request.meta or request.method != "GET":
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
