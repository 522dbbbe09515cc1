"""Why a page was not read, as one word for stats, log and summary."""

from __future__ import annotations

import errno

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
from twisted.internet.error import ConnectError, ConnectionAborted, ConnectionLost

from backlinkspider.core.links.redirects import REDIRECTED_OFF_SITE, TOO_MANY_REDIRECTS
from backlinkspider.exceptions import PageRefused, UnreadableResponseError

NOT_HTML = "not_html"
"""The word for a response that is not an HTML page."""

NOT_A_SITEMAP = "not_a_sitemap"
"""The word for a response that is not the sitemap or feed that robots.txt or a page calls it."""

OTHER_SHARD = "other_shard"
"""The word for a page that the crawl of another shard reads (`core.seeds.shards`)."""

REDIRECTED_TO_KNOWN = "redirected_to_known"
"""The word for a redirect to a URL that was requested before."""

UNKNOWN = "error"
"""The word for what has no word of its own."""

_FAILURE_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "truncated"),
    (UnreadableResponseError, "unreadable"),
    (DownloadCancelledError, "too_large"),
    (DownloadFailedError, "connection"),
    (TunnelError, "proxy"),
    (ConnectError, "connection"),
    (OSError, "connection"),
)
"""The word for each kind of failed connection."""

_CAUSE_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (UnreadableResponseError, "unreadable"),
    (SSL.Error, "tls"),
    # We broke it off (`downloader.handlers.http`).
    (ConnectionAborted, "too_large"),
    (ConnectionLost, "reset"),
)
"""The word for what broke off a connection, where Scrapy has one exception for all of it."""

NO_ROUTE = "no_route"
"""The word for an address that this machine cannot send to."""

_NO_ROUTE_ERRORS = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})

NO_SERVER_REASONS = frozenset({"dns", "refused", NO_ROUTE})
"""The words for a name without a server: nobody answers there at all."""

_PROXY_REASONS = frozenset({"proxy", "robots_unavailable", "http_502", "http_503", "http_504"})
"""The words for what a proxy may answer in place of a host that it cannot reach (RFC 9110, 15.6.3 to 15.6.5)."""

CONNECTION_REASONS = frozenset({NO_ROUTE, *(word for _, word in (*_FAILURE_WORDS, *_CAUSE_WORDS))})
"""The words for a host that does not answer, or not to the end."""

CONNECTION_FAILURES = tuple(kind for kind, _ in _FAILURE_WORDS)
"""What Scrapy raises when a host does not answer, or not to the end."""

FETCH_FAILURES = {
    "http_404": "The server answered with that status; so do `http_500` and the like.",
    "robots_blocked": "robots.txt forbids the page.",
    "robots_unavailable": "robots.txt answered with a server error. Until it answers, nothing on that host may be fetched.",
    "private_address": "The host is in a private network (setting `BACKLINKS_ALLOW_PRIVATE_NETWORKS`).",
    NOT_HTML: "The response is not an HTML page.",
    "no_content": "The page is empty: no text, no link, no picture.",
    "challenge": "The page is a wall that answers 200: a bot check, proof of work, cookie gate or login, and nothing else.",
    "needs_javascript": "The page is empty until a script draws it, and scripts are not run.",
    "budget": "The site had used up its `max_pages`.",
    "leased_elsewhere": "With several workers on one queue: a seed leads to a page of another site that another worker held"
    " longer than a lease, or another worker took this site over.",
    REDIRECTED_OFF_SITE: "The page redirects to another site. The redirect is a row all the same.",
    REDIRECTED_TO_KNOWN: "The page redirects to a URL that was requested before. The redirect is a row all the same.",
    TOO_MANY_REDIRECTS: "The page redirects again and again. The redirects are rows all the same.",
    "dns": "The name of the host is unknown.",
    "refused": "The host refuses the connection.",
    NO_ROUTE: "This machine has no route to the host: it has IPv6 addresses only, and the machine no IPv6. It is not known"
    " whether the page exists.",
    "timeout": "The host does not answer in time (setting `DOWNLOAD_TIMEOUT`).",
    "reset": "The host broke off the connection.",
    "connection": "The connection failed in another way.",
    "unreadable": "The host answers with something that browsers cannot read either: no HTTP, or a body that is not compressed as"
    " its header says. It is not known whether the page exists.",
    "proxy": "The proxy cannot reach the host.",
    "tls": "The host and the crawl could not agree on a secure connection. A certificate that has expired, or belongs to another"
    " host, does not matter: such pages are read.",
    "truncated": "robots.txt or a list ended early, twice.",
    "too_large": "The response, unzipped, is larger than `DOWNLOAD_MAXSIZE`, or its headers are larger than 256 KiB.",
    NOT_A_SITEMAP: "robots.txt or the page calls it a sitemap or feed, and it is neither.",
    UNKNOWN: "Anything else; the log says what.",
}
"""Each word for why a page was not read, and what it means: the rows of the reference."""

NOT_FOLLOWED = {
    "budget": "`max_pages` was reached.",
    "depth": "`max_depth` was reached.",
    "pagination": "`max_pagination` was reached.",
    "queries": "`max_query_variants` was reached.",
    "actions": "A login, edit form, history or copy, by a URL of well-known software (`?replytocom=`, `do=edit`,"
    " `Special:WhatLinksHere`), on a host where the first three of these told nothing new.",
    "copies": "The URL shows a page that is read anyway: its query parameters change nothing, or the first three URLs of its form"
    " named other pages, which were known, as their canonical.",
    "nofollow": "The page asks not to follow its links.",
    "file": "A picture, document or program, by its ending.",
    "off_site": "A sitemap on another site.",
    "too_many_hosts": "The site has more than 50 hosts.",
    "follow": "The argument `follow` is `none`, and the URL stands in a sitemap or feed that is a seed.",
    OTHER_SHARD: "The URL of a seed might have been a list, and is a page of a site in another share.",
    "url_too_long": "The URL has more than 2,000 characters.",
    "repeating_path": "The URL has more than 20 folders, or the same folders three times in a row: a program makes such URLs"
    " without end.",
    "duplicate_content": "The page that names it has the same text as ten others on its host: the server answers every URL.",
}
"""Each word for why a URL that a page or sitemap names was not requested, and what it means."""


def may_lack_server(reason: str, *, has_proxy: bool) -> bool:
    """True if a failure is that of a name without a server; behind a proxy it cannot be told from some others.

    >>> may_lack_server("dns", has_proxy=False), may_lack_server("http_502", has_proxy=False)
    (True, False)
    """
    return reason in NO_SERVER_REASONS or (has_proxy and reason in _PROXY_REASONS)


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
    if isinstance(failure, ConnectError) and failure.osError in _NO_ROUTE_ERRORS:
        return NO_ROUTE
    if type(failure) is DownloadFailedError:
        return next(broken_off, "connection")
    return next(named, UNKNOWN)
