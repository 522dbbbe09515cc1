"""The main text of a page: what stands in its content, without its menus, footer, sidebars and comments."""

from __future__ import annotations

import re

from backlinkspider.core.hidden import ARIA_HIDDEN
from backlinkspider.core.html import UNSEEN, Document
from backlinkspider.core.position import PlaceFinder
from backlinkspider.core.position_words import Position
from backlinkspider.core.text import fold_space

_NOT_READ = ", ".join((*UNSEEN, "noscript", "noscript *", "svg *", "select *", "textarea", "button", "button *", "title"))

# A sign of a script that is written without spaces is counted as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['\u2019-][^\W_]+)*")


def count_words(text: str) -> int:
    """How many words a text has; of Chinese, Japanese, Thai, Lao how many signs.

    >>> count_words("It doesn't wobble: an oak-chair, 4 legs."), count_words("橡木椅")
    (7, 3)
    """
    return len(_WORD.findall(text))


def read_main_text(document: Document, places: PlaceFinder) -> str:
    """The main text of a page, white space folded: what `places` says is content, and does not say is hidden."""
    unread = {element.mem_id for element in document.css(_NOT_READ)}
    texts: list[str] = []
    for element in document.css("body, body *"):
        text = element.text(deep=False, separator=" ")
        if not text or text.isspace() or element.mem_id in unread:
            continue
        if places.position_in(element) is Position.CONTENT and places.hidden_by(element) in (None, ARIA_HIDDEN):
            texts.append(text)
    return fold_space(" ".join(texts))
