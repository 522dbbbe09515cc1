"""Classify where a link stands on its page: content, navigation, header, footer, sidebar or comments.

Evidence in order of precedence: HTML5 elements and ARIA roles, then words in class and id, then the layout (`layout_guess`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.core.memo import MAX_KEY_LENGTH
from backlinkspider.core.page.columns import column_width, is_named_for_side, is_narrow, is_narrow_cell, may_be_column
from backlinkspider.core.page.hidden import hidden_by_attributes
from backlinkspider.core.page.layout_guess import LayoutGuess
from backlinkspider.core.page.position_words import (
    WEAK_WORDS,
    Position,
    claiming_words,
    is_body_of_article,
    is_main_area,
    is_profile_url,
    is_share_url,
    position_in_names,
    say_nothing,
)

_SEMANTIC = frozenset(
    {"article", "section", "main", "nav", "header", "footer", "aside", "figure", "address", "details", "dialog"}
)
_SECTIONING = frozenset({"article", "section", "main", "nav", "aside"})
"""A `header` inside these belongs to the section, not to the page (https://www.w3.org/TR/html-aam-1.0/#el-header)."""

_PARTS = _SECTIONING - {"main"}
"""Likewise for a `footer`; many pages have all they show in `main`, their footer too."""


class Location(Struct, frozen=True, gc=False, cache_hash=True):  # It is part of a key for each element.
    """What the enclosing elements say about where a link stands."""

    position: Position | None
    """None where they say nothing."""
    semantic_location: str | None
    """The nearest of article, section, main, nav, header, footer, aside, figure, address, details, dialog."""
    is_in_section: bool
    """Whether a header here belongs to a section."""
    is_in_part: bool
    """Whether a footer here belongs to a section."""
    is_in_main_area: bool
    """Whether a name says that this is the middle of the page."""
    hidden_by: str | None
    """What hides everything here from readers (`core.page.hidden`)."""


_Names = tuple[str, str]
"""The id and class of an element."""
_NO_NAMES = ("", "")

_PositionAttributes = tuple[str | None, str | None, str | None, str | None]
"""An element's role, its hidden, style and aria-hidden; None for one that it does not have."""
_NO_ATTRIBUTES = (None, None, None, None)

_STATE_ATTRIBUTES = frozenset({"role", "hidden", "style", "aria-hidden"})
_RELEVANT_ATTRIBUTES = frozenset({"id", "class", *_STATE_ATTRIBUTES})
"""Four in ten elements have none of these attributes, so checking first pays off."""

_LETTERS = 4
_WORD_IN_MARKUP = 200
"""Characters of a link, white space of the markup too, that are looked at for its letters."""

OUTSIDE = Location(None, None, is_in_section=False, is_in_part=False, is_in_main_area=False, hidden_by=None)

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
WITHOUT_CONTENT = frozenset({Position.COMMENTS, Position.FOOTER, Position.SIDEBAR})
"""Positions that nested elements don't change: navigation in a footer is footer."""

# In Python 3.11 looking up an Enum member costs as much as a call.
_CONTENT, _NAV, _HEADER, _FOOTER = Position.CONTENT, Position.NAV, Position.HEADER, Position.FOOTER
_SIDEBAR, _COMMENTS = Position.SIDEBAR, Position.COMMENTS
_MAY_BE_BESIDE = frozenset({None, Position.CONTENT})
_WITH_SHARE_BUTTONS = frozenset({Position.CONTENT, Position.SIDEBAR, Position.HEADER})
_BESIDE_TOO = frozenset({Position.FOOTER, Position.NAV})
_SIGNATURE = "signature"
"""In a forum it is often as short as what leads to the comments."""
_ENTRIES = frozenset({"article", "figure"})
"""What has a foot of its own."""


class PositionClassifier:
    """Classifies the positions of the links on one page; what it learns about an element holds for all links inside."""

    def __init__(self, document: Document) -> None:
        self.layout = LayoutGuess(document)
        self._distrusted: frozenset[int] = frozenset()
        self._ignored: frozenset[str] = frozenset()
        self.words_around_text: frozenset[str] = frozenset()
        """Words that are known to claim text that is not theirs."""
        self._locations: dict[int, Location] = {}
        """By `mem_id`: `==` compares the markup of elements, and each access creates a new wrapper."""

    def position_of(self, element: Element, href: str, location: Location) -> Position:
        """Classify a link with this href, given the location around it."""
        position = location.position or self.layout.position_by_density(element.parent)
        if position is _NAV and location.position is None and location.is_in_main_area and _has_words(element):
            position = _CONTENT
        if position is _HEADER and not is_profile_url(href) and self.layout.is_in_menu(element):
            return _NAV
        if self._is_logo(element, href, location, position):
            return _HEADER
        if position in _WITH_SHARE_BUTTONS and is_share_url(href):
            return _NAV
        if position is not _CONTENT:
            return position
        return position if location.position else self.layout.position_by_order(element, self._position_inside) or position

    def _is_logo(self, element: Element, href: str, location: Location, position: Position) -> bool:
        """Return whether a link in the head of the page is its logo or the name of the site."""
        if not self.layout.leads_home(href):
            return False
        if position is _NAV and self.layout.is_name_of_site(element):
            return True
        if location.position is None and self.layout.is_logo_at_top(element):
            return True
        return location.semantic_location == "header" and not location.is_in_section and self.layout.is_logo(element)

    def distrust(self, elements: Iterable[Element]) -> None:
        """Believe no longer that these are other parts of the page than its content, nor others by the same words."""
        elements = list(elements)
        named = [
            claiming_words(element.attributes.get("id") or "", element.attributes.get("class") or "") for element in elements
        ]
        self._distrusted = frozenset(element.mem_id for element in elements)
        self.ignore(frozenset.intersection(*named) if named else frozenset())

    def ignore(self, words: frozenset[str]) -> None:
        """Believe no longer what names with these words say."""
        self._ignored |= words
        self.words_around_text = frozenset()
        self._locations.clear()

    def _position_inside(self, element: Element) -> Position | None:
        return self.location_in(element).position

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
        if tag == "td" and "width" in attributes and self._is_side_cell(element, attributes["width"] or "", outer):
            outer = replace(outer, position=_SIDEBAR)
        is_link_out_of_sight = tag == "a" and outer.hidden_by is not None
        if not is_link_out_of_sight and _RELEVANT_ATTRIBUTES.isdisjoint(attributes):
            return _child_location(outer, tag, _NO_NAMES, None).location if tag in _SEMANTIC else outer
        if tag in ("html", "body"):
            return outer
        read = attributes.get
        names = (read("id") or "", read("class") or "")
        state: _PositionAttributes | None = None
        length = len(tag) + len(names[0]) + len(names[1])
        # A link without a style has a colour of its own all the same.
        if is_link_out_of_sight or not _STATE_ATTRIBUTES.isdisjoint(attributes):
            role, style, aria_hidden = read("role"), read("style"), read("aria-hidden")
            hidden = (read("hidden") or "") if "hidden" in attributes else None
            state = (role, hidden, style, aria_hidden)
            length += sum(map(len, filter(None, state)))
        child_location = _child_location if length <= MAX_KEY_LENGTH else _child_location.__wrapped__
        child = child_location(outer, tag, names, state, self._ignored)
        if child.named is not None and self._is_misnamed(element, child):
            return _location_inside(outer, tag, names, state, by_name=None)
        if child.may_be_beside and self.layout.is_side_column(element):
            return replace(child.location, position=_SIDEBAR)
        if self._distrusted and element.mem_id in self._distrusted:
            return replace(child.location, position=outer.position)
        return child.location

    def _is_side_cell(self, cell: Element, width: str, outer: Location) -> bool:
        return outer.position in _MAY_BE_BESIDE and is_narrow_cell(width) and self.layout.is_side_cell(cell)

    def _is_misnamed(self, element: Element, child: _ChildLocation) -> bool:
        if child.words and child.words <= WEAK_WORDS:
            is_misnamed = self.layout.is_box_of_text(element)
            if is_misnamed and self.layout.holds_much_text(element):
                self.words_around_text |= child.words
            return is_misnamed
        if child.named is _COMMENTS and _SIGNATURE not in child.words and self.layout.is_counter(element):
            return True
        is_sidebar = child.named is _SIDEBAR and bool(child.words)
        return child.named is not None and self.layout.is_wrapper(element, child.named, is_sidebar=is_sidebar)


def _has_words(link: Element) -> bool:
    """Return whether a link is more than an icon or the number of a page."""
    return sum(map(str.isalpha, link.text()[:_WORD_IN_MARKUP])) >= _LETTERS


class _ChildLocation(Struct, frozen=True, gc=False):
    """What an element says about its content."""

    location: Location
    named: Position | None
    """The part of the page its names claim it is; None if that is content, or equals what is around it."""
    words: frozenset[str]
    """What claims it; none where that is only the form of a name, such as one for a column."""
    may_be_beside: bool
    """Whether its classes say that it is a narrow column of a grid, and nothing that it is another part than the content."""


@lru_cache(maxsize=16_384)  # The pages of a site are built from the same few elements.
def _child_location(
    outer: Location, tag: str, names: _Names, state: _PositionAttributes | None, ignored: frozenset[str] = frozenset()
) -> _ChildLocation:
    if state is None and tag not in _SEMANTIC and not may_be_column(names[1]) and say_nothing(" ".join(names)):
        return _ChildLocation(outer, None, frozenset(), may_be_beside=False)
    named = position_in_names(tag, *names, outer.position, ignored)
    location = _location_inside(outer, tag, names, state, by_name=named)
    # A menu inside a menu stays one under any name, so it need not be measured.
    is_part = named is not _CONTENT and location.position is not outer.position
    words = claiming_words(*names) if is_part else frozenset()
    may_be_beside = location.position in _MAY_BE_BESIDE and (is_narrow(column_width(names[1])) or is_named_for_side(*names))
    return _ChildLocation(location, named if is_part else None, words, may_be_beside)


def _location_inside(
    outer: Location, tag: str, names: _Names, state: _PositionAttributes | None, *, by_name: Position | None
) -> Location:
    role, hidden, style, aria_hidden = state or _NO_ATTRIBUTES
    position = _claimed_position(tag, role, by_name, outer)
    if outer.position in WITHOUT_CONTENT and position is not _COMMENTS:
        position = outer.position
    elif outer.position is _NAV:
        position = _position_in_navigation(outer, tag, names, position)
    hidden_by = outer.hidden_by
    if state is not None:
        attributes = {"style": style, "aria-hidden": aria_hidden, "class": names[1]}
        if hidden is not None:
            attributes["hidden"] = hidden
        hidden_by = hidden_by_attributes(attributes, hidden_by, is_link=tag == "a")
    return Location(
        position or outer.position,
        tag if tag in _SEMANTIC else outer.semantic_location,
        outer.is_in_section or tag in _SECTIONING,
        outer.is_in_part or tag in _PARTS,
        outer.is_in_main_area or is_main_area(*names),
        hidden_by,
    )


def _position_in_navigation(outer: Location, tag: str, names: _Names, claimed: Position | None) -> Position:
    """Return the position inside a menu: all in `<nav>` is one, a footer aside; what only a name calls so may hold an article."""
    if tag == "footer":
        return _FOOTER
    if tag == "main":
        return claimed or _NAV
    if outer.semantic_location == "nav":
        return _NAV
    if claimed is _HEADER:
        return claimed
    return _CONTENT if tag == "article" or is_body_of_article(" ".join(names)) else _NAV


def _claimed_position(tag: str, role: str | None, by_name: Position | None, outer: Location) -> Position | None:
    by_role = _BY_ROLE.get(role.strip().lower()) if role else None
    # What stands in the header is not beside the text.
    by_tag = None if tag == "aside" and outer.position is _HEADER else _BY_TAG.get(tag)
    if (tag == "header" and not outer.is_in_section) or (tag == "footer" and _is_page_footer(by_name, outer)):
        by_tag = Position(tag)
    by_name = _trusted_name(by_name, outer)
    # "Comments" as a name outweighs elements with a broad meaning: <section id=comments>, <aside class=comments>.
    if by_name is _COMMENTS:
        return by_name
    by_element = by_role or by_tag
    if tag == "aside" and by_name is _CONTENT and outer.position is _CONTENT:
        return by_name
    # The widgets of a footer are complementary too, and a menu that opens beside the page.
    return by_name if by_element is _SIDEBAR and by_name in _BESIDE_TOO else by_element or by_name


def _is_page_footer(named: Position | None, outer: Location) -> bool:
    if named is _CONTENT:
        return not outer.is_in_section and outer.position is not _CONTENT
    return not (outer.is_in_section and outer.is_in_part)


def _trusted_name(named: Position | None, outer: Location) -> Position | None:
    """Return what names say, without a header of the page inside its content, or a footer inside an article or a figure."""
    is_of_part = (named is _HEADER and outer.position is _CONTENT) or (named is _FOOTER and outer.semantic_location in _ENTRIES)
    return _CONTENT if is_of_part else named
