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
        self._found: dict[bytes, bytes | None] = dict.fromkeys(names)
        """The cells of a domain, which take half of the memory that numbers do."""
        self._missing = len(self._found)
        self._last_position = last_position
        self.is_done = not self._missing

    def rank_of(self, name: bytes) -> Rank | None:
        """Return the places of a domain; None for one that was not found."""
        cells = self._found.get(name)
        return Rank(*map(_number, cells.split(b"\t"))) if cells is not None else None

    def scan(self, block: bytes) -> None:
        """Look through a block of whole lines."""
        for line in block.split(b"\n"):
            cells = line.split(b"\t")
            if len(cells) < 5 or line.startswith(b"#"):
                continue
            if self._last_position is not None and (_number(cells[0]) or 0) > self._last_position:
                self.is_done = True
                return
            if cells[4] in self._found:
                self._missing -= self._found[cells[4]] is None
                self._found[cells[4]] = b"\t".join((cells[0], cells[2], cells[5] if len(cells) > 5 else b""))
        self.is_done = not self._missing


def _number(cell: bytes) -> int | None:
    """A number; None for the dashes that stand where a value is missing."""
    return int(cell) if cell.isdigit() else None
