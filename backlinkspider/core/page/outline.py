"""Read the outline of a page in one walk: text runs, block edges, links with their locations, and the main text.

Reaching a node and reading its tag costs Python as much as most questions about it; separate walks for locations, context and
main text take a quarter longer together.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from backlinkspider.core.html.parser import UNSEEN, Document, Element, holds_only_text
from backlinkspider.core.page.main_text import WITHOUT_MAIN_TEXT, is_main_text
from backlinkspider.core.page.position import OUTSIDE, Location, PositionClassifier

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
"""Elements that start a new block (https://html.spec.whatwg.org/#flow-content-3)."""

_LINKS = frozenset({"a", "area", "iframe", "frame", "form"})
"""Link elements with a location; `<link>` and `<meta>` link from the page as a whole."""

_LINK_ELEMENTS = ", ".join(_LINKS)

_START_RUNS: dict[str, tuple[str | None]] = {"br": (" ",)} | dict.fromkeys(BLOCKS, (None,))
"""What the start of an element adds to the text runs."""


class OutlineNode(Struct, eq=False, gc=False):  # It is never part of a cycle; without gc=False, collections take 6 % of the time.
    """An element with content, or a link element."""

    element: Element
    tag: str
    outer: OutlineNode | None
    around: Location
    inside: Location
    may_be_main_text: bool = False
    """Whether its enclosing elements allow its own texts to be main text."""
    texts: list[str] = []
    """Its own texts, while they may be main text."""
    start: int = 0
    """Index of its first text run."""
    end: int = 0
    """Index of the first text run after it."""


class Outline(NamedTuple):
    """The result of one walk over a page."""

    text_runs: list[str | None]
    """The visible texts in document order; a space for a line break or whitespace between elements; None at block edges, and as
    first and last entry."""
    links: dict[int, OutlineNode]
    """The requested links by the `mem_id` of their elements. A link inside a `<style>` in SVG has no text runs."""
    main_text: str
    """The main text as written; each element's own texts come before those of its children."""


def read_outline(document: Document, classifier: PositionClassifier, links: Container[int] = ()) -> Outline:
    """Read the outline of a page, with the links whose elements have one of these `mem_id`s.

    >>> from backlinkspider.core.html.parser import read_page
    >>> page = read_page("https://example.com/", b"<p>We sat on <a href=x>oak</a> chairs.<p>They wobbled.")
    >>> outline = read_outline(page.document, PositionClassifier(page.document))
    >>> [run for run in outline.text_runs if run is not None]
    ['We sat on ', 'oak', ' chairs.', 'They wobbled.']
    """
    root = document.root
    if root is None:
        return Outline([None], {}, "")
    text_runs: list[str | None] = [None]
    found: dict[int, OutlineNode] = {}
    main_texts: list[list[str]] = []
    parent: OutlineNode | None = OutlineNode(root, "html", None, OUTSIDE, OUTSIDE)
    node = root.first_child
    while parent is not None:
        if node is None:
            node = parent.element.next
            parent = _leave(parent, text_runs, classifier)
        elif node.is_text_node:
            text = node.text_content or ""
            # On real pages two in three text nodes are only whitespace.
            if text.isspace():
                text_runs.append(" ")
            else:
                text_runs.append(text)
                if parent.may_be_main_text:
                    parent.texts.append(text)
            node = node.next
        else:
            tag = node.tag or ""
            text_runs += _START_RUNS.get(tag, ())
            is_link = tag in _LINKS and node.mem_id in links
            inner = node.first_child
            if tag in UNSEEN:
                found.update(_unseen_links(node, parent, links, len(text_runs), classifier))
                inner = None
            if inner is None and not is_link:
                node = node.next
                continue
            may_be_main_text = (parent.may_be_main_text and parent.tag not in WITHOUT_MAIN_TEXT) or tag == "body"
            around = parent.inside
            inside = classifier.descend(around, node, tag)
            parent = OutlineNode(node, tag, parent, around, inside, may_be_main_text, [], len(text_runs))
            main_texts.append(parent.texts)
            if is_link:
                found[node.mem_id] = parent
            node = inner
    return Outline(text_runs, found, " ".join(chain.from_iterable(main_texts)))


def _unseen_links(
    element: Element, outer: OutlineNode, links: Container[int], start: int, classifier: PositionClassifier
) -> Iterator[tuple[int, OutlineNode]]:
    """Yield the requested links inside an element that is not shown, by `mem_id`; few such elements hold others, those in SVG do.

    Their text is not visible, but each link has a row and may be hidden by an element there.
    """
    if holds_only_text(element):
        return
    for link in element.css(_LINK_ELEMENTS):
        if link.mem_id in links:
            tag, around = link.tag or "", classifier.location_in(link.parent)
            yield (
                link.mem_id,
                OutlineNode(link, tag, outer, around, classifier.descend(around, link, tag), start=start, end=start),
            )


def _leave(node: OutlineNode, text_runs: list[str | None], classifier: PositionClassifier) -> OutlineNode | None:
    """Finish an element and return the one around it."""
    node.end = len(text_runs)
    if node.tag in BLOCKS:
        text_runs.append(None)
    if node.texts and not is_main_text(node.element, node.inside, classifier):
        node.texts.clear()
    return node.outer
