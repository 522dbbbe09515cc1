"""Results that are worth remembering: those of short texts, which come again, not of long ones, which fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Result = TypeVar("Result")

SHORT = 500
"""Characters of a text that is remembered."""


def remember_short(count: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """A decorator for a pure function of a text, whose last `count` results for short texts are kept.

    Every page of the web is hostile: without a bound on the text a cache of 4,096 entries holds what its pages like.
    """

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        remembered = lru_cache(maxsize=count)(function)

        @wraps(function)
        def look_up(text: str) -> Result:
            return remembered(text) if len(text) <= SHORT else function(text)

        return look_up

    return decorate
