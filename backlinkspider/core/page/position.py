"""Classify where a link stands on its page: content, navigation, header, footer, sidebar or comments.

Evidence in order of precedence: HTML5 elements and ARIA roles, then words in class and id, then the layout (`layout_guess`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.core.memo import MAX_KEY_LENGTH
from backlinkspider.core.page.hidden import hidden_by_attributes
from backlinkspider.core.page.layout_guess import LayoutGuess
from backlinkspider.core.page.position_words import Position, is_body_of_article, is_share_url, position_in_names

_SEMANTIC = frozenset(
    {"article", "section", "main", "nav", "header", "footer", "aside", "figure", "address", "details", "dialog"}
)
_SECTIONING = frozenset({"article", "section", "main", "nav", "aside"})
"""A `header` or `footer` inside these belongs to the section, not to the page
(https://www.w3.org/TR/html-aam-1.0/#el-header)."""


class Location(NamedTuple):
    """What the enclosing elements say about where a link stands."""

    position: Position | None
    """None where they say nothing."""
    semantic_location: str | None
    """The nearest of article, section, main, nav, header, footer, aside, figure, address, details, dialog."""
    is_in_section: bool
    """Whether a header or footer here belongs to a section."""
    hidden_by: str | None
    """What hides everything here from readers (`core.page.hidden`)."""


_Names = tuple[str, str]
"""The id and class of an element."""
_NO_NAMES = ("", "")

_PositionAttributes = tuple[str | None, bool, str | None, str | None]
"""An element's role, whether it has `hidden`, its style and its aria-hidden."""
_NO_ATTRIBUTES = (None, False, None, None)

_STATE_ATTRIBUTES = frozenset({"role", "hidden", "style", "aria-hidden"})
_RELEVANT_ATTRIBUTES = frozenset({"id", "class", *_STATE_ATTRIBUTES})
"""Four in ten elements have none of these attributes, so checking first pays off."""

OUTSIDE = Location(None, None, is_in_section=False, hidden_by=None)

_BY_TAG = {"nav": Position.NAV, "aside": Position.SIDEBAR, "main": Position.CONTENT, "article": Position.CONTENT}
_BY_ROLE = {
    "navigation": Position.NAV,
    "menu": Position.NAV,
    "menubar": Position.NAV,
    "complementary": Position.SIDEBAR,
    "banner": Position.HEADER,
    "contentinfo": Position.FOOTER,
    "main": Position.CONTENT,
    "article": Position.CONTENT,
}
_BY_PAGE_TAG = {"header": Position.HEADER, "footer": Position.FOOTER}
"""These count only outside sections."""

WITHOUT_CONTENT = frozenset({Position.COMMENTS, Position.FOOTER, Position.SIDEBAR})
"""Positions that nested elements don't change: navigation in a footer is footer."""

# In Python 3.11 looking up an Enum member costs as much as a call.
_HEADER, _CONTENT = Position.HEADER, Position.CONTENT


class PositionClassifier:
    """Classifies the positions of the links on one page; what it learns about an element holds for all links inside."""

    def __init__(self, document: Document) -> None:
        self.layout = LayoutGuess(document, lambda element: self.location_in(element).position)
        self._locations: dict[int, Location] = {}
        """By `mem_id`: `==` compares the markup of elements, and each access creates a new wrapper."""

    def position_of(self, element: Element, href: str, location: Location) -> Position:
        """Classify a link with this href, given the location around it."""
        position = location.position or self.layout.position_by_density(element.parent)
        if position is _HEADER and self.layout.is_in_menu(element):
            return Position.NAV
        if location.position is None and self.layout.is_logo(element, href):
            return Position.HEADER
        if position is not _CONTENT:
            return position
        if is_share_url(href):
            return Position.NAV
        return position if location.position else self.layout.position_by_order(element) or position

    def location_in(self, element: Element | None) -> Location:
        """Return the location inside an element, from it and its ancestors."""
        unknown: list[Element] = []
        location = None
        while element is not None:
            location = self._locations.get(element.mem_id)
            if location is not None:
                break
            unknown.append(element)
            element = element.parent
        location = location or OUTSIDE
        while unknown:
            inner = unknown.pop()
            self._locations[inner.mem_id] = location = self.descend(location, inner, inner.tag or "")
        return location

    def descend(self, outer: Location, element: Element, tag: str) -> Location:
        """Return the location inside an element, given the location around it."""
        attributes = element.attributes
        if _RELEVANT_ATTRIBUTES.isdisjoint(attributes):
            return _child_location(outer, tag, _NO_NAMES, None).location if tag in _SEMANTIC else outer
        if tag in ("html", "body"):
            return outer
        read = attributes.get
        names = (read("id") or "", read("class") or "")
        state: _PositionAttributes | None = None
        length = len(tag) + len(names[0]) + len(names[1])
        if not _STATE_ATTRIBUTES.isdisjoint(attributes):
            role, style, aria_hidden = read("role"), read("style"), read("aria-hidden")
            state = (role, "hidden" in attributes, style, aria_hidden)
            length += sum(map(len, filter(None, (role, style, aria_hidden))))
        child = (_child_location if length <= MAX_KEY_LENGTH else _child_location.__wrapped__)(outer, tag, names, state)
        if child.named is not None and self.layout.is_wrapper(element, child.named):
            return _location_inside(outer, tag, names, state, by_name=None)
        return child.location


class _ChildLocation(NamedTuple):
    """What an element says about its content."""

    location: Location
    named: Position | None
    """The part of the page its names claim it is; None if that is content, or equals what is around it."""


@lru_cache(maxsize=16_384)  # The pages of a site are built from the same few elements.
def _child_location(outer: Location, tag: str, names: _Names, state: _PositionAttributes | None) -> _ChildLocation:
    named = position_in_names(tag, *names, outer.position)
    location = _location_inside(outer, tag, names, state, by_name=named)
    # A menu inside a menu stays one under any name, so it need not be measured.
    is_part = named is not Position.CONTENT and location.position is not outer.position
    return _ChildLocation(location, named if is_part else None)


def _location_inside(
    outer: Location, tag: str, names: _Names, state: _PositionAttributes | None, *, by_name: Position | None
) -> Location:
    role, has_hidden, style, aria_hidden = state or _NO_ATTRIBUTES
    position = _claimed_position(tag, role, by_name, outer)
    if outer.position in WITHOUT_CONTENT and position is not Position.COMMENTS:
        position = outer.position
    # An "entry" in a menu is not a blog entry; a real <article> in <nav> is an article, and so is an element named as its text.
    if outer.position is Position.NAV and position is Position.CONTENT:
        is_article = tag in ("main", "article") or is_body_of_article(" ".join(names))
        position = position if is_article else outer.position
    hidden_by = outer.hidden_by
    if state is not None:
        attributes = {"style": style, "aria-hidden": aria_hidden, "class": names[1]}
        if has_hidden:
            attributes["hidden"] = None
        hidden_by = hidden_by_attributes(attributes, hidden_by)
    return Location(
        position or outer.position,
        tag if tag in _SEMANTIC else outer.semantic_location,
        outer.is_in_section or tag in _SECTIONING,
        hidden_by,
    )


def _claimed_position(tag: str, role: str | None, by_name: Position | None, outer: Location) -> Position | None:
    by_role = _BY_ROLE.get(role.strip().lower()) if role else None
    by_tag = _BY_TAG.get(tag)
    if not outer.is_in_section:
        by_tag = by_tag or _BY_PAGE_TAG.get(tag)
    # "Comments" as a name outweighs elements with a broad meaning: <section id=comments>, <aside class=comments>.
    if by_name is Position.COMMENTS:
        return by_name
    return by_role or by_tag or by_name
