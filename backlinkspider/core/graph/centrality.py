"""How much a node of a graph of links counts, by the links that lead to it; the only user of igraph.

Nodes are numbers from 0. What a measure says rests on the edges that are given: those of one crawl.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from heapq import nsmallest
from itertools import compress, repeat
from typing import NamedTuple, TypeAlias

Edges: TypeAlias = "array[int]"
"""Of type q: the node that links and the node that it links to, one pair after the other."""

Links: TypeAlias = Iterable[tuple[int, int, int]]
"""The node that links, the node that it links to, and for how many links that stands: for more than one where all of these
lead to nodes that link to none, and that nobody asks about."""

DAMPING = 0.85

_WORK = 1_000_000_000
"""Nodes and edges that the search for distances may look at: about 15 seconds."""

_WORK_OF_A_STEP = 2
"""What a step costs where distances are asked for one by one, in steps of a search that adds them up by itself."""


class CentralityScores(NamedTuple):
    """What the graph says of one site."""

    pagerank: float
    harmonic: float
    trust: float | None
    """None where no trusted site is in the graph."""
    sites: int
    """The sites in the graph."""


class Harmonic(NamedTuple):
    """Harmonic centralities, and how they were come by."""

    values: list[float]
    sampled: int | None
    """The nodes from which the distances were measured, where those are a sample; None for exact values."""


def pagerank(edges: Edges, nodes: int) -> list[float]:
    """PageRank of each node, 1 in all (`LinkGraph.pagerank`); of pages, what is called link juice.

    >>> [round(rank, 3) for rank in pagerank(array("q", [0, 2, 1, 2]), 3)]
    [0.213, 0.213, 0.574]
    """
    numbers = iter(edges)
    return LinkGraph(zip(numbers, numbers, repeat(1)), nodes).pagerank(range(nodes)) if nodes else []


class LinkGraph:
    """A directed graph, in about 80 bytes an edge while it is built; an edge that is given twice counts twice.

    What is given is read one by one: igraph makes Python's numbers of an array first, which takes 90 bytes an edge more. What
    reading it raises, this raises.
    """

    def __init__(self, links: Links, nodes: int) -> None:
        from igraph import Graph  # noqa: PLC0415 - takes 10 MB, when a crawl has ended

        self._graph = Graph(n=nodes, directed=True)
        self._nodes = nodes
        counts: list[int] = []
        try:
            self._graph.add_edges(_without_counts(links, counts))
        except SystemError as error:
            # igraph takes no notice of an error in what it reads; Python then says that it did not.
            raise error.__cause__ or error from None
        self._counts = counts if max(counts, default=1) > 1 else None

    def pagerank(self, nodes: Sequence[int]) -> list[float]:
        """PageRank of some of the nodes; that of all makes up 1.

        A reader who follows any link of a node, and with 15 % begins anew at any node, as at one without links: where such a
        reader is (Brin and Page 1998, https://doi.org/10.1016/S0169-7552(98)00110-X; Langville and Meyer 2004 for the nodes
        without links).
        """
        if not nodes:
            return []
        return _numbers(self._graph.pagerank(vertices=list(nodes), damping=DAMPING, weights=self._counts))

    def trustrank(self, nodes: Sequence[int], trusted: Collection[int]) -> list[float] | None:
        """TrustRank of some of the nodes; that of all makes up 1. None when none is trusted.

        PageRank of a reader who begins anew at trusted nodes only (Gyöngyi, Garcia-Molina and Pedersen 2004,
        https://www.vldb.org/conf/2004/RS15P3.PDF); theirs loses what flows into nodes without links, which here returns to
        the trusted ones, so that the ranks are the same but for their sum.
        """
        if not trusted or not nodes:
            return [] if trusted else None
        ranks = self._graph.personalized_pagerank(
            vertices=list(nodes), reset_vertices=sorted(set(trusted)), damping=DAMPING, weights=self._counts
        )
        return _numbers(ranks)

    def harmonic(self, nodes: Sequence[int], work: int = _WORK) -> Harmonic:
        """Harmonic centrality of some of the nodes, 0 to 1: the mean over all others of 1 / the links from there to the node.

        A node from which no link leads here counts 0 (Boldi and Vigna 2014, https://doi.org/10.1080/15427951.2013.865686).
        Exact where that may cost what it costs: only nodes that link have a distance, and in a crawl these are few. Beyond
        `work` nodes and edges to be looked at, an estimate from the distances of as many linking nodes, drawn by a hash, as
        there is time for (Eppstein and Wang 2004, https://doi.org/10.7155/jgaa.00081).
        """
        if not nodes or self._nodes < 2:
            return Harmonic([0.0] * len(nodes), None)
        links: list[int] = self._graph.outdegree()
        sources = list(compress(range(self._nodes), links))
        # The way back from a node leads over edges to nodes that link.
        edges_back = sum(compress(self._graph.indegree(), links))
        if len(nodes) * (len(sources) + edges_back) <= work:
            sums = _numbers(self._graph.harmonic_centrality(vertices=list(nodes), mode="in", normalized=False))
            return Harmonic([value / (self._nodes - 1) for value in sums], None)
        cost = _WORK_OF_A_STEP * (len(sources) + self._graph.ecount())
        number = max(1, min(len(sources), work // cost))
        sample = nsmallest(number, sources, key=_draw)
        return Harmonic(self._estimate(nodes, sources, sample), number)

    def _estimate(self, nodes: Sequence[int], sources: Sequence[int], sample: Sequence[int]) -> list[float]:
        asked = list(dict.fromkeys(nodes))
        sums = dict.fromkeys(asked, 0.0)
        for source in sample:
            (distances,) = self._graph.distances(source=[source], target=asked, mode="out")
            for node, distance in zip(asked, distances, strict=True):
                # Infinite where no link leads, 0 to the source itself.
                if distance:
                    sums[node] += 1 / distance
        linking, drawn = set(sources), set(sample)
        shares = {node: sums[node] / max(1, len(sample) - (node in drawn)) for node in asked}
        return [shares[node] * (len(sources) - (node in linking)) / (self._nodes - 1) for node in nodes]


def compute_centrality(
    links: Links, nodes: int, *, asked: Sequence[int], trusted: Collection[int] = ()
) -> tuple[list[CentralityScores], int | None]:
    """The authority of the nodes that are asked for, and what `Harmonic.sampled` says."""
    graph = LinkGraph(links, nodes)
    harmonic = graph.harmonic(asked)
    trust: Iterable[float | None] = graph.trustrank(asked, trusted) or [None] * len(asked)
    rows = zip(graph.pagerank(asked), harmonic.values, trust, strict=True)
    return [CentralityScores(*row, nodes) for row in rows], harmonic.sampled


def _without_counts(links: Links, counts: list[int]) -> Iterator[tuple[int, int]]:
    """The nodes of each link; the third number goes to a list."""
    for source, target, count in links:
        counts.append(count)
        yield source, target


def _draw(node: int) -> bytes:
    """Where a node stands in an order that has nothing to do with its number, and is the same every time."""
    return blake2b(node.to_bytes(8, "big"), digest_size=8).digest()


def _numbers(values: Iterable[float]) -> list[float]:
    # Of one node igraph gives a list too, but does not say so to a type checker.
    return list(values)
