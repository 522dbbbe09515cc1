"""Values as the cells of a CSV file that a spreadsheet opens safely, and such cells read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from backlinkspider.items import Cell

CELL_MAXIMUM = 32_767
"""Characters that a spreadsheet's cell can hold."""

LIST_SEPARATOR = " | "

_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # ASCII and full-width (OWASP, CSV injection)
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_CONTROLS = re.compile(f"[{_CONTROL}]+")
_LEADING_FORMULA = re.compile(rf"\s*[{_FORMULA}]")
_LEADING_GUARD = re.compile(rf"'(?=\s*[{_FORMULA}])")
# A spreadsheet that separates by semicolons splits cells that this file, separated by commas, did not.
_FORMULA_AFTER_SEMICOLON = re.compile(rf";(?=[\s\"]*[{_FORMULA}])")
_GUARD_AFTER_SEMICOLON = re.compile(rf";'(?=[\s\"]*[{_FORMULA}])")
_MAY_BEGIN_FORMULA = " =+-@\uff1d\uff0b\uff0d\uff20"


def spreadsheet_cell(value: str) -> str:
    r"""The text as a cell that no spreadsheet takes for a formula: one line, at most 32,767 characters.

    A leading `'` marks what would begin a formula, as OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection).
    A cell that has its mark gets no second one.

    >>> spreadsheet_cell("=HYPERLINK(1)"), spreadsheet_cell("two\nlines"), spreadsheet_cell("a;-b")
    ("'=HYPERLINK(1)", 'two lines', "a;'-b")
    """
    # Almost every cell needs no care, and can be told so at a glance.
    if value.isprintable() and ";" not in value and value[:1] not in _MAY_BEGIN_FORMULA:
        return value[:CELL_MAXIMUM]
    text = _FORMULA_AFTER_SEMICOLON.sub(";'", _CONTROLS.sub(" ", value))
    if _LEADING_FORMULA.match(text):
        text = f"'{text}"
    return text[:CELL_MAXIMUM]


def text_of_cell(cell: str) -> str:
    """The text that a cell was made of, without the marks that `spreadsheet_cell` put there.

    What it folded and cut is lost, and so is a `'` that stood in front of a formula before.

    >>> text_of_cell("'=HYPERLINK(1)"), text_of_cell("a;'-b"), text_of_cell("'quoted'")
    ('=HYPERLINK(1)', 'a;-b', "'quoted'")
    """
    if "'" not in cell:
        return cell
    text = _GUARD_AFTER_SEMICOLON.sub(";", cell)
    return text[1:] if _LEADING_GUARD.match(text) else text


def csv_cells(values: Iterable[Cell]) -> list[Cell]:
    """The cells of some values, for `csv.writer`; None is an empty one.

    >>> csv_cells([True, ("ugc", "nofollow"), 7, None])
    ['true', 'ugc | nofollow', 7, None]
    """
    # None, numbers and our own words are written as they are.
    return [value if (encode := _CELLS.get(type(value))) is None else encode(value) for value in values]


_CELLS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    tuple: lambda value: spreadsheet_cell(LIST_SEPARATOR.join(value)) if value else "",
    str: spreadsheet_cell,
}
