"""Follow redirects from answer to answer, and represent them as pages with one link each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from backlinkspider.core.html.rel import parse_robots_headers
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import Link, LinkType, Page

STATUSES = (301, 302, 303, 307, 308)
"""The statuses that a browser follows (https://fetch.spec.whatwg.org/#redirect-status)."""

REDIRECTED_OFF_SITE = "redirected_off_site"
"""The word for a redirect that leaves what may be requested."""

TOO_MANY_REDIRECTS = "redirects"
"""The word for redirects that do not end."""


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


def redirect_obstacle(url_to: str, requested: Collection[str], maximum: int, *, is_in_scope: bool) -> str | None:
    """Return the word for why a redirect is not followed; None for one that is.

    It leaves the scope, leads back to a URL that was `requested` on the way to it, or is one more than the `maximum`.

    >>> redirect_obstacle("https://a.example/#top", ["https://a.example/"], 5, is_in_scope=True)
    'redirects'
    """
    if not is_in_scope:
        return REDIRECTED_OFF_SITE
    leads_back = request_url(url_to) in map(request_url, requested)
    return TOO_MANY_REDIRECTS if leads_back or len(requested) > maximum else None


class MayRedirect(Protocol):
    """What came of a request."""

    @property
    def location(self) -> str | None:
        """The absolute URL that it redirects to."""


AnswerT = TypeVar("AnswerT", bound=MayRedirect)


class Chain(NamedTuple, Generic[AnswerT]):
    """The answers to a URL and to those that it redirects to, as far as they are known."""

    answers: dict[str, AnswerT]
    """By the URL that was requested, in order."""
    next_url: str | None
    """The URL to request next; None where the chain has ended."""
    obstacle: str | None
    """The word for why the last redirect is not followed."""

    @property
    def redirects(self) -> tuple[str, ...]:
        """The URLs redirected to."""
        return tuple(answer.location for answer in self.answers.values() if answer.location is not None)

    @property
    def last(self) -> AnswerT:
        """The answer to the last URL that was requested."""
        return [*self.answers.values()][-1]


def anywhere(_: str) -> bool:
    """Return that any URL is in scope."""
    return True


def known_chain(
    url: str, known: Mapping[str, AnswerT], redirects_maximum: int, *, is_in_scope: Callable[[str], bool] = anywhere
) -> Chain[AnswerT]:
    """Return the chain of redirects from a URL on, by the `known` answers to the URLs that are requested for it."""
    answers: dict[str, AnswerT] = {}
    current = request_url(url)
    while (answer := known.get(current)) is not None:
        answers[current] = answer
        url_to = answer.location
        if url_to is None:
            return Chain(answers, None, None)
        obstacle = redirect_obstacle(url_to, answers, redirects_maximum, is_in_scope=is_in_scope(url_to))
        if obstacle is not None:
            return Chain(answers, None, obstacle)
        current = request_url(url_to)
    return Chain(answers, current, None)


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
