"""The order of the groups of one site's URLs, by what was learnt of them and by how much of each waits."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from backlinkspider.core.ranking.site_memory import SiteMemory

_MANY = 8
"""URLs of a group, from which on a wrong idea of them costs more than a look at one."""

_ENOUGH = 8
"""URLs that promise something to read, before others are asked for what they lead to."""


class GroupOrder:
    """Keeps the bonus of each group (`SiteMemory.bonus`), so that the next URL is chosen without working any of them out."""

    def __init__(self, memory: SiteMemory, *, is_likely: bool) -> None:
        self._memory = memory
        self._is_likely = is_likely
        self._waiting = Counter[str]()
        self._promising: dict[str, bool] = {}
        self._promising_waiting = 0
        # While few URLs that promise something wait, and while there are enough.
        self._bonuses: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for name in memory.groups:
            self.learn(name)

    def push(self, name: str, number: int = 1) -> None:
        """Count URLs that wait."""
        before = self._waiting[name]
        self._waiting[name] = before + number
        self._promising_waiting += number * self._promising.get(name, False)
        if name not in self._promising or before < _MANY <= before + number:
            self.learn(name)

    def pop(self, name: str) -> None:
        """Count a URL that waits no more."""
        self._waiting[name] -= 1
        self._promising_waiting -= self._promising.get(name, False)
        if self._waiting[name] == _MANY - 1:
            self.learn(name)

    def learn(self, name: str) -> None:
        """Take notice of what was learnt of a group."""
        promising = self._memory.promises(name)
        self._promising_waiting += self._waiting[name] * (promising - self._promising.get(name, False))
        self._promising[name] = promising
        many_wait = self._waiting[name] >= _MANY
        for enough_waits in (False, True):
            self._bonuses[enough_waits][name] = self._memory.bonus(
                name, is_likely=self._is_likely, many_wait=many_wait, enough_waits=enough_waits
            )

    def first(self, groups: Mapping[str, Sequence[tuple[int, int, *tuple[Any, ...]]]]) -> str:
        """Return the group whose first URL comes first: by its priority with the bonus of its group, then by its age.

        `groups` has for each its URLs that wait, the first of them in front: its negative priority, its number, and whatever.
        """
        bonuses = self._bonuses[self._promising_waiting >= _ENOUGH]
        first, best, oldest = "", sys.maxsize, sys.maxsize
        # A loop takes a third of the time of `min` with a key.
        for name, waiting in groups.items():
            head = waiting[0]
            place, number = head[0] - bonuses.get(name, 0), head[1]
            if place < best or (place == best and number < oldest):
                first, best, oldest = name, place, number
        return first

    def describe(self, name: str) -> str:
        """Say what is known of a group and how it moves its URLs, for the log."""
        enough = self._promising_waiting >= _ENOUGH
        return (
            f"{self._memory.describe(name)}; bonus {self._bonuses[enough].get(name, 0)},"
            f" {self._waiting[name]} of it and {self._promising_waiting} of what promises something to read wait"
        )
