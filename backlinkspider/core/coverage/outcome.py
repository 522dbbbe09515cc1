"""How a seed came out: whether what was seen of it is all there is to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

BLOCKING = frozenset(
    {"robots_blocked", "robots_unavailable", "private_address", "http_401", "http_403", "http_407", "http_429", "http_451"}
)
"""Reasons with which a site, or the user, keeps the crawl out."""


LIMITS = (
    *("budget", "depth", "follow", "pagination", "queries", "actions", "copies", "too_many_hosts"),
    *("duplicate_content", "repeating_path", "url_too_long"),
)
"""Reasons why URLs were not requested that leave something out: limits of the arguments, and rules that guess."""


_HOLLOW = ("challenge", "needs_javascript", "no_content")
"""Reasons of pages that answered and held nothing of the site, the surest first; each is an outcome too."""


class Outcome(StrEnum):
    """How a seed came out."""

    COMPLETE = "complete"
    """Every page that was found within the limits was requested."""
    PARTIAL = "partial"
    """A limit or rule left something out (budget, depth, pagination, query variants, actions, copies, links of a page), or the
    crawl was ended."""
    BLOCKED = "blocked"
    """No page was read: robots.txt, a status such as 403, or a private address kept the crawl out."""
    UNREACHABLE = "unreachable"
    """No page was read: no server answered, or only with errors, or with something other than HTML."""
    CHALLENGE = "challenge"
    """No page was read: the site answers with a wall (bot check, cookie gate, login)."""
    NEEDS_JAVASCRIPT = "needs_javascript"
    """No page was read: the site answers with pages that are empty until a script draws them."""
    NO_CONTENT = "no_content"
    """No page was read: the site answers with pages that are empty."""
    DUPLICATE = "duplicate"
    """It leads to what another seed already asked for."""


_PAGE_IS_GONE = frozenset({"http_404", "http_410"})
"""Errors with which a site says that it has no such page."""


def is_read_whole(outcome: str, error_reasons: Iterable[str], *, unread: int) -> bool:
    """Return whether every page that a seed led to was read, or is gone: then a link that was not found is not there.

    `error_reasons` are words with a number behind, as in the coverage file; `unread` counts URLs that were forbidden or still
    waited.

    >>> is_read_whole("complete", ["http_404 3"], unread=0), is_read_whole("complete", ["timeout 1"], unread=0)
    (True, False)
    """
    words = {reason.partition(" ")[0] for reason in error_reasons}
    return outcome == Outcome.COMPLETE and not unread and words <= _PAGE_IS_GONE


def outcome_of(
    counts: Mapping[str, int], reasons: Mapping[str, int], not_followed: Mapping[str, int], *, is_done: bool
) -> Outcome:
    """How a seed came out: by what was counted of it, why addresses were not read, and why others were not asked for.

    >>> outcome_of({"pages": 3}, {"http_404": 1}, {}, is_done=True).value, outcome_of({}, {"dns": 1}, {}, is_done=True).value
    ('complete', 'unreachable')
    """
    if not is_done:
        return Outcome.PARTIAL
    if not counts.get("pages") and not counts.get("sitemaps"):
        # A seed that stands in the list twice was asked for itself, and repeats only its own address.
        if reasons.get("redirected_to_known") or (counts.get("duplicate") and not reasons):
            return Outcome.DUPLICATE
        if reasons.get("budget"):
            return Outcome.PARTIAL
        hollow = next((word for word in _HOLLOW if reasons.get(word)), None)
        if hollow is not None:
            return Outcome(hollow)
        return Outcome.UNREACHABLE if BLOCKING.isdisjoint(reasons) else Outcome.BLOCKED
    is_cut = any(reasons.get(word) for word in ("budget", *_HOLLOW)) or any(not_followed.get(word) for word in LIMITS)
    return Outcome.PARTIAL if is_cut or counts.get("links_left_out") else Outcome.COMPLETE
