"""Private names of Scrapy and Twisted on the way of a request, all of them in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.utils import _compression
from twisted.web import _newclient
from twisted.web.client import HTTPConnectionPool
from twisted.web.http import _ChunkedTransferDecoder

CHECKED_WITH: Mapping[str, str] = {"scrapy": "2.19", "twisted": "26.10"}
"""The versions of which the names below were read."""

_PARSER = "read odd responses as Twisted does (skip ForgivingResponseParser) until its states are mapped anew"
_POOL = "let Twisted keep all idle connections, and lower HTTPConnectionPool.cachedConnectionTimeout"

PRIVATE_NAMES: Mapping[str, str] = {
    "_slot": "return False from is_shutting_down once spider_closed was sent; the engine looks every five seconds",
    "_newclient": "see whether twisted.web.client names the parser by now",
    "_LenientHTTP11ClientProtocol": "derive from the client that the handler of Scrapy then uses",
    "_LenientHTTP11ClientFactory": "derive from the factory that the handler of Scrapy then uses",
    "_LenientHTTPClientParser": _PARSER,
    "_finished": _PARSER,
    "_partialHeader": _PARSER,
    "_disconnectParser": "limit the headers by a timeout alone",
    "_parser": "limit the headers by a timeout alone",
    "_transportProxy": "let a stopped download wait for the server's end",
    "_ChunkedTransferDecoder": "let Twisted read chunks, which refuses those with LF alone",
    "_buffer": "see _ChunkedTransferDecoder",
    "_dataReceived_CHUNK_LENGTH": "see _ChunkedTransferDecoder",
    "_dataReceived_CRLF": "see _ChunkedTransferDecoder",
    "_dataReceived_TRAILER": "see _ChunkedTransferDecoder",
    "_pool": "see whether the handler of Scrapy takes a pool by now",
    "_factory": "see whether Twisted's pool takes a factory by now",
    "_connections": _POOL,
    "_timeouts": _POOL,
    "_putConnection": _POOL,
    "_removeConnection": _POOL,
    "_compression": "import brotli and zstandard here, as Scrapy does",
    "_check_max_size": "raise IgnoreRequest for a body that is too large",
    "_decode": "override process_response of HttpCompressionMiddleware",
    "_split_encodings": "override process_response of HttpCompressionMiddleware",
}
"""What is used, and what to do when it goes; a test finds each use."""

BODY, HEADER, STATUS = _newclient.BODY, _newclient.HEADER, _newclient.STATUS
"""The states of Twisted's parser of a response."""

BROTLI, ZSTANDARD = _compression.brotli, _compression.zstd  # type: ignore[attr-defined] # whichever package Scrapy found

LenientProtocol = http11._LenientHTTP11ClientProtocol  # noqa: SLF001
LenientFactory = http11._LenientHTTP11ClientFactory  # noqa: SLF001
LenientParser = http11._LenientHTTPClientParser  # noqa: SLF001
ChunkDecoder = _ChunkedTransferDecoder
check_size = _compression._check_max_size  # noqa: SLF001
decode_body = HttpCompressionMiddleware._decode  # noqa: SLF001


def is_shutting_down(crawler: Crawler) -> bool:
    """Return whether nothing more may be asked: Scrapy closes the crawl, or has not begun it."""
    engine = crawler.engine
    slot = engine._slot  # noqa: SLF001 - no signal says that a crawl begins to close
    return not engine.running or slot is None or slot.closing is not None


def wake_engine(crawler: Crawler) -> None:
    """Let the engine look at once whether there is something to send or whether the crawl is done, instead of in five seconds."""
    slot = crawler.engine._slot  # noqa: SLF001 - as it does itself after a download
    if slot is not None:
        slot.nextcall.schedule()


def use_factory(pool: HTTPConnectionPool, factory: Callable[..., Any]) -> None:
    """Let a pool create its connections by a factory, as Scrapy itself does."""
    pool._factory = factory  # type: ignore[assignment]  # noqa: SLF001
