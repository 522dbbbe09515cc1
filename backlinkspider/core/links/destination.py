"""Where an address leads, by what servers answered: the redirects, the status at their end, and whether a page is there.

Only what a server says in its status and its Location counts: a page that asks to load another (meta refresh), and one that says
in words that nothing is here (a soft 404), are pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backlinkspider.core.urls.canonicalize import strip_credentials

_NO_ANSWER = frozenset({"dns", "refused", "timeout", "reset", "connection", "tls"})
"""The words for failures that a visitor would meet too (`skip_reasons`); what a proxy says is not what the host says."""

_NO_PAGE = frozenset({400, 404, 410, 414})
"""Answers of 4xx that speak of the address. The others speak of who asks, how, or how often: 401, 403, 405, 406, 429, 451 …
(RFC 9110, 15.5; RFC 6585; RFC 7725)."""

_NOT_NOW = frozenset({503, 511, 529})
"""Answers of 5xx that say nothing of the page: busy (RFC 9110, 15.6.4), overloaded, the network asks for a login
(RFC 6585, 6)."""


class Answer(NamedTuple):
    """What an address was answered with, once; plain values, so that it can be stored."""

    status: int | None
    """None when nobody answered, or when it is known only that it redirects."""
    leads_to: str | None = None
    """Where it redirects, absolute."""
    failure: str | None = None
    """The word for why there is no answer (`skip_reasons`)."""
    sets_cookie: bool = False


class Destination(NamedTuple):
    """Where an address leads; plain values, so that it can be stored."""

    status: int | None
    """The HTTP status at the end; None when the end was not reached."""
    redirects: tuple[str, ...]
    """The addresses that it redirects to, one after the other, as far as they were followed."""
    is_broken: bool | None
    """Whether there is no page at the end; None when that is not known."""

    @classmethod
    def restore(cls, stored: Sequence[object]) -> Destination:
        """The end that was made plain values of."""
        status, redirects, is_broken = stored
        return cls(status, tuple(redirects), is_broken)  # type: ignore[arg-type]


UNKNOWN = Destination(None, (), None)
"""Of an address that was not asked."""


def request_url(url: str) -> str:
    """The address that is asked in place of a URL: without fragment, which no server sees, and without user name.

    Tracking parameters and session ids stay, where a crawl leaves them out: it asks whether *this* link works, and there are
    servers that answer an unknown parameter with 404.

    >>> request_url("https://me:secret@example.com/a?utm_source=x#top")
    'https://example.com/a?utm_source=x'
    """
    return strip_credentials(url.partition("#")[0])


def resolve_chain(url: str, answers: Mapping[str, Answer], redirects_maximum: int) -> Destination | str:
    """Where a URL leads by the answers that are known; a text is the address that has to be asked next.

    A chain that comes back to itself is broken, unless an answer in it sets a cookie: a browser, which keeps it, may get out. One
    that is longer than `redirects_maximum` may have an end that was not seen, so that nothing is said of it.

    >>> resolve_chain("https://old.example/", {}, 5)
    'https://old.example/'
    >>> known = {"https://old.example/": Answer(301, "https://new.example/"), "https://new.example/": Answer(404)}
    >>> resolve_chain("https://old.example/#top", known, 5)
    Destination(status=404, redirects=('https://new.example/',), is_broken=True)
    """
    address = request_url(url)
    redirects: tuple[str, ...] = ()
    passed: dict[str, Answer] = {}
    while (answer := answers.get(address)) is not None:
        passed[address] = answer
        if answer.leads_to is None:
            return Destination(answer.status, redirects, _is_broken(answer))
        address = request_url(answer.leads_to)
        if address in passed:
            loop = list(passed.values())[list(passed).index(address) :]
            is_broken = None if any(hop.sets_cookie for hop in loop) else True
            return Destination(answer.status, (*redirects, answer.leads_to), is_broken)
        if len(redirects) == redirects_maximum:
            return Destination(None, redirects, None)
        redirects = (*redirects, answer.leads_to)
    return address


def answers_from_chain(url: str, redirects: Sequence[str], status: int | None) -> dict[str, Answer]:
    """What is known of an address and of those that it redirected to, when the last of them had a status; None says nothing.

    >>> answers_from_chain("https://a.example/", ["https://b.example/"], 200)["https://a.example/"].leads_to
    'https://b.example/'
    """
    addresses = [url, *redirects]
    answers = {request_url(hop): Answer(None, leads_to) for hop, leads_to in zip(addresses, redirects, strict=False)}
    if status is not None:
        answers[request_url(addresses[-1])] = Answer(status)
    return answers


def _is_broken(answer: Answer) -> bool | None:
    if answer.failure is not None:
        return True if answer.failure in _NO_ANSWER else None
    return _says_broken(answer.status) if answer.status is not None else None


def _says_broken(status: int) -> bool | None:
    if 200 <= status < 300:
        return False
    if status in _NO_PAGE or (500 <= status < 600 and status not in _NOT_NOW):
        return True
    return None
