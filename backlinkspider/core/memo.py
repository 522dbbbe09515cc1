"""What is worth remembering: short texts, which come again, not long ones, which fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import TypeVar

Result = TypeVar("Result")

MAX_KEY_LENGTH = 500
"""Characters of a text that is remembered."""


def cache_short_strings(count: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """A decorator for a pure function of a text, whose last `count` results for short texts are kept.

    Every page of the web is hostile: without a bound on the text a cache of 4,096 entries holds what its pages like.
    """

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        remembered = lru_cache(maxsize=count)(function)

        @wraps(function)
        def look_up(text: str) -> Result:
            return remembered(text) if len(text) <= MAX_KEY_LENGTH else function(text)

        return look_up

    return decorate


def bounded_key(text: str) -> str:
    """A text under which something is remembered: itself, or a hash of a long one; an address may have 8,000 characters.

    >>> bounded_key("https://example.com/"), len(bounded_key("https://example.com/" + "x" * 8_000))
    ('https://example.com/', 32)
    """
    return text if len(text) <= MAX_KEY_LENGTH else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
