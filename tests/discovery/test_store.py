from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import permutations

import pytest

from backlinkspider.core.candidates.candidate import Candidate, Level
from backlinkspider.core.candidates.columns import CANDIDATE_COLUMNS
from backlinkspider.discovery.store import CandidateStore, SourceCounts

SOURCES, TARGETS = ("gsc", "log", "commoncrawl", "hn"), ("example.com", "rival.example", "other.example")


@pytest.fixture
def store() -> Iterator[CandidateStore]:
    store = CandidateStore(SOURCES, TARGETS)
    yield store
    store.close()


def rows_of(store: CandidateStore) -> list[dict[str, object]]:
    return [dict(zip(CANDIDATE_COLUMNS, row, strict=True)) for row in store.rows()]


PAGE = "https://blog.example/post"
SIGHTINGS = [
    ("gsc", Candidate(PAGE, Level.PAGE, ("example.com",), last_seen="2026-10-02", evidence="gsc")),
    ("log", Candidate(f"{PAGE}#top", Level.PAGE, ("example.com",), "https://example.com/b", hits=3, first_seen="2026-10-01")),
    (
        "hn",
        Candidate("http://www.blog.example/post", Level.PAGE, (), "https://example.com/a", "oak", "2026-09-01", evidence="hn 1"),
    ),
    ("log", Candidate(PAGE, Level.PAGE, ("rival.example",), hits=2, last_seen="2026-11-01", evidence="log")),
]


@pytest.mark.parametrize("order", list(permutations(range(len(SIGHTINGS)))))
def test_a_page_from_several_sources_is_one_row_whatever_their_order(store: CandidateStore, order: tuple[int, ...]) -> None:
    for number in order:
        source, candidate = SIGHTINGS[number]
        store.add(source, [candidate])
    (row,) = rows_of(store)
    assert row == {
        "candidate": PAGE,
        "candidate_domain": "blog.example",
        "level": "page",
        "target": ("example.com", "rival.example"),
        "target_url": "https://example.com/a",
        "anchor": "oak",
        "sources": ("gsc", "log", "hn"),
        "source_count": 3,
        "first_seen": "2026-09-01",
        "last_seen": "2026-11-01",
        "hits": 5,
        "cc_harmonic_pos": None,
        "cc_pagerank_pos": None,
        "cc_hosts": None,
        "links_to_targets": 2,
        "evidence": "gsc | hn 1 | log",
    }


def test_pages_come_before_domains_then_by_sources_then_by_rank(store: CandidateStore) -> None:
    domain = Level.DOMAIN
    store.add("commoncrawl", [Candidate("b.example", domain, harmonic_position=9), Candidate("c.example", domain)])
    store.add("commoncrawl", [Candidate("d.example", domain, harmonic_position=10), Candidate("e.example", domain)])
    store.add("gsc", [Candidate("e.example", domain), Candidate("https://z.example/a", Level.PAGE)])
    store.add("gsc", [Candidate("host.f.example", Level.HOST)])
    order = [row["candidate"] for row in rows_of(store)]
    assert order == ["https://z.example/a", "host.f.example", "e.example", "b.example", "d.example", "c.example"]


def test_a_platform_is_named_and_is_no_row(store: CandidateStore) -> None:
    store.add("commoncrawl", [Candidate("github.io", Level.PLATFORM), Candidate("a.example", Level.DOMAIN)])
    assert [row["candidate"] for row in rows_of(store)] == ["a.example"]
    assert store.platforms() == ["github.io"]


def test_each_source_is_counted_with_what_only_it_names(store: CandidateStore) -> None:
    store.add("gsc", [Candidate("https://a.example/1", Level.PAGE), Candidate("https://a.example/2", Level.PAGE)])
    store.add("log", [Candidate("https://a.example/1", Level.PAGE), Candidate("b.example", Level.HOST)])
    assert store.count("gsc") == SourceCounts(candidates=2, domains=1, only_here=1)
    assert store.count("log") == SourceCounts(candidates=2, domains=2, only_here=1)
    assert store.count("hn") == SourceCounts(0, 0, 0)
    assert store.count_all() == 3


def test_the_gap_is_what_links_to_rivals_and_on_no_page_to_us(store: CandidateStore) -> None:
    ours, rival, other = TARGETS
    domain = Level.DOMAIN
    store.add("commoncrawl", [Candidate("both.example", domain, (ours, rival)), Candidate("one.example", domain, (rival,))])
    store.add("commoncrawl", [Candidate("two.example", domain, (rival, other)), Candidate("unknown.example", domain)])
    store.add("commoncrawl", [Candidate("hub.example", domain, (rival, other), evidence="graph | hub: links to 20,000 domains")])
    store.add("gsc", [Candidate("https://page.example/a", Level.PAGE, (ours,))])
    store.add("log", [Candidate("page.example", domain, (rival,))])
    assert [row[0] for row in store.gap_rows(ours)] == ["two.example", "one.example", "hub.example"]
    assert [row[0] for row in store.gap_rows(ours, maximum=1)] == ["two.example"]


def test_memory_does_not_grow_with_the_candidates(store: CandidateStore) -> None:
    def add(count: int, offset: int) -> None:
        for start in range(offset, offset + count, 1_000):
            store.add(
                "log",
                [Candidate(f"https://s{number % 9}.example/{number}", Level.PAGE) for number in range(start, start + 1_000)],
            )

    add(2_000, 0)
    tracemalloc.start()
    try:
        add(20_000, 2_000)
        first = tracemalloc.get_traced_memory()[0]
        add(60_000, 22_000)
        # 50 bytes a candidate; one that is held takes ten times that.
        assert tracemalloc.get_traced_memory()[0] < first + 3_000_000
        assert sum(1 for _ in store.rows()) == 82_000
    finally:
        tracemalloc.stop()
