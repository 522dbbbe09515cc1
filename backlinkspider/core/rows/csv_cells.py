"""Write values as CSV cells that a spreadsheet opens safely, and read such cells back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any

from backlinkspider.items import Cell

CELL_MAXIMUM = 32_767
"""Characters that fit into a spreadsheet cell."""

LIST_SEPARATOR = " | "

_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # ASCII and full-width (OWASP, CSV injection)
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_ASCII_CONTROLS = bytes([*range(32), 127])
_CONTROLS = re.compile(f"[{_CONTROL}]+")
_LEADING_FORMULA = re.compile(rf"\s*[{_FORMULA}]")
_LEADING_GUARD = re.compile(rf"'(?=\s*[{_FORMULA}])")
# A spreadsheet that separates by semicolons may split a cell of this comma-separated file.
_FORMULA_AFTER_SEMICOLON = re.compile(rf";(?=[\s\"]*[{_FORMULA}])")
_GUARD_AFTER_SEMICOLON = re.compile(rf";'(?=[\s\"]*[{_FORMULA}])")
_MAY_BEGIN_FORMULA = frozenset(" =+-@\uff1d\uff0b\uff0d\uff20")


def escape_formula(value: str) -> str:
    r"""The text as a cell that no spreadsheet evaluates as a formula: one line, at most 32,767 characters.

    Prefixes the start of a formula with `'`, as OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection). Escaping
    twice changes nothing.

    >>> escape_formula("=HYPERLINK(1)"), escape_formula("two\nlines"), escape_formula("a;-b")
    ("'=HYPERLINK(1)", 'two lines', "a;'-b")
    """
    # Almost no cell needs escaping, and that is quickly seen.
    is_printable = value.isprintable()
    if is_printable and ";" not in value and value[:1] not in _MAY_BEGIN_FORMULA:
        return value[:CELL_MAXIMUM]
    text = value if is_printable else _CONTROLS.sub(" ", value)
    if ";" in text:
        text = _FORMULA_AFTER_SEMICOLON.sub(";'", text)
    if _LEADING_FORMULA.match(text):
        text = f"'{text}"
    return text[:CELL_MAXIMUM]


def unescape_formula(cell: str) -> str:
    """The text of a cell without the prefixes that `escape_formula` added.

    Collapsed control characters and text beyond the limit are lost, and so is an original `'` before a formula.

    >>> unescape_formula("'=HYPERLINK(1)"), unescape_formula("a;'-b"), unescape_formula("'quoted'")
    ('=HYPERLINK(1)', 'a;-b', "'quoted'")
    """
    if "'" not in cell:
        return cell
    text = _GUARD_AFTER_SEMICOLON.sub(";", cell)
    return text[1:] if _LEADING_GUARD.match(text) else text


def encode_csv_field(value: Cell) -> str:
    """A value as a field of a CSV line (RFC 4180); None is empty.

    >>> encode_csv_field(True), encode_csv_field(("ugc", "nofollow")), encode_csv_field('5" oak, dry'), encode_csv_field(None)
    ('true', 'ugc | nofollow', '"5"" oak, dry"', '')
    """
    write = _WRITERS.get(type(value))
    # Numbers and enumerations need no escaping.
    return str(value) if write is None else write(value)


def csv_column(values: Sequence[Cell]) -> list[str]:
    """The values of one column, each as `encode_csv_field` writes it.

    Rows of a page are written a column at a time: values that its links share are encoded once, which takes a third of the time.

    >>> csv_column(["oak", "=1", "oak, dry"])
    ['oak', "'=1", '"oak, dry"']
    """
    first = values[0]
    if values.count(first) == len(values):
        return [encode_csv_field(first)] * len(values)
    # If the last value equals the first, a few values usually repeat.
    texts = [value for value in values if type(value) is str] if first != values[-1] else []
    together = "".join(texts)
    if len(texts) < len(values) or not _need_no_escaping(texts, together):
        written = {value: encode_csv_field(value) for value in set(values)}
        return [written[value] for value in values]
    return [_quoted(text) for text in texts] if '"' in together or "," in together else texts


def _need_no_escaping(texts: Sequence[str], together: str) -> bool:
    """True if `escape_formula` would return all texts unchanged; conservatively False if any has a semicolon."""
    if ";" in together or not _is_printable(together) or not _MAY_BEGIN_FORMULA.isdisjoint({text[:1] for text in texts}):
        return False
    return len(together) <= CELL_MAXIMUM or max(map(len, texts)) <= CELL_MAXIMUM


def _is_printable(text: str) -> bool:
    """Like `str.isprintable`, but three times as fast for ASCII."""
    return len(text.encode().translate(None, _ASCII_CONTROLS)) == len(text) if text.isascii() else text.isprintable()


def _quoted(cell: str) -> str:
    if '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if "," in cell else cell


_WRITERS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    bool: lambda value: "true" if value else "false",
    tuple: lambda value: _quoted(escape_formula(LIST_SEPARATOR.join(value))) if value else "",
    str: lambda value: _quoted(escape_formula(value)),
}
