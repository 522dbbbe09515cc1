from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.webgraph.edges import EdgeFinder

NODES = st.integers(0, 120)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=120)
TARGETS = st.dictionaries(NODES, st.lists(st.integers(0, 3), min_size=1, max_size=2), min_size=1, max_size=20)


def scanned(edges: list[tuple[int, int]], targets: dict[int, list[int]], size: int) -> EdgeFinder:
    finder = EdgeFinder(targets)
    lines = [b"%d\t%d\n" % edge for edge in edges]
    for start in range(0, len(lines), size):
        finder.scan(b"".join(lines[start : start + size]))
    return finder


@given(edges=EDGES, targets=TARGETS, size=st.integers(1, 130))
def test_the_referrers_are_those_of_a_join_whatever_the_order(
    edges: list[tuple[int, int]], targets: dict[int, list[int]], size: int
) -> None:
    expected: dict[int, int] = {}
    for source, to in edges:
        for target in targets.get(to, []):
            expected[source] = expected.get(source, 0) | 1 << target
    assert scanned(edges, targets, size).referrers == expected


@given(edges=EDGES, targets=TARGETS, size=st.integers(1, 130))
def test_the_links_of_a_referrer_are_counted_over_the_ends_of_blocks(
    edges: list[tuple[int, int]], targets: dict[int, list[int]], size: int
) -> None:
    finder = scanned(sorted(edges), targets, size)
    assert finder.is_sorted
    counts = Counter(source for source, _ in edges)
    assert finder.out_degrees == {source: counts[source] for source in finder.referrers}


def test_blocks_that_go_back_are_noticed() -> None:
    assert not scanned([(5, 1), (2, 1)], {1: [0]}, 1).is_sorted


def test_a_last_line_without_its_end_counts_and_a_torn_one_does_not() -> None:
    finder = EdgeFinder({12: [0]})
    finder.scan(b"x\t12\n7\t12\n\t12\n8\t12")
    assert finder.referrers == {7: 1, 8: 1}
