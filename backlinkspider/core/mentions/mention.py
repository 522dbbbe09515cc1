"""A mention: what one entry of a source says about a page and the URL that it points to."""

from __future__ import annotations

from typing import Any, NamedTuple


class Mention(NamedTuple):
    """One entry, as the source wrote it; nothing of it has been checked."""

    page: str
    """The URL of the page."""
    target_url: str | None
    """Where it points; None where the source does not say."""
    anchor: str | None = None
    first_seen: str | None = None
    """A date, or date and time, in ISO 8601."""
    last_seen: str | None = None
    hits: int | None = None
    evidence: str | None = None


def as_text(value: Any) -> str:
    """A text of an answer in JSON; anything else is an empty one.

    >>> as_text("a"), as_text(None), as_text(["a"])
    ('a', '', '')
    """
    return value if isinstance(value, str) else ""


def as_list(value: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list of an answer in JSON; nothing where the list is not there, and without what is not an object.

    >>> as_list({"hits": [{"a": 1}, None]}, "hits"), as_list([], "hits")
    ([{'a': 1}], [])
    """
    found = value.get(name) if isinstance(value, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
