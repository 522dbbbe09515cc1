"""Markup that would cost an HTML parser the square of its size, made harmless before it is parsed.

A parser that follows the HTML Standard walks the stack of open elements for many tags, repeats open formatting elements in each
new block, and compares each attribute of a tag with those before it: 16 MB of `<div>` take it hours, 10 MB of `<font><p>` all
memory. Browsers stop nesting at a depth of 512; so does `bound_markup`. It also ends a page that has more links or tags than
there is room for: a million links in 16 MB take 1.3 GB.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

NESTING_MAXIMUM = 512
"""Open elements, beyond which a further one is not opened; what browsers take."""

FORMATTING_MAXIMUM = 8
"""Open formatting elements, likewise: a parser repeats all of them in every block that begins before they end."""

ATTRIBUTES_MAXIMUM = 512
"""Attributes of one tag."""

LINKS_MAXIMUM = 20_000
"""Links of a page, unless the setting BACKLINKS_MAX_LINKS_PER_PAGE says otherwise."""

PARTS_MAXIMUM = 700_000
"""Tags and attributes of a page, of which a parser makes some 200 bytes each; the largest of 300 real pages has 6,000."""


class MarkupRoom(NamedTuple):
    """How much of a page is parsed."""

    links: int = LINKS_MAXIMUM
    parts: int = PARTS_MAXIMUM
    """Tags and attributes."""


class BoundMarkup(NamedTuple):
    """Markup that can be parsed."""

    text: str
    links_left_out: int
    """Link tags behind the end of the text, about: those in comments and scripts are counted too."""
    room: MarkupRoom
    """What is left for the documents inside."""


_TAGS_WITHOUT_CARE = 1_000
"""Tags of a page that cannot cost much, however they nest."""

_NESTING_WITHOUT_CARE = 200
_FORMATTING_WITHOUT_CARE = 32
"""Open elements, and open formatting elements, of a page of ordinary size that cannot cost much either."""

_LENGTH_WITHOUT_CARE = 100_000
"""Characters of a page, likewise, however many attributes its tags have."""

_LENGTH_TO_SEARCH = 1_000_000
_TAGS_TO_COUNT = 10_000
"""Characters and tags of a page up to which a search for a tag of many attributes is enough; it takes a sixth of the time."""

# No part of it goes back, and names are short, so that a search takes no more than some characters for each one of the text.
_MANY_ATTRIBUTES = re.compile(
    r"""
    <[a-z](?: [^\s/>]{100}               # a long name, or
    | [^\s/>]{0,99}+ (?:[\s/]++
        (?: [^\s/>=]{500} | =?[^\s/>=]{1,499}+ (?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)? | =)
      ){150}+                           # many attributes
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)

# A token ends where it ends, or with the text, so that the search never goes back (https://html.spec.whatwg.org/#tokenization).
_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))       # a comment
    | <!\[CDATA\[                      # text in drawings and formulas, elsewhere a comment up to the next >
    | <[!?][^>]*>?                     # a comment that is written wrong
    | <(/?)([a-z][^\s/>]*)             # a tag, and its attributes:
      ((?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>|\Z)))?)*+)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_FEW_ATTRIBUTES = r"""(?:\s++[^\s"'<>/=]++=(?:"[^"]*+"|'[^']*+')){0,20}+\s*+"""
# Links around nothing but a text, and tags for which nothing is counted, as most are written: all that stand after each other are
# passed over, a hundred at once. A page of little but links takes a tenth of the time so, large real pages nine tenths.
_HARMLESS = re.compile(
    rf"(?:[^<]*+<(?:a{_FEW_ATTRIBUTES}>[^<]*+</a>|/?(?:li|p|td|tr|br|img|meta|link|input|dd|dt|th){_FEW_ATTRIBUTES}/?>)){{0,100}}+"
)
_LINK_TAGS = frozenset({"a", "area", "link", "iframe", "frame", "form"})
_ADDRESS = re.compile(r"\b(?:href|src|action)\b", re.IGNORECASE)
_LINK_STARTS = tuple(
    f"<{name}{space}" for tag in ("a", *sorted(_LINK_TAGS - {"a"})) for name in (tag, tag.upper()) for space in " \n"
)
"""How a link tag begins, nearly always: to look for these takes a tenth of the time of a regular expression."""

_WORDS_OF_VALUES = 4
"""Words between white space in a tag that are counted as one attribute: values have words too."""
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
_CDATA = "<![CDATA["
_RAW_ENDS = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
"""Elements that hold text, not markup, and what ends them."""

