"""Answers requests from a web archive (WARC) in place of the network."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator

from backlinkspider.core.urls.canonicalize import canonical_url, host_of


class ArchivedAnswer(NamedTuple):
    """A recorded response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def read_archive(path: Path) -> dict[str, ArchivedAnswer]:
    """Return the responses of a WARC file by the canonical URL of their request; the first of several for one URL.

    Raises OSError for a file that cannot be read, warcio's ArchiveLoadFailed for a file that is not an archive.
    """
    answers: dict[str, ArchivedAnswer] = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response":
                continue
            key = canonical_url(record.rec_headers.get_header("WARC-Target-URI"))
            answer = ArchivedAnswer(
                int(record.http_headers.get_statuscode()), record.http_headers.headers, record.content_stream().read()
            )
            answers.setdefault(key, answer)
    return answers


class ArchiveDownloadHandler(BaseDownloadHandler):
    """Answers http and https from an archive: 404 for an unknown page of a known host, a DNS failure for another host.

    Reads: BACKLINKS_WARC_FILE. Raises: NotConfigured, CannotResolveHostError.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        path = crawler.settings["BACKLINKS_WARC_FILE"]
        if not path:
            raise NotConfigured("BACKLINKS_WARC_FILE names no archive")
        self._answers = read_archive(Path(path))
        self._hosts = {_origin(url) for url in self._answers}

    async def download_request(self, request: Request) -> Response:
        if _origin(request.url) not in self._hosts:
            raise CannotResolveHostError(f"the archive holds nothing of {host_of(request.url)}")
        answer = self._answers.get(canonical_url(request.url))
        if answer is None:
            return Response(request.url, status=404, request=request)
        headers = Headers(answer.headers)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        return kind(request.url, status=answer.status, headers=headers, body=answer.body, request=request)


def _origin(url: str) -> str:
    return url[: url.index("/", url.index("//") + 2)]
