"""JSON lines to the records of a table, the names of the first object being its header."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.headers import KNOWN_NAMES, normalize_name
from backlinkspider.core.tables.records import Record

_ENOUGH_NAMES = 2
"""Known names without which objects are not a table of links."""


def read_objects(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """The records of JSON lines, or of an array with an object a line, as Scrapy writes it; first their header.

    A line that is no object has its text in each cell. Raises TableError where the first object does not have two names that
    tables of links have.

    >>> list(read_objects(enumerate(['{"url_from": "http://a.com/", "url_to": "http://t.com/", "dofollow": true}'], 1)))[1].cells
    ['http://a.com/', 'http://t.com/', 'true']
    """
    names: list[str] | None = None
    for number, line in lines:
        text = line.strip("\ufeff \t\r\n,")
        if text in ("[", "]", ""):
            continue
        objects = _objects_of(text)
        if names is None:
            names = _names_of(objects[0] if objects else None)
            yield Record(number, names)
        if not objects:
            yield Record(number, [text] * len(names))
        yield from (Record(number, [_text_of(found.get(name)) for name in names]) for found in objects)


def _objects_of(text: str) -> Sequence[dict[str, Any]]:
    """The objects of a line: one, or those of an array."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    objects = found if isinstance(found, list) else [found]
    return [each for each in objects if isinstance(each, dict)]


def _names_of(first: dict[str, Any] | None) -> list[str]:
    if first is None:
        raise TableError("it is JSON, but not with one object a line")
    names = list(first)
    if len({normalize_name(name) for name in names} & KNOWN_NAMES) < _ENOUGH_NAMES:
        raise TableError(
            "it is JSON, but not rows of ours: its first object does not have url_from and url_to, or candidate and level"
        )
    return names


def _text_of(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