_ATTRIBUTE = re.compile(r"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?""")

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED_BY_THE_NEXT = {
    *("html", "head", "body", "p", "li", "dt", "dd"),
    *("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_NEVER_OPEN = _VOID | _CLOSED_BY_THE_NEXT
"""Elements that do not nest by themselves."""
_NEVER_BOUND = _NEVER_OPEN | {"a", "template", "frameset", "frame"}
"""Elements that stay, because a link depends on them or they do not nest."""

_FOREIGN = frozenset({"svg", "math"})
_EMBEDS_HTML = frozenset({"foreignobject", "annotation-xml"})
_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
"""https://html.spec.whatwg.org/#formatting, without links, which do not nest."""

_IN_PLACE = "br"
"""An element without content, in drawings and formulas too, which takes the place of one that would be nested too deep."""


def bound_markup(text: str, room: MarkupRoom | None = None) -> BoundMarkup:
    """The text of a page with its nesting, attributes, links and tags bounded; a page of ordinary size is not looked at.

    >>> deep = bound_markup("<div>" * 20_000 + "<a href=x>").text
    >>> deep.count("<div>"), deep.endswith("<br><a href=x>")
    (512, True)

    It keeps the first link beyond the room, by which whoever reads the links sees that there were more:

    >>> bound_markup("<a href=x>oak</a>" * 30_000).links_left_out
    9999
    """
    room = room or MarkupRoom()
    tags = text.count("<")
    if room.parts == PARTS_MAXIMUM and not _is_large(text, tags):
        return BoundMarkup(text, 0, room._replace(parts=room.parts - tags))
    return _bound_large(text, room)


def _bound_large(text: str, room: MarkupRoom) -> BoundMarkup:
    elements = _OpenElements()
    left = _RoomLeft(room)
    pieces: list[str] = []
    end = place = 0
    while left.is_enough():
        harmless = "" if elements.is_foreign else _harmless_at(text, place)
        if harmless:
            left.spend_on_harmless(harmless, elements.copies)
            place += len(harmless)
            continue
        token = _TOKEN.search(text, place)
        if token is None:
            place = len(text)
            break
        place = token.end()
        slash, tag, attributes = token.groups()
        if tag is None:
            place = _end_of_cdata(text, token, is_foreign=elements.is_foreign)
            continue
        name = tag.lower()
        left.spend_on_tag(name, attributes, 0 if slash else elements.copies)
        # Half of the tags of a page are of this kind, for which nothing is counted.
        never_opens = name in _NEVER_OPEN and not elements.is_foreign
        if slash:
            if not never_opens:
                elements.close(name)
            continue
        has_room = never_opens or elements.open(name, is_closed=attributes.endswith("/"))
        kept = attributes if len(attributes) < 2 * ATTRIBUTES_MAXIMUM else _bound_attributes(attributes)
        if not has_room or kept is not attributes:
            pieces += (text[end : token.start()], "<", name if has_room else _IN_PLACE, kept)
            end = token.end()
        if has_room and not elements.is_foreign:
            place = _behind_raw_text(text, place, name)
    if not pieces and place >= len(text):
        return BoundMarkup(text, 0, left.room())
    # A tag that ends the page is whole.
    place += text.startswith(">", place)
    pieces.append(text[end:place])
    return BoundMarkup("".join(pieces), _count_links(text, place), left.room())


class _RoomLeft:
    """Counts what a parser would make of what is passed over, rather too much than too little."""

    def __init__(self, room: MarkupRoom) -> None:
        self._links, self._parts = room

    def is_enough(self) -> bool:
        """Return whether there is room for more."""
        return self._links >= 0 and self._parts >= 0

    def room(self) -> MarkupRoom:
        """Return what is left."""
        return MarkupRoom(self._links, self._parts)

    def spend_on_harmless(self, text: str, copies: int) -> None:
        """Count tags that `_HARMLESS` matches; a block repeats each open formatting element, of which there are `copies`."""
        tags = text.count("<")
        self._parts -= tags + (tags - text.count("</")) * copies + text.count("=")
        self._links -= min(text.count("<a") + text.count("<link"), text.lower().count("href"))

    def spend_on_tag(self, name: str, attributes: str, copies: int) -> None:
        """Count a tag, likewise."""
        if name not in _FORMATTING:
            self._parts -= copies
        self._parts -= 1 + max(attributes.count("="), len(attributes.split()) // _WORDS_OF_VALUES)
        if name in _LINK_TAGS and _ADDRESS.search(attributes):
            self._links -= 1


def _count_links(text: str, place: int) -> int:
    return sum(text.count(start, place) for start in _LINK_STARTS)


def _harmless_at(text: str, place: int) -> str:
    """The tags that need no look, from a place on; empty where the first needs one."""
    harmless = _HARMLESS.match(text, place)
    assert harmless is not None, "it matches no text too"
    return harmless[0]


def _behind_raw_text(text: str, place: int, name: str) -> int:
    """Where the markup goes on behind a tag: for one that holds text, where it ends."""
    if name not in _RAW_ENDS:
        return place
    closing = _RAW_ENDS[name].search(text, place)
    return closing.start() if closing else len(text)


def _end_of_cdata(text: str, token: re.Match[str], *, is_foreign: bool) -> int:
    if token[0] != _CDATA:
        return token.end()
    closing = "]]>" if is_foreign else ">"
    found = text.find(closing, token.end())
    return found + len(closing) if found >= 0 else len(text)


class _OpenElements:
    """Counts what a parser would hold open, rather too much than too little.

    In drawings and formulas (foreign content) only the end of the whole counts, and not even that where HTML is embedded.
    """

    def __init__(self) -> None:
        self.is_foreign = False
        """Whether what comes belongs to a drawing or formula."""
        self._by_name: dict[str, int] = {}
        self._depth = 0
        self._formatting = 0
        self._foreign_level = 0
        self._depth_outside = 0
        self._embeds_html = False

    @property
    def copies(self) -> int:
        """How many elements a parser makes besides each block."""
        return min(self._formatting, FORMATTING_MAXIMUM)

    def open(self, name: str, *, is_closed: bool) -> bool:
        """Return whether there is room for an element, which is then open if it nests."""
        if name not in _NEVER_BOUND:
            if self._depth >= NESTING_MAXIMUM or (name in _FORMATTING and self._formatting >= FORMATTING_MAXIMUM):
                return False
        elif self.is_foreign and self._depth >= 2 * NESTING_MAXIMUM:
            # In a drawing everything nests that is not closed, links and void elements too.
            return False
        if name in _FOREIGN or self.is_foreign:
            self._open_foreign(name, is_closed=is_closed)
        elif name not in _NEVER_OPEN:
            self._count(name, 1)
        return True

    def close(self, name: str) -> None:
        """Closes the last open element of that name, if there is one."""
        if self.is_foreign:
            self._close_foreign(name)
        elif self._by_name.get(name):
            self._count(name, -1)

    def _open_foreign(self, name: str, *, is_closed: bool) -> None:
        if is_closed:
            return
        if not self.is_foreign:
            self._depth_outside = self._depth
            self._embeds_html = False
        self._depth += 1
        self._foreign_level += name in _FOREIGN
        self.is_foreign = self._foreign_level > 0
        self._embeds_html |= name in _EMBEDS_HTML

    def _close_foreign(self, name: str) -> None:
        if name not in _FOREIGN or self._embeds_html:
            return
        self._foreign_level -= 1
        self.is_foreign = self._foreign_level > 0
        if not self.is_foreign:
            self._depth = self._depth_outside

    def _count(self, name: str, change: int) -> None:
        self._by_name[name] = self._by_name.get(name, 0) + change
        self._depth += change
        if name in _FORMATTING:
            self._formatting += change


def _is_large(text: str, tags: int) -> bool:
    if tags > _TAGS_TO_COUNT or len(text) > _LENGTH_TO_SEARCH:
        return True
    if len(text) > _LENGTH_WITHOUT_CARE and _MANY_ATTRIBUTES.search(text):
        return True
    return tags > _TAGS_WITHOUT_CARE and _may_nest_deep(text)


def _may_nest_deep(text: str) -> bool:
    """Return whether so many elements may be open at once that it matters; counts rather too many."""
    depth = depth_outside = formatting = 0
    is_foreign = False
    for tag in _TAG.findall(text):
        # To lower the few names costs less than to lower the text.
        name = tag if tag.islower() else tag.lower()
        is_end = name[0] == "/"
        if is_end:
            name = name[1:]
        if name in _FOREIGN and is_foreign == is_end:
            # The end of a drawing ends all that is open in it.
            if is_end:
                depth = depth_outside
            else:
                depth_outside = depth
            is_foreign = not is_end
        if is_end:
            depth -= depth > 0
            formatting -= formatting > 0 and name in _FORMATTING
        elif is_foreign or name not in _NEVER_OPEN:
            depth += 1
            formatting += name in _FORMATTING
            if depth > _NESTING_WITHOUT_CARE or formatting > _FORMATTING_WITHOUT_CARE:
                return True
    return False


def _bound_attributes(attributes: str) -> str:
    kept = [attribute[0] for attribute in islice(_ATTRIBUTE.finditer(attributes), ATTRIBUTES_MAXIMUM + 1)]
    return attributes if len(kept) <= ATTRIBUTES_MAXIMUM else " " + " ".join(kept[:ATTRIBUTES_MAXIMUM])
