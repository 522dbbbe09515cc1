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
from backlinkspider.core.page.position_words import Position, claiming_words

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


_RUNNING_TEXT = 60
"""Characters of a text, outside links, that make it more than a caption."""

_MUCH_TEXT = 1_000
"""Characters of running text that a page must not have in other parts only: 200 words."""

_TIMES_MAIN_TEXT = 2

_HEADLINES = "h1, main, article, [itemprop~=articleBody i]"
"""What a sidebar or footer with much text does not have, unless it is none."""

_POST = frozenset({"post"})
"""What a class says of a forum's post, which another class may call a comment: `cPost ipsComment`."""

_MAY_BE_CONTENT = frozenset({None, Position.NAV, Position.SIDEBAR, Position.HEADER, Position.FOOTER, Position.COMMENTS})


class _LostText(NamedTuple):
    """A running text that is not main text."""

    node: OutlineNode
    length: int


def read_outline(document: Document, classifier: PositionClassifier, links: Container[int] = ()) -> Outline:
    """Read the outline of a page, with the links whose elements have one of these `mem_id`s.

    >>> from backlinkspider.core.html.parser import read_page
    >>> page = read_page("https://example.com/", b"<p>We sat on <a href=x>oak</a> chairs.<p>They wobbled.")
    >>> outline = read_outline(page.document, PositionClassifier(page.document))
    >>> [run for run in outline.text_runs if run is not None]
    ['We sat on ', 'oak', ' chairs.', 'They wobbled.']
    """
    outline, lost = _walk(document, classifier, links)
    if classifier.words_around_text:
        classifier.ignore(classifier.words_around_text)
        outline, lost = _walk(document, classifier, links)
    lost = [text for text in lost if text.node.inside.position is not Position.COMMENTS or _is_post(_claimant(text))]
    if _is_much(lost, outline.main_text):
        claimants = {claimant.mem_id: claimant for claimant in map(_claimant, lost) if claimant is not None}.values()
        has_text = outline.main_text.strip() != ""
        classifier.distrust(
            each for each in claimants if not has_text or each.css_first(_HEADLINES) is not None or _is_post(each)
        )
        outline, _ = _walk(document, classifier, links)
    return outline


def _walk(document: Document, classifier: PositionClassifier, links: Container[int]) -> tuple[Outline, list[_LostText]]:
    """Return the outline, and the running text that is not main text."""
    root = document.root
    lost: list[_LostText] = []
    if root is None:
        return Outline([None], {}, ""), lost
    text_runs: list[str | None] = [None]
    found: dict[int, OutlineNode] = {}
    main_texts: list[list[str]] = []
    parent: OutlineNode | None = OutlineNode(root, "html", None, OUTSIDE, OUTSIDE)
    node = root.first_child
    while parent is not None:
        if node is None:
            node = parent.element.next
            parent = _leave(parent, text_runs, classifier, lost)
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
    return Outline(text_runs, found, " ".join(chain.from_iterable(main_texts))), lost


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


def _leave(
    node: OutlineNode, text_runs: list[str | None], classifier: PositionClassifier, lost: list[_LostText]
) -> OutlineNode | None:
    """Finish an element and return the one around it."""
    node.end = len(text_runs)
    if node.tag in BLOCKS:
        text_runs.append(None)
    if node.texts and not is_main_text(node.element, node.inside, classifier):
        length = sum(map(len, node.texts))
        if (
            length > _RUNNING_TEXT
            and node.inside.position in _MAY_BE_CONTENT
            and not node.inside.hidden_by
            and not _is_in_link(node)
        ):
            lost.append(_LostText(node, length))
        node.texts.clear()
    return node.outer


def _is_in_link(node: OutlineNode) -> bool:
    outer: OutlineNode | None = node
    while outer is not None and outer.tag != "a":
        outer = outer.outer
    return outer is not None


def _is_much(lost: list[_LostText], main_text: str) -> bool:
    """Return whether most of the running text of a page, and not little, stands in what was taken for a menu or another part."""
    length = sum(text.length for text in lost)
    return length > _MUCH_TEXT and length > _TIMES_MAIN_TEXT * len(main_text)


def _is_post(claimant: Element | None) -> bool:
    """Return whether a comment is a post of a forum too, by another of its classes."""
    classes = "" if claimant is None else claimant.attributes.get("class") or ""
    return any(claiming_words("", name) == _POST for name in classes.split())


def _claimant(text: _LostText) -> Element | None:
    """Return the outermost element that makes a text part of a menu or another part; None where only its layout does."""
    node, position = text.node, text.node.inside.position
    if position is None:
        return None
    while node.outer is not None and node.outer.inside.position is position:
        node = node.outer
    return node.element
