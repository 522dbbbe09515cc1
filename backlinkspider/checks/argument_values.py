"""Arguments as programs give them, which a command line gives as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backlinkspider.core.exceptions import ArgumentError


def argument_texts(given: Mapping[str, object]) -> dict[str, str]:
    """Return the values of arguments as text; None is left out. Raises ArgumentError.

    >>> argument_texts({"target": "example.com", "seeds": ["a.example", "b.example"], "wait": True, "shard": None})
    {'target': 'example.com', 'seeds': 'a.example,b.example', 'wait': 'true'}
    """
    return {name: _text_of(name, value) for name, value in given.items() if value is not None}


def _text_of(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{key}:{_part(name, part)}" for key, part in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(_part(name, part) for part in value)
    return str(value)


def _part(name: str, value: object) -> str:
    text = str(value)
    if "," in text:
        raise ArgumentError(
            f"{name} has '{text}' in its list, and a comma separates values: write the comma as %2C, or name a file"
        )
    return text
