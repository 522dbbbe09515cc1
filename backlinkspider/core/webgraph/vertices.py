r"""Read the file of vertices: `id \t reversed domain \t number of hosts` a line, sorted, ids from 0.

It was not always sorted (cc-webgraph#3, #34), so ids are read as written and never derived from line numbers. What is out of
order is only reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class OrderCheck:
    """Notices, at the ends of each block, when ids are not the line numbers."""

    def __init__(self) -> None:
        self.is_ordered = True
        self._lines = 0

    def look_at(self, lines: list[bytes]) -> None:
        if self.is_ordered and lines:
            ends = lines[0].partition(b"\t")[0], lines[-1].partition(b"\t")[0]
            self.is_ordered = ends == (b"%d" % self._lines, b"%d" % (self._lines + len(lines) - 1))
        self._lines += len(lines)


class TargetFinder:
    """Finds the ids of named domains."""

    is_done = False

    def __init__(self, names: Iterable[bytes]) -> None:
        self._patterns = {name: b"\t%s\t" % name for name in names}
        self.ids: dict[bytes, list[int]] = {name: [] for name in self._patterns}
        """More than one where the file has a name twice."""

    def scan(self, block: bytes) -> None:
        """Look through a block of whole lines."""
        for name, pattern in self._patterns.items():
            place = block.find(pattern)
            while place >= 0:
                number = block[block.rfind(b"\n", 0, place) + 1 : place]
                if number.isdigit():
                    self.ids[name].append(int(number))
                place = block.find(pattern, place + 1)


class Vertex(NamedTuple):
    """A domain of the graph."""

    number: int
    name: bytes
    hosts: int | None


class NameFinder:
    """Finds the names of ids; for a hundred thousand of them in some tens of megabytes."""

    is_done = False

    def __init__(self, ids: Iterable[int]) -> None:
        self._needed = {b"%d" % number for number in ids}
        self.order = OrderCheck()
        self._names: dict[int, bytes] = {}
        self._hosts: dict[int, int] = {}
        self._second_names: dict[Vertex, None] = {}

    @property
    def doubled(self) -> int:
        """Return how many second names there are."""
        return len(self._second_names)

    @property
    def missing(self) -> int:
        """Return how many ids have no name."""
        return len(self._needed) - len(self._names)

    def vertices(self) -> Iterator[Vertex]:
        """Yield each id with its name, and with each further one."""
        for number, name in self._names.items():
            yield Vertex(number, name, self._hosts.get(number))
        yield from self._second_names

    def scan(self, block: bytes) -> None:
        """Look through a block of whole lines."""
        lines = block.rstrip(b"\n").split(b"\n")
        self.order.look_at(lines)
        needed = self._needed
        for line in lines:
            number = line[: line.find(b"\t")]
            if number in needed:
                self._add(int(number), *line.split(b"\t")[1:3])

    def _add(self, number: int, name: bytes = b"", hosts: bytes = b"") -> None:
        count = int(hosts) if hosts.isdigit() else None
        if number not in self._names:
            self._names[number] = name
            if count is not None:
                self._hosts[number] = count
        elif (self._names[number], self._hosts.get(number)) != (name, count):
            self._second_names[Vertex(number, name, count)] = None
