from __future__ import annotations

import pytest

from backlinkspider.core.webgraph.names import host_of_name, reverse_name
from backlinkspider.core.webgraph.ranks import Rank, RankFinder
from backlinkspider.core.webgraph.vertices import NameFinder, TargetFinder

BLOCKS = [b"0\tcom.a\t1\n1\tcom.a.b\t2\n", b"2\tcom.ab\t30\n3\tnet.a\t4\n"]


def test_a_target_is_its_whole_name_and_nothing_that_begins_or_ends_so() -> None:
    finder = TargetFinder([b"com.a", b"com.ab", b"a", b"org.none"])
    for block in BLOCKS:
        finder.scan(block)
    assert finder.ids == {b"com.a": [0], b"com.ab": [2], b"a": [], b"org.none": []}


def test_names_come_with_their_hosts() -> None:
    finder = NameFinder([1, 2, 9])
    for block in BLOCKS:
        finder.scan(block)
    assert list(finder.vertices()) == [(1, b"com.a.b", 2), (2, b"com.ab", 30)]
    assert (finder.order.is_ordered, finder.missing, finder.doubled) == (True, 1, 0)


@pytest.mark.parametrize("blocks", [BLOCKS[1:], BLOCKS * 2, [BLOCKS[0], b"3\tx.y\t1\n"]], ids=["late", "twice", "a gap"])
def test_ids_that_are_not_line_numbers_are_noticed(blocks: list[bytes]) -> None:
    finder = NameFinder([1])
    for block in blocks:
        finder.scan(block)
    assert not finder.order.is_ordered


@pytest.mark.parametrize("name", [b"-", b".mflor.www", b"", b"com", b"com..a", b"com.\xff", b"com.a b"])
def test_odd_names_are_no_hosts(name: bytes) -> None:
    assert host_of_name(name) is None


def test_a_name_is_reversed_and_back() -> None:
    assert host_of_name(reverse_name("xn--mller-kva.blog.example")) == "xn--mller-kva.blog.example"


RANKS = (
    b"#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts\n"
    b"1\t2.9799486E7\t3\t4.6E-4\tcom.a\t95\n2\t2.9E7\t---\t---\tcom.b\n7\t1E0\t1\t1E-9\tcom.c\t1\n"
)


def test_ranks_are_read_with_and_without_hosts() -> None:
    finder = RankFinder([b"com.a", b"com.b"])
    finder.scan(RANKS)
    assert [finder.rank_of(name) for name in (b"com.a", b"com.b", b"com.c")] == [Rank(1, 3, 95), Rank(2, None, None), None]
    assert finder.is_done


def test_reading_ends_behind_the_last_place_of_interest() -> None:
    finder = RankFinder([b"com.c", b"com.d"], last_position=2)
    finder.scan(RANKS)
    assert (finder.rank_of(b"com.c"), finder.is_done) == (None, True)
