"""What stands around a link: the words before and after it, the path to it, its markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backlinkspider.core.html.parser import ADDRESS_ATTRIBUTES, Element, holds_only_text
from backlinkspider.core.text import collapse_whitespace

TEXT_CHARACTERS = 100
"""Characters of text before a link, and after it, in whole words."""

MARKUP_CHARACTERS = 1_000
"""Characters of a link's markup."""

_ONLY_THE_TAG = frozenset({"form", "iframe"})
"""Links whose content is not what links."""

_TEXTS_AROUND = 100
"""Texts that are looked at on one side of a link; what is further away is not its context."""

_TEXT_LOOKED_AT = 2_000
"""Characters of one text that are looked at."""

_TEXT_FOLDED = 120
"""Characters of them of which white space is folded at first."""


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

    step: int
    near: slice
    looked_at: slice
    cut: Callable[[str], str]


_BEFORE = _Side(-1, slice(-_TEXT_FOLDED, None), slice(-_TEXT_LOOKED_AT, None), _last_words)
_AFTER = _Side(1, slice(_TEXT_FOLDED), slice(_TEXT_LOOKED_AT), _first_words)


def words_before(pieces: Sequence[str | None], start: int) -> str:
    """About 100 characters of the text before a link, inside its block, cut between words.

    `pieces` are the texts of a page as they run, None where a block begins or ends, also first and last (`outline`); that at
    `start` is the first of the link, or the first behind it when it has none.

    >>> words_before([None, "Not here", None, "We sat on ", "oak", " chairs.", None], 4)
    'We sat on'
    """
    return "" if pieces[start - 1] is None else _words_beside(pieces, start - 1, _BEFORE)


def words_after(pieces: Sequence[str | None], end: int) -> str:
    """About 100 characters of the text behind a link, likewise; the piece at `end` is the first of it.

    >>> words_after([None, "Not here", None, "We sat on ", "oak", " chairs.", None], 5)
    'chairs.'
    """
    return "" if pieces[end] is None else _words_beside(pieces, end, _AFTER)


def touches_letters(element: Element) -> bool:
    """Whether a text goes on, without a space, where a link begins or ends: the link is a part of a word."""
    before, after = element.prev, element.next
    ends = (before.text_content or "")[-1:] if before is not None and before.is_text_node else ""
    begins = (after.text_content or "")[:1] if after is not None and after.is_text_node else ""
    return ends.isalpha() or begins.isalpha()


def read_markup(element: Element) -> str:
    """The markup of a link, at most 1,000 characters; of a frame or form, and of a link around links, only the tag."""
    if element.tag not in _ONLY_THE_TAG and (holds_only_text(element) or element.css_first("a a[href]") is None):
        return whole_markup(element)
    attributes = "".join(f' {name}="{value or ""}"' for name, value in element.attributes.items())
    return f"<{element.tag}{attributes}>"[:MARKUP_CHARACTERS]


def whole_markup(element: Element) -> str:
    """The markup of a link that holds no other, at most 1,000 characters."""
    return (element.html or "")[:MARKUP_CHARACTERS]


def read_path(element: Element, href: str, ordinal: int) -> str:
    """An XPath that finds exactly the element of a link with this href: `(//a[@href="/about"])[2]`.

    It names the address and which of the elements with that address it is (`Link.ordinal`), not the way from the root: HTML
    parsers build different trees from the same broken page, and the way from the root of one leads elsewhere in another
    (measured: 5 % of the links of real pages, between Lexbor and libxml2).
    """
    tag = element.tag or ""
    name = ADDRESS_ATTRIBUTES[tag]
    # A refresh has more than the address in its attribute.
    written = element.attributes[name] or "" if tag == "meta" else href
    return f"(//{tag}[@{name}={_xpath_text(written)}])[{ordinal}]"


def _xpath_text(text: str) -> str:
    """A string of XPath 1.0, which knows no escapes."""
    if '"' not in text:
        return f'"{text}"'
    parts = text.split('"')
    return "concat(" + ", '\"', ".join(f'"{part}"' for part in parts) + ")"


def _words_beside(pieces: Sequence[str | None], nearest: int, side: _Side) -> str:
    """The context of a link on one side, where one of the pieces is the nearest."""
    text = pieces[nearest] or ""
    folded = collapse_whitespace(text[side.near])
    # Amid a text a link needs no further look: on half of the sides of the links of real pages.
    if len(folded) <= TEXT_CHARACTERS and (len(text) > _TEXT_FOLDED or pieces[nearest + side.step] is not None):
        text = "".join(_texts_of_block(pieces, nearest, side)[:: side.step])
        folded = collapse_whitespace(text[side.near])
        if len(folded) <= TEXT_CHARACTERS and len(text) > _TEXT_FOLDED:
            folded = collapse_whitespace(text)
    return side.cut(folded)


def _texts_of_block(pieces: Sequence[str | None], nearest: int, side: _Side) -> list[str]:
    """The texts on one side of a link up to the next block, the nearest first; enough of them for its context."""
    texts: list[str] = []
    length = 0
    for place in range(nearest, nearest + side.step * _TEXTS_AROUND, side.step):
        text = pieces[place]
        if text is None or length > 2 * TEXT_CHARACTERS:
            break
        # White space takes room too; of a text without end the near part is enough.
        near = text[side.looked_at]
        texts.append(near)
        length += len(near.strip())
    return texts
