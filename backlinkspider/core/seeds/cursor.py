"""The position in a seed list, so that a resumed job can continue after it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any


class SeedCursor:
    """The number of seeds read so far, and a hash of them in order.

    >>> first = SeedCursor()
    >>> first.add("a.example")
    >>> second = SeedCursor()
    >>> second.restore(first.pop_changes())
    >>> [second.skip(seed) for seed in ("a.example", "b.example")], second.matches_previous_run
    ([True, False], True)
    """

    def __init__(self) -> None:
        self._number = 0
        self._hash = blake2b(digest_size=16)
        self._before = 0
        self._digest_before = self._hash.hexdigest()
        self._stored = 0

    @property
    def number(self) -> int:
        """The number of seeds read so far, by the previous run or this one."""
        return max(self._number, self._before)

    @property
    def matches_previous_run(self) -> bool:
        """True if the seeds read so far start with all those of the previous run."""
        return self._number > self._before or (self._number == self._before and self._hash.hexdigest() == self._digest_before)

    def add(self, seed: str) -> None:
        self._number += 1
        self._hash.update(seed.encode("utf-8", "surrogatepass") + b"\n")

    def skip(self, seed: str) -> bool:
        """True if the seed at this position was read by the previous run; it is then added again."""
        if self._number >= self._before:
            return False
        self.add(seed)
        return True

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Load the position of the previous run."""
        for _, (number, digest) in entries:
            self._before = self._stored = number
            self._digest_before = digest

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """The position, if it has moved since the last call."""
        if self._number > self._stored:
            self._stored = self._number
            yield "seeds", (self._number, self._hash.hexdigest())
