"""Guess where a link stands on a page without landmarks, by link density and document order.

Link density is the share of a block's text that stands in links (Kohlschütter et al., Boilerplate Detection using Shallow Text
Features, 2010).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.core.page.columns import is_side_cell, is_side_column
from backlinkspider.core.page.position_words import Position, is_found, is_profile_url
from backlinkspider.core.page.text_lengths import TextLengths, length_of

_BLOCKS = frozenset(
    {"p", "div", "td", "th", "ul", "ol", "dl", "table", "center", "blockquote", "body", "form", "fieldset", "pre"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
)
_LIST_BLOCKS = frozenset({"div", "td", "th", "ul", "ol", "dl", "center", "body", "form", "fieldset"})
_INNER_LIST_BLOCKS = _LIST_BLOCKS - {"body"}
_LIST_TAGS = frozenset({"ul", "ol"})
_ENTRIES = frozenset({"li"})
_BOXES = frozenset({"div", "span"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_HEADS = "header, nav, [role=banner], [id*=head i], [class*=head i], [id*=nav i], h1"
_FEET = "footer, [role=contentinfo], [id*=foot i], [class*=foot i]"
_HEAD_POSITIONS = (Position.HEADER, Position.NAV)
_FOOTER_WORDS = re.compile(r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|alle rechte vorbehalten", re.IGNORECASE)
_FOOTER_HINTS = ("©", "(c)", "copyright", "rights reserved", "powered by", "rechte vorbehalten")
"""Every footer phrase contains one of these."""
_FOOTER_LINE_CHARACTERS = 400
_MIN_LINK_DENSITY = 0.66
_MIN_SEPARATED_DENSITY = 0.4
_SEPARATED_CHARACTERS = 2_000
"""The least density, with the marks between links, and the most text in which they are told from text."""
_MIN_LIST_LINKS = 3
_TITLE_CHARACTERS = 25
"""Characters of the average link, without whitespace, in a list of titles; an entry of a menu has half as many."""
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MAX_WEIGHED_LINKS = 1_000
_COUNTER_CHARACTERS = 25
"""Characters of what leads to the comments, such as "12 comments", without whitespace; a form to comment has more."""
_TEXT_BELOW_FOOTER = 1_000
"""Characters outside links that are too many for an imprint."""
_WRAPPER_TEXT_SHARE = 0.5
_MOST_TEXT = 0.85
_MUCH_TEXT = 0.3
"""Shares of the page's text outside links: a sidebar without the headline needs more to be a wrapper."""
_PAGE_START = 0.3
_PAGE_TOP = 0.2
_HOME = re.compile(r"(?=.)(?:https?://[^/?#]+)?/?(?:index\.\w+(?:\?.*)?)?\Z", re.IGNORECASE)
_NAMES_OF_SITE = frozenset(
    {"brand", "navbar-brand", "logo", "site-logo", "custom-logo-link", "site-title", "site-name", "sitename", "brand-logo"}
)
_LOGO = "img[src*=logo i], img[alt*=logo i], img[class*=logo i], img[id*=logo i]"


