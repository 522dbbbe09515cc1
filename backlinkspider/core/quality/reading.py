"""The reading of a signal, and readers for the evidence: the cells of a row by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from backlinkspider.core.links.anchors import AnchorType
from backlinkspider.items import Cell

Evidence = Mapping[str, Cell]
"""The cells of a row by the names of `core.rows.columns.COLUMNS`; what is missing or None was not measured."""

_ADDRESS = re.compile(r"https?://[^/]")
_WORD = re.compile(r"\w+")
_WORDS_WITH_NAME = 3
_NUMBER_MAXIMUM = 1e18
_KEYWORD_ANCHORS = (AnchorType.EXACT.value, AnchorType.PARTIAL.value)


class Reading(NamedTuple):
    """The reading of a signal for a link."""

    level: str
    """A word that the weights give points."""
    evidence: str
    """The evidence for it, in a few words."""


ReadSignal = Callable[[Evidence], Reading | None]
"""The reading; None where it was not measured or does not apply."""


class Signal(NamedTuple):
    """One thing that makes a link better or worse."""

    name: str
    levels: tuple[str, ...]
    """All that its readings may have."""
    theme: str
    """Signals of one theme say the same thing in two ways, so they count as one reason."""
    read: ReadSignal


def text_in(evidence: Evidence, column: str) -> str | None:
    """A text that is there and not empty."""
    value = evidence.get(column)
    return value if isinstance(value, str) and value else None


def address_in(evidence: Evidence, column: str) -> str | None:
    """A web address with a host; what somebody has typed into a feed may be none.

    >>> address_in({"url_from": "https:///oak"}, "url_from") is None
    True
    """
    value = text_in(evidence, column)
    return value if value is not None and _ADDRESS.match(value) else None


def number_in(evidence: Evidence, column: str) -> float | None:
    """A number that can be reckoned with: not nan, and not beyond what was ever counted."""
    value = evidence.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_NUMBER_MAXIMUM <= value <= _NUMBER_MAXIMUM else None


def truth_in(evidence: Evidence, column: str) -> bool | None:
    """True or false."""
    value = evidence.get(column)
    return value if isinstance(value, bool) else None


def list_in(evidence: Evidence, column: str) -> tuple[str, ...] | None:
    """The texts of a list."""
    value = evidence.get(column)
    return value if isinstance(value, tuple) else None


def has_keyword_anchor(evidence: Evidence) -> bool:
    """Return whether the anchor looks chosen for search engines."""
    return evidence.get("anchor_type") in _KEYWORD_ANCHORS


def is_name_alone(evidence: Evidence) -> bool:
    """Return whether the text of a link is the name of the site that it leads to, and hardly more: `Oak on Facebook`.

    >>> is_name_alone({"anchor": "our Facebook page", "domain_to": "facebook.com"})
    True
    """
    name = (text_in(evidence, "domain_to") or "").partition(".")[0]
    words = _WORD.findall((text_in(evidence, "anchor") or "").lower())
    return bool(name) and name in words and len(words) <= _WORDS_WITH_NAME


def share_text(share: float) -> str:
    """A share as evidence shows it.

    >>> share_text(0.925), share_text(1.0)
    ('0.93', '1')
    """
    return f"{share:.2f}".rstrip("0").rstrip(".")
