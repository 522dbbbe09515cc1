r"""Find the edges that lead to some domains: `from id \t to id` a line, billions of lines, sorted; the only user of google-re2.

re2 looks for any number of targets in one pass, several times as fast as Python reads lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import re2


class EdgeFinder:
    """Finds who refers to each target. `ids` has the numbers of the targets that an id stands for; there must be one."""

    is_done = False

    def __init__(self, ids: Mapping[int, Iterable[int]]) -> None:
        self._targets = {b"%d" % number: sum(1 << target for target in set(targets)) for number, targets in ids.items()}
        self._pattern = re2.compile(b"\t(?:%s)\n" % b"|".join(self._targets))
        self.referrers: dict[int, int] = {}
        """The ids that refer to targets, with a bit for each target."""
        self.out_degrees: dict[int, int] = {}
        """To how many domains each of them refers; meaningless where the file is not sorted."""
        self.is_sorted = True
        self._tail = (-1, 0)

    def scan(self, block: bytes) -> None:
        """Look through a block of whole lines."""
        if not block.endswith(b"\n"):
            block += b"\n"
        self._check_order(block)
        counted: set[int] = set()
        for match in self._pattern.finditer(block):
            begin, end = match.span()
            source = block[block.rfind(b"\n", 0, begin) + 1 : begin]
            if not source.isdigit():
                continue
            number = int(source)
            self.referrers[number] = self.referrers.get(number, 0) | self._targets[block[begin + 1 : end - 1]]
            if number not in counted:
                counted.add(number)
                self._count(block, number)
        self._continue_run(block, counted)

    def keep_hubs(self, minimum: int) -> None:
        """Forget the numbers of links of all domains but those with very many; none are known of where the file is not sorted."""
        self.out_degrees = {node: links for node, links in self.out_degrees.items() if self.is_sorted and links >= minimum}

    def _count(self, block: bytes, number: int) -> None:
        """Add the lines of a domain in this block, and those at the end of the block before."""
        tail, before = self._tail
        known = self.out_degrees.get(number, before if number == tail else 0)
        self.out_degrees[number] = known + _lines_of(block, number)

    def _continue_run(self, block: bytes, counted: set[int]) -> None:
        """Remember how many lines of its last domain a block has: its next lines may stand in the next block."""
        tail, before = self._tail
        first, last = _id_at(block, 0), _id_at(block, _line_start(block, len(block) - 1))
        if first == tail and first in self.out_degrees and first not in counted:
            self.out_degrees[first] += _lines_of(block, first)
        self._tail = (last, _lines_of(block, last) + (before if last == tail else 0))

    def _check_order(self, block: bytes) -> None:
        first, last = _id_at(block, 0), _id_at(block, _line_start(block, len(block) - 1))
        self.is_sorted = self.is_sorted and self._tail[0] <= first <= last


def _lines_of(block: bytes, number: int) -> int:
    """How many lines of a sorted block begin with an id."""
    return block.count(b"\n", _first_line_from(block, number), _first_line_from(block, number + 1))


def _first_line_from(block: bytes, number: int) -> int:
    """Where the first line of a sorted block begins whose id is not smaller."""
    low, high = 0, len(block)
    while low < high:
        start = _line_start(block, (low + high) // 2)
        if _id_at(block, start) < number:
            low = block.index(b"\n", (low + high) // 2) + 1
        else:
            high = start
    return low


def _line_start(block: bytes, place: int) -> int:
    return block.rfind(b"\n", 0, place) + 1


def _id_at(block: bytes, start: int) -> int:
    number = block[start : block.find(b"\t", start, start + 21)]
    return int(number) if number.isdigit() else -1
