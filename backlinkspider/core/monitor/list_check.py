"""Whether a list was right: what it says of a link, against what was seen on the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from backlinkspider.core.monitor.states import Status, is_present

LIST_COLUMNS = ("from_list", "list_says", "list_check", "other_lists")
"""What is said of the list that names a link."""


class Claim(StrEnum):
    """What a list says of a link."""

    LIVE = "live"
    """It is there: the list names it, and does not call it lost."""
    LOST = "lost"
    """It is gone, by a column of the list for that."""


class ListCheck(StrEnum):
    """How the list compares with the page."""

    RIGHT = "right"
    """All that it says is so."""
    FALSE_LIVE = "false_live"
    """It names the link as one that is there, and the page was read without it, or is gone."""
    FALSE_LOST = "false_lost"
    """It calls the link lost, and the link is there."""
    WRONG_REL = "wrong_rel"
    """It says that the link is followed, and it is not, or the other way round; or its `rel` is another."""
    WRONG_ANCHOR = "wrong_anchor"
    """The link has other words; another case, blanks and punctuation do not count."""


_WRONG_BY_CHANGE = {"rel": ListCheck.WRONG_REL, "anchor": ListCheck.WRONG_ANCHOR}
_OF_FACTS = frozenset({ListCheck.RIGHT, *_WRONG_BY_CHANGE.values()})


def check_list(
    claim: Claim | None, status: Status | None, changes: Collection[str], *, earlier: Sequence[ListCheck]
) -> tuple[ListCheck, ...]:
    """Return what a list has right or wrong of a link; nothing for one that nobody could look at yet.

    `changes` are the words for what differs from the list (`core.monitor.differences`). `earlier` is what was returned in the
    run before: its facts are then those of a page, and the list is not judged by them a second time.

    >>> [word.value for word in check_list(Claim.LIVE, Status.CHANGED, {"rel", "position"}, earlier=())]
    ['wrong_rel']
    >>> [word.value for word in check_list(Claim.LIVE, Status.MISSING, (), earlier=())]
    ['false_live']
    """
    if claim is None or status is None or status is Status.UNCHECKED:
        return tuple(earlier)
    if not is_present(status):
        return (ListCheck.FALSE_LIVE if claim is Claim.LIVE else ListCheck.RIGHT,)
    if claim is Claim.LOST:
        return (ListCheck.FALSE_LOST,)
    known = tuple(word for word in earlier if word in _OF_FACTS)
    return known or tuple(word for change, word in _WRONG_BY_CHANGE.items() if change in changes) or (ListCheck.RIGHT,)


def parse_checks(text: str, separator: str) -> tuple[ListCheck, ...]:
    """Return the checks that a cell holds.

    >>> [word.value for word in parse_checks("wrong_rel | other", " | ")]
    ['wrong_rel']
    """
    return tuple(ListCheck(word) for word in text.split(separator) if word in tuple(ListCheck))
