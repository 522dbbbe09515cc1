"""Guess where a link stands on a page without landmarks, by link density and document order.

Link density is the share of a block's text that stands in links (Kohlschütter et al., Boilerplate Detection using Shallow Text
Features, 2010).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.core.page.position_words import Position, is_found

_BLOCKS = frozenset(
    {"p", "div", "td", "th", "ul", "ol", "dl", "table", "center", "blockquote", "body", "form", "fieldset", "pre"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
)
_LIST_BLOCKS = frozenset({"div", "td", "th", "ul", "ol", "dl", "center", "body", "form", "fieldset"})
_INNER_LIST_BLOCKS = _LIST_BLOCKS - {"body"}
_LIST_TAGS = frozenset({"ul", "ol"})
_NOT_VISIBLE = "script, style, template, noscript"
_HEADS = "header, nav, [role=banner], [id*=head i], [class*=head i], [id*=nav i], h1"
_FEET = "footer, [role=contentinfo], [id*=foot i], [class*=foot i]"
_HEAD_POSITIONS = (Position.HEADER, Position.NAV)
_FOOTER_WORDS = re.compile(r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|alle rechte vorbehalten", re.IGNORECASE)
_FOOTER_HINTS = ("©", "(c)", "copyright", "rights reserved", "powered by", "rechte vorbehalten")
"""Every footer phrase contains one of these."""
_FOOTER_LINE_CHARACTERS = 400
_MIN_LINK_DENSITY = 0.66
_MIN_LIST_LINKS = 3
_MAX_WEIGHED_LINKS = 1_000
_COST_PER_LINK = 20
_MAX_COST = 5_000_000
"""Text characters counted per page. None of 300 real pages needs a fiftieth; deeply nested blocks could need the square."""
_WRAPPER_TEXT_SHARE = 0.5
_PAGE_START = 0.3
_PAGE_TOP = 0.2
_HOME = re.compile(r"(?=.)(?:https?://[^/?#]+)?/?(?:index\.\w+(?:\?.*)?)?\Z", re.IGNORECASE)
_LOGO = "img[src*=logo i], img[alt*=logo i], img[class*=logo i], img[id*=logo i]"


class LayoutGuess:
    """Guesses the positions of the links on one page; each block is measured once."""

    def __init__(self, document: Document, position_inside: Callable[[Element], Position | None]) -> None:
        self._document = document
        self._position_inside = position_inside
        self._lengths: dict[int, int] = {}
        """By `mem_id`: `==` compares the markup of elements, and each access creates a new wrapper."""
        self._block_positions: dict[int, Position] = {}
        self._list_positions: dict[int, Position | None] = {}
        self._order: _PageOrder | None = None
        self._cost = 0

    def position_by_density(self, element: Element | None) -> Position:
        """Classify the text in an element by link density: a block full of links is navigation."""
        block = _nearest(element, _BLOCKS)
        if block is None:
            return Position.CONTENT
        known = self._block_positions.get(block.mem_id)
        if known is None:
            known = self._classify_block(block) if self._has_budget() else Position.CONTENT
            self._block_positions[block.mem_id] = known
        return known

    def position_by_order(self, element: Element) -> Position | None:
        """Return header for a link before the first named part of the page, footer for one after its footer."""
        order = self._page_order()
        index = order.indexes.get(element.mem_id, 0)
        if order.foot is not None and index > order.foot:
            return Position.FOOTER
        if order.head is not None and index < min(order.head, _PAGE_START * len(order.indexes)):
            return Position.HEADER
        return None

    def is_in_menu(self, element: Element) -> bool:
        """Return whether the link is an entry in a list of links."""
        entries = _nearest(element.parent, _LIST_TAGS)
        return entries is not None and self._classify_list(entries) is Position.NAV

    def is_logo(self, element: Element, href: str) -> bool:
        """Return whether the link is a logo at the top of the page that leads to the home page."""
        if not _HOME.match(href) or element.css_first(_LOGO) is None:
            return False
        order = self._page_order()
        return order.indexes.get(element.mem_id, 0) < _PAGE_TOP * len(order.indexes)

    def is_wrapper(self, element: Element, named: Position) -> bool:
        """Return whether an element named for one part of the page holds most of its text, so that the name is wrong."""
        return self._has_budget() and self._holds_most_text(element, named)

    def _holds_most_text(self, element: Element, named: Position) -> bool:
        body = self._document.body
        if body is None:
            return False
        most = _WRAPPER_TEXT_SHARE * self._visible_length(body)
        length = len(element.text())
        self._cost += length
        # Most elements are too short even with whitespace and scripts counted.
        if length <= most or self._visible_length(element) <= most:
            return False
        # On a page with little text a real footer may hold most of it.
        return named is not Position.FOOTER or element.css_first("h1, main, article") is not None

    def _has_budget(self) -> bool:
        return self._cost < _MAX_COST

    def _visible_length(self, element: Element) -> int:
        """Count the characters of visible text, without whitespace."""
        length = self._lengths.get(element.mem_id)
        if length is None:
            length = _length(element) - sum(_length(hidden) for hidden in element.css(_NOT_VISIBLE))
            self._lengths[element.mem_id] = length = max(length, 0)
            self._cost += length
        return length

    def _classify_block(self, block: Element) -> Position:
        if self._is_footer_line(block):
            return Position.FOOTER
        container = block if block.tag in _LIST_BLOCKS else _nearest(block.parent, _LIST_BLOCKS)
        while container is not None:
            position = self._classify_list(container)
            if position is not None:
                return position
            # With one link per block, the list is further out.
            container = _nearest(container.parent, _INNER_LIST_BLOCKS)
        return Position.CONTENT

    def _is_footer_line(self, block: Element) -> bool:
        text = block.text()
        self._cost += len(text)
        # A block that is short even with whitespace and scripts counted needs no second measurement.
        is_short = len(text) < _FOOTER_LINE_CHARACTERS or self._visible_length(block) < _FOOTER_LINE_CHARACTERS
        return is_short and is_found(_FOOTER_WORDS, text, hints=_FOOTER_HINTS)

    def _classify_list(self, container: Element) -> Position | None:
        """Return navigation for a block that is mostly links, else content; None if it has too few links to tell."""
        if container.mem_id not in self._list_positions:
            links = container.css("a[href]")
            self._cost += _COST_PER_LINK * len(links)
            self._list_positions[container.mem_id] = self._weigh(container, links)
        return self._list_positions[container.mem_id]

    def _weigh(self, container: Element, links: list[Element]) -> Position | None:
        if len(links) > _MAX_WEIGHED_LINKS or sum(map(_length, links)) < _MIN_LINK_DENSITY * self._visible_length(container):
            return Position.CONTENT
        return Position.NAV if len(links) >= _MIN_LIST_LINKS else None

    def _page_order(self) -> _PageOrder:
        if self._order is None:
            self._order = self._read_order()
        return self._order

    def _read_order(self) -> _PageOrder:
        body = self._document.body
        if body is None:
            return _PageOrder({}, None, None)
        indexes = {node.mem_id: index for index, node in enumerate(body.traverse())}
        # A selector returns its matches in document order.
        heads = (node for node in body.css(_HEADS) if node.tag == "h1" or self._position_inside(node) in _HEAD_POSITIONS)
        feet = (node for node in reversed(body.css(_FEET)) if self._position_inside(node) is Position.FOOTER)
        head, foot = (next((indexes.get(node.mem_id, 0) for node in parts), None) for parts in (heads, feet))
        return _PageOrder(indexes, head, foot)


class _PageOrder(NamedTuple):
    """The elements of a page by index in document order, with the first named head and the last footer."""

    indexes: dict[int, int]
    head: int | None
    foot: int | None


def _length(element: Element) -> int:
    return sum(map(len, element.text().split()))


def _nearest(element: Element | None, tags: frozenset[str]) -> Element | None:
    """Return the innermost element with one of the tags, starting at the element itself."""
    node = element
    while node is not None and node.tag not in tags:
        node = node.parent
    return node
