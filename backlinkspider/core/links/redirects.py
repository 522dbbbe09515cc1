"""Represent redirects as pages with one link each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backlinkspider.core.html.rel import parse_robots_headers
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import Link, LinkType, Page

STATUSES = (301, 302, 303, 307, 308)
"""The statuses that a browser follows (https://fetch.spec.whatwg.org/#redirect-status)."""


class Hop(NamedTuple):
    """One redirect of a chain; plain values, so that it can be stored."""

    url: str
    """The URL that redirects."""
    href: str
    """The Location header as written."""
    url_to: str
    """The Location header resolved."""
    status: int
    robots_headers: Sequence[str]
    """The values of its X-Robots-Tag headers."""
    fetched_at: str


def request_url(url: str) -> str:
    """The URL to request for a link: without fragment and user name.

    Unlike in a crawl, tracking parameters and session ids stay: the question is whether *this* link works, and some servers
    answer an unknown parameter with 404.

    >>> request_url("https://me:secret@example.com/a?utm_source=x#top")
    'https://example.com/a?utm_source=x'
    """
    return strip_credentials(url.partition("#")[0])


def leads_back(url_to: str, requested: Iterable[str]) -> bool:
    """Return whether a redirect leads to a URL that was requested on the way to it.

    >>> leads_back("https://a.example/#top", ["https://a.example/"])
    True
    """
    return request_url(url_to) in map(request_url, requested)


def is_endless(chain: Sequence[Hop], maximum: int) -> bool:
    """Return whether the last redirect of a chain is not followed: it leads back, or is one too many."""
    return len(chain) > maximum or leads_back(chain[-1].url_to, (hop.url for hop in chain))


def redirect_pages(chain: Sequence[Hop]) -> list[Page]:
    """One page per redirect of a chain. Its only link leads to the next hop and knows the rest of the chain.

    >>> hop = Hop("https://a.example/", "//b.example", "https://b.example/", 301, [], "2026-11-21T08:00:00Z")
    >>> page, = redirect_pages([hop])
    >>> [(str(link.link_type), link.url_to) for link in page.links]
    [('redirect', 'https://b.example/')]
    """
    return [_redirect_page(hop, tuple(later.url_to for later in chain[place + 1 :])) for place, hop in enumerate(chain)]


def _redirect_page(hop: Hop, rest: tuple[str, ...]) -> Page:
    robots = parse_robots_headers(hop.robots_headers)
    link = Link(
        href=hop.href,
        url_to=hop.url_to,
        domain_to=site_of_url(hop.url_to),
        rel=(),
        link_index=1,
        link_type=LinkType.REDIRECT,
        url_to_redirect_target=rest or None,
    )
    return Page(
        url_from=hop.url,
        domain_from=site_of_url(hop.url),
        page_from_title=None,
        page_from_noindex=robots.noindex,
        page_from_canonical=None,
        page_from_status_code=hop.status,
        nofollow_by=("header",) if robots.nofollow else (),
        links=[link],
        fetched_at=hop.fetched_at,
    )
