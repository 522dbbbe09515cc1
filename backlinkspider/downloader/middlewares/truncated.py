"""Accepts pages that ended early."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError

from backlinkspider.request_meta import CONTEXT


class AcceptTruncatedMiddleware:
    """Retries a page that ended early, then accepts the part that came: links that were sent are links.

    A robots.txt that ended early is not accepted. Runs before Scrapy's RetryMiddleware, which would retry and give up.
    """

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request again, set to accept a part, for a response that was cut off."""
        is_retried = request.meta.get("download_fail_on_dataloss") is False
        if not isinstance(exception, ResponseDataLossError) or is_retried or CONTEXT not in request.meta:
            return None
        return request.replace(meta={**request.meta, "download_fail_on_dataloss": False}, dont_filter=True)
