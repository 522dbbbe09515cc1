"""The main text of a page: what stands in its content, without its menus, footer, sidebars and comments."""

from __future__ import annotations

import re
from functools import cache

from backlinkspider.core.hidden import ARIA_HIDDEN
from backlinkspider.core.html import UNSEEN, Document, Element
from backlinkspider.core.position import WITHOUT_CONTENT, PlaceFinder
from backlinkspider.core.position_words import Position

_NOT_READ = UNSEEN | {"noscript", "textarea", "button", "title"}
_NOT_HIDDEN = (None, ARIA_HIDDEN)
_CONTENT = Position.CONTENT  # To look a member up takes Python 3.11 as long as a call.
_NOTHING_READ_INSIDE = frozenset({"noscript", "svg", "select", "button"})

# A sign of a script that is written without spaces is counted as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['\u2019-][^\W_]+)*")

_ENCODINGS = ("latin-1", "cp1252")
"""Of one byte a character, without a script that has words of one sign: in these words are counted 20 times as fast."""


def count_words(text: str) -> int:
    """How many words a text has; of Chinese, Japanese, Thai, Lao how many signs.

    >>> count_words("It doesn't wobble: an oak-chair, 4 legs."), count_words("橡木椅")
    (7, 3)
    """
    for encoding in _ENCODINGS:
        try:
            signs = text.encode(encoding).translate(_kinds_of_bytes(encoding))
        except UnicodeEncodeError:
            continue
        # A word begins with a letter that nothing of a word stands in front of: a joint joins only what stands at both its ends.
        begins = (b" a", b" -a", b"--a") if b"-" in signs else (b" a",)
        return signs.startswith((b"a", b"-a")) + sum(map(signs.count, begins))
    return len(_WORD.findall(text))


def read_main_text(document: Document, places: PlaceFinder) -> str:
    """The main text of a page, as it is written: what `places` says is content, and does not say is hidden."""
    read: list[str] = []
    # A walk in Python takes no longer than selectors for what is read and what is not, and leaves out whole parts of the page.
    body = document.css_first("body")
    waiting = [body] if body is not None else []
    while waiting:
        element = waiting.pop()
        texts: list[str] = []
        inner: list[Element] = []
        child = element.first_child
        while child is not None:
            if not child.is_text_node:
                inner.append(child)
            elif (text := child.text_content) and not text.isspace():
                texts.append(text)
            child = child.next
        if not texts and not inner:
            continue
        place = places.place_in(element)
        if place.position in WITHOUT_CONTENT:
            continue
        tag = element.tag
        is_read = place.hidden_by in _NOT_HIDDEN and tag not in _NOT_READ
        if texts and is_read and (place.position or places.position_by_text(element)) is _CONTENT:
            read += texts
        if tag not in _NOTHING_READ_INSIDE:
            waiting += reversed(inner)
    return " ".join(read)


@cache
def _kinds_of_bytes(encoding: str) -> bytes:
    """For each byte of an encoding `a` for a letter or digit, `-` for what joins two words to one, a space for the rest."""
    characters = bytes(range(256)).decode(encoding, "replace")
    return "".join("a" if sign.isalnum() else "-" if sign in "'\u2019-" else " " for sign in characters).encode()
