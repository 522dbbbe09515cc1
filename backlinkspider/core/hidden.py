"""What hides a link from readers, as far as the page itself says: attributes, inline styles, a link of one character.

Hiding links is what search engines call spam (https://developers.google.com/search/docs/essentials/spam-policies#hidden-text-and-links).
Text that is meant for screen readers is none of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ARIA_HIDDEN = "aria-hidden"
"""Hidden from screen readers, which says nothing of other readers: icons and the second link of a teaser have it."""

ONE_CHARACTER = "one_character"

_FOR_SCREEN_READERS = re.compile(
    r"(?:^|[\s_-])(?:sr|sr-?only|screen-?reader\w*|visually-?hidden|visuallyhidden|a11y\w*|assistive\w*|skip\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_MEANING = re.compile(r"\s+|!important|/\*.*?\*/", re.DOTALL)
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|ch|%|vw|vh|)\Z")
_PIXELS = {"em": 16, "rem": 16, "ex": 8, "ch": 8, "pt": 4 / 3, "%": 10, "vw": 10, "vh": 8}
"""About how many pixels a unit is."""

_OUT_OF_SIGHT_PIXELS = -200
_MOVES = ("left", "top", "right", "bottom")
_ANYWHERE_MOVES = ("text-indent", "margin-left", "margin-top")
_SIZES = ("width", "height", "max-width", "max-height")
_HIDING_VALUES = {
    "display": re.compile(r"none\Z"),
    "visibility": re.compile(r"(?:hidden|collapse)\Z"),
    "opacity": re.compile(r"(?:0+\.?0*|\.0+|0+%)\Z"),
    "color": re.compile(r"transparent\Z|rgba\([^)]*,(?:0|0?\.0+)\)\Z"),
    "transform": re.compile(r"scale[xy]?\(0[,)]"),
    "clip": re.compile(r"rect\((?:0|1px)"),
    "clip-path": re.compile(r"inset\((?:50|100)%"),
}
_WHITE = frozenset({"#fff", "#ffffff", "white"})
_WITHOUT_ITS_TEXT = frozenset({"text-indent", "font-size", "color"})
"""Declarations with which a link shows its background picture in place of its text."""
_SMALL_MARKS = frozenset(".,:;'\"`-_~|!·\u2013\u2014")
_WORD = re.compile(r"[^\W\d_]{4,}")


def hidden_by_attributes(attributes: Mapping[str, str | None]) -> str | None:
    """What in the attributes of an element hides it and all that is in it: `hidden`, `aria-hidden`, or a style's declaration.

    >>> hidden_by_attributes({"style": "Position: absolute; left: -9999px"})
    'left:-9999px'
    >>> hidden_by_attributes({"class": "sr-only", "style": "left: -9999px; position: absolute"}) is None
    True
    """
    if "hidden" in attributes:
        return "hidden"
    style = attributes.get("style")
    if style and not _FOR_SCREEN_READERS.search(attributes.get("class") or ""):
        declaration = _hiding_declaration(style)
        if declaration is not None:
            return declaration
    return ARIA_HIDDEN if (attributes.get("aria-hidden") or "").strip().lower() == "true" else None


def is_lone_character(anchor: str, *, text_before: str, text_after: str) -> bool:
    """Whether a link is one character that nobody would think of clicking on: a mark, or a letter within a text.

    A sign that stands for a word (`家`), and an arrow, a cross or another symbol that serves as a button, is none; nor is the
    number of a page or footnote.

    >>> is_lone_character(".", text_before="", text_after=""), is_lone_character("2", text_before="1", text_after="3")
    (True, False)
    """
    if len(anchor) != 1:
        return False
    if anchor in _SMALL_MARKS:
        return True
    return unicodedata.category(anchor) in ("Lu", "Ll") and bool(_WORD.search(text_before) or _WORD.search(text_after))


def _hiding_declaration(style: str) -> str | None:
    """The declaration of an inline style that hides, without spaces."""
    values = dict(_declarations(style))
    hiding = next((name for name in values if _hides(name, values)), None)
    return f"{hiding}:{values[hiding]}" if hiding is not None else None


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (part.partition(":") for part in _NO_MEANING.sub("", style.lower()).split(";"))
    return [(name, value) for name, colon, value in pairs if colon]


def _hides(name: str, values: Mapping[str, str]) -> bool:
    if name in _WITHOUT_ITS_TEXT and any(other.startswith("background") and "url(" in values[other] for other in values):
        return False
    value = values[name]
    pattern = _HIDING_VALUES.get(name)
    if pattern is not None and pattern.match(value):
        return True
    if name == "color":
        # A button in the colour of its network is no hidden link, whatever colour its label has.
        return value in _WHITE and not _WHITE.isdisjoint({values.get("background-color"), values.get("background")})
    length = _pixels(value)
    return length is not None and _is_out_of_sight(name, length, values)


def _is_out_of_sight(name: str, length: float, values: Mapping[str, str]) -> bool:
    if name == "font-size":
        return length <= 1
    if name in _ANYWHERE_MOVES or (name in _MOVES and values.get("position") in ("absolute", "fixed")):
        return length <= _OUT_OF_SIGHT_PIXELS
    return name in _SIZES and length <= 1 and values.get("overflow") == "hidden"


def _pixels(value: str) -> float | None:
    length = _LENGTH.match(value)
    if length is None:
        return None
    return float(length[1]) * _PIXELS.get(length[2], 1)
