"""Read the words of a link: its text, the alt text of its image, or the name that an attribute gives it."""

from __future__ import annotations

import sys
from typing import NamedTuple

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.page.hidden import Rendering, read_rendering
from backlinkspider.core.page.outline import BLOCKS
from backlinkspider.core.text import visible_text
from backlinkspider.items import AnchorSource, LinkType

_FEW_NODES = 20
"""Nodes visited before a selector looks for nested links, which costs as much as ten nodes."""

_MAX_NODES = 1_000
"""Nodes visited in a link that contains another link."""

_MAX_CHARACTERS = 100_000
"""Characters read in such a link: 250 links may be nested, with the whole page in the innermost."""

_NAME_CHARACTERS = 1_000
"""Characters of an attribute that names a link."""

_IMAGES = frozenset({"img", "svg"})

_DRAWING_TITLE = "title"
"""In a link this element belongs to SVG, where it is what alt is for `<img>`."""

_NOT_ENTERED = UNSEEN | {_DRAWING_TITLE}

_BREAKS = BLOCKS | {"br", "hr", "caption", "dir", "listing", "menu", "optgroup", "option", "search", "xmp", _DRAWING_TITLE}
"""Elements at whose edges `innerText` has a line break or tab (https://html.spec.whatwg.org/#rendered-text-collection-steps)."""


class AnchorText(NamedTuple):
    """The words of a link, and where they come from."""

    anchor: str
    alt: str | None
    link_type: LinkType
    source: AnchorSource | None
    """None without words."""


def read_anchor_text(element: Element) -> AnchorText:
    """Read the anchor, alt text and type of an `<a>` or `<area>` element.

    The anchor is the element's text as `innerText` joins it, whitespace collapsed, without scripts, styles and templates, and
    without what is hidden in it by `hidden`, `display` or `visibility`; characters that nobody sees are no text. Without text it
    is the image's alt, else the first of: aria-label of the link, of an element inside, title of the link, of an element inside
    (https://www.w3.org/TR/accname-1.2/#comp_computation). Search engines read titles likewise
    (https://developers.google.com/search/docs/crawling-indexing/links-crawlable#anchor-text).
    """
    # Inside SVG an area may contain text.
    if element.tag == "area":
        alt = _alt_of(element)
        return _name_link(element, [], AnchorText("", alt, LinkType.AREA, None))
    content = _read_content(element)
    alt_of_image = _alt_of(content.image) if content.image is not None else None
    alt = alt_of_image or content.drawing_title or alt_of_image
    if content.text:
        source = AnchorSource.TEXT if content.has_text else AnchorSource.SVG_TITLE
        return AnchorText(content.text, alt, LinkType.TEXT, source)
    link_type = LinkType.TEXT if content.image is None else LinkType.IMAGE
    return _name_link(element, content.inside, AnchorText("", alt, link_type, None))


class _Content(NamedTuple):
    """The content of a link."""

    text: str
    has_text: bool
    """Whether there is text besides the titles of drawings."""
    image: Element | None
    """The first image with an alt text, else the first."""
    drawing_title: str | None
    inside: list[Element]
    """The elements and comments inside."""


def _name_link(element: Element, inside: list[Element], unnamed: AnchorText) -> AnchorText:
    """Return the same with the name of a link without text."""
    if unnamed.alt:
        return unnamed._replace(anchor=unnamed.alt, source=AnchorSource.ALT)
    for name, source in (("aria-label", AnchorSource.ARIA_LABEL), ("title", AnchorSource.TITLE)):
        words = next(filter(None, (_attribute(inner, name) for inner in (element, *inside) if inner.is_element_node)), None)
        if words is not None:
            # Without text or image, such a link shows an icon that a style sheet draws.
            link_type = LinkType.IMAGE if unnamed.link_type is LinkType.TEXT else unnamed.link_type
            return unnamed._replace(anchor=words, source=source, link_type=link_type)
    return unnamed


def _read_content(element: Element) -> _Content:
    texts: list[str] = []
    titles: dict[int, str] = {}
    images: list[Element] = []
    inner: list[Element] = []
    for node in _nodes_to_read(element):
        if node is None:
            texts.append(" ")
        elif node.is_text_node:
            texts.append(node.text_content or "")
        else:
            tag = node.tag
            inner.append(node)
            if tag in _BREAKS:
                texts.append(" ")
            if tag in _IMAGES:
                images.append(node)
            elif tag == _DRAWING_TITLE:
                titles[len(texts)] = text = node.text()[:_NAME_CHARACTERS]
                texts.append(text)
    has_text = not titles or visible_text("".join(text for place, text in enumerate(texts) if place not in titles)) != ""
    title = next(filter(None, map(visible_text, titles.values())), None)
    return _Content(visible_text("".join(texts)[:_MAX_CHARACTERS]), has_text, _main_image(images), title, inner)


def _main_image(images: list[Element]) -> Element | None:
    return next((image for image in images if _alt_of(image)), images[0] if images else None)


class _Visibility:
    """Tells whether text is visible, while a walk enters and leaves the elements of a link."""

    def __init__(self) -> None:
        self.is_visible = True
        self._changes: list[tuple[int, bool]] = []
        """The `mem_id` of each element around that changes it, and what it was before."""

    def enter(self, element: Element) -> bool:
        """Return whether anything in an element may be visible."""
        # Images stay: one that is hidden comes when it is loaded.
        rendering = read_rendering(element.attributes) if element.first_child is not None else None
        if rendering is not None:
            self._changes.append((element.mem_id, self.is_visible))
            self.is_visible = rendering is Rendering.VISIBLE
        return rendering is not Rendering.NONE

    def leave(self, node: Element) -> None:
        """Go on behind a node."""
        if self._changes and self._changes[-1][0] == node.mem_id:
            self.is_visible = self._changes.pop()[1]


def _nodes_to_read(element: Element) -> list[Element | None]:
    """Return the nodes in a link, without what is not rendered, and None for the end of each block."""
    nodes: list[Element | None] = []
    visibility = _Visibility()
    visited, most = 0, _FEW_NODES
    # Compare by mem_id: == compares markup.
    end = element.mem_id
    node = element.first_child
    while node is not None:
        if visited >= most:
            if most == _MAX_NODES:
                break
            # A selection includes the element itself: "a a" finds a link inside it, or that it is inside another.
            is_nested = element.css_first("a a[href]") is not None
            # With nested links the anchors would add up to the square of the page size.
            most = _MAX_NODES if is_nested else sys.maxsize
        visited += 1
        # A text has no children; the tag of a node costs more than the question.
        is_read = visibility.is_visible if node.is_text_node else visibility.enter(node)
        unread = 0 if is_read else node.mem_id
        if is_read:
            nodes.append(node)
        following = node.first_child if is_read and not node.is_text_node and node.tag not in _NOT_ENTERED else None
        while following is None and node.mem_id != end:
            visibility.leave(node)
            if not node.is_text_node and node.tag in _BREAKS and node.mem_id != unread:
                nodes.append(None)
            following = node.next
            if following is None:
                node = _parent_of(node)
        node = following
    return nodes


def _parent_of(node: Element) -> Element:
    parent = node.parent
    assert parent is not None, "a node inside an element has a parent"
    return parent


def _alt_of(element: Element) -> str | None:
    attributes = element.attributes
    # <img alt> without a value counts as an empty alt.
    return visible_text(attributes["alt"] or "") if "alt" in attributes else None


def _attribute(element: Element, name: str) -> str | None:
    value = element.attributes.get(name)
    return visible_text(value[:_NAME_CHARACTERS]) or None if value else None
