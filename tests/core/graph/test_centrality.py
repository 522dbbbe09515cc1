"""What the graph of a crawl says of its sites, against references written out by hand."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
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


@pytest.mark.parametrize(
    ("pairs", "nodes", "ranks"),
    [
        pytest.param([], 2, [1 / 2, 1 / 2], id="without links all nodes have the same"),
        pytest.param([(0, 1), (1, 2), (2, 0)], 3, [1 / 3] * 3, id="in a circle all nodes have the same"),
        # Each of the three has what a reader brings who begins anew, and the one they link to 85 % of theirs as well.
        pytest.param(STAR, 4, [(1 + 3 * DAMPING) / (4 + 3 * DAMPING)] + [1 / (4 + 3 * DAMPING)] * 3, id="a star"),
        pytest.param([(0, 1), (0, 1), (0, 2)], 3, [60 / 231, 94 / 231, 77 / 231], id="two links count twice"),
        pytest.param([(0, 0)], 2, [1 / (2 - DAMPING), (1 - DAMPING) / (2 - DAMPING)], id="a link to the node itself"),
    ],
)
def test_pagerank_by_hand(pairs: Pairs, nodes: int, ranks: list[float]) -> None:
    assert pagerank(edges_of(pairs), nodes) == pytest.approx(ranks, rel=1e-6)


def test_a_count_stands_for_as_many_links() -> None:
    counted = LinkGraph([(0, 1, 2), (0, 2, 1)], 3)
    repeated = LinkGraph([(0, 1, 1), (0, 1, 1), (0, 2, 1)], 3)
    assert counted.pagerank(range(3)) == pytest.approx(repeated.pagerank(range(3)), rel=1e-12)


def test_a_chain_of_links_is_followed_to_its_end() -> None:
    length = 200  # more than the steps after which no link can change a rank by more than 1e-10
    ranks = pagerank(edges_of([(node, node + 1) for node in range(length)]), length + 1)
    shares = [(1 - DAMPING ** (node + 1)) / (1 - DAMPING) for node in range(length + 1)]
    assert ranks == pytest.approx([share / sum(shares) for share in shares], rel=1e-6)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40), st.sets(st.integers(0, 9), min_size=1))
def test_the_measures_of_any_graph_are_those_of_the_references(pairs: Pairs, trusted: set[int]) -> None:
    graph = LinkGraph(links_of(pairs), 10)
    assert graph.pagerank(range(10)) == pytest.approx(power_iteration(pairs, 10, range(10)), abs=1e-6)
    assert graph.trustrank(range(10), trusted) == pytest.approx(power_iteration(pairs, 10, trusted), abs=1e-6)


def test_authority_is_that_of_the_nodes_asked_for_in_their_order() -> None:
    rows = compute_centrality(links_of(STAR), 4, asked=[1, 0], trusted=[2])
    assert [row.sites for row in rows] == [4, 4]
    assert rows[1].pagerank == pytest.approx(power_iteration(STAR, 4, range(4))[0])
    assert [row.trust for row in rows] == pytest.approx([0, DAMPING / (1 + DAMPING)])


def test_links_that_cannot_be_read_raise_what_says_why() -> None:
    def links() -> Iterator[tuple[int, int, int]]:
        yield 0, 1, 1
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
        LinkGraph(links(), 2)


def test_without_a_trusted_site_trust_is_unknown() -> None:
    rows = compute_centrality(links_of(STAR), 4, asked=[0, 1])
    assert [row.trust for row in rows] == [None, None]


def test_of_nothing_nothing_is_worked_out() -> None:
    assert compute_centrality(links_of(STAR), 4, asked=[], trusted=[1]) == []
    assert pagerank(array("q"), 0) == []
