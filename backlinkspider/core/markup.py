"""Markup that would cost an HTML parser the square of its size, made harmless before it is parsed.

A parser that follows the HTML Standard walks the stack of open elements for many tags, repeats open formatting elements in each
new block, and compares each attribute of a tag with those before it: 16 MB of `<div>` take it hours, 10 MB of `<font><p>` all
memory. Browsers stop nesting at a depth of 512; so does `bound_markup`.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

NESTING_MAXIMUM = 512
"""Open elements, beyond which a further one is not opened; what browsers take."""

FORMATTING_MAXIMUM = 8
"""Open formatting elements, likewise: a parser repeats all of them in every block that begins before they end."""

ATTRIBUTES_MAXIMUM = 512
"""Attributes of one tag."""

_TAGS_WITHOUT_CARE = 10_000
"""Tags of a page that cannot cost more than a second, however they nest."""

_LENGTH_WITHOUT_CARE = 100_000
"""Characters of a page, likewise, however many attributes its tags have."""

# One alternative always matches to its end, or to the end of the text, so that the search never goes back
# (https://html.spec.whatwg.org/#tokenization).
_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))                     # a comment
    | <(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>]).*?(?:</\1(?=[\s/>])|\Z)  # text, not markup
    | <(/?)([a-z][^\s/>]*)                          # a tag, and its attributes:
      ((?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>|\Z)))?)*+)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?""")

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED_BY_THE_NEXT = {
    *("html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "rp", "rt"),
    *("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_NEVER_OPEN = _VOID | _CLOSED_BY_THE_NEXT
"""Elements that do not nest by themselves."""
_NEVER_BOUND = _NEVER_OPEN | {"a", "template", "frameset", "frame"}
"""Elements that stay, because a link depends on them or they do not nest."""

_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
"""https://html.spec.whatwg.org/#formatting, without links, which do not nest."""

_IN_PLACE = "br"
"""An element without content, in drawings and formulas too, which takes the place of one that would be nested too deep."""


def bound_markup(text: str) -> str:
    """The text of a page with its nesting and its attributes bounded; a page of ordinary size is not looked at.

    >>> deep = bound_markup("<div>" * 20_000 + "<a href=x>")
    >>> deep.count("<div>"), deep.endswith("<br><a href=x>")
    (512, True)
    """
    if not _is_large(text):
        return text
    elements = _OpenElements()
    pieces: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token[3] is None:
            continue
        name = token[3].lower()
        if token[2]:
            elements.close(name)
            continue
        has_room = elements.open(name)
        attributes = token[4]
        kept = _bound_attributes(attributes)
        if not has_room or kept is not attributes:
            pieces += (text[end : token.start()], "<", name if has_room else _IN_PLACE, kept)
            end = token.end()
    pieces.append(text[end:])
    return "".join(pieces)


class _OpenElements:
    """Counts what a parser would hold open."""

    def __init__(self) -> None:
        self._by_name: Counter[str] = Counter()
        self._depth = 0
        self._formatting = 0

    def open(self, name: str) -> bool:
        """Whether there is room for an element, which is then open if it nests."""
        if name not in _NEVER_BOUND and (
            self._depth >= NESTING_MAXIMUM or (name in _FORMATTING and self._formatting >= FORMATTING_MAXIMUM)
        ):
            return False
        if name not in _NEVER_OPEN:
            self._count(name, 1)
        return True

    def close(self, name: str) -> None:
        """Closes the last open element of that name, if there is one."""
        if self._by_name[name]:
            self._count(name, -1)

    def _count(self, name: str, change: int) -> None:
        self._by_name[name] += change
        self._depth += change
        self._formatting += change if name in _FORMATTING else 0


def _is_large(text: str) -> bool:
    return len(text) > _LENGTH_WITHOUT_CARE or text.count("<") > _TAGS_WITHOUT_CARE


def _bound_attributes(attributes: str) -> str:
    if len(attributes) < 2 * ATTRIBUTES_MAXIMUM:
        return attributes
    kept = [attribute[0] for attribute in islice(_ATTRIBUTE.finditer(attributes), ATTRIBUTES_MAXIMUM + 1)]
    return attributes if len(kept) <= ATTRIBUTES_MAXIMUM else " " + " ".join(kept[:ATTRIBUTES_MAXIMUM])
