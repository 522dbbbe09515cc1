"""Which seeds of a list have been read, so that the reading can go on."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any


class SeedCursor:
    """How many seeds were read, and a hash of them in their order.

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
    def matches_previous_run(self) -> bool:
        """Whether the seeds so far begin with all those that were read before."""
        return self._number > self._before or (self._number == self._before and self._hash.hexdigest() == self._digest_before)

    def add(self, seed: str) -> None:
        """Notes that a seed was read."""
        self._number += 1
        self._hash.update(seed.encode("utf-8", "surrogatepass") + b"\n")

    def skip(self, seed: str) -> bool:
        """Whether a seed, by its number, was read before; if so it is noted again."""
        if self._number >= self._before:
            return False
        self.add(seed)
        return True

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Takes what was kept of an earlier reading."""
        for _, (number, digest) in entries:
            self._before = self._stored = number
            self._digest_before = digest

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """What is new since this was last asked."""
        if self._number > self._stored:
            self._stored = self._number
            yield "seeds", (self._number, self._hash.hexdigest())
