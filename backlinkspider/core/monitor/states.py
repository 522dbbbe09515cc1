"""The state machine of a known link: what the list said before, and what was seen now, to what is said of it.

A link is never called lost because nobody could look: a site that is down, blocks, challenges, forbids by robots.txt or needs
JavaScript leaves it unchecked. A page that was really read without the link, twice, loses it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from backlinkspider.core.rows.row_parser import microseconds_of

MISSES_TO_LOSE = 2
"""Runs in a row that read the page without the link before it is lost."""

UNRESOLVED_RUNS = 3
UNRESOLVED_DAYS = 14
"""Runs, and the days from the first to the last of them, in which a name must be unknown before its links are lost."""

_DAY = timedelta(days=1) // timedelta(microseconds=1)


class Status(StrEnum):
    """What is said of a known link."""

    NEW = "new"
    """It is there, and the list did not know that anybody had seen it before."""
    LIVE = "live"
    """It is there, as before."""
    CHANGED = "changed"
    """It is there, and something about it has changed since: the column `changes` says what."""
    MISSING = "missing"
    """Its page was read once without it; the next run that reads the page decides."""
    LOST = "lost"
    """Its page was read twice in a row without it, or is gone; `status_reason` says which."""
    UNCHECKED = "unchecked"
    """Nobody could look, for the reason in `status_reason`. That says nothing about the link."""


class Finding(StrEnum):
    """What a run saw of the page of a link."""

    FOUND = "found"
    """The link is there."""
    LINK_REMOVED = "link_removed"
    """The page answered with content, and the link is not on it."""
    PAGE_GONE = "page_gone"
    """The page answers 404 or 410."""
    SOFT_404 = "soft_404"
    """The page answers with a note that it is not there, with the home page, or with a page that offers its domain for sale."""
    PAGE_REDIRECTED = "page_redirected"
    """The page redirects to another one, which does not have the link."""
    NOT_HTML = "not_html"
    """The URL answers with a file that is not a page."""
    NO_DOMAIN = "dns"
    """A name server says that nobody has the name of its host."""
    UNREAD = "unread"
    """Nobody could look; the reason is a word of its own."""


_NAME_NOT_LEARNT = frozenset({Finding.NO_DOMAIN.value, "not_reached", "proxy"})
"""Reasons of an UNREAD page that say nothing of the name of its host: the name server did not answer, or was not asked."""

DOMAIN_GONE = "domain_gone"
"""The reason of a link whose host's name was unknown for weeks."""

RESTORED = "restored"
"""The reason of a link that was missing or lost and is there again."""

MISSES = frozenset({Finding.LINK_REMOVED, Finding.PAGE_GONE, Finding.SOFT_404, Finding.PAGE_REDIRECTED, Finding.NOT_HTML})
"""Findings that a page was really asked and does not have the link."""

_PRESENT = frozenset({Status.NEW, Status.LIVE, Status.CHANGED})
_ABSENT = frozenset({Status.MISSING, Status.LOST})


@dataclass(frozen=True)
class LinkState:
    """What is said of a link, as the list has it and as the next list has it."""

    status: Status | None = None
    """None for a link that was never monitored."""
    reason: str | None = None
    before: Status | None = None
    since: str | None = None
    """When the status became what it is, ISO 8601."""
    misses: int = 0
    """Runs in a row that read the page without the link."""
    first_seen: str | None = None
    last_seen: str | None = None
    last_checked: str | None = None
    """When a run last asked for the page, whatever came of it."""
    unresolved_runs: int = 0
    """Runs in a row in which the name of the host was unknown."""
    unresolved_since: str | None = None


def next_state(old: LinkState, finding: Finding, *, now: str, reason: str | None = None, has_changed: bool = False) -> LinkState:
    """Return what is said of a link after a run.

    `reason` is the word for an UNREAD page; `has_changed` says whether a link that was FOUND differs from what the list has.

    >>> missed = next_state(LinkState(Status.LIVE), Finding.LINK_REMOVED, now="2026-11-02T03:00:00Z")
    >>> missed.status.value, missed.misses
    ('missing', 1)
    >>> next_state(missed, Finding.LINK_REMOVED, now="2026-11-03T03:00:00Z").status.value
    'lost'
    """
    checked = replace(old, before=old.status, last_checked=now)
    if finding is not Finding.NO_DOMAIN and reason not in _NAME_NOT_LEARNT:
        checked = replace(checked, unresolved_runs=0, unresolved_since=None)
    if finding is Finding.FOUND:
        return _found(checked, now, has_changed=has_changed)
    if finding is Finding.NO_DOMAIN:
        return _unresolved(checked, now)
    if finding is Finding.UNREAD:
        return _with(checked, Status.UNCHECKED, reason, now)
    misses = old.misses + 1
    status = Status.LOST if misses >= MISSES_TO_LOSE or old.status is Status.LOST else Status.MISSING
    return _with(replace(checked, misses=misses), status, finding.value, now)


def _found(state: LinkState, now: str, *, has_changed: bool) -> LinkState:
    was_absent = state.before in _ABSENT or state.misses > 0
    is_new = not was_absent and state.first_seen is None and state.last_seen is None
    seen = replace(state, misses=0, first_seen=state.first_seen or now, last_seen=now)
    if is_new:
        return _with(seen, Status.NEW, None, now)
    return _with(seen, Status.CHANGED if has_changed else Status.LIVE, RESTORED if was_absent else None, now)


def _unresolved(state: LinkState, now: str) -> LinkState:
    since = state.unresolved_since or now
    runs = state.unresolved_runs + 1
    counted = replace(state, unresolved_runs=runs, unresolved_since=since)
    is_gone = runs >= UNRESOLVED_RUNS and microseconds_of(now) - microseconds_of(since) >= UNRESOLVED_DAYS * _DAY
    if is_gone:
        return _with(counted, Status.LOST, DOMAIN_GONE, now)
    return _with(counted, Status.UNCHECKED, Finding.NO_DOMAIN.value, now)


def _with(state: LinkState, status: Status, reason: str | None, now: str) -> LinkState:
    is_same = status is state.before and state.since is not None
    return replace(state, status=status, reason=reason, since=state.since if is_same else now)


def is_present(status: Status | None) -> bool:
    """Return whether a status says that the link is there."""
    return status in _PRESENT
