"""Which known links are looked at in a run: stable ones need not be every night."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.states import Status
from backlinkspider.core.rows.row_parser import microseconds_of

_DAY = timedelta(days=1) // timedelta(microseconds=1)
_AGE = re.compile(r"(\d{1,4})d\Z")
_STABLE = (Status.LIVE, Status.LOST)

Ages = Mapping[Status, int]
"""The days after which a link of a status is looked at again; one that is not named is looked at in every run."""


def parse_recheck(text: str) -> Ages:
    """Return the ages that the argument `recheck` names. Raises ArgumentError.

    >>> parse_recheck("7d") == {Status.LIVE: 7, Status.LOST: 7}, parse_recheck("live=7d,lost=30d")[Status.LOST]
    (True, 30)
    """
    ages: dict[Status, int] = {}
    for part in filter(None, (piece.strip().lower() for piece in text.split(","))):
        name, equals, age = part.rpartition("=")
        days = _AGE.match(age)
        statuses = _STABLE if not equals else [status for status in Status if status.value == name.strip()]
        if days is None or not statuses:
            raise ArgumentError(f"recheck '{text}' must be an age such as 7d, or ages by status such as live=7d,lost=30d")
        ages.update(dict.fromkeys(statuses, int(days[1])))
    return ages


def is_due(link: KnownLink, ages: Ages, *, now: str) -> bool:
    """Return whether a link is looked at in this run. One with a contract always is.

    >>> link = KnownLink(1, "https://a.example/", "https://a.example/")
    >>> is_due(link, {Status.LIVE: 7}, now="2026-11-29T03:00:00Z")
    True
    """
    status, checked = link.state.status, link.state.last_checked
    if status is None or status not in ages or checked is None or not link.contract.is_empty:
        return True
    # A run that begins a little earlier than the last one is not one of the day before.
    return microseconds_of(now) - microseconds_of(checked) >= ages[status] * _DAY - _DAY // 2
