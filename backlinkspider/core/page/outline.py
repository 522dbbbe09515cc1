"""The outline of a page: its texts as they run, where blocks begin and end, where links stand, and which texts are its main text.

All of it comes from one walk. To get at a node and to read its tag takes Python as long as most of what is then asked about it:
walks of their own for the places of links, the words around each and the main text take a quarter longer together.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from backlinkspider.core.html.parser import UNSEEN, Document, Element, holds_only_text
from backlinkspider.core.page.main_text import NOTHING_READ_INSIDE, is_main_text
from backlinkspider.core.page.position import OUTSIDE, Place, PositionClassifier

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
"""Elements that begin a block of their own (https://html.spec.whatwg.org/#flow-content-3)."""

_LINKS = frozenset({"a", "area", "iframe", "frame", "form"})
"""Elements that link from where they stand; the others are links of the page as a whole."""

_LINK_ELEMENTS = ", ".join(_LINKS)

_PIECES: dict[str, tuple[str | None]] = {"br": (" ",)} | dict.fromkeys(BLOCKS, (None,))
"""What an element that begins adds to the pieces of a page."""


class Part(Struct, eq=False, gc=False):  # It is in no circle; collections take 6 % of describing otherwise.
    """An element of a page that holds something, or is a link, as it stands in the outline."""

    element: Element
    tag: str
    outer: Part | None
    around: Place
    """The place of what is around it."""
    inside: Place
    """The place of what is in it."""
    may_be_read: bool = False
    """Whether its own texts may be main text, as far as the elements around it say."""
    texts: list[str] = []
    """Its own texts, as long as they may be main text."""
    start: int = 0
    """Which of the pieces of the page is the first in it."""
    end: int = 0
    """Which is the first behind it."""


class Outline(NamedTuple):
    """What one walk over a page finds."""

    pieces: list[str | None]
    """Its texts in the order of the document, without those of scripts and styles; a space for a line break, and for white
    space between elements; None where a block begins or ends, and first and last."""
    links: dict[int, Part]
    """The links that were asked for, by the `mem_id` of their elements. One in a `<style>` of a drawing has no pieces."""
    main_text: str
    """The main text of the page, as it is written; of each element first its own texts."""


def read_outline(document: Document, places: PositionClassifier, links: Container[int] = ()) -> Outline:
    """The outline of a page, with those links whose elements have one of the `mem_id`s.

    >>> from backlinkspider.core.html.parser import read_page
    >>> page = read_page("https://example.com/", b"<p>We sat on <a href=x>oak</a> chairs.<p>They wobbled.")
    >>> outline = read_outline(page.document, PositionClassifier(page.document))
    >>> [piece for piece in outline.pieces if piece is not None]
    ['We sat on ', 'oak', ' chairs.', 'They wobbled.']
    """
    root = document.root
    if root is None:
        return Outline([None], {}, "")
    pieces: list[str | None] = [None]
    found: dict[int, Part] = {}
    read: list[list[str]] = []
    part: Part | None = Part(root, "html", None, OUTSIDE, OUTSIDE)
    node = root.first_child
    while part is not None:
        if node is None:
            node = part.element.next
            part = _leave(part, pieces, places)
        elif node.is_text_node:
            text = node.text_content or ""
            # Of real pages two texts of three are nothing but white space, which need not be kept.
            if text.isspace():
                pieces.append(" ")
            else:
                pieces.append(text)
                if part.may_be_read:
                    part.texts.append(text)
            node = node.next
        else:
            tag = node.tag or ""
            pieces += _PIECES.get(tag, ())
            is_link = tag in _LINKS and node.mem_id in links
            inner = node.first_child
            if tag in UNSEEN:
                found.update(_unseen_links(node, part, links, len(pieces), places))
                inner = None
            if inner is None and not is_link:
                node = node.next
                continue
            may_be_read = (part.may_be_read and part.tag not in NOTHING_READ_INSIDE) or tag == "body"
            around = part.inside
            part = Part(node, tag, part, around, places.enter(around, node, tag), may_be_read, [], len(pieces))
            read.append(part.texts)
            if is_link:
                found[node.mem_id] = part
            node = inner
    return Outline(pieces, found, " ".join(chain.from_iterable(read)))


def _unseen_links(
    element: Element, outer: Part, links: Container[int], start: int, places: PositionClassifier
) -> Iterator[tuple[int, Part]]:
    """The links in a script, style or template, by `mem_id`; only those of a drawing or formula hold elements.

    Its texts are none of the page, but a link in it is in the rows, and what hides it there hides it.
    """
    if holds_only_text(element):
        return
    for link in element.css(_LINK_ELEMENTS):
        if link.mem_id in links:
            tag, around = link.tag or "", places.place_in(link.parent)
            yield link.mem_id, Part(link, tag, outer, around, places.enter(around, link, tag), start=start, end=start)


def _leave(part: Part, pieces: list[str | None], places: PositionClassifier) -> Part | None:
    """The part around a part of which all has been seen."""
    part.end = len(pieces)
    if part.tag in BLOCKS:
        pieces.append(None)
    if part.texts and not is_main_text(part.element, part.inside, places):
        part.texts.clear()
    return part.outer
