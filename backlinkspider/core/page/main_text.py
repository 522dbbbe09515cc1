"""Decide which text is the main text of a page, without menus, footer, sidebars and comments, and count its words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.page.hidden import ARIA_HIDDEN
from backlinkspider.core.page.position import Location, PositionClassifier
from backlinkspider.core.page.position_words import Position

_NOT_MAIN_TEXT = UNSEEN | {"noscript", "textarea", "button", "title"}
_NOT_HIDDEN = (None, ARIA_HIDDEN)
_MOVED = "transform:translate"
"""A carousel moves the text that it shows next."""

_CONTENT = Position.CONTENT  # In Python 3.11 looking up an Enum member costs as much as a call.
WITHOUT_MAIN_TEXT = frozenset({"noscript", "svg", "select", "button"})
"""Elements whose descendants never hold main text."""

# In scripts without spaces each character counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['\u2019-][^\W_]+)*")

_ENCODINGS = ("latin-1", "cp1252")
"""Single-byte encodings without such scripts, in which counting is 20 times as fast."""


def count_words(text: str) -> int:
    """Count the words in a text; in Chinese, Japanese, Thai and Lao, the characters.

    >>> count_words("It doesn't wobble: an oak-chair, 4 legs."), count_words("橡木椅")
    (7, 3)
    """
    for encoding in _ENCODINGS:
        try:
            kinds = text.encode(encoding).translate(_kinds_of_bytes(encoding))
        except UnicodeEncodeError:
            continue
        # A joiner joins only if there is a letter on both sides.
        word_starts = (b" a", b" -a", b"--a") if b"-" in kinds else (b" a",)
        return kinds.startswith((b"a", b"-a")) + sum(map(kinds.count, word_starts))
    # A letter and its accent may be two characters, of which the second is not a letter.
    return len(_WORD.findall(unicodedata.normalize("NFC", text)))


def is_main_text(element: Element, location: Location, classifier: PositionClassifier) -> bool:
    """Return whether an element's own texts are main text: visible, and positioned in the content."""
    hidden = location.hidden_by
    if element.tag in _NOT_MAIN_TEXT or (hidden not in _NOT_HIDDEN and not hidden.startswith(_MOVED)):
        return False
    return (location.position or classifier.layout.position_by_density(element)) is _CONTENT


@cache
def _kinds_of_bytes(encoding: str) -> bytes:
    """Map each byte of an encoding to `a` (letter or digit), `-` (joins two words) or a space."""
    characters = bytes(range(256)).decode(encoding, "replace")
    return "".join("a" if char.isalnum() else "-" if char in "'\u2019-" else " " for char in characters).encode()
