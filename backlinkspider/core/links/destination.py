"""Where a URL leads, by the responses of servers: the redirects, the final status, and whether the link is broken.

Only status and Location count: a meta refresh and a soft 404 are pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backlinkspider.core.links.redirects import Chain, known_chain, request_url

_NO_ANSWER = frozenset({"dns", "refused", "timeout", "reset", "connection", "tls"})
"""Failures that a visitor would see too (`skip_reasons`). A proxy's failure says nothing about the host."""

_NO_PAGE = frozenset({400, 404, 410, 414})
"""4xx statuses that are about the URL. The others are about the client: 401, 403, 405, 406, 429, 451 …
(RFC 9110, 15.5; RFC 6585; RFC 7725)."""

_NOT_NOW = frozenset({503, 511, 529})
"""5xx statuses that say nothing about the page: busy (RFC 9110, 15.6.4), overloaded, network login required (RFC 6585, 6)."""


class Answer(NamedTuple):
    """The response to one request; plain values, so that it can be stored."""

    status: int | None
    """None without a response, or if all that is known is that the URL redirects."""
    location: str | None = None
    """The redirect's destination, absolute."""
    failure: str | None = None
    """The reason why there is no response (`skip_reasons`)."""
    sets_cookie: bool = False


class Destination(NamedTuple):
    """Where a URL leads; plain values, so that it can be stored."""

    status: int | None
    """The final HTTP status; None if the end of the redirects was not reached."""
    redirects: tuple[str, ...]
    """The URLs redirected to, in order, as far as they were followed."""
    is_broken: bool | None
    """Whether the link is broken; None if unknown."""

    @classmethod
    def restore(cls, stored: Sequence[object]) -> Destination:
        """The destination that was stored as plain values."""
        status, redirects, is_broken = stored
        return cls(status, tuple(redirects), is_broken)  # type: ignore[arg-type]


UNKNOWN = Destination(None, (), None)
"""The destination of a URL that was not requested."""


def resolve_chain(url: str, answers: Mapping[str, Answer], redirects_maximum: int) -> Destination | str:
    """Where a URL leads by the answers that are known; a text is the URL to request next.

    >>> resolve_chain("https://old.example/", {}, 5)
    'https://old.example/'
    >>> known = {"https://old.example/": Answer(301, "https://new.example/"), "https://new.example/": Answer(404)}
    >>> resolve_chain("https://old.example/#top", known, 5)
    Destination(status=404, redirects=('https://new.example/',), is_broken=True)
    """
    chain = known_chain(url, answers, redirects_maximum)
    return chain_destination(chain) if chain.next_url is None else chain.next_url


def chain_destination(chain: Chain[Answer]) -> Destination:
    """Where a chain of redirects leads that has ended.

    A redirect loop is broken unless an answer in it sets a cookie: a browser keeps the cookie and may leave the loop. After too
    many redirects the destination is unknown.
    """
    last = chain.last
    if last.location is None:
        return Destination(last.status, chain.redirects, _is_broken(last))
    urls, url_to = [*chain.answers], request_url(last.location)
    if url_to not in urls:
        return Destination(None, chain.redirects[:-1], None)
    loop = urls[urls.index(url_to) :]
    is_broken = None if any(chain.answers[url].sets_cookie for url in loop) else True
    return Destination(last.status, chain.redirects, is_broken)


def answers_from_chain(url: str, redirects: Sequence[str], status: int | None) -> dict[str, Answer]:
    """The answers of a URL and of those that it redirects to, given the final status; None if that is unknown.

    >>> answers_from_chain("https://a.example/", ["https://b.example/"], 200)["https://a.example/"].location
    'https://b.example/'
    """
    chain = [url, *redirects]
    answers = {request_url(hop): Answer(None, location) for hop, location in zip(chain, redirects, strict=False)}
    if status is not None:
        answers[request_url(chain[-1])] = Answer(status)
    return answers


def _is_broken(answer: Answer) -> bool | None:
    if answer.failure is not None:
        return True if answer.failure in _NO_ANSWER else None
    return _is_broken_status(answer.status) if answer.status is not None else None


def _is_broken_status(status: int) -> bool | None:
    if 200 <= status < 300:
        return False
    if status in _NO_PAGE or (500 <= status < 600 and status not in _NOT_NOW):
        return True
    return None
