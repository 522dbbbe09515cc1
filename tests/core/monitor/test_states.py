"""The state machine of a known link: sixty cases in the words of its rules, and laws that hold for every run of runs."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.monitor.states import (
    DOMAIN_GONE,
    MISSES,
    RESTORED,
    Finding,
    LinkState,
    Status,
    is_present,
    next_state,
)

FIRST, BEFORE, NOW = "2026-01-01T00:00:00Z", "2026-11-01T03:00:00Z", "2026-11-20T03:00:00Z"
UNREAD_REASONS = (
    *("http_401", "http_403", "http_429", "http_451", "http_500", "http_503", "timeout", "tls", "refused", "reset", "connection"),
    *(
        "robots_blocked",
        "robots_unavailable",
        "challenge",
        "needs_javascript",
        "no_content",
        "budget",
        "private_address",
        "too_large",
    ),
)


class Case(NamedTuple):
    words: str
    old: LinkState
    finding: Finding
    status: Status
    reason: str | None = None
    misses: int = 0
    has_changed: bool = False
    unread: str | None = None


def state(status: Status | None, misses: int = 0, **more: object) -> LinkState:
    known = LinkState(status, before=Status.LIVE, since=BEFORE, misses=misses, first_seen=FIRST, last_seen=BEFORE)
    return replace(known, **more)  # type: ignore[arg-type]


NOBODY = LinkState()
VENDOR = LinkState(first_seen=FIRST, last_seen=BEFORE)
LIVE, NEW, CHANGED = state(Status.LIVE), state(Status.NEW), state(Status.CHANGED)
MISSING, LOST, UNCHECKED = state(Status.MISSING, 1), state(Status.LOST, 2), state(Status.UNCHECKED)
DOWN_SINCE_MISS = state(Status.UNCHECKED, 1)
UNKNOWN_TWICE = state(Status.UNCHECKED, unresolved_runs=2, unresolved_since=BEFORE)
UNKNOWN_SHORTLY = state(Status.UNCHECKED, unresolved_runs=9, unresolved_since="2026-11-10T03:00:00Z")

CASES = [
    Case("found, never seen by anybody: new", NOBODY, Finding.FOUND, Status.NEW),
    Case("found, never seen, whatever differs: new", NOBODY, Finding.FOUND, Status.NEW, has_changed=True),
    Case("found, after nobody could look: new", LinkState(Status.UNCHECKED), Finding.FOUND, Status.NEW),
    Case("found, known to a tool: live", VENDOR, Finding.FOUND, Status.LIVE),
    Case("found, known to a tool, other rel: changed", VENDOR, Finding.FOUND, Status.CHANGED, has_changed=True),
    Case("found again after new: live", NEW, Finding.FOUND, Status.LIVE),
    Case("found again after live: live", LIVE, Finding.FOUND, Status.LIVE),
    Case("found again after changed: live", CHANGED, Finding.FOUND, Status.LIVE),
    Case("found differing after live: changed", LIVE, Finding.FOUND, Status.CHANGED, has_changed=True),
    Case("found differing after new: changed", NEW, Finding.FOUND, Status.CHANGED, has_changed=True),
    Case("found differing once more: changed", CHANGED, Finding.FOUND, Status.CHANGED, has_changed=True),
    Case("found after one miss: live, restored", MISSING, Finding.FOUND, Status.LIVE, RESTORED),
    Case("found after a loss: live, restored", LOST, Finding.FOUND, Status.LIVE, RESTORED),
    Case("found differing after a loss: changed, restored", LOST, Finding.FOUND, Status.CHANGED, RESTORED, has_changed=True),
    Case("found after a time-out: live", UNCHECKED, Finding.FOUND, Status.LIVE),
    Case("found after a miss and a time-out: live, restored", DOWN_SINCE_MISS, Finding.FOUND, Status.LIVE, RESTORED),
    Case("found after an unknown name: live", UNKNOWN_TWICE, Finding.FOUND, Status.LIVE),
    *(
        Case(f"{finding.value} once: missing", old, finding, Status.MISSING, finding.value, 1)
        for finding in sorted(MISSES)
        for old in (LIVE, VENDOR)
    ),
    *(Case(f"{finding.value} twice: lost", MISSING, finding, Status.LOST, finding.value, 2) for finding in sorted(MISSES)),
    Case("not there at the first look: missing", NOBODY, Finding.LINK_REMOVED, Status.MISSING, "link_removed", 1),
    Case("gone, then not there: lost for the later reason", state(Status.MISSING, 1, reason="page_gone"), Finding.LINK_REMOVED,
         Status.LOST, "link_removed", 2),
    Case("missed, down, missed: lost", DOWN_SINCE_MISS, Finding.PAGE_GONE, Status.LOST, "page_gone", 2),
    Case("lost and still not there: lost", LOST, Finding.LINK_REMOVED, Status.LOST, "link_removed", 3),
    Case("lost by a list that counts no misses: lost", state(Status.LOST), Finding.LINK_REMOVED, Status.LOST, "link_removed", 1),
    Case("unchecked, then not there: missing", UNCHECKED, Finding.SOFT_404, Status.MISSING, "soft_404", 1),
    *(
        Case(f"{reason}: unchecked, never lost", LIVE, Finding.UNREAD, Status.UNCHECKED, reason, unread=reason)
        for reason in UNREAD_REASONS
    ),
    Case("down after one miss: unchecked, the miss counts on", MISSING, Finding.UNREAD, Status.UNCHECKED, "timeout", 1,
         unread="timeout"),
    Case("down after a loss: unchecked", LOST, Finding.UNREAD, Status.UNCHECKED, "http_503", 2, unread="http_503"),
    Case("down at the first look: unchecked", NOBODY, Finding.UNREAD, Status.UNCHECKED, "challenge", unread="challenge"),
    Case("an unknown name once: unchecked", LIVE, Finding.NO_DOMAIN, Status.UNCHECKED, "dns"),
    Case("an unknown name in three runs over 19 days: lost", UNKNOWN_TWICE, Finding.NO_DOMAIN, Status.LOST, DOMAIN_GONE),
    Case("an unknown name in ten runs over ten days: unchecked", UNKNOWN_SHORTLY, Finding.NO_DOMAIN, Status.UNCHECKED, "dns"),
    Case("an unknown name twice over 19 days: unchecked", replace(UNKNOWN_TWICE, unresolved_runs=1), Finding.NO_DOMAIN,
         Status.UNCHECKED, "dns"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_what_is_said_of_a_link(case: Case) -> None:
    new = next_state(case.old, case.finding, now=NOW, reason=case.unread, has_changed=case.has_changed)
    assert (new.status, new.reason, new.misses) == (case.status, case.reason, case.misses)
    assert (new.before, new.last_checked) == (case.old.status, NOW)
    assert new.since == (case.old.since if case.status is case.old.status else NOW)
    assert new.first_seen == (case.old.first_seen or (NOW if is_present(new.status) else None))
    assert new.last_seen == (NOW if is_present(new.status) else case.old.last_seen)


@pytest.mark.parametrize("reason", ["dns", "not_reached", "proxy"])
def test_a_run_that_learns_nothing_of_a_name_counts_neither_way(reason: str) -> None:
    new = next_state(UNKNOWN_TWICE, Finding.UNREAD, now=NOW, reason=reason)
    assert (new.unresolved_runs, new.unresolved_since) == (UNKNOWN_TWICE.unresolved_runs, UNKNOWN_TWICE.unresolved_since)


def test_a_host_that_answers_is_known_again() -> None:
    new = next_state(UNKNOWN_TWICE, Finding.UNREAD, now=NOW, reason="http_503")
    assert (new.unresolved_runs, new.unresolved_since) == (0, None)


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60
    assert {case.status for case in CASES} == set(Status)
    assert {case.finding for case in CASES} == set(Finding)


RUNS = st.lists(st.tuples(st.sampled_from(Finding), st.sampled_from(["timeout", "robots_blocked"]), st.booleans()), max_size=12)


@given(RUNS)
def test_a_link_is_only_lost_when_its_page_was_read_or_its_name_is_gone(runs: list[tuple[Finding, str, bool]]) -> None:
    link, misses = LinkState(), 0
    for day, (finding, reason, has_changed) in enumerate(runs, 1):
        link = next_state(link, finding, now=f"2026-10-{day:02}T00:00:00Z", reason=reason, has_changed=has_changed)
        misses = 0 if finding is Finding.FOUND else misses + (finding in MISSES)
        assert link.misses == misses
        if link.status is Status.LOST:
            assert misses >= 2 or link.reason == DOMAIN_GONE
        assert is_present(link.status) == (finding is Finding.FOUND)


@given(RUNS)
def test_what_nobody_could_look_at_changes_nothing_but_the_word(runs: list[tuple[Finding, str, bool]]) -> None:
    link = LinkState()
    for finding, reason, _ in runs:
        link = next_state(link, finding, now=NOW, reason=reason)
    unread = next_state(link, Finding.UNREAD, now=NOW, reason="timeout")
    found = next_state(unread, Finding.FOUND, now=NOW)
    assert unread.misses == link.misses
    assert (found.reason == RESTORED) == (link.misses > 0)
