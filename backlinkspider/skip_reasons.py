"""Why a page was not read, as one word for stats, log and summary."""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionAborted, ConnectionLost

from backlinkspider.exceptions import PageRefused

NOT_HTML = "not_html"
"""The word for an answer that is no HTML page."""

NOT_A_SITEMAP = "not_a_sitemap"
"""The word for what a robots.txt or a page calls a sitemap or feed, and what is none."""

OTHER_SHARD = "other_shard"
"""The word for a page that the crawl of another share takes (`core.seeds.shards`)."""

REDIRECTED_OFF_SITE = "redirected_off_site"
"""The word for a redirect out of what the crawl may follow."""

REDIRECTED_TO_KNOWN = "redirected_to_known"
"""The word for a redirect to an address that was asked for before."""

TOO_MANY_REDIRECTS = "redirects"
"""The word for redirects that do not end."""

UNKNOWN = "error"
"""The word for what has no word of its own."""

_FAILURE_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "too_large"),
    (DownloadFailedError, "connection"),
    (TunnelError, "proxy"),
    (OSError, "connection"),
)
"""The word for each kind of failed connection."""

_CAUSE_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (SSL.Error, "tls"),
    # We broke it off (`downloader.handlers.http`).
    (ConnectionAborted, "too_large"),
    (ConnectionLost, "reset"),
)
"""The word for what broke off a connection, where Scrapy has one exception for all of it."""

CONNECTION_REASONS = frozenset(word for _, word in (*_FAILURE_WORDS, *_CAUSE_WORDS))
"""The words for a host that does not answer, or not to the end."""

CONNECTION_FAILURES = tuple(kind for kind, _ in _FAILURE_WORDS)
"""What Scrapy raises when a host does not answer, or not to the end."""


def failure_reason(failure: BaseException) -> str:
    """The word for what kept a page from being read: one of ours, `http_404`, or the kind of a failed connection."""
    if isinstance(failure, PageRefused):
        return failure.reason
    if isinstance(failure, HttpError):
        return f"http_{failure.response.status}"
    if type(failure) is IgnoreRequest:
        # HttpCompressionMiddleware: what was zipped is larger than DOWNLOAD_MAXSIZE.
        return "too_large"
    causes = [reason.value for reason in getattr(failure.__cause__, "reasons", ())]
    broken_off = (word for kind, word in _CAUSE_WORDS if any(isinstance(cause, kind) for cause in causes))
    named = (word for kind, word in _FAILURE_WORDS if isinstance(failure, kind))
    if type(failure) is DownloadFailedError:
        return next(broken_off, "connection")
    return next(named, UNKNOWN)
