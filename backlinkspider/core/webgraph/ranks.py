"""Read the file of ranks: domains in the order of harmonic centrality, the first ones first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Rank(NamedTuple):
    """The places of a domain. Places near each other are noise: centrality is approximated."""

    harmonic_position: int | None
    pagerank_position: int | None
    hosts: int | None


class RankFinder:
    """Finds the ranks of named domains; done when it has all, or is behind the last place of interest."""

    def __init__(self, names: Iterable[bytes], last_position: int | None = None) -> None:
        self._needed = set(names)
        self._last_position = last_position
        self.ranks: dict[bytes, Rank] = {}
        self.is_done = not self._needed

    def scan(self, block: bytes) -> None:
        """Look through a block of whole lines."""
        for line in block.split(b"\n"):
            cells = line.split(b"\t")
            if len(cells) < 5 or line.startswith(b"#"):
                continue
            if self._last_position is not None and (_number(cells[0]) or 0) > self._last_position:
                self.is_done = True
                return
            if cells[4] in self._needed:
                self.ranks[cells[4]] = Rank(_number(cells[0]), _number(cells[2]), _number(cells[5]) if len(cells) > 5 else None)
        self.is_done = len(self.ranks) == len(self._needed)


def _number(cell: bytes) -> int | None:
    """A number; None for the dashes that stand where a value is missing."""
    return int(cell) if cell.isdigit() else None
