"""A dict that a job persists, so that a resumed crawl can load it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

V = TypeVar("V")


class PersistentDict(dict[str, V], Generic[V]):
    """A dict that records its changes once it was restored, and drops its oldest key beyond `maximum`.

    Call `mark_changed` after changing a value in place. None is not a valid value.

    >>> pages = PersistentDict[int]()
    >>> pages.restore([("a.example", 3)])
    >>> pages.increase("a.example")
    4
    >>> list(pages.pop_changes()), list(pages.pop_changes())
    ([('a.example', 4)], [])
    """

    def __init__(self, maximum: int | None = None) -> None:
        super().__init__()
        self._maximum = maximum
        self._changed: dict[str, None] | None = None

    def __setitem__(self, key: str, value: V) -> None:
        """Set a value, and drop the oldest key beyond the maximum."""
        super().__setitem__(key, value)
        self.mark_changed(key)
        if self._maximum is not None and len(self) > self._maximum:
            del self[next(iter(self))]

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.mark_changed(key)

    def increase(self: PersistentDict[int], key: str, number: int = 1) -> int:
        """Add to the count of a key, which is 0 before the first time; return the sum."""
        count = self[key] = self.get(key, 0) + number
        return count

    def mark_changed(self, key: str) -> None:
        """Record a change of the key's value."""
        if self._changed is not None:
            self._changed[key] = None

    def restore(self, entries: Iterable[tuple[str, V]]) -> None:
        """Load persisted entries in their order, and record changes from now on."""
        for key, value in entries:
            super().__setitem__(key, value)
        self._changed = {}

    def add_missing(self, entries: Iterable[tuple[str, V]]) -> None:
        """Take entries whose keys are not there. They are not persisted here as long as they do not change."""
        for key, value in entries:
            if key not in self:
                super().__setitem__(key, value)

    def pop_changes(self) -> Iterator[tuple[str, V | None]]:
        """The entries changed since the last call, in the order of their first change; None for a deleted key."""
        changed, self._changed = self._changed, {}
        for key in changed or ():
            yield key, self.get(key)
