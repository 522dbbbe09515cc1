"""Asks network sources through the crawl's downloader: politeness, retries, private networks and sizes are those of a crawl."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK

from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.html.headers import parse_retry_after
from backlinkspider.core.text import truncate_for_message
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.discovery.data_hosts import is_data_host
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

logger = logging.getLogger(__name__)

_RETRIES = 8
"""Times that a request to a source is repeated: each pause is longer than the one before (see BackOffMiddleware)."""

_FAILURES_IN_A_ROW = 5
"""Requests for the next part of a file that may bring nothing."""

_NEEDS_PART = "needs_part_of_file"


_MISSING = (404, 410)


class MissingFileError(SourceError):
    """Raised by `Web` for what is not there."""


class RefusedError(SourceError):
    """Raised by `Web` where the server does not want to be asked again."""


class FileReplacedError(Exception):
    """Raised while a file is read in parts: the server has another file now, so what was read is worth nothing."""


@dataclass
class _Part:
    """Bytes of a file from some place on."""

    body: bytes
    begin: int
    total: int | None
    mark: str | None
    """What tells this version of the file from another: its ETag, or when it was changed."""


class Web:
    """The network as sources see it. Raises SourceError, in which no query of a URL is shown: it may hold a key."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._longest_wait = crawler.settings.getfloat("BACKLINKS_MAX_DELAY_SECONDS")
        self._part_bytes = crawler.settings.getint("BACKLINKS_DOWNLOAD_PART_BYTES")
        self._maximum = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(self._refuse_whole_file, signals.headers_received)

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, allowed: tuple[int, ...] = ()) -> Response:
        """Return the response with status 200, or one of those `allowed`."""
        response = await self._download(Request(url, headers=dict(headers or {}), **_request_of(url)))
        if response.status != 200 and response.status not in allowed:
            raise _status_error(response)
        return response

    async def get_json(self, url: str, *, headers: Mapping[str, str] | None = None, allowed: tuple[int, ...] = ()) -> Any:
        response = await self.get(url, headers=headers, allowed=allowed)
        return decode_json(response)

    async def exists(self, url: str) -> bool:
        """Return whether there is a file at a URL, asked with HEAD."""
        response = await self._download(Request(url, method="HEAD", **_request_of(url)))
        if response.status in _MISSING:
            return False
        if response.status != 200:
            raise _status_error(response)
        return True

    async def wait(self, response: Response, *, otherwise: float) -> None:
        """Wait as long as a response asks for (Retry-After), at most BACKLINKS_MAX_DELAY_SECONDS."""
        header = response.headers.get("Retry-After")
        asked = parse_retry_after(header.decode("latin-1"), 0.0) if header is not None else None
        await asyncio.sleep(min(otherwise if asked is None else asked, self._longest_wait))

    async def read_parts(self, url: str) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of a large file in order, some megabytes at a time, while the next ones are downloaded.

        A connection that breaks costs what it had not sent: the rest is asked for (Range). Raises FileReplacedError when the
        server's file is no longer the one that was begun.
        """
        part = await self._read_part(url, None)
        while True:
            position = part.begin + len(part.body)
            is_last = part.total is not None and position >= part.total
            following = None if is_last else asyncio.ensure_future(self._read_part(url, part))
            try:
                yield part.body
                if following is None:
                    return
                part = await following
            finally:
                if following is not None:
                    following.cancel()

    async def _read_part(self, url: str, before: _Part | None) -> _Part:
        begin = before.begin + len(before.body) if before is not None else 0
        mark = before.mark if before is not None else None
        last_problem = ""
        for _ in range(_FAILURES_IN_A_ROW):
            try:
                response = await self._download(_part_request(url, (begin, begin + self._part_bytes - 1), mark))
            except _BrokenConnectionError as error:
                last_problem = str(error)
                continue
            part = _part_of(response, begin, before)
            if part.body or part.begin + len(part.body) == part.total:
                return part
            last_problem = "the server sends nothing"
        raise SourceError(f"{_shown(url)} broke off at byte {begin:,}: {last_problem}")

    def _refuse_whole_file(self, headers: Headers, body_length: int, request: Request) -> None:
        """Stop the download of a file that is too large to be read whole and comes whole."""
        if request.meta.get(_NEEDS_PART) and b"Content-Range" not in headers and (body_length or 0) > self._maximum:
            raise StopDownload(fail=False)

    async def _download(self, request: Request) -> Response:
        try:
            return await self._crawler.engine.download_async(request)
        except CONNECTION_FAILURES as error:
            raise _BrokenConnectionError(f"{_shown(request.url)} cannot be read ({failure_reason(error)})") from None
        except (IgnoreRequest, ValueError) as error:
            raise SourceError(f"{_shown(request.url)} cannot be read ({failure_reason(error)})") from None


class _BrokenConnectionError(SourceError):
    """Raised by `Web` where asking again may help."""


def decode_json(response: Response) -> Any:
    """Return the JSON in a response. Raises SourceError."""
    try:
        return msgspec.json.decode(response.body)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{_shown(response.url)} answers with what is not JSON ({truncate_for_message(str(error))})") from None


def _request_of(url: str) -> dict[str, Any]:
    meta = {
        "download_slot": site_of_url(url),
        "dont_obey_robotstxt": is_data_host(url),
        "max_retry_times": _RETRIES,
    }
    return {"callback": NO_CALLBACK, "dont_filter": True, "meta": meta}


def _part_request(url: str, span: tuple[int, int], mark: str | None) -> Request:
    request = Request(url, headers={"Range": f"bytes={span[0]}-{span[1]}"}, **_request_of(url))
    # As it is: what is counted are the bytes of the file.
    request.headers["Accept-Encoding"] = "identity"
    if mark is not None:
        request.headers["If-Range"] = mark
    # What came before the connection broke is good.
    request.meta.update({_NEEDS_PART: True, "download_fail_on_dataloss": False})
    return request


def _part_of(response: Response, begin: int, before: _Part | None) -> _Part:
    """The part of a file in a response. Raises SourceError, FileReplacedError."""
    if response.status == 416 and before is not None and before.total is None:
        return _Part(b"", begin, begin, before.mark)
    if response.status not in (200, 206):
        raise _status_error(response)
    mark = _header(response, "ETag") or _header(response, "Last-Modified")
    if response.status == 200:
        if before is not None:
            raise FileReplacedError
        if "download_stopped" in response.flags:
            raise SourceError(f"{_shown(response.url)} is sent whole only: the server ignores Range")
        length = _header(response, "Content-Length")
        total = int(length) if length is not None and length.isdecimal() else len(response.body)
        return _Part(response.body, 0, total, mark)
    first, total_size = _content_range(response)
    if first != begin or (before is not None and (total_size, mark) != (before.total, before.mark)):
        raise FileReplacedError
    return _Part(response.body, begin, total_size, mark)


def _content_range(response: Response) -> tuple[int, int]:
    """The first byte and the size of the file (RFC 9110, 14.4). Raises SourceError."""
    unit, _, rest = (_header(response, "Content-Range") or "").partition(" ")
    span, _, total = rest.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or not first.isdecimal() or not total.isdecimal():
        raise SourceError(f"{_shown(response.url)} answers a Range without saying which")
    return int(first), int(total)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _status_error(response: Response) -> SourceError:
    advice = {403: ": it asks to be left alone for now", 401: ": the key is wrong", 429: ": asked too often; try again later"}
    kind = MissingFileError if response.status in _MISSING else RefusedError if response.status in advice else SourceError
    return kind(f"{_shown(response.url)} answers {response.status}{advice.get(response.status, '')}")


def _shown(url: str) -> str:
    return truncate_for_message(url.partition("?")[0])
