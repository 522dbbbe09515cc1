"""PageRank and TrustRank of the nodes of a graph of links; the only user of NumPy.

Nodes are numbers from 0. A measure rests on the edges that are given: those of one crawl.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from numpy import float64, int32
    from numpy.typing import NDArray

    Ranks: TypeAlias = NDArray[float64]
    Numbers: TypeAlias = NDArray[int32]

Edges: TypeAlias = "array[int]"
"""An array with type code q: the node that links and the node that it links to, one pair after the other."""

Links: TypeAlias = Iterable[tuple[int, int, int]]
"""The node that links, the node that it links to, and for how many links that stands: for more than one where all of these
lead to nodes that link to none, and that nobody asks about."""

DAMPING = 0.85

_CHANGE_MAXIMUM = 1e-10
"""The sum of what a step changes, at which the ranks are right to 6e-10 in all: each step shrinks the error to DAMPING of it."""


class CentralityScores(NamedTuple):
    """What the graph says of one site."""

    pagerank: float
    trust: float | None
    """None where no trusted site is in the graph."""
    sites: int
    """The sites in the graph."""


def pagerank(edges: Edges, nodes: int) -> list[float]:
    """PageRank of each node, 1 in all (`LinkGraph.pagerank`); of pages, what is called link juice.

    >>> [round(rank, 3) for rank in pagerank(array("q", [0, 2, 1, 2]), 3)]
    [0.213, 0.213, 0.574]
    """
    numbers = iter(edges)
    return LinkGraph(zip(numbers, numbers, repeat(1)), nodes).pagerank(range(nodes)) if nodes else []


class LinkGraph:
    """A directed graph, in at most 40 bytes an edge; an edge that is given twice counts twice.

    Edges are read one by one. An error in reading them is raised here.
    """

    def __init__(self, links: Links, nodes: int) -> None:
        # 0.1 seconds and 20 MB, which a crawl needs when it has ended, and one without backlinks never.
        import numpy as np  # noqa: PLC0415

        self._np = np
        self._nodes = nodes
        table = np.fromiter(chain.from_iterable(links), dtype=np.int32).reshape(-1, 3)
        # By the node linked to, so that a step adds up neighbours in memory: twice as fast as by numpy.bincount.
        order = np.argsort(table[:, 1], kind="stable")
        self._sources: Numbers = table[order, 0]
        targets: Numbers = table[order, 1]
        self._counts: Numbers | None = table[order, 2] if (table[:, 2] > 1).any() else None
        self._starts = np.flatnonzero(np.diff(targets, prepend=-1))
        self._linked: Numbers = targets[self._starts]
        links_of_node = np.bincount(table[:, 0], weights=table[:, 2], minlength=nodes)
        self._is_dead_end = links_of_node == 0
        self._share_of_link: Ranks = DAMPING / np.maximum(links_of_node, 1)

    def pagerank(self, nodes: Sequence[int]) -> list[float]:
        """PageRank of some of the nodes; that of all makes up 1.

        A reader who follows any link of a node, and with 15 % begins anew at any node, as at one without links: where such a
        reader is (Brin and Page 1998, https://doi.org/10.1016/S0169-7552(98)00110-X; Langville and Meyer 2004 for the nodes
        without links).
        """
        return self._rank(nodes, range(self._nodes))

    def trustrank(self, nodes: Sequence[int], trusted: Collection[int]) -> list[float] | None:
        """TrustRank of some of the nodes; that of all makes up 1. None when none is trusted.

        PageRank of a reader who begins anew at trusted nodes only (Gyöngyi, Garcia-Molina and Pedersen 2004,
        https://www.vldb.org/conf/2004/RS15P3.PDF); theirs loses what flows into nodes without links, which here returns to
        the trusted ones, so that the ranks are the same but for their sum.
        """
        return self._rank(nodes, sorted(set(trusted))) if trusted else None

    def _rank(self, nodes: Sequence[int], beginnings: Sequence[int]) -> list[float]:
        """The ranks of some nodes for a reader who begins anew at some, by power iteration."""
        if not nodes:
            return []
        beginning: Ranks = self._np.zeros(self._nodes)
        beginning[beginnings] = 1 / len(beginnings)
        ranks, change = beginning, 1.0
        while change > _CHANGE_MAXIMUM:
            before, ranks = ranks, self._step(ranks, beginning)
            change = float(self._np.abs(ranks - before).sum())
        asked: list[float] = ranks[list(nodes)].tolist()
        return asked

    def _step(self, ranks: Ranks, beginning: Ranks) -> Ranks:
        """Where readers are after each followed a link or began anew."""
        begun_anew = 1 - DAMPING + DAMPING * ranks[self._is_dead_end].sum()
        after: Ranks = begun_anew * beginning
        followed = (ranks * self._share_of_link)[self._sources]
        if self._counts is not None:
            followed *= self._counts
        if len(followed):
            after[self._linked] += self._np.add.reduceat(followed, self._starts)
        return after


def compute_centrality(
    links: Links, nodes: int, *, asked: Sequence[int], trusted: Collection[int] = ()
) -> list[CentralityScores]:
    """The scores of the nodes that are asked for."""
    graph = LinkGraph(links, nodes)
    trust: Iterable[float | None] = graph.trustrank(asked, trusted) or [None] * len(asked)
    return [CentralityScores(*row, nodes) for row in zip(graph.pagerank(asked), trust, strict=True)]
