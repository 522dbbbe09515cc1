"""Read the widths of columns from the classes of grids, and tell a side column from the text beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from backlinkspider.core.html.parser import Element
from backlinkspider.core.page.text_lengths import LITTLE_TEXT, TextLengths

_TWELFTHS = re.compile(
    # Bootstrap, WPBakery; Bootstrap 2; 960; Foundation; Webflow; Squarespace; the sixteenths of others are close enough.
    r"(?:^|[\s_])(?:(?:vc_)?col-(?:xs|sm|md|lg|xl|xxl)-|col-|span-?|grid_|large-|medium-|w-col-|sqs-col-|g-col-)(\d{1,2})(?=\s|$)"
)
_PERCENT = re.compile(r"(?:elementor-col-|wp-block-column\D{0,40}?|pure-u-)(\d{2,3})(?=\s|$|%)")
_FRACTION = re.compile(
    r"(?:et_pb_column_|fusion_builder_column_|uk-width-(?:\w+@)?|pure-u-(?:\w+-)?|w-|u-w)(\d)[_/-](\d)(?=\s|$|@)"
)
_BULMA = re.compile(r"(?:^|\s)is-(\d{1,2})(?:-(?:tablet|desktop|widescreen|fullhd))?(?=\s|$)")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_WORDS = {word: Fraction(twelfths, 12) for twelfths, word in enumerate(_NUMBERS, 1)}
_SPELT = re.compile(rf"(?:^|\s)({'|'.join(_WORDS)})(?:col| columns?)(?=\s|$)")
_THIRDS = re.compile(r"(?:^|\s)(one|two|three)-(half|third|quarter|fourth)s?(?=\s|$)")
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4}
_HINT = re.compile("col|span|grid|large-|medium-|-half|-third|-quarter|-fourth|width|pure-u|w-")
"""Every name of a width has one of these; one search for them takes a tenth of the time of all names."""

_TWELVE = 12

_SIDES = "left|right|izq|izquierda|der|derecha|gauche|droite|sinistra|destra|sx|dx|esquerda|direita|links|rechts|lewa|prawa"
_NAME_OF_SIDE = re.compile(
    rf"(?:^|\s)(?:(?:col|columna?|colonn[ae]|coluna|spalte|kolumna)[-_]?(?:{_SIDES})|(?:main|page|body|wrap)[-_]?(?:left|right))"
    r"[-_]?\d?(?=\s|$)",
    re.IGNORECASE,
)
_COLUMN_TAGS = frozenset({"div", "td", "section", "main", "article"})

_NARROW = Fraction(5, 12)
_WIDE = Fraction(7, 12)
_WIDTH_OF_CELL = re.compile(r"\s*(\d{1,4})(?:\.\d+)?\s*(%?)")
_NARROW_PIXELS = 320
_SHARE_OF_TEXT = 0.3
"""The cell with the text has more of what the page has outside links."""

_SIBLINGS = 4
"""Columns on each side that are looked at."""

_TEXT_OF_WIDE_COLUMN = 600
"""Characters outside links that make a column that of the text."""

_SHARE_BESIDE = 0.4
"""A side column has less text outside links, compared with the wide one."""


def column_width(classes: str) -> Fraction | None:
    """Return the share of the row that an element is wide, by its classes; the widest where they name several screens.

    >>> column_width("col-xs-12 col-md-4"), column_width("et_pb_column et_pb_column_2_3"), column_width("colour-4")
    (Fraction(1, 3), Fraction(2, 3), None)
    >>> column_width("column is-3-desktop")
    Fraction(1, 4)
    """
    if not may_be_column(classes):
        return None
    widths = [width for width in _widths(classes) if 0 < width < 1]
    return min(widths, default=None)


def may_be_column(classes: str) -> bool:
    """Return whether classes may name a width."""
    return _HINT.search(classes) is not None


def is_narrow(width: Fraction | None) -> bool:
    """Return whether a column may stand beside a wide one."""
    return width is not None and width <= _NARROW


def is_named_for_side(element_id: str, classes: str) -> bool:
    """Return whether an id or class calls a column left or right: that of the text may be, too.

    >>> is_named_for_side("mainleft", ""), is_named_for_side("", "colDer"), is_named_for_side("", "left")
    (True, True, False)
    """
    names = f"{element_id} {classes}"
    return element_id in ("left", "right") or _NAME_OF_SIDE.search(names) is not None


def is_narrow_cell(width: str) -> bool:
    """Return whether a cell of this width, in a table that lays out a page, may be a column beside a wide one.

    >>> is_narrow_cell("150"), is_narrow_cell("25%"), is_narrow_cell("640"), is_narrow_cell("auto")
    (True, True, False, False)
    """
    written = _WIDTH_OF_CELL.match(width)
    return written is not None and int(written[1]) <= (_NARROW * 100 if written[2] else _NARROW_PIXELS)


def is_side_cell(cell: Element, lengths: TextLengths) -> bool:
    """Return whether a narrow cell stands beside one that holds the text."""
    for sibling in (*_siblings(cell, lambda element: element.prev), *_siblings(cell, lambda element: element.next)):
        is_wide = sibling.tag == "td" and not is_narrow_cell(sibling.attributes.get("width") or "")
        # A table of dates and descriptions has narrow cells too.
        if is_wide and lengths.has_budget() and lengths.share_of_page(sibling) > _SHARE_OF_TEXT:
            text = lengths.outside_links(sibling)
            return text > LITTLE_TEXT and lengths.outside_links(cell) < _SHARE_BESIDE * text
    return False


def is_side_column(column: Element, lengths: TextLengths) -> bool:
    """Return whether a column that is narrow, or has only the name of a side, stands beside a wide one that holds the text."""
    is_narrow_by_class = is_narrow(column_width(column.attributes.get("class") or ""))
    for sibling in (*_siblings(column, lambda element: element.prev), *_siblings(column, lambda element: element.next)):
        width = column_width(sibling.attributes.get("class") or "")
        is_wide = width >= _WIDE if width is not None else not is_narrow_by_class and sibling.tag in _COLUMN_TAGS
        if is_wide and lengths.has_budget():
            text = lengths.outside_links(sibling)
            if text > _TEXT_OF_WIDE_COLUMN and lengths.outside_links(column) < _SHARE_BESIDE * text:
                return True
    return False


def _widths(classes: str) -> Iterator[Fraction]:
    yield from (Fraction(int(number), _TWELVE) for number in _TWELFTHS.findall(classes))
    if "column" in classes.split():
        yield from (Fraction(int(number), _TWELVE) for number in _BULMA.findall(classes))
    yield from (Fraction(int(number), 100) for number in _PERCENT.findall(classes))
    yield from (Fraction(int(number), int(whole)) for number, whole in _FRACTION.findall(classes) if whole != "0")
    yield from (_WORDS[word] for word in _SPELT.findall(classes))
    yield from (_WORDS[number] * _TWELVE / _PARTS[part] for number, part in _THIRDS.findall(classes))


def _siblings(column: Element, step: Callable[[Element], Element | None]) -> Iterator[Element]:
    found, node = 0, step(column)
    while node is not None and found < _SIBLINGS:
        if node.is_element_node and node.first_child is not None:
            found += 1
            yield node
        node = step(node)
