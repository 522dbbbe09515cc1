"""HTTP with limits for headers and idle connections, and delays that begin when a request is sent."""

from __future__ import annotations

from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.error import ConnectionAborted
from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure

from backlinkspider.downloader.compat import BODY, LenientFactory, LenientProtocol, use_factory
from backlinkspider.downloader.handlers.connection_pool import LimitedConnectionPool, max_idle_connections
from backlinkspider.downloader.handlers.response_parser import HEADERS_MAXIMUM_BYTES, ForgivingResponseParser
from backlinkspider.downloader.site_delays import SiteDelays


class BoundedProtocol(LenientProtocol):
    """Scrapy's client of one connection, which counts the bytes before the body of a response."""

    _header_bytes = 0

    def request(self, request: Any) -> Any:
        self._header_bytes = 0
        answer = super().request(request)
        # Twisted names the class of the parser in its code, so Scrapy replaces it in the same way.
        cast("Any", self._parser).__class__ = ForgivingResponseParser
        # Scrapy closes the connection of a stopped download (StopDownload) and reads no more from it. Over TLS it stays open,
        # because it never reads that the server closes too.
        proxy = cast("Any", self._transportProxy)
        proxy.loseConnection = cast("Connection", self.transport).abortConnection
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Pass on the bytes as long as the headers are not too long."""
        if self._parser is None or self._parser.state != BODY:
            self._header_bytes += len(data)
            if self._header_bytes > HEADERS_MAXIMUM_BYTES:
                # As Twisted itself ends a cancelled request.
                cast("Connection", self.transport).abortConnection()
                self._disconnectParser(Failure(ConnectionAborted()))
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _disconnectParser(self, reason: Failure) -> None:  # noqa: N802
        # Here and not in the parser, which is cut off from the connection when it hears of the end.
        if self._header_bytes and isinstance(self._parser, ForgivingResponseParser):
            reason = self._parser.accept_end(reason)
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]


class BoundedFactory(LenientFactory):
    """Creates these clients."""

    def __init__(self, quiescent_callback: Any, metadata: str) -> None:
        super().__init__(quiescent_callback, metadata)  # type: ignore[no-untyped-call]
        self.quiescent_callback = quiescent_callback

    def buildProtocol(self, addr: IAddress | None) -> BoundedProtocol:  # noqa: N802
        return BoundedProtocol(self.quiescent_callback)  # type: ignore[no-untyped-call]


class LimitedHTTPHandler(HTTP11DownloadHandler):
    """Scrapy's http and https handler, which limits the body of a response, with limits for headers and idle connections.

    A server that sends headers until the timeout would otherwise fill the memory: 700 MB in ten seconds. The delay of a site
    begins when a request to it is sent.
    Reads: BACKLINKS_CONNECT_TIMEOUT_SECONDS.
    """

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - to import it is to install it

        super().__init__(crawler)
        connect_seconds = crawler.settings.getfloat("BACKLINKS_CONNECT_TIMEOUT_SECONDS")
        of_each_host = self._pool.maxPersistentPerHost
        self._pool = LimitedConnectionPool(cast("IReactorTime", reactor), max_idle_connections(), connect_seconds)
        self._pool.maxPersistentPerHost = of_each_host
        use_factory(self._pool, BoundedFactory)
        self._delays = SiteDelays(crawler)

    async def download_request(self, request: Request) -> Response:
        self._delays.note_sent(request.meta.get("download_slot", ""))
        return await super().download_request(request)
