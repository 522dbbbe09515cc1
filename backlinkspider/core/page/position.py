"""Where on a page a link stands: in its content, its navigation, its header or footer, a sidebar, among comments.

What the page says of its parts counts in this order: HTML5 elements and ARIA roles, then words in class and id, then, where a
page says nothing, how much of a block is links (Kohlschütter, Boilerplate Detection using Shallow Text Features, 2010).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.core.memo import MAX_KEY_LENGTH
from backlinkspider.core.page.hidden import hidden_by_attributes
from backlinkspider.core.page.position_words import Position, is_body_of_article, is_found, is_share_address, position_in_names

_SEMANTIC = frozenset(
    {"article", "section", "main", "nav", "header", "footer", "aside", "figure", "address", "details", "dialog"}
)
_SECTIONING = frozenset({"article", "section", "main", "nav", "aside"})
"""Elements inside which `header` and `footer` belong to the section, not to the page
(https://www.w3.org/TR/html-aam-1.0/#el-header)."""


class Place(NamedTuple):
    """What the elements around a link say of where it stands."""

    position: Position | None
    """None where they say nothing."""
    semantic_location: str | None
    """The nearest of article, section, main, nav, header, footer, aside, figure, address, details, dialog."""
    is_in_section: bool
    """Whether a header or footer here would be that of a section."""
    hidden_by: str | None
    """What hides everything here from readers (`core.page.hidden`)."""


_Names = tuple[str, str]
"""The id and class of an element."""
_NO_NAMES = ("", "")

_PositionAttributes = tuple[str | None, bool, str | None, str | None]
"""The role of an element, whether it has hidden, its style and aria-hidden."""
_NO_MARKS = (None, False, None, None)

_MARKS = frozenset({"role", "hidden", "style", "aria-hidden"})
_RELEVANT_ATTRIBUTES = frozenset({"id", "class", *_MARKS})
"""Attributes that say something of a place; four of ten elements have none of them, which is seen at once."""

OUTSIDE = Place(None, None, is_in_section=False, hidden_by=None)

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
_OF_PAGE_OR_SECTION = {"header": Position.HEADER, "footer": Position.FOOTER}

_OF_HEADS = (Position.HEADER, Position.NAV)
WITHOUT_CONTENT = frozenset({Position.COMMENTS, Position.FOOTER, Position.SIDEBAR})
"""Positions that what is inside does not change: the navigation in a footer is footer."""

_BLOCKS = frozenset(
    {"p", "div", "td", "th", "ul", "ol", "dl", "table", "center", "blockquote", "body", "form", "fieldset", "pre"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
)
_LIST_BLOCKS = frozenset({"div", "td", "th", "ul", "ol", "dl", "center", "body", "form", "fieldset"})
_INNER_LIST_BLOCKS = _LIST_BLOCKS - {"body"}
_NOT_SEEN = "script, style, template, noscript"
_HEADS = "header, nav, [role=banner], [id*=head i], [class*=head i], [id*=nav i], h1"
_FEET = "footer, [role=contentinfo], [id*=foot i], [class*=foot i]"
_FOOTER_WORDS = re.compile(r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|alle rechte vorbehalten", re.IGNORECASE)
_FOOTER_HINTS = ("©", "(c)", "copyright", "rights reserved", "powered by", "rechte vorbehalten")
"""One of these stands in each of them."""
_FOOTER_LINE_CHARACTERS = 400
_ENTRIES = frozenset({"ul", "ol"})
_LINK_DENSITY = 0.66
_LINKS_OF_A_LIST = 3
_LINKS_TO_WEIGH = 1_000
_WORK_FOR_A_LINK = 20
_WORK_MAXIMUM = 5_000_000
"""Characters of text that are counted for the blocks of one page; of 300 real pages none needs a fiftieth of it. Blocks that are
nested to be counted again and again cost no more."""
_SHARE_OF_THE_TEXT = 0.5
_BEGINNING_OF_THE_PAGE = 0.3
_TOP_OF_THE_PAGE = 0.2
_HOME = re.compile(r"(?=.)(?:https?://[^/?#]+)?/?(?:index\.\w+(?:\?.*)?)?\Z", re.IGNORECASE)
_LOGO = "img[src*=logo i], img[alt*=logo i], img[class*=logo i], img[id*=logo i]"
# To look a member of an Enum up takes Python 3.11 as long as a call.
_HEADER, _CONTENT = Position.HEADER, Position.CONTENT


class PositionClassifier:
    """Finds the places of the links of one page; what it learns of an element holds for all links in it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: dict[int, Place] = {}
        """By `mem_id`: == compares the markup of elements, and a wrapper is made anew each time."""
        self._lengths: dict[int, int] = {}
        self._kinds: dict[int, Position] = {}
        self._list_kinds: dict[int, Position | None] = {}
        self._order: _PageOrder | None = None
        self._work = 0

    def position_of(self, element: Element, href: str, place: Place) -> Position:
        """Where on the page a link stands whose address is written so, by the place around it."""
        position = place.position or self.position_by_text(element.parent)
        if position is _HEADER and self._is_in_menu(element):
            return Position.NAV
        if place.position is None and self._is_logo(element, href):
            return Position.HEADER
        if position is not _CONTENT:
            return position
        if is_share_address(href):
            return Position.NAV
        return position if place.position else self._position_by_order(element) or position

    def place_in(self, element: Element | None) -> Place:
        """What the page says of the place of what is in an element, by the element and those around it."""
        unknown: list[Element] = []
        place = None
        while element is not None:
            place = self._places.get(element.mem_id)
            if place is not None:
                break
            unknown.append(element)
            element = element.parent
        place = place or OUTSIDE
        while unknown:
            inner = unknown.pop()
            self._places[inner.mem_id] = place = self.enter(place, inner, inner.tag or "")
        return place

    def enter(self, outer: Place, element: Element, tag: str) -> Place:
        """The place of what is in an element with this tag, where that of what is around it is known."""
        attributes = element.attributes
        if _RELEVANT_ATTRIBUTES.isdisjoint(attributes):
            return _enter_element(outer, tag, _NO_NAMES, None).place if tag in _SEMANTIC else outer
        if tag in ("html", "body"):
            return outer
        read = attributes.get
        names = (read("id") or "", read("class") or "")
        marks: _PositionAttributes | None = None
        length = len(tag) + len(names[0]) + len(names[1])
        if not _MARKS.isdisjoint(attributes):
            role, style, aria_hidden = read("role"), read("style"), read("aria-hidden")
            marks = (role, "hidden" in attributes, style, aria_hidden)
            length += sum(map(len, filter(None, (role, style, aria_hidden))))
        entered = (_enter_element if length <= MAX_KEY_LENGTH else _enter_element.__wrapped__)(outer, tag, names, marks)
        part = entered.part
        if part is not None and self._work < _WORK_MAXIMUM and self._is_wrapper(element, part):
            return _place_inside(outer, tag, names, marks, by_name=None)
        return entered.place

    def _is_wrapper(self, element: Element, part: Position) -> bool:
        """Whether an element holds most of the page, and is named for only a part of what it holds."""
        body = self._document.body
        if body is None:
            return False
        most = _SHARE_OF_THE_TEXT * self._visible_length(body)
        length = len(element.text())
        self._work += length
        # With its white space and scripts even: so are nearly all, and need no closer look.
        if length <= most or self._visible_length(element) <= most:
            return False
        # On a page with little text a footer may have most of it.
        return part is not Position.FOOTER or element.css_first("h1, main, article") is not None

    def _visible_length(self, element: Element) -> int:
        """Characters of text that are seen, white space left out."""
        length = self._lengths.get(element.mem_id)
        if length is None:
            length = _length(element) - sum(_length(hidden) for hidden in element.css(_NOT_SEEN))
            self._lengths[element.mem_id] = length = max(length, 0)
            self._work += length
        return length

    def position_by_text(self, element: Element | None) -> Position:
        """What that is in an element whose page says nothing of its parts: one of many links in a block is navigation."""
        block = _nearest(element, _BLOCKS)
        if block is None:
            return Position.CONTENT
        known = self._kinds.get(block.mem_id)
        if known is None:
            known = self._kind_of_block(block) if self._work < _WORK_MAXIMUM else Position.CONTENT
            self._kinds[block.mem_id] = known
        return known

    def _kind_of_block(self, block: Element) -> Position:
        if self._is_footer_line(block):
            return Position.FOOTER
        container = block if block.tag in _LIST_BLOCKS else _nearest(block.parent, _LIST_BLOCKS)
        while container is not None:
            kind = self._kind_of_list(container)
            if kind is not None:
                return kind
            # One link to a block: the list is further out.
            container = _nearest(container.parent, _INNER_LIST_BLOCKS)
        return Position.CONTENT

    def _is_footer_line(self, block: Element) -> bool:
        text = block.text()
        self._work += len(text)
        # What is short with all its white space and scripts needs no closer look.
        is_short = len(text) < _FOOTER_LINE_CHARACTERS or self._visible_length(block) < _FOOTER_LINE_CHARACTERS
        return is_short and is_found(_FOOTER_WORDS, text, hints=_FOOTER_HINTS)

    def _kind_of_list(self, container: Element) -> Position | None:
        """Navigation when a block is little but links, else content; None when it is too few of them to tell."""
        if container.mem_id not in self._list_kinds:
            links = container.css("a[href]")
            self._work += _WORK_FOR_A_LINK * len(links)
            self._list_kinds[container.mem_id] = self._weigh(container, links)
        return self._list_kinds[container.mem_id]

    def _weigh(self, container: Element, links: list[Element]) -> Position | None:
        if len(links) > _LINKS_TO_WEIGH or sum(map(_length, links)) < _LINK_DENSITY * self._visible_length(container):
            return Position.CONTENT
        return Position.NAV if len(links) >= _LINKS_OF_A_LIST else None

    def _is_in_menu(self, element: Element) -> bool:
        """Whether a link in the header is one of a list of them: a menu, whatever its name."""
        entries = _nearest(element.parent, _ENTRIES)
        return entries is not None and self._kind_of_list(entries) is Position.NAV

    def _position_by_order(self, element: Element) -> Position | None:
        """What a link is that stands before the first part of the page that has a name, or after its footer."""
        order = self._page_order()
        place = order.places.get(element.mem_id, 0)
        if order.foot is not None and place > order.foot:
            return Position.FOOTER
        if order.head is not None and place < min(order.head, _BEGINNING_OF_THE_PAGE * len(order.places)):
            return Position.HEADER
        return None

    def _is_logo(self, element: Element, href: str) -> bool:
        """Whether a link is the picture at the top of a page that leads home."""
        if not _HOME.match(href) or element.css_first(_LOGO) is None:
            return False
        order = self._page_order()
        return order.places.get(element.mem_id, 0) < _TOP_OF_THE_PAGE * len(order.places)

    def _page_order(self) -> _PageOrder:
        if self._order is None:
            self._order = self._read_order()
        return self._order

    def _read_order(self) -> _PageOrder:
        body = self._document.body
        if body is None:
            return _PageOrder({}, None, None)
        places = {node.mem_id: place for place, node in enumerate(body.traverse())}
        # The matches of a selector come in the order of the document.
        heads = (node for node in body.css(_HEADS) if node.tag == "h1" or self.place_in(node).position in _OF_HEADS)
        feet = (node for node in reversed(body.css(_FEET)) if self.place_in(node).position is Position.FOOTER)
        head, foot = (next((places.get(node.mem_id, 0) for node in parts), None) for parts in (heads, feet))
        return _PageOrder(places, head, foot)


class _PageOrder(NamedTuple):
    """The elements of a page by their place in the document, and where its named parts begin and end."""

    places: dict[int, int]
    head: int | None
    foot: int | None


class _ChildLocation(NamedTuple):
    """What an element says of what is in it."""

    place: Place
    part: Position | None
    """What it is by its names, if that is not the content of the page, and not what is around it either."""


@lru_cache(maxsize=16_384)  # Most pages are made of the same few elements, and so are the pages of a site.
def _enter_element(outer: Place, tag: str, names: _Names, marks: _PositionAttributes | None) -> _ChildLocation:
    """The place inside an element, with what it says of itself and what its names say."""
    named = position_in_names(tag, *names, outer.position)
    place = _place_inside(outer, tag, names, marks, by_name=named)
    # A menu in a menu is one whatever its name, and need not be measured.
    is_part = named is not Position.CONTENT and place.position is not outer.position
    return _ChildLocation(place, named if is_part else None)


def _place_inside(outer: Place, tag: str, names: _Names, marks: _PositionAttributes | None, *, by_name: Position | None) -> Place:
    role, has_hidden, style, aria_hidden = marks or _NO_MARKS
    position = _position_said_by(tag, role, by_name, outer)
    if outer.position in WITHOUT_CONTENT and position is not Position.COMMENTS:
        position = outer.position
    # An entry of a menu is no entry of a blog; a real <article> in <nav> is an article, and so is what is named its text.
    if outer.position is Position.NAV and position is Position.CONTENT:
        is_article = tag in ("main", "article") or is_body_of_article(" ".join(names))
        position = position if is_article else outer.position
    hidden_by = outer.hidden_by
    if marks is not None:
        attributes = {"style": style, "aria-hidden": aria_hidden, "class": names[1]}
        if has_hidden:
            attributes["hidden"] = None
        hidden_by = hidden_by_attributes(attributes, hidden_by)
    return Place(
        position or outer.position,
        tag if tag in _SEMANTIC else outer.semantic_location,
        outer.is_in_section or tag in _SECTIONING,
        hidden_by,
    )


def _position_said_by(tag: str, role: str | None, by_name: Position | None, outer: Place) -> Position | None:
    by_role = _BY_ROLE.get(role.strip().lower()) if role else None
    by_tag = _BY_TAG.get(tag)
    if not outer.is_in_section:
        by_tag = by_tag or _OF_PAGE_OR_SECTION.get(tag)
    # A word says more than an element whose meaning is wide: <section id=comments>, <aside class=comments>.
    if by_name is Position.COMMENTS:
        return by_name
    return by_role or by_tag or by_name


def _length(element: Element) -> int:
    return sum(map(len, element.text().split()))


def _nearest(element: Element | None, tags: frozenset[str]) -> Element | None:
    """The innermost element with one of the tags: the element itself, or one around it."""
    node = element
    while node is not None and node.tag not in tags:
        node = node.parent
    return node
