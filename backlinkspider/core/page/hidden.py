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
    r"(?:^|[\s_-])(?:sr|sr-?only|screen-?reader\w*|visually-?hidden|a11y\w*|assistive\w*|skip\w*)(?:$|[\s_-])", re.IGNORECASE
)
_STYLE_CHARACTERS = 8_192
"""Characters of a style that are read."""

_EVIDENCE_CHARACTERS = 100
"""Characters of a declaration that are shown."""

_NO_MEANING = re.compile(r"\s+|/\*(?:.*?\*/|.*)", re.DOTALL)
_LENGTH = re.compile(r"([-+]?(?:\d++(?:\.\d*+)?|\.\d++))(px|pt|em|rem|ex|ch|%|vw|vh|)\Z")
_PIXELS = {"em": 16, "rem": 16, "ex": 8, "ch": 8, "pt": 4 / 3, "%": 10, "vw": 10, "vh": 8}
"""About how many pixels a unit is."""

_OUT_OF_SIGHT_PIXELS = -200
_FAR_OUT_OF_SIGHT_PIXELS = -1_000
_MOVES = frozenset({"left", "top", "right", "bottom"})
_MARGINS = frozenset({"margin-left", "margin-top"})
_SIZES = frozenset({"width", "height", "max-width", "max-height"})
_FROM_SCREEN_READERS_TOO = frozenset({"display", "visibility"})
_HIDING_VALUES = {
    "display": re.compile(r"none\Z"),
    "visibility": re.compile(r"(?:hidden|collapse)\Z"),
    "opacity": re.compile(r"(?:0++(?:\.0*+)?|\.0++)%?\Z"),
    "color": re.compile(r"transparent\Z|rgba\([^)]*,(?:0|0?\.0+)\)\Z"),
    "font": re.compile(r"0(?:px)?/"),
    "transform": re.compile(r"scale[xy]?\(0[,)]|translate(?:x|y|3d)?\(-\d{4,}px"),
    "clip": re.compile(r"rect\((?:[01](?:px)?,?){4}\)"),
    "clip-path": re.compile(r"inset\((?:50|100)%"),
}
_WHITE = frozenset({"#fff", "#ffffff", "white"})
_OF_TEXT = frozenset({"text-indent", "font-size", "font", "color"})
"""Properties that hide text and no pictures."""
_RESET_INSIDE = {
    "font-size": {"font-size", "font"},
    "font": {"font-size", "font"},
    "color": {"color"},
    "visibility": {"visibility"},
}
"""Properties that what is inside may set anew, and by which."""
_SMALL_MARKS = frozenset(".,:;'\"`-_~|!·\u2013\u2014")


def hidden_by_attributes(attributes: Mapping[str, str | None], outer: str | None = None) -> str | None:
    """What hides an element and all that is in it: `hidden`, `aria-hidden`, or a style's declaration; of itself or from `outer`.

    >>> hidden_by_attributes({"style": "Position: absolute; left: -9999px"})
    'left:-9999px'
    >>> hidden_by_attributes({"class": "sr-only", "style": "left: -9999px; position: absolute"}) is None
    True
    >>> hidden_by_attributes({"style": "font-size: 1em"}, outer="font-size:0") is None
    True
    """
    style = attributes.get("style")
    values = _declarations(style) if style else {}
    if outer is not None and not _RESET_INSIDE.get(outer.partition(":")[0], set()).isdisjoint(values):
        outer = None
    if outer not in (None, ARIA_HIDDEN):
        return outer
    if "hidden" in attributes:
        return "hidden"
    hiding = _hiding_declaration(values)
    if hiding is not None:
        is_for_screen_readers = _FOR_SCREEN_READERS.search(attributes.get("class") or "") is not None
        if hiding in _FROM_SCREEN_READERS_TOO or not is_for_screen_readers:
            return f"{hiding}:{values[hiding]}"[:_EVIDENCE_CHARACTERS]
    is_aria_hidden = (attributes.get("aria-hidden") or "").strip().lower() == "true"
    return ARIA_HIDDEN if is_aria_hidden else outer


def hides_pictures(hidden: str | None) -> bool:
    """Whether what hides a text hides a picture or frame too: without size, colour or indent they are still there.

    >>> hides_pictures("display:none"), hides_pictures("font-size:0")
    (True, False)
    """
    return hidden is not None and hidden.partition(":")[0] not in _OF_TEXT


def is_lone_character(anchor: str, *, is_in_word: bool) -> bool:
    """Whether a link is one character that nobody would think of clicking on: a small mark, or a letter of a longer word.

    A sign that stands for a word (`家`), a letter of an index or a symbol that serves as a button is none.

    >>> is_lone_character(".", is_in_word=False), is_lone_character("A", is_in_word=False)
    (True, False)
    """
    return anchor in _SMALL_MARKS or (is_in_word and len(anchor) == 1 and unicodedata.category(anchor) in ("Lu", "Ll"))


def _hiding_declaration(values: Mapping[str, str]) -> str | None:
    """The name of the first declaration that hides."""
    return next((name for name in values if _hides(name, values)), None)


def _declarations(style: str) -> dict[str, str]:
    """The declarations of an inline style without spaces; of several for one property the one that holds."""
    values: dict[str, str] = {}
    important: set[str] = set()
    if not style:
        return values
    if len(style) > _STYLE_CHARACTERS:
        style = style[:_STYLE_CHARACTERS].rpartition(";")[0]
    for part in _NO_MEANING.sub("", style.lower()).split(";"):
        name, colon, value = part.partition(":")
        is_important = value.endswith("!important")
        if colon and (is_important or name not in important):
            values[name] = value.removesuffix("!important")
            if is_important:
                important.add(name)
    return values


def _hides(name: str, values: Mapping[str, str]) -> bool:
    if name in _OF_TEXT and _shows_its_background(values):
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


def _shows_its_background(values: Mapping[str, str]) -> bool:
    """Whether a link shows a background in place of its text, or its text by a background."""
    return any(name.endswith("background-clip") or (name.startswith("background") and "url(" in values[name]) for name in values)


def _is_out_of_sight(name: str, length: float, values: Mapping[str, str]) -> bool:
    if name == "font-size":
        return length <= 1
    if name in _MOVES:
        return values.get("position") in ("absolute", "fixed", "relative") and length <= _OUT_OF_SIGHT_PIXELS
    if name == "text-indent":
        return length <= _OUT_OF_SIGHT_PIXELS
    if name in _MARGINS:
        return length <= _FAR_OUT_OF_SIGHT_PIXELS and not values[name].endswith("%")
    # A box without height that has a padding is as high as that: so are videos held in shape.
    is_padded = any(other.startswith("padding") for other in values)
    return name in _SIZES and length <= 1 and values.get("overflow") == "hidden" and not is_padded


def _pixels(value: str) -> float | None:
    length = _LENGTH.match(value)
    if length is None:
        return None
    return float(length[1]) * _PIXELS.get(length[2], 1)
