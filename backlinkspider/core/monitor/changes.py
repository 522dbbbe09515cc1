"""What changed of a link between two sightings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR, escape_formula, unescape_formula
from backlinkspider.items import Cell

WATCHED_COLUMNS = (
    "anchor",
    "dofollow",
    "rel",
    "nofollow_by",
    "link_type",
    "position",
    "hidden",
    "page_from_noindex",
    "page_from_canonical",
    "url_to_status_code",
    "url_to_redirect_target",
    "is_broken",
)
"""The columns whose change somebody wants to know of. The others follow from the rest of the page or of the crawl."""

_EMPTY_SAYS_NOTHING_THERE = frozenset({"anchor", "hidden", "page_from_canonical"})
"""Columns in which empty means "none"; in the others it means "not known"."""

_NOT_A_WORD = re.compile(r"[\W_]+")


def changed_columns(old: Mapping[str, Cell], new: Mapping[str, Cell], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that both rows know and in which they differ, in the given order.

    A value that one of them does not know is no change. Values are compared as a CSV cell keeps them, so that feeds in two
    formats compare equal.

    >>> changed_columns({"rel": (), "is_broken": None}, {"rel": ("ugc",), "is_broken": False}, ("rel", "is_broken"))
    ('rel',)
    """
    return tuple(column for column in columns if column in old and column in new and _differs(column, old[column], new[column]))


def is_minor_anchor_change(old: str | None, new: str | None) -> bool:
    """Return whether two anchors have the same words, apart from case, blanks and punctuation.

    >>> is_minor_anchor_change("The Oak-Chair", "the oak chair!"), is_minor_anchor_change("oak chair", "oak chairs")
    (True, False)
    >>> is_minor_anchor_change("→", "»")
    False
    """
    words = [_NOT_A_WORD.sub(" ", (anchor or "").casefold()).strip() for anchor in (old, new)]
    return words[0] == words[1] != ""


def shown_value(value: Cell) -> str:
    """Return a value as a cell shows it, for a sentence about a change.

    >>> shown_value(("ugc", "nofollow")), shown_value(True), shown_value(None)
    ('ugc | nofollow', 'true', '')
    """
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _differs(column: str, old: Cell, new: Cell) -> bool:
    if old == new:
        return False
    before, after = _comparable(old), _comparable(new)
    is_known = column in _EMPTY_SAYS_NOTHING_THERE or (before is not None and after is not None)
    return is_known and before != after


def _comparable(value: Cell) -> Cell:
    if isinstance(value, str):
        return unescape_formula(escape_formula(value)) or None
    if isinstance(value, tuple):
        return tuple(unescape_formula(escape_formula(LIST_SEPARATOR.join(value))).split(LIST_SEPARATOR)) if value else value
    return value
