"""What stands around a link: the words before and after it, the path to it, its markup."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from backlinkspider.core.html import UNSEEN, Element, address_attribute, holds_only_text
from backlinkspider.core.text import fold_space

TEXT_CHARACTERS = 100
"""Characters of text before a link, and after it, in whole words."""

MARKUP_CHARACTERS = 1_000
"""Characters of a link's markup."""

_ONLY_THE_TAG = frozenset({"form", "iframe"})
"""Links whose content is not what links."""

_NODES_AROUND = 100
"""Nodes that are looked at for the text on one side of a link; what is further away is not its context."""

_TEXT_LOOKED_AT = 2_000
"""Characters of one text that are looked at."""

_TEXT_FOLDED = 120
"""Characters of them of which white space is folded at first."""

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
"""Elements that begin a block of their own (https://html.spec.whatwg.org/#flow-content-3)."""


def _first_words(folded: str) -> str:
    if len(folded) <= TEXT_CHARACTERS:
        return folded
    cut = folded[: TEXT_CHARACTERS + 1]
    return cut.rpartition(" ")[0] or cut[:TEXT_CHARACTERS]


def _last_words(folded: str) -> str:
    if len(folded) <= TEXT_CHARACTERS:
        return folded
    cut = folded[-TEXT_CHARACTERS - 1 :]
    return cut.partition(" ")[2] or cut[-TEXT_CHARACTERS:]


class _Side(NamedTuple):
    """In which direction to go from a link, and what to take of a text there."""

    step: Callable[[Element], Element | None]
    step_inside: Callable[[Element], Element | None]
    near: slice
    looked_at: slice
    order: int
    """That of the texts on the way in the document."""
    cut: Callable[[str], str]


_BEFORE = _Side(
    attrgetter("prev"), attrgetter("last_child"), slice(-_TEXT_FOLDED, None), slice(-_TEXT_LOOKED_AT, None), -1, _last_words
)
_AFTER = _Side(attrgetter("next"), attrgetter("first_child"), slice(_TEXT_FOLDED), slice(_TEXT_LOOKED_AT), 1, _first_words)


class Context(NamedTuple):
    """The text of the block that holds a link, without the link."""

    before: str
    after: str


def read_context(element: Element) -> Context:
    """About 100 characters of text on either side of a link, inside its block, cut between words.

    >>> from backlinkspider.core.html import read_page
    >>> link, = read_page("https://example.com/", b"<p>Not here</p><p>We sat on <a href=x>oak</a> chairs.</p>").links
    >>> read_context(link.element)
    Context(before='We sat on', after='chairs.')
    """
    return Context(_text_beside(element, _BEFORE), _text_beside(element, _AFTER))


def touches_letters(element: Element) -> bool:
    """Whether a text goes on, without a space, where a link begins or ends: the link is a part of a word."""
    before, after = element.prev, element.next
    ends = (before.text_content or "")[-1:] if before is not None and before.is_text_node else ""
    begins = (after.text_content or "")[:1] if after is not None and after.is_text_node else ""
    return ends.isalpha() or begins.isalpha()


def read_markup(element: Element) -> str:
    """The markup of a link, at most 1,000 characters; of a frame or form, and of a link around links, only the tag."""
    if element.tag not in _ONLY_THE_TAG and (holds_only_text(element) or element.css_first("a a[href]") is None):
        return (element.html or "")[:MARKUP_CHARACTERS]
    attributes = "".join(f' {name}="{value or ""}"' for name, value in element.attributes.items())
    return f"<{element.tag}{attributes}>"[:MARKUP_CHARACTERS]


def read_path(element: Element, href: str, ordinal: int) -> str:
    """An XPath that finds exactly the element of a link with this href: `(//a[@href="/about"])[2]`.

    It names the address and which of the elements with that address it is (`Link.ordinal`), not the way from the root: HTML
    parsers build different trees from the same broken page, and the way from the root of one leads elsewhere in another
    (measured: 5 % of the links of real pages, between Lexbor and libxml2).
    """
    tag, name = element.tag, address_attribute(element)
    # A refresh has more than the address in its attribute.
    written = element.attributes[name] or "" if tag == "meta" else href
    return f"(//{tag}[@{name}={_xpath_text(written)}])[{ordinal}]"


def _xpath_text(text: str) -> str:
    """A string of XPath 1.0, which knows no escapes."""
    if '"' not in text:
        return f'"{text}"'
    parts = text.split('"')
    return "concat(" + ", '\"', ".join(f'"{part}"' for part in parts) + ")"


def _text_beside(element: Element, side: _Side) -> str:
    """The context of a link on one side."""
    following = side.step(element)
    # Amid a text, or at the edge of its block, a link needs no further look: on seven of ten sides of the links of real pages,
    # which takes half of the time.
    if following is None or following.is_text_node:
        text = (following.text_content or "") if following is not None else ""
        near = fold_space(text[side.near])
        if len(near) > TEXT_CHARACTERS:
            return side.cut(near)
        if not near and len(text) < _TEXT_FOLDED and (following is None or side.step(following) is None):
            parent = element.parent
            if parent is not None and parent.tag in BLOCKS:
                return ""
    text = "".join(_texts_of_block(element, side)[:: side.order])
    folded = fold_space(text[side.near])
    if len(folded) <= TEXT_CHARACTERS and len(text) > _TEXT_FOLDED:
        folded = fold_space(text)
    return side.cut(folded)


def _texts_of_block(element: Element, side: _Side) -> list[str]:
    """The texts on one side of an element up to the next block, the nearest first; enough of them for its context."""
    texts: list[str] = []
    step = side.step
    length = 0
    node = element
    following = step(element)
    for _ in range(_NODES_AROUND):
        while following is None:
            parent = node.parent
            if parent is None or parent.tag in BLOCKS:
                return texts
            node = parent
            following = step(node)
        node = following
        if node.is_text_node:
            text = node.text_content or ""
            # White space takes room too; of a text without end the near part is enough.
            if len(text) > _TEXT_LOOKED_AT:
                text = text[side.looked_at]
            texts.append(text)
            length += len(text.strip())
            if length > 2 * TEXT_CHARACTERS:
                return texts
            following = step(node)
            continue
        tag = node.tag
        if tag == "br":
            texts.append(" ")
        elif tag in BLOCKS:
            return texts
        enters = node.is_element_node and tag not in UNSEEN
        following = (side.step_inside(node) if enters else None) or step(node)
    return texts
