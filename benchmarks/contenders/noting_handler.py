"""A download handler that notes how long a crawl waits between two requests to a host, and how many it has in progress."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from backlinkspider.downloader.handlers.http import LimitedHTTPHandler


class NotingHandler(LimitedHTTPHandler):
    """Writes what it noted to the file that the variable NOTES names."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._last: dict[str, float] = {}
        self._in_progress: Counter[str] = Counter()
        self._smallest_gap = float("inf")
        self._most = 0

    async def download_request(self, request: Request) -> Response:
        """Note the request before it is sent."""
        host = urlparse_cached(request).hostname or ""
        now = monotonic()
        self._smallest_gap = min(self._smallest_gap, now - self._last.get(host, float("-inf")))
        self._last[host] = now
        self._in_progress[host] += 1
        self._most = max(self._most, self._in_progress[host])
        try:
            return await super().download_request(request)
        finally:
            self._in_progress[host] -= 1

    async def close(self) -> None:
        self._write()
        await super().close()

    def _write(self) -> None:
        if self._last:
            Path(os.environ["NOTES"]).write_text(json.dumps([self._smallest_gap, self._most]), encoding="utf-8")
