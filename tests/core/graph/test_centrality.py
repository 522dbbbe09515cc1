"""What the graph of a crawl says of its sites, against references written out by hand."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.graph.centrality import DAMPING, LinkGraph, Links, compute_centrality, pagerank

Pairs = Sequence[tuple[int, int]]

STAR = [(1, 0), (2, 0), (3, 0)]
"""Three nodes that link to one without links."""


def edges_of(pairs: Pairs) -> array[int]:
    return array("q", [node for pair in pairs for node in pair])


def links_of(pairs: Pairs) -> Links:
    return [(source, target, 1) for source, target in pairs]


def power_iteration(pairs: Pairs, nodes: int, reset: Collection[int]) -> list[float]:
    """The ranks that a reader who begins anew at the nodes of `reset` brings about, step by step."""
    links = defaultdict(list)
    for source, target in pairs:
        links[source].append(target)
    start = [1 / len(reset) if node in reset else 0.0 for node in range(nodes)]
    ranks = start
    while True:
        lost = sum(rank for node, rank in enumerate(ranks) if not links[node])
        after = [(1 - DAMPING + DAMPING * lost) * share for share in start]
        for source, targets in links.items():
            for target in targets:
                after[target] += DAMPING * ranks[source] / len(targets)
        if sum(abs(old - new) for old, new in zip(ranks, after, strict=True)) < 1e-12:
            return after
        ranks = after


def distances_to(pairs: Pairs, node: int) -> dict[int, int]:
    """How many links lead from each node to one."""
    back = defaultdict(list)
    for source, target in pairs:
        back[target].append(source)
    distances, waiting = {node: 0}, deque([node])
    while waiting:
        here = waiting.popleft()
        for source in back[here]:
            if source not in distances:
                distances[source] = distances[here] + 1
                waiting.append(source)
    return distances


def harmonic_by_hand(pairs: Pairs, nodes: int, node: int) -> float:
    return sum(1 / distance for distance in distances_to(pairs, node).values() if distance) / (nodes - 1)


@pytest.fixture(scope="module")
def real(corpora: Path) -> tuple[list[tuple[int, int]], int]:
    """A real graph of links between pages, and how many there are."""
    lines = (corpora / "graph" / "gr0.epa").read_text().splitlines()
    pairs = [(int(source), int(target)) for _, source, target in map(str.split, lines)]
    return pairs, max(node for pair in pairs for node in pair) + 1


def test_pagerank_of_a_real_graph_is_that_of_the_reference(real: tuple[Pairs, int]) -> None:
    pairs, nodes = real
    reference = power_iteration(pairs, nodes, range(nodes))
    assert pagerank(edges_of(pairs), nodes) == pytest.approx(reference, rel=0, abs=1e-6)
    # Most ranks are smaller than that: these differ from each other.
    assert pagerank(edges_of(pairs), nodes) == pytest.approx(reference, rel=1e-6)


def test_trustrank_of_a_real_graph_is_that_of_the_reference(real: tuple[Pairs, int]) -> None:
    pairs, nodes = real
    trusted = [5, 12, 4771]
    ranks = LinkGraph(links_of(pairs), nodes).trustrank(range(nodes), trusted)
    assert ranks == pytest.approx(power_iteration(pairs, nodes, trusted), rel=0, abs=1e-6)


def test_harmonic_centrality_of_a_real_graph_is_that_of_the_reference(real: tuple[Pairs, int]) -> None:
    pairs, nodes = real
    asked = [*range(0, nodes, 97), 0, 221]
    harmonic = LinkGraph(links_of(pairs), nodes).harmonic(asked)
    assert harmonic.sampled is None
    assert harmonic.values == pytest.approx([harmonic_by_hand(pairs, nodes, node) for node in asked])


def test_an_estimate_from_a_sample_is_near_and_the_same_every_time(real: tuple[Pairs, int]) -> None:
    pairs, nodes = real
    asked = sorted({target for _, target in pairs})
    linking = len({source for source, _ in pairs})
    work = 600 * (linking + len(pairs))
    graph = LinkGraph(links_of(pairs), nodes)
    exact = graph.harmonic(asked, work=len(asked) * work)
    estimate = graph.harmonic(asked, work=work)
    assert (exact.sampled, estimate.sampled) == (None, 300)
    assert linking > 300
    assert estimate == LinkGraph(links_of(pairs), nodes).harmonic(asked, work=work)
    errors = [abs(one - other) for one, other in zip(estimate.values, exact.values, strict=True)]
    # Hoeffding's bound for the mean of 300 values from 0 to 1, which one in 10,000 exceeds.
    assert max(errors) < 0.13 * linking / nodes
    assert sum(errors) > 0
    assert sum(estimate.values) == pytest.approx(sum(exact.values), rel=0.2)


def test_an_estimate_from_all_nodes_that_link_is_exact(real: tuple[Pairs, int]) -> None:
    pairs, nodes = real
    linking = sorted({source for source, _ in pairs})
    graph = LinkGraph(links_of(pairs), nodes)
    assert graph._estimate([221, 3, 3], linking, linking) == pytest.approx(graph.harmonic([221, 3, 3]).values)


@pytest.mark.parametrize(
    ("pairs", "nodes", "centralities"),
    [
        pytest.param(STAR, 4, [1, 0, 0, 0], id="a node that all link to has 1"),
        pytest.param([(0, 1), (1, 2)], 3, [0, 1 / 2, 3 / 4], id="a node two links away counts half"),
        pytest.param([(0, 1), (1, 0)], 4, [1 / 3, 1 / 3, 0, 0], id="what cannot be reached counts nothing"),
        pytest.param([], 2, [0, 0], id="without links"),
        pytest.param([], 1, [0], id="a node alone"),
    ],
)
def test_harmonic_centrality(pairs: Pairs, nodes: int, centralities: list[float]) -> None:
    assert LinkGraph(links_of(pairs), nodes).harmonic(range(nodes)).values == pytest.approx(centralities)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40), st.sets(st.integers(0, 9), min_size=1))
def test_the_measures_of_any_graph_are_those_of_the_references(pairs: Pairs, trusted: set[int]) -> None:
    graph = LinkGraph(links_of(pairs), 10)
    assert graph.pagerank(range(10)) == pytest.approx(power_iteration(pairs, 10, range(10)), abs=1e-6)
    assert graph.trustrank(range(10), trusted) == pytest.approx(power_iteration(pairs, 10, trusted), abs=1e-6)
    assert graph.harmonic(range(10)).values == pytest.approx([harmonic_by_hand(pairs, 10, node) for node in range(10)])


def test_authority_is_that_of_the_nodes_asked_for_in_their_order() -> None:
    rows, sampled = compute_centrality(links_of(STAR), 4, asked=[1, 0], trusted=[2])
    assert sampled is None
    assert [(row.harmonic, row.sites) for row in rows] == [(0, 4), (1, 4)]
    assert rows[1].pagerank == pytest.approx(power_iteration(STAR, 4, range(4))[0])
    assert [row.trust for row in rows] == pytest.approx([0, DAMPING / (1 + DAMPING)])


def test_links_that_cannot_be_read_raise_what_says_why() -> None:
    def links() -> Iterator[tuple[int, int, int]]:
        yield 0, 1, 1
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
        LinkGraph(links(), 2)


def test_without_a_trusted_site_trust_is_unknown() -> None:
    rows, _ = compute_centrality(links_of(STAR), 4, asked=[0, 1])
    assert [row.trust for row in rows] == [None, None]


def test_of_nothing_nothing_is_worked_out() -> None:
    assert compute_centrality(links_of(STAR), 4, asked=[], trusted=[1]) == ([], None)
    assert pagerank(array("q"), 0) == []
