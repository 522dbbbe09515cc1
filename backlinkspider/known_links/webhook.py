"""Tells another program what became of the known links: one POST of JSON when the rows are written."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from backlinkspider.core.rows.encode import encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.downloader.middlewares.private_networks import PublicNetworkMiddleware
from backlinkspider.exceptions import PrivateAddress
from backlinkspider.skip_reasons import CONNECTION_FAILURES, failure_reason

logger = logging.getLogger(__name__)

ROWS_MAXIMUM = 1_000
"""Changed links that are sent; the rest is counted."""

_COLUMNS = ("url_from", "url_to", "status", "status_reason", "status_before", "url_from_now", "changes", "broken_promises")
_TOLD = frozenset({"changed", "missing", "lost", "new"})


class Report:
    """What is sent: counts, and the links of which something is new. No other row leaves the machine."""

    def __init__(self, targets: tuple[str, ...]) -> None:
        self._targets = targets
        self._counts: Counter[str] = Counter()
        self._rows: list[Mapping[str, Any]] = []
        self._left_out = 0

    def add(self, row: FeedRow) -> None:
        """Count a link, and keep it if it changed."""
        status = str(row.get("status"))
        self._counts[status] += 1
        is_news = status in _TOLD and (status != row.get("status_before") or row.get("changes"))
        if not is_news and not row.get("broken_promises") and row.get("status_reason") != "restored":
            return
        if len(self._rows) < ROWS_MAXIMUM:
            self._rows.append({column: row.get(column) for column in _COLUMNS})
        else:
            self._left_out += 1

    def encode(self) -> bytes:
        report: Any = {
            "target": self._targets,
            "links": dict(sorted(self._counts.items())),
            "changed": self._rows,
            "changed_left_out": self._left_out,
        }
        return encode_json(report)


async def post_report(crawler: Crawler, url: str, report: Report) -> None:
    """Send a report, through the user's proxy where there is one, and never to a private network.

    A failure is a warning, without the URL, which may be a secret. Reads: BACKLINKS_ALLOW_PRIVATE_NETWORKS, DOWNLOAD_TIMEOUT.
    Counts: backlinks/webhook/sent, backlinks/webhook/failed.
    """
    headers = {"Content-Type": "application/json", "User-Agent": crawler.settings["USER_AGENT"]}
    meta = {"download_timeout": crawler.settings.getfloat("DOWNLOAD_TIMEOUT")}
    request = Request(url, method="POST", body=report.encode(), headers=headers, meta=meta, callback=NO_CALLBACK)
    why = await _send(crawler, request)
    crawler.stats.inc_value("backlinks/webhook/failed" if why else "backlinks/webhook/sent")
    if why:
        logger.warning("the webhook did not take the report (%s)", why)


async def _send(crawler: Crawler, request: Request) -> str | None:
    """Return why a request failed; None for success. It is not a page: robots.txt, budget and delays are not for it."""
    try:
        for kind in (PublicNetworkMiddleware, HttpProxyMiddleware):
            _pass_through(kind, crawler, request)
        response = await crawler.engine.downloader.handlers.download_request_async(request)
    except PrivateAddress as error:
        return error.reason
    except CONNECTION_FAILURES as error:
        return failure_reason(error)
    return None if response.status < 300 else f"http_{response.status}"


def _pass_through(kind: Any, crawler: Crawler, request: Request) -> None:
    try:
        middleware = kind.from_crawler(crawler)
    except NotConfigured:
        return
    middleware.process_request(request)
