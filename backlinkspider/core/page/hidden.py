"""Detect links hidden from readers, by the page's own markup: attributes, inline styles, one-character links.

Search engines treat hidden links as spam (https://developers.google.com/search/docs/essentials/spam-policies#hidden-text-and-links).
Text hidden for screen-reader users does not count as hidden.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum

ARIA_HIDDEN = "aria-hidden"
"""Hidden from screen readers only; icons and the second link of a teaser use it."""

ONE_CHARACTER = "one_character"

_FOR_SCREEN_READERS = re.compile(
    r"(?:^|[\s_-])(?:sr|sr-?only|screen-?reader\w*|visually-?hidden|a11y\w*|assistive\w*|skip\w*)(?:$|[\s_-])", re.IGNORECASE
)
_STYLE_CHARACTERS = 8_192
"""Characters read of a style."""

_EVIDENCE_CHARACTERS = 100
"""Characters shown of a declaration."""

_INSIGNIFICANT = re.compile(r"\s+|/\*(?:.*?\*/|.*)", re.DOTALL)
_LENGTH = re.compile(r"([-+]?(?:\d++(?:\.\d*+)?|\.\d++))(px|pt|em|rem|ex|ch|%|vw|vh|)\Z")
_PIXELS = {"em": 16, "rem": 16, "ex": 8, "ch": 8, "pt": 4 / 3, "%": 10, "vw": 10, "vh": 8}
"""Approximate pixels per unit."""

_OUT_OF_SIGHT_PIXELS = -200
_FAR_OUT_OF_SIGHT_PIXELS = -1_000
_MOVES = frozenset({"left", "top", "right", "bottom"})
_MARGINS = frozenset({"margin-left", "margin-top"})
_SIZES = frozenset({"width", "height", "max-width", "max-height"})
_RENDERING = frozenset({"hidden", "style"})
_HIDES_FROM_SCREEN_READERS = frozenset({"display", "visibility"})
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
_NOTHING: frozenset[str] = frozenset()
_WHITE = frozenset({"#fff", "#ffffff", "white"})
_TEXT_PROPERTIES = frozenset({"text-indent", "font-size", "font", "color"})
"""Properties that hide text but not images."""
_IMAGES_DIFFER = _TEXT_PROPERTIES - {"text-indent"}
_DOT = frozenset({"0", "1", "0px", "1px"})
_OVERRIDDEN_BY = {
    "font-size": frozenset({"font-size", "font"}),
    "font": frozenset({"font-size", "font"}),
    "color": frozenset({"color", "background", "background-color"}),
    "visibility": frozenset({"visibility"}),
}
"""Properties that descendants may override, and by which."""
_SET_ANEW = {
    "font": ("font-size",),
    "font-size": ("font",),
    "background": ("background-color", "background-image"),
}
"""What a later declaration says anew: a shorthand sets all that it stands for."""
_SMALL_MARKS = frozenset(".,:;'\"`-_~|!·\u2013\u2014")


def hidden_by_attributes(attributes: Mapping[str, str | None], outer: str | None = None, *, is_link: bool = False) -> str | None:
    """Return what hides an element and its content: `hidden`, `aria-hidden`, a style declaration, or `outer`.

    A link has a colour of its own, so the colour around it does not hide it
    (https://html.spec.whatwg.org/#phrasing-content-3).

    >>> hidden_by_attributes({"style": "Position: absolute; left: -9999px"})
    'left:-9999px'
    >>> hidden_by_attributes({"class": "sr-only", "style": "left: -9999px; position: absolute"}) is None
    True
    >>> hidden_by_attributes({"style": "font-size: 1em"}, outer="font-size:0") is None
    True
    """
    style = attributes.get("style")
    values = _declarations(style) if style else {}
    outer = _inherited(outer, values, is_link=is_link)
    if outer not in (None, ARIA_HIDDEN):
        return outer
    if "hidden" in attributes and _is_not_displayed(attributes, values):
        return "hidden"
    hiding = _hiding_declaration(values)
    if hiding is not None:
        is_for_screen_readers = _FOR_SCREEN_READERS.search(attributes.get("class") or "") is not None
        if hiding in _HIDES_FROM_SCREEN_READERS or not is_for_screen_readers:
            return f"{hiding}:{values[hiding]}"[:_EVIDENCE_CHARACTERS]
    is_aria_hidden = (attributes.get("aria-hidden") or "").strip().lower() == "true"
    return ARIA_HIDDEN if is_aria_hidden else outer


def _inherited(outer: str | None, values: Mapping[str, str], *, is_link: bool) -> str | None:
    """Return what of the element around hides one with these declarations too."""
    name, _, value = (outer or "").partition(":")
    if name == "color" and values.get("color", "" if is_link else "inherit") in ("inherit", value):
        values = {other: value for other, value in values.items() if other != "color"}
    elif name == "color":
        return None
    return outer if _OVERRIDDEN_BY.get(name, _NOTHING).isdisjoint(values) else None


def _is_not_displayed(attributes: Mapping[str, str | None], values: Mapping[str, str]) -> bool:
    """Return whether an element is not rendered; a style that displays it wins over the attribute `hidden`.

    Not over `hidden=until-found`, which does not hide by `display` (https://html.spec.whatwg.org/#hidden-elements).
    """
    display = values.get("display")
    if display is None:
        return "hidden" in attributes
    return display == "none" or (attributes.get("hidden") or "").strip().lower() == "until-found"


def hides_images(hidden: str | None) -> bool:
    """Return whether what hides text also hides an image or frame; font size, colour and indent do not.

    >>> hides_images("display:none"), hides_images("font-size:0")
    (True, False)
    """
    return hidden is not None and hidden.partition(":")[0] not in _TEXT_PROPERTIES


def leaves_images(hidden: str | None) -> bool:
    """Return whether an image beside the hidden text is seen: it has a size and colours of its own, but an indent moves it too.

    Grids of products take the gaps between their boxes away by `font-size: 0`.

    >>> leaves_images("font-size:0"), leaves_images("text-indent:-9999px"), leaves_images(None)
    (True, False, False)
    """
    return hidden is not None and hidden.partition(":")[0] in _IMAGES_DIFFER


def is_seen_image(attributes: Mapping[str, str | None]) -> bool:
    """Return whether an image is seen by its own attributes, and not one pixel to count visitors.

    >>> is_seen_image({"src": "chair.jpg"}), is_seen_image({"src": "count.gif", "width": "1"}), is_seen_image({"hidden": None})
    (True, False, False)
    """
    is_dot = any((attributes.get(name) or "").strip() in _DOT for name in ("width", "height"))
    return not is_dot and hidden_by_attributes(attributes) in (None, ARIA_HIDDEN)


class Rendering(Enum):
    """How an element changes whether the text in it is shown."""

    NONE = "none"
    """It is not, whatever elements inside say."""
    HIDDEN = "hidden"
    """It is not, unless an element inside says otherwise."""
    VISIBLE = "visible"


def read_rendering(attributes: Mapping[str, str | None]) -> Rendering | None:
    """Return how an element changes whether the text in it is shown; None where it says nothing.

    Only what `innerText` knows counts (https://html.spec.whatwg.org/#rendered-text-collection-steps), not what is out of sight.

    >>> read_rendering({"style": "display: none"}), read_rendering({"hidden": None}), read_rendering({"style": "left: -9999px"})
    (<Rendering.NONE: 'none'>, <Rendering.NONE: 'none'>, None)
    """
    if _RENDERING.isdisjoint(attributes):
        return None
    values = _declarations(attributes.get("style") or "")
    if _is_not_displayed(attributes, values):
        return Rendering.NONE
    visibility = values.get("visibility")
    if visibility == "visible":
        return Rendering.VISIBLE
    return Rendering.HIDDEN if visibility in ("hidden", "collapse") else None


def is_lone_character(anchor: str, *, is_in_word: bool) -> bool:
    """Return whether a link is one inconspicuous character: a punctuation mark, or a letter inside a longer word.

    An ideograph (`家`), a letter in an index and a symbol used as a button don't count.

    >>> is_lone_character(".", is_in_word=False), is_lone_character("A", is_in_word=False)
    (True, False)
    """
    return anchor in _SMALL_MARKS or (is_in_word and len(anchor) == 1 and unicodedata.category(anchor) in ("Lu", "Ll"))


def _hiding_declaration(values: Mapping[str, str]) -> str | None:
    """Return the property of the first declaration that hides."""
    return next((name for name in values if _hides(name, values)), None)


def _declarations(style: str) -> dict[str, str]:
    """Return the declarations of an inline style without spaces; `!important` and the last one win."""
    values: dict[str, str] = {}
    important: set[str] = set()
    if not style:
        return values
    if len(style) > _STYLE_CHARACTERS:
        style = style[:_STYLE_CHARACTERS].rpartition(";")[0]
    for part in _INSIGNIFICANT.sub("", style.lower()).split(";"):
        name, colon, value = part.partition(":")
        is_important = value.endswith("!important")
        if colon and (is_important or name not in important):
            for other in _SET_ANEW.get(name, ()):
                if is_important or other not in important:
                    values.pop(other, None)
            values[name] = value.removesuffix("!important")
            if is_important:
                important.add(name)
    return values


def _hides(name: str, values: Mapping[str, str]) -> bool:
    if name in _TEXT_PROPERTIES and _shows_its_background(values):
        return False
    value = values[name]
    pattern = _HIDING_VALUES.get(name)
    if pattern is not None and pattern.match(value):
        return True
    if name == "color":
        # A label in the same colour as its coloured button is a share button's, not a hidden link: only white on white counts.
        return value in _WHITE and values.get("background-color", values.get("background")) in _WHITE
    length = _pixels(value)
    return length is not None and _is_out_of_sight(name, length, values)


def _shows_its_background(values: Mapping[str, str]) -> bool:
    """Return whether a background image replaces the text, or colours it."""
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
    # Padding gives a box height; responsive videos rely on it.
    is_padded = any(other.startswith("padding") for other in values)
    is_small = name in _SIZES and length <= 1 and values.get("overflow") == "hidden" and not is_padded
    return is_small and _is_small(values.get(f"min-{name.removeprefix('max-')}", "0"))


def _is_small(minimum: str) -> bool:
    """Return whether a minimum of a width or height leaves a box as small as it is."""
    length = _pixels(minimum)
    return minimum == "auto" or (length is not None and length <= 1)


def _pixels(value: str) -> float | None:
    length = _LENGTH.match(value)
    if length is None:
        return None
    return float(length[1]) * _PIXELS.get(length[2], 1)
