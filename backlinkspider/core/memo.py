"""Caches that keep short texts only, so that hostile pages cannot fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import TypeVar

Result = TypeVar("Result")

MAX_KEY_LENGTH = 500
"""Characters of a cached text."""


def cache_short_strings(count: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """A decorator that caches the last `count` results of a pure function for short texts."""

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        cached = lru_cache(maxsize=count)(function)

        @wraps(function)
        def look_up(text: str) -> Result:
            return cached(text) if len(text) <= MAX_KEY_LENGTH else function(text)

        return look_up

    return decorate


def bounded_key(text: str) -> str:
    """A cache key for a text: the text itself, or a hash of a long one; a URL may have 8,000 characters.

    >>> bounded_key("https://example.com/"), len(bounded_key("https://example.com/" + "x" * 8_000))
    ('https://example.com/', 32)
    """
    return text if len(text) <= MAX_KEY_LENGTH else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
