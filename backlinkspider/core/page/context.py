"""Read the context of a link: the words before and after it, an XPath to it, its markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from backlinkspider.core.html.parser import ADDRESS_ATTRIBUTES, XLINK, Element, holds_only_text
from backlinkspider.core.text import collapse_whitespace

TEXT_CHARACTERS = 100
"""Characters of text before and after a link, in whole words."""

MARKUP_CHARACTERS = 1_000

_TAG_ONLY = frozenset({"form", "iframe"})
"""For these the content is not part of the link."""

_MAX_RUNS = 100
"""Text runs read on each side of a link; anything further away is not context."""

_RUN_CHARACTERS = 2_000
"""Characters read of one text run."""

_NEAR_CHARACTERS = 120
"""Characters in which whitespace is collapsed first."""


def _first_words(collapsed: str) -> str:
    if len(collapsed) <= TEXT_CHARACTERS:
        return collapsed
    cut = collapsed[: TEXT_CHARACTERS + 1]
    return cut.rpartition(" ")[0] or cut[:TEXT_CHARACTERS]


def _last_words(collapsed: str) -> str:
    if len(collapsed) <= TEXT_CHARACTERS:
        return collapsed
    cut = collapsed[-TEXT_CHARACTERS - 1 :]
    return cut.partition(" ")[2] or cut[-TEXT_CHARACTERS:]


class _Side(NamedTuple):
    """The direction to read in from a link, and what to take from each text run."""

    step: int
    near: slice
    readable: slice
    cut: Callable[[str], str]


_BEFORE = _Side(-1, slice(-_NEAR_CHARACTERS, None), slice(-_RUN_CHARACTERS, None), _last_words)
_AFTER = _Side(1, slice(_NEAR_CHARACTERS), slice(_RUN_CHARACTERS), _first_words)


def words_before(text_runs: Sequence[str | None], start: int) -> str:
    """Return about 100 characters of the text before a link, inside its block, cut between words.

    `start` is the index of the link's first text run (`outline.Outline.text_runs`).

    >>> words_before([None, "Not here", None, "We sat on ", "oak", " chairs.", None], 4)
    'We sat on'
    """
    return "" if text_runs[start - 1] is None else _words_beside(text_runs, start - 1, _BEFORE)


def words_after(text_runs: Sequence[str | None], end: int) -> str:
    """Return the same for the text after a link; `end` is the index of the first text run after it.

    >>> words_after([None, "Not here", None, "We sat on ", "oak", " chairs.", None], 5)
    'chairs.'
    """
    return "" if text_runs[end] is None else _words_beside(text_runs, end, _AFTER)


def touches_letters(element: Element) -> bool:
    """Return whether a letter touches the link on either side, so that the link is part of a word."""
    before, after = element.prev, element.next
    left = (before.text_content or "")[-1:] if before is not None and before.is_text_node else ""
    right = (after.text_content or "")[:1] if after is not None and after.is_text_node else ""
    return left.isalpha() or right.isalpha()


def read_markup(element: Element) -> str:
    """Return the markup of a link, at most 1,000 characters; for a frame, a form or a link around links, only the tag."""
    if element.tag not in _TAG_ONLY and (holds_only_text(element) or element.css_first("a a[href]") is None):
        return whole_markup(element)
    attributes = "".join(f' {name}="{value or ""}"' for name, value in element.attributes.items())
    return f"<{element.tag}{attributes}>"[:MARKUP_CHARACTERS]


def whole_markup(element: Element) -> str:
    """Return the markup of a link that contains no other link, at most 1,000 characters."""
    return (element.html or "")[:MARKUP_CHARACTERS]


def read_path(element: Element, href: str, ordinal: int, around: tuple[str, str] = ("(", ")"), *, is_xlink: bool = False) -> str:
    """Return an XPath that finds exactly one link element: `(//a[@href="/about"])[2]`.

    `around` stands before and behind the step for the element (`Link.path_around`): in a declarative shadow root the path leads
    through its template, as in the markup, and in the document of a frame it begins with the path of the frame. `is_xlink` says
    that the address is in `xlink:href`.

    It counts the elements with the same href (`Link.ordinal`) and does not start at the root: parsers build different trees from
    broken markup, so that 5 % of the paths from the root differ between Lexbor and libxml2 (measured on real pages).
    """
    tag = element.tag or ""
    name = ADDRESS_ATTRIBUTES[tag]
    # The attribute of a refresh holds more than the URL.
    written = element.attributes[name] or "" if tag == "meta" else href
    step = f"//{tag}[@{name}={_xpath_text(written)}]"
    if is_xlink:
        # XPath has no names for namespaces of HTML.
        step = f'//*[local-name()="{tag}" and not(@href)][@*[name()="{XLINK}"]={_xpath_text(written)}]'
    return f"{around[0]}{step}{around[1]}[{ordinal}]"


def _xpath_text(text: str) -> str:
    """Quote a string for XPath 1.0, which has no escapes."""
    if '"' not in text:
        return f'"{text}"'
    parts = text.split('"')
    return "concat(" + ", '\"', ".join(f'"{part}"' for part in parts) + ")"


def _words_beside(text_runs: Sequence[str | None], nearest: int, side: _Side) -> str:
    """Return the context on one side, starting at the nearest text run."""
    text = text_runs[nearest] or ""
    collapsed = collapse_whitespace(text[side.near])
    # For half of all contexts on real pages one text run is enough.
    if len(collapsed) <= TEXT_CHARACTERS and (len(text) > _NEAR_CHARACTERS or text_runs[nearest + side.step] is not None):
        text = "".join(_runs_in_block(text_runs, nearest, side)[:: side.step])
        collapsed = collapse_whitespace(text[side.near])
        if len(collapsed) <= TEXT_CHARACTERS and len(text) > _NEAR_CHARACTERS:
            collapsed = collapse_whitespace(text)
    return side.cut(collapsed)


def _runs_in_block(text_runs: Sequence[str | None], nearest: int, side: _Side) -> Sequence[str]:
    """Return the text runs on one side up to the block's edge, the nearest first, as many as the context needs."""
    end = nearest + side.step * _MAX_RUNS
    block = text_runs[nearest : end if end >= 0 else None : side.step]
    runs = cast("Sequence[str]", block[: block.index(None)] if None in block else block)
    # A list of links has many of one word: to add their lengths takes a quarter of the time of the loop.
    if sum(map(len, runs)) <= 2 * TEXT_CHARACTERS:
        return runs
    texts: list[str] = []
    length = 0
    for text in runs:
        if length > 2 * TEXT_CHARACTERS:
            break
        # Whitespace counts toward a run's limit; the near part of a very long run is enough.
        near = text[side.readable]
        texts.append(near)
        length += len(near.strip())
    return texts
