"""What a reader sees of a link: its text, or what its image says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.text import collapse_whitespace
from backlinkspider.items import LinkType

_FEW_NODES = 20
"""Nodes that are looked at one by one before selectors are, which take as long as ten nodes."""

_NODES_OF_A_LINK = 1_000
"""Nodes that are looked at for the text of a link which holds other links, scripts or styles."""

_CHARACTERS_OF_A_LINK = 100_000
"""Characters of such a text that are read: 250 links may stand in each other, and all of a page in the innermost."""

_IMAGES = frozenset({"img", "svg"})


class AnchorText(NamedTuple):
    """What a reader sees of a link."""

    anchor: str
    alt: str | None
    link_type: LinkType


def read_anchor_text(element: Element) -> AnchorText:
    """The anchor, alt text and type of the link that an `<a>` or `<area>` element makes.

    The anchor is the element's text with white space folded, without what scripts, styles and templates hold; an image's alt
    when there is no text.
    """
    # In a drawing an area may have a text.
    if element.tag == "area":
        alt = _alt_of(element)
        return AnchorText(alt or "", alt, LinkType.AREA)
    text, image = _content_of(element)
    alt = _alt_of(image) if image is not None else None
    if text or image is None:
        return AnchorText(text, alt, LinkType.TEXT)
    return AnchorText(alt or "", alt, LinkType.IMAGE)


def _content_of(element: Element) -> tuple[str, Element | None]:
    """The text of a link that a reader sees, and the image that speaks for it."""
    nodes = list(islice(_seen_nodes(element), _FEW_NODES))
    if len(nodes) == _FEW_NODES:
        # An element is among the matches of its own selection: "a a" is a link in it, or it is a link in another.
        if element.css_first("a a[href], script, style, template") is None:
            return collapse_whitespace(element.text()), _telling_image(element.css("img, svg"))
        # A link that holds links would make the texts of a page add up to the square of its size.
        nodes = list(islice(_seen_nodes(element), _NODES_OF_A_LINK))
    text = "".join([node.text_content or "" for node in nodes if node.is_text_node])
    if len(nodes) >= _FEW_NODES:
        text = text[:_CHARACTERS_OF_A_LINK]
    return collapse_whitespace(text), _telling_image([node for node in nodes if node.tag in _IMAGES])


def _telling_image(images: list[Element]) -> Element | None:
    """The first image that has an alt text, else the first."""
    return next((image for image in images if _alt_of(image)), images[0] if images else None)


def _seen_nodes(element: Element) -> Iterator[Element]:
    # mem_id tells nodes apart; == compares their markup.
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
    # An attribute without a value is there: <img alt> says that the picture says nothing.
    return collapse_whitespace(attributes["alt"] or "") if "alt" in attributes else None
