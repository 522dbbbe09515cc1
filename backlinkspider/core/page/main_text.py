"""The main text of a page: what stands in its content, without its menus, footer, sidebars and comments."""

from __future__ import annotations

import re
from functools import cache

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.page.hidden import ARIA_HIDDEN
from backlinkspider.core.page.position import Place, PositionClassifier
from backlinkspider.core.page.position_words import Position

_NOT_READ = UNSEEN | {"noscript", "textarea", "button", "title"}
_NOT_HIDDEN = (None, ARIA_HIDDEN)
_CONTENT = Position.CONTENT  # To look a member up takes Python 3.11 as long as a call.
NOTHING_READ_INSIDE = frozenset({"noscript", "svg", "select", "button"})
"""Elements inside which no other holds main text."""

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


def is_main_text(element: Element, place: Place, places: PositionClassifier) -> bool:
    """Whether the own texts of an element are main text: `places` says that it is content, and does not say that it is hidden."""
    if place.hidden_by not in _NOT_HIDDEN or element.tag in _NOT_READ:
        return False
    return (place.position or places.position_by_text(element)) is _CONTENT


@cache
def _kinds_of_bytes(encoding: str) -> bytes:
    """For each byte of an encoding `a` for a letter or digit, `-` for what joins two words to one, a space for the rest."""
    characters = bytes(range(256)).decode(encoding, "replace")
    return "".join("a" if sign.isalnum() else "-" if sign in "'\u2019-" else " " for sign in characters).encode()
