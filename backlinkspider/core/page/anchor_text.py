"""Read what a visitor sees of a link: its text, or the alt text of its image."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.text import collapse_whitespace
from backlinkspider.items import LinkType

_FEW_NODES = 20
"""Nodes visited one by one before a selector is tried, which costs as much as ten nodes."""

_MAX_NODES = 1_000
"""Nodes visited in a link that contains other links, scripts or styles."""

_MAX_CHARACTERS = 100_000
"""Characters read in such a link: 250 links may be nested, with the whole page in the innermost."""

_IMAGES = frozenset({"img", "svg"})


class AnchorText(NamedTuple):
    """What a visitor sees of a link."""

    anchor: str
    alt: str | None
    link_type: LinkType


def read_anchor_text(element: Element) -> AnchorText:
    """Read the anchor, alt text and type of an `<a>` or `<area>` element.

    The anchor is the element's text without scripts, styles and templates, whitespace collapsed; without text, the image's alt.
    """
    # Inside SVG an area may contain text.
    if element.tag == "area":
        alt = _alt_of(element)
        return AnchorText(alt or "", alt, LinkType.AREA)
    text, image = _content_of(element)
    alt = _alt_of(image) if image is not None else None
    if text or image is None:
        return AnchorText(text, alt, LinkType.TEXT)
    return AnchorText(alt or "", alt, LinkType.IMAGE)


def _content_of(element: Element) -> tuple[str, Element | None]:
    """Return the visible text of a link, and the image that represents it."""
    nodes = list(islice(_visible_nodes(element), _FEW_NODES))
    if len(nodes) == _FEW_NODES:
        # A selection includes the element itself: "a a" finds a link inside it, or that it is inside another.
        if element.css_first("a a[href], script, style, template") is None:
            return collapse_whitespace(element.text()), _main_image(element.css("img, svg"))
        # With nested links the anchors would add up to the square of the page size.
        nodes = list(islice(_visible_nodes(element), _MAX_NODES))
    text = "".join([node.text_content or "" for node in nodes if node.is_text_node])
    if len(nodes) >= _FEW_NODES:
        text = text[:_MAX_CHARACTERS]
    return collapse_whitespace(text), _main_image([node for node in nodes if node.tag in _IMAGES])


def _main_image(images: list[Element]) -> Element | None:
    """Return the first image with an alt text, else the first."""
    return next((image for image in images if _alt_of(image)), images[0] if images else None)


def _visible_nodes(element: Element) -> Iterator[Element]:
    # Compare by mem_id: == compares markup.
    node = element.first_child
    while node is not None:
        yield node
        following = None if node.tag in UNSEEN else node.first_child
        while following is None and node.mem_id != element.mem_id:
            following = node.next
            if following is None:
                node = _parent_of(node)
        node = following


def _parent_of(node: Element) -> Element:
    parent = node.parent
    assert parent is not None, "a node inside an element has a parent"
    return parent


def _alt_of(element: Element) -> str | None:
    attributes = element.attributes
    # <img alt> without a value counts as an empty alt.
    return collapse_whitespace(attributes["alt"] or "") if "alt" in attributes else None