class LayoutGuess:
    """Guesses the positions of the links on one page; each block is measured once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lengths = TextLengths(document)
        self._block_positions: dict[int, Position] = {}
        """By `mem_id`: `==` compares the markup of elements, and each access creates a new wrapper."""
        self._list_positions: dict[int, Position | None] = {}
        self._indexes: dict[int, int] | None = None
        self._ends: _Ends | None = None

    def position_by_density(self, element: Element | None) -> Position:
        """Classify the text in an element by link density: a block full of links is navigation."""
        block = _nearest(element, _BLOCKS)
        if block is None:
            return Position.CONTENT
        known = self._block_positions.get(block.mem_id)
        if known is None:
            known = self._classify_block(block) if self._lengths.has_budget() else Position.CONTENT
            self._block_positions[block.mem_id] = known
        return known

    def position_by_order(self, element: Element, position_inside: Callable[[Element], Position | None]) -> Position | None:
        """Return header for a link before the first named part of the page, footer for one after its footer.

        The function says what elements are named for. It is not kept, because what knows it keeps this object: a page in a cycle
        stays in memory, with its 1.3 MB, until the garbage collector comes.
        """
        if self._ends is None:
            self._ends = self._find_ends(position_inside)
        indexes = self._index_elements()
        index = indexes.get(element.mem_id, 0)
        if self._ends.foot is not None and index > self._ends.foot:
            return None if self._is_in_text_after(self._ends.foot, element) else Position.FOOTER
        if self._ends.head is not None and index < min(self._ends.head, _PAGE_START * len(indexes)):
            return Position.HEADER
        return None

    def is_in_menu(self, element: Element) -> bool:
        """Return whether the link is an entry in a list of links."""
        entries = _nearest(element.parent, _LIST_TAGS) or _row_of_boxes(element.parent) or _headed(element.parent)
        # A link without text is an icon or a logo.
        return entries is not None and self._classify_list(entries) is Position.NAV and length_of(element) > 0

    @staticmethod
    def leads_home(href: str) -> bool:
        """Return whether a link leads to a home page."""
        return _HOME.match(href) is not None

    @staticmethod
    def is_logo(element: Element) -> bool:
        """Return whether the link holds a logo."""
        return element.css_first(_LOGO) is not None

    @staticmethod
    def is_name_of_site(element: Element) -> bool:
        """Return whether the link's own id or class says that it names the site."""
        read = element.attributes.get
        return not _NAMES_OF_SITE.isdisjoint(f"{read('id') or ''} {read('class') or ''}".split())

    def is_logo_at_top(self, element: Element) -> bool:
        """Return whether it stands at the top of the page too."""
        if not self.is_logo(element):
            return False
        indexes = self._index_elements()
        return indexes.get(element.mem_id, 0) < _PAGE_TOP * len(indexes)

    def is_wrapper(self, element: Element, named: Position, *, is_sidebar: bool) -> bool:
        """Return whether an element named for one part of the page holds the article, so that the name is wrong."""
        lengths = self._lengths
        if not lengths.has_budget() or not lengths.has_text(element):
            return False
        if lengths.holds_main(element):
            return True
        if named is Position.COMMENTS:
            return False
        # On a page with little text a real footer may hold most of it.
        if named is Position.FOOTER or lengths.holds_article(element):
            return lengths.holds_article(element)
        if not lengths.is_much_of_page(element) or not lengths.has_running_text(element):
            return False
        # Its sidebar may, too.
        is_doubtful = is_sidebar and element.css_first("h1") is None
        return lengths.share_of_page(element) > (_MOST_TEXT if is_doubtful else _WRAPPER_TEXT_SHARE)

    def is_counter(self, element: Element) -> bool:
        """Return whether an element named for comments only leads to them, and says how many there are."""
        lengths = self._lengths
        is_short = lengths.has_budget() and not lengths.has_text(element) and length_of(element) < _COUNTER_CHARACTERS
        return is_short and element.css_first("a[href]") is not None

    def is_box_of_text(self, element: Element) -> bool:
        """Return whether an element whose name says only that it is a box holds text: a box beside the text has links."""
        return self._lengths.has_budget() and self._lengths.has_text(element) and self._lengths.has_running_text(element)

    def holds_much_text(self, element: Element) -> bool:
        """Return whether an element has so much of the page's text that its name says nothing anywhere."""
        return self._lengths.share_of_page(element) > _MUCH_TEXT

    def is_side_column(self, column: Element) -> bool:
        """Return whether a narrow column of a grid stands beside the text."""
        return is_side_column(column, self._lengths)

    def is_side_cell(self, cell: Element) -> bool:
        """Return whether a narrow cell of a table that lays out the page stands beside the text."""
        return is_side_cell(cell, self._lengths)

    def _classify_block(self, block: Element) -> Position:
        if self._is_footer_line(block):
            return Position.FOOTER
        container = block if block.tag in _LIST_BLOCKS else _nearest(block.parent, _LIST_BLOCKS)
        while container is not None:
            position = self._classify_list(container)
            if position is not None:
                return position if position is Position.CONTENT else self._classify_around(container)
            # With one link per block, the list is further out.
            container = _nearest(container.parent, _INNER_LIST_BLOCKS)
        return Position.CONTENT

    def _classify_around(self, menu: Element) -> Position:
        """Return content for a menu of an entry in a list that is content, such as the links to one of many works."""
        entry = _nearest(menu, _ENTRIES)
        entries = _nearest(entry.parent, _LIST_TAGS) if entry is not None else None
        return Position.NAV if entries is None else self._classify_list(entries) or Position.NAV

    def _is_footer_line(self, block: Element) -> bool:
        text = block.text()
        self._lengths.spend(len(text))
        # A block that is short even with whitespace and scripts counted needs no second measurement.
        is_short = len(text) < _FOOTER_LINE_CHARACTERS or self._lengths.visible(block) < _FOOTER_LINE_CHARACTERS
        return is_short and is_found(_FOOTER_WORDS, text, hints=_FOOTER_HINTS)

    def _classify_list(self, container: Element) -> Position | None:
        """Return navigation for a block that is mostly links, else content; None if it has too few links to tell."""
        if container.mem_id not in self._list_positions:
            links = self._lengths.of_links(container)
            self._list_positions[container.mem_id] = self._weigh(container, links)
        return self._list_positions[container.mem_id]

    def _weigh(self, container: Element, links: list[Element]) -> Position | None:
        lengths = list(map(length_of, links))
        in_links = sum(lengths)
        if len(links) > _MAX_WEIGHED_LINKS or not self._is_mostly_links(container, links, in_links):
            return Position.CONTENT
        if len(links) < _MIN_LIST_LINKS:
            return None
        is_of_titles = in_links >= _TITLE_CHARACTERS * len(links)
        return Position.CONTENT if is_of_titles or _are_titles(links, lengths) else Position.NAV

    def _is_mostly_links(self, container: Element, links: list[Element], in_links: int) -> bool:
        visible = self._lengths.visible(container)
        if in_links >= _MIN_LINK_DENSITY * visible:
            return True
        if len(links) < _MIN_LIST_LINKS or visible > _SEPARATED_CHARACTERS or in_links < _MIN_SEPARATED_DENSITY * visible:
            return False
        # What stands between the links of a menu is no text: `2023 | 2024`.
        return sum(map(_letters_of, links)) >= _MIN_LINK_DENSITY * _letters_of(container)

    def _is_in_text_after(self, foot: int, element: Element) -> bool:
        """Return whether a link is in a text of its own below the footer, such as a dialog."""
        outermost, outer = element, element.parent
        while outer is not None and self._index_elements().get(outer.mem_id, 0) > foot:
            outermost, outer = outer, outer.parent
        return self._lengths.has_budget() and self._lengths.outside_links(outermost) > _TEXT_BELOW_FOOTER

    def _index_elements(self) -> Mapping[int, int]:
        """The index of each element in document order, by `mem_id`."""
        if self._indexes is None:
            body = self._document.body
            self._indexes = {} if body is None else {node.mem_id: index for index, node in enumerate(body.traverse())}
        return self._indexes

    def _find_ends(self, position_inside: Callable[[Element], Position | None]) -> _Ends:
        body = self._document.body
        if body is None:
            return _Ends(None, None)
        indexes = self._index_elements()
        # A selector returns its matches in document order.
        heads = (node for node in body.css(_HEADS) if node.tag == "h1" or position_inside(node) in _HEAD_POSITIONS)
        feet = (node for node in reversed(body.css(_FEET)) if position_inside(node) is Position.FOOTER)
        return _Ends(*(next((indexes.get(node.mem_id, 0) for node in parts), None) for parts in (heads, feet)))


