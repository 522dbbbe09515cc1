"""What origins answered when they were asked for their robots.txt: kept as they sent it, read when it is needed."""

from __future__ import annotations

from operator import itemgetter
from typing import TypeAlias

from cachetools import LRUCache
from protego import Protego

from backlinkspider.exceptions import PageRefused

_MAXIMUM_BYTES = 512_000
"""Of a longer robots.txt only the beginning counts; at least 500 KiB (RFC 9309, 2.5)."""

_BYTES_KEPT = 32_000_000
"""Bytes of the answers that are kept, those used last; an origin that comes back after others is asked again."""

_BYTES_OF_ANSWER = 500
"""Bytes of an answer beside its text."""

_BYTES_READ = 4_000_000
"""Bytes of the texts whose rules are in memory, where they take 20 to 40 times as much; to read one of 8 KB takes 0.3 ms, which
is more than a page of a site can wait for where 250 sites take turns."""

_BYTES_READ_AGAIN = 16_000
"""Of texts up to this length the rules are read whenever they are wanted: those of the 50 hosts of a site that a page may name
are in memory together."""

Answer: TypeAlias = bytes | PageRefused | None
"""A robots.txt, None where there are no rules, or why nothing of the origin may be fetched."""


class _ParsedRules(LRUCache[bytes, tuple[Protego, int]]):
    """The rules in memory, by their text; nobody holds them beside it for longer than it takes to ask them."""

    def popitem(self) -> tuple[bytes, tuple[Protego, int]]:
        """The rules that were not used for longest, let go of."""
        text, (rules, size) = super().popitem()
        # They hold each other, and Python looks so seldom for such that it would find hundreds of megabytes.
        vars(rules).clear()
        return text, (rules, size)


class RobotsCache(LRUCache[str, Answer]):
    """The answers of origins, and the rules in them, in a bounded memory: any name of a site may have half a megabyte of them."""

    def __init__(self) -> None:
        super().__init__(_BYTES_KEPT, getsizeof=_size_of)
        self._rules = _ParsedRules(_BYTES_READ, getsizeof=itemgetter(1))

    def rules_for_response(self, answer: Answer) -> Protego | None:
        """The rules of an answer; None where there are none. Raises: PageRefused."""
        if answer is None:
            return None
        if isinstance(answer, PageRefused):
            # Another one: what was raised holds on to all that was at work then.
            raise type(answer)(*answer.args)
        return self.read(answer)

    def read(self, robots: bytes) -> Protego:
        """The rules of a robots.txt."""
        if robots not in self._rules:
            self._rules[robots] = parse_robots(robots), _size_of(robots)
        return self._rules[robots][0]

    def rules_of(self, origin: str) -> Protego | None:
        """The rules of an origin, read again if they were let go of; None of one that has none, or was not asked lately."""
        answer = self.get(origin)
        return self.read(answer) if isinstance(answer, bytes) else None

    def cached_rules(self, origin: str) -> Protego | None:
        """The rules of an origin, long ones only if they are in memory: a page may name many origins by turns, each with such."""
        answer = self.get(origin)
        if not isinstance(answer, bytes) or (len(answer) > _BYTES_READ_AGAIN and answer not in self._rules):
            return None
        return self.read(answer)


def truncate_robots(robots: bytes) -> bytes:
    """What counts of a robots.txt: whole lines, because half of a path forbids more than the path."""
    if len(robots) <= _MAXIMUM_BYTES:
        return robots
    return robots[: robots.rfind(b"\n", 0, _MAXIMUM_BYTES) + 1]


def parse_robots(body: bytes) -> Protego:
    """The rules of a robots.txt, whatever it is: a page in its place has none, of a long one the beginning counts."""
    return Protego.parse(truncate_robots(body).decode("utf-8-sig", "replace"))


def _size_of(answer: Answer) -> int:
    return _BYTES_OF_ANSWER + (len(answer) if isinstance(answer, bytes) else 0)
