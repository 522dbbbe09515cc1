"""The main text of a page: what stands in its content, without its menus, footer, sidebars and comments."""

from __future__ import annotations

import re
from functools import cache

from backlinkspider.core.hidden import ARIA_HIDDEN
from backlinkspider.core.html import UNSEEN, Document
from backlinkspider.core.position import PlaceFinder
from backlinkspider.core.position_words import Position

_NOT_READ = ", ".join((*UNSEEN, "noscript", "noscript *", "svg *", "select *", "textarea", "button", "button *", "title"))

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
        return signs.startswith(b"a") + signs.startswith(b"-a") + sum(map(signs.count, (b" a", b" -a", b"--a")))
    return len(_WORD.findall(text))


def read_main_text(document: Document, places: PlaceFinder) -> str:
    """The main text of a page, as it is written: what `places` says is content, and does not say is hidden."""
    unread = {element.mem_id for element in document.css(_NOT_READ)}
    texts: list[str] = []
    for element in document.css("body, body *"):
        text = element.text(deep=False, separator=" ")
        if not text or text.isspace() or element.mem_id in unread:
            continue
        place = places.place_in(element)
        if place.hidden_by in (None, ARIA_HIDDEN) and places.position_in(element, place) is Position.CONTENT:
            texts.append(text)
    return " ".join(texts)


@cache
def _kinds_of_bytes(encoding: str) -> bytes:
    """For each byte of an encoding `a` for a letter or digit, `-` for what joins two words to one, a space for the rest."""
    characters = bytes(range(256)).decode(encoding, "replace")
    return "".join("a" if sign.isalnum() else "-" if sign in "'\u2019-" else " " for sign in characters).encode()
