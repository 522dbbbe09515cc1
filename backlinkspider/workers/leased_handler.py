"""Sends requests to a site only while this worker holds its lease."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IAddress

from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.compat import use_factory
from backlinkspider.downloader.handlers.http import BoundedFactory, BoundedProtocol, LimitedHTTPHandler
from backlinkspider.request_meta import slot_of
from backlinkspider.workers.claims import SiteClaims
from backlinkspider.workers.leases import SiteLeases


class LeaseCheckingHandler(LimitedHTTPHandler):
    """The http and https handler that checks the lease of the site at the last possible moment.

    A request may have waited for its turn or its connection, and the whole process may have been stopped meanwhile. A request
    whose lease ended before it was sent waits for the lease once more. Raises: SiteTaken.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        factory = partial(_LeasedFactory, holds_lease=self._may_ask)
        use_factory(self._pool, factory)

    async def download_request(self, request: Request) -> Response:
        while True:
            async with self._leases.lease_for_request(slot_of(request)):
                try:
                    return await super().download_request(request)
                except _LeaseEndedError:
                    continue

    def _may_ask(self, site: str) -> bool:
        return self._leases.holds_lease(site)

    @property
    def _leases(self) -> SiteLeases:
        return context_of(self._crawler).get(SiteClaims).leases


class _LeaseEndedError(Exception):
    """Raised by `_LeasedProtocol`: nothing was sent."""


class _LeasedProtocol(BoundedProtocol):
    """The client of one connection, which checks the lease before it sends."""

    def __init__(self, quiescent_callback: Any, holds_lease: Callable[[str], bool]) -> None:
        super().__init__(quiescent_callback)  # type: ignore[no-untyped-call]
        self._may_ask = holds_lease

    def request(self, request: Any) -> Deferred[Any]:
        """Send the request and return its response, or fail because it may no longer be sent."""
        host = request.headers.getRawHeaders(b"host")[0].decode("latin-1")
        # Only the buffer is filled here: when the process is stopped at this moment, the check before is out of date.
        answer: Deferred[Any] = super().request(request)
        if self._may_ask(site_of_url(f"http://{host}/")):
            self._send()
            return answer
        answer.addErrback(lambda _: None)
        # `abort` would send the buffer first.
        self._connection.abortConnection()
        return fail(_LeaseEndedError())

    @property
    def _connection(self) -> Any:
        """The connection to the server, below TLS."""
        connection: Any = self.transport
        while hasattr(connection, "transport"):
            connection = connection.transport
        return connection

    def _send(self) -> None:
        """Send the buffer now. Twisted would do so in its next turn, and the process may be stopped for long before that."""
        self._connection.doWrite()


class _LeasedFactory(BoundedFactory):
    """Creates these clients."""

    def __init__(self, quiescent_callback: Any, metadata: str, *, holds_lease: Callable[[str], bool]) -> None:
        super().__init__(quiescent_callback, metadata)
        self._may_ask = holds_lease

    def buildProtocol(self, addr: IAddress | None) -> _LeasedProtocol:  # noqa: N802
        return _LeasedProtocol(self.quiescent_callback, self._may_ask)
