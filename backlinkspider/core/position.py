"""Where on a page a link stands: in its content, its navigation, its header or footer, a sidebar, among comments.

What the page says of its parts counts in this order: HTML5 elements and ARIA roles, then words in class and id, then, where a
page says nothing, how much of a block is links (Kohlschütter, Boilerplate Detection using Shallow Text Features, 2010).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from backlinkspider.core.html import Document, Element

_SEMANTIC = frozenset(
    {"article", "section", "main", "nav", "header", "footer", "aside", "figure", "address", "details", "dialog"}
)
_SECTIONING = frozenset({"article", "section", "main", "nav", "aside"})
"""Elements inside which `header` and `footer` belong to the section, not to the page
(https://www.w3.org/TR/html-aam-1.0/#el-header)."""


class Position(StrEnum):
    """The parts of a page that the field tells apart."""

    CONTENT = "content"
    NAV = "nav"
    HEADER = "header"
    FOOTER = "footer"
    SIDEBAR = "sidebar"
    COMMENTS = "comments"


class Place(NamedTuple):
    """What the elements around a link say of where it stands."""

    position: Position | None
    """None where they say nothing."""
    semantic_location: str | None
    """The nearest of article, section, main, nav, header, footer, aside, figure, address, details, dialog."""
    is_in_section: bool
    """Whether a header or footer here would be that of a section."""


_OUTSIDE = Place(None, None, is_in_section=False)

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

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BY_WORD: dict[Position, frozenset[str]] = {
    Position.COMMENTS: frozenset(
        {"comment", "comments", "commentlist", "commentary", "disqus", "respond", "kommentar", "kommentare", "signature"},
    ),
    Position.NAV: frozenset(
        {"nav", "navi", "navbar", "navigation", "menu", "submenu", "menubar", "topnav", "mainnav", "subnav", "dropdown", "skip"}
        | {"breadcrumb", "breadcrumbs", "pagination", "pager", "share", "sharing", "social", "sitemap"}
    ),
    Position.SIDEBAR: frozenset({"sidebar", "side", "widget", "widgets", "rail", "aside", "blogroll", "sidenav", "randspalte"}),
    Position.FOOTER: frozenset({"footer", "foot", "colophon", "copyright", "imprint", "bottombar"}),
    Position.HEADER: frozenset({"header", "head", "masthead", "topbar", "banner", "logo"}),
    Position.CONTENT: frozenset({"article", "post", "entry", "story", "hentry"}),
}
"""Words of class and id that say where an element stands; the first position that has one of them holds."""

_SIDE_COLUMN = re.compile(r"(?:\b|_)(?:left|right)[-_]?(?:block|blok|col|column|rail|bar|side|panel|box)", re.IGNORECASE)
_OF_A_PART = frozenset(
    {"post", "entry", "article", "card", "section", "item", "block", "panel", "box", "story", "teaser", "hentry"},
)
"""Words that make a header or footer that of a part, not of the page: `entry-footer`."""

_STAYS = frozenset({Position.COMMENTS, Position.FOOTER, Position.SIDEBAR})
"""Positions that what is inside does not change: the navigation in a footer is footer."""

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "td",
        "th",
        "ul",
        "ol",
        "dl",
        "table",
        "center",
        "blockquote",
        "body",
        "form",
        "fieldset",
        "pre",
        "h1",
        "h2",
        "h3",
    }
)
_LIST_BLOCKS = frozenset({"div", "td", "th", "ul", "ol", "dl", "center", "body", "form", "fieldset"})
_FOOTER_WORDS = re.compile(r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|alle rechte vorbehalten", re.IGNORECASE)
_LINK_DENSITY = 0.66
_LINKS_OF_A_LIST = 3
_SHARE_OF_THE_TEXT = 0.5


class PlaceFinder:
    """Finds the places of the links of one page; what it learns of an element holds for all links in it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: dict[int, Place] = {}
        self._text_length: int | None = None
        self._kinds: dict[int, Position] = {}

    def position_of(self, element: Element) -> Position:
        """Where on the page an element stands."""
        place = self._place_in(element.parent)
        return place.position or self._position_by_text(element)

    def semantic_location_of(self, element: Element) -> str | None:
        """The nearest element around it that has a meaning of its own."""
        return self._place_in(element.parent).semantic_location

    def _place_in(self, element: Element | None) -> Place:
        unknown: list[Element] = []
        place = _OUTSIDE
        while element is not None:
            known = self._places.get(element.mem_id)
            if known is not None:
                place = known
                break
            unknown.append(element)
            element = element.parent
        for inner in reversed(unknown):
            place = self._enter(place, inner)
            self._places[inner.mem_id] = place
        return place

    def _enter(self, outer: Place, element: Element) -> Place:
        tag = element.tag
        attributes = element.attributes if tag not in ("html", "body") else {}
        position = self._position_said_by(element, attributes, outer)
        if outer.position in _STAYS and position is not Position.COMMENTS:
            position = outer.position
        return Place(
            position or outer.position,
            tag if tag in _SEMANTIC else outer.semantic_location,
            outer.is_in_section or tag in _SECTIONING,
        )

    def _position_said_by(self, element: Element, attributes: Mapping[str, str | None], outer: Place) -> Position | None:
        by_role = _BY_ROLE.get((attributes.get("role") or "").strip().lower())
        tag = element.tag or ""
        by_tag = _BY_TAG.get(tag)
        if not outer.is_in_section:
            by_tag = by_tag or _OF_PAGE_OR_SECTION.get(tag)
        by_word = self._position_in_words(element, attributes)
        # A word says more than an element whose meaning is wide: <section id=comments>, <aside class=comments>.
        if by_word is Position.COMMENTS:
            return by_word
        return by_role or by_tag or by_word

    def _position_in_words(self, element: Element, attributes: Mapping[str, str | None]) -> Position | None:
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        if names == " ":
            return None
        words = {word.lower() for word in _WORDS.findall(names)}
        position = next((position for position, known in _BY_WORD.items() if not known.isdisjoint(words)), None)
        if position in (None, Position.CONTENT) and _SIDE_COLUMN.search(names):
            position = Position.SIDEBAR
        if position in (Position.HEADER, Position.FOOTER) and not words.isdisjoint(_OF_A_PART):
            return Position.CONTENT
        # A wrapper around most of the page is named for what it wraps: <div class="has-sidebar">.
        if position not in (None, Position.CONTENT) and self._holds_most_text(element):
            return None
        return position

    def _holds_most_text(self, element: Element) -> bool:
        if self._text_length is None:
            body = self._document.body
            self._text_length = len(body.text()) if body is not None else 0
        return len(element.text()) > _SHARE_OF_THE_TEXT * self._text_length

    def _position_by_text(self, element: Element) -> Position:
        """What a link is whose page says nothing of its parts: one of many links in a block is navigation."""
        block = _nearest(element, _BLOCKS)
        if block is None:
            return Position.CONTENT
        known = self._kinds.get(block.mem_id)
        if known is None:
            known = self._kinds[block.mem_id] = self._kind_of_block(block)
        return known

    def _kind_of_block(self, block: Element) -> Position:
        text = block.text()
        if len(text) < 400 and _FOOTER_WORDS.search(text):
            return Position.FOOTER
        container = block if block.tag in _LIST_BLOCKS else _nearest(block, _LIST_BLOCKS)
        if container is None:
            return Position.CONTENT
        links = container.css("a[href]")
        if len(links) < _LINKS_OF_A_LIST:
            return Position.CONTENT
        linked = sum(len(" ".join(link.text().split())) for link in links)
        whole = len(" ".join(container.text().split()))
        return Position.NAV if linked >= _LINK_DENSITY * whole else Position.CONTENT


def _nearest(element: Element, tags: frozenset[str]) -> Element | None:
    node = element.parent
    while node is not None and node.tag not in tags:
        node = node.parent
    return node