class _Ends(NamedTuple):
    """The indexes of the first named head and of the last footer."""

    head: int | None
    foot: int | None


def _are_titles(links: list[Element], lengths: list[int]) -> bool:
    """Return whether links are as long as titles where ideographs count twice and a picture only by what it is called.

    Pictures without a name show something, unless they are signs of social networks.
    """
    texts = [link.text() for link, length in zip(links, lengths, strict=True) if length]
    pictures = [link for link, length in zip(links, lengths, strict=True) if not length]
    names = list(filter(None, map(_name_of_picture, pictures)))
    counted = len(texts) + len(names)
    if not counted:
        return not any(is_profile_url(link.attributes["href"] or "") for link in links)
    ideographs = sum(len(_IDEOGRAPHS.findall(text)) for text in texts if not text.isascii())
    return sum(lengths) + sum(map(len, names)) + ideographs >= _TITLE_CHARACTERS * counted


def _letters_of(element: Element) -> int:
    return sum(map(str.isalnum, element.text()))


def _name_of_picture(link: Element) -> str:
    image = link.css_first("img[alt]")
    return "" if image is None else (image.attributes["alt"] or "").replace(" ", "")


def _row_of_boxes(box: Element | None) -> Element | None:
    """Return what holds a box and others of the same classes beside it; None where they differ."""
    row = box.parent if box is not None and box.tag in _BOXES else None
    if box is None or row is None:
        return None
    neighbours = [node for node in (*_beside(box, -1), *_beside(box, 1)) if node.tag == box.tag]
    classes = box.attributes.get("class")
    return row if any(node.attributes.get("class") == classes for node in neighbours) else None


def _headed(heading: Element | None) -> Element | None:
    """Return what holds a heading and the list below it."""
    has_list = heading is not None and heading.tag in _HEADINGS and any(node.tag in _LIST_TAGS for node in _beside(heading, 1))
    return heading.parent if heading is not None and has_list else None


def _beside(box: Element, step: int) -> list[Element]:
    """Return the nearest element on one side, in a list."""
    node = box.prev if step < 0 else box.next
    while node is not None and not node.is_element_node:
        node = node.prev if step < 0 else node.next
    return [] if node is None else [node]


def _nearest(element: Element | None, tags: frozenset[str]) -> Element | None:
    """Return the innermost element with one of the tags, starting at the element itself."""
    node = element
    while node is not None and node.tag not in tags:
        node = node.parent
    return node
