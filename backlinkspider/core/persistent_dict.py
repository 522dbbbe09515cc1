"""What is kept of a crawl, so that another process can go on with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

V = TypeVar("V")


class PersistentDict(dict[str, V], Generic[V]):
    """A dict that can tell what has changed in it, once somebody wants to know, and forgets its oldest key beyond a number.

    A value that is changed in place is to be named with `mark_changed`; None is no value.

    >>> pages = PersistentDict[int]()
    >>> pages.restore([("a.example", 3)])
    >>> pages["a.example"] += 1
    >>> list(pages.pop_changes()), list(pages.pop_changes())
    ([('a.example', 4)], [])
    """

    def __init__(self, maximum: int | None = None) -> None:
        super().__init__()
        self._maximum = maximum
        self._changed: dict[str, None] | None = None

    def __setitem__(self, key: str, value: V) -> None:
        """Sets a value and, when that makes too many, forgets the one that was set first."""
        super().__setitem__(key, value)
        self.mark_changed(key)
        if self._maximum is not None and len(self) > self._maximum:
            del self[next(iter(self))]

    def __delitem__(self, key: str) -> None:
        """Forgets a value."""
        super().__delitem__(key)
        self.mark_changed(key)

    def mark_changed(self, key: str) -> None:
        """Notes that the value of a key has changed."""
        if self._changed is not None:
            self._changed[key] = None

    def restore(self, entries: Iterable[tuple[str, V]]) -> None:
        """Takes what was kept, in its order; from now on changes are noted."""
        for key, value in entries:
            super().__setitem__(key, value)
        self._changed = {}

    def pop_changes(self) -> Iterator[tuple[str, V | None]]:
        """The keys that have changed since this was last asked, in the order of their first change; None for one that is gone."""
        changed, self._changed = self._changed, {}
        for key in changed or ():
            yield key, self.get(key)
