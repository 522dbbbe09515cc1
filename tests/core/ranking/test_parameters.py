"""Which parameters change a page is learnt from its first URLs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from backlinkspider.core.ranking.parameters import PageSample, ParameterMemory, sketch_of

WOODS = ["oak", "ash", "elm", "fir", "yew", "box", "bay", "fig"]
NONE: frozenset[str] = frozenset()


def text(number: int) -> bytes:
    """A page of words that no other number has."""
    return b"<p>" + " ".join(f"{wood}{chr(97 + number)}{letter}" for wood in WOODS for letter in "abcd").encode()


def page(query: dict[str, str], number: int, *, is_content: bool = True, path: str = "/a", title: str = "Wood") -> PageSample:
    return PageSample(path, query, title, sketch_of(text(number)), is_content)


def learnt(samples: Sequence[PageSample], left_out: frozenset[str] = NONE) -> ParameterMemory:
    memory = ParameterMemory()
    for sample in samples:
        memory.learn(sample, left_out)
    return memory


PAGES = [page({"id": str(number)}, number) for number in range(3)]
COPIES = [page({"id": "1", **more}, 1) for more in ({}, {"print": "1"}, {"print": "2"})]

CASES = [
    pytest.param(PAGES, {"id"}, set(), id="pages by number"),
    pytest.param(COPIES, set(), {"print"}, id="one page in several views"),
    pytest.param([*PAGES, *COPIES[1:]], {"id"}, {"print"}, id="both"),
    pytest.param(PAGES[:2], set(), set(), id="two pages are one comparison"),
    pytest.param([page({"sort": str(n)}, n, is_content=False) for n in range(3)], set(), set(), id="lists in another order"),
    pytest.param([page({"id": str(n), "p": str(n)}, n) for n in range(3)], set(), set(), id="two that change together"),
    pytest.param([page({"id": str(n)}, n, path=f"/{n}") for n in range(3)], set(), set(), id="pages of several paths"),
    pytest.param([page({"id": str(n)}, 1, title=f"{n}") for n in range(3)], {"id"}, set(), id="one text under several titles"),
]


@pytest.mark.parametrize(("samples", "choosing", "idle"), CASES)
def test_what_is_learnt_of_parameters(samples: list[PageSample], choosing: set[str], idle: set[str]) -> None:
    memory = learnt(samples)
    assert (set(memory.choosing()), set(memory.idle())) == (choosing, idle)


def test_pages_of_few_words_say_nothing() -> None:
    memory = learnt([PageSample("/a", {"id": str(n)}, None, sketch_of(b"<p>oak"), is_content=True) for n in range(4)])
    assert (memory.choosing(), memory.idle()) == (NONE, NONE)


def test_a_canonical_that_does_without_a_parameter_says_so() -> None:
    memory = learnt([page({"ref": str(n)}, n, path=f"/{n}") for n in range(2)], frozenset({"ref"}))
    assert memory.idle() == {"ref"}


def test_a_parameter_that_changes_one_page_is_not_idle() -> None:
    memory = learnt([*COPIES, page({"id": "1", "print": "3"}, 2)])
    assert memory.idle() == NONE


def test_after_enough_pages_no_more_are_wanted() -> None:
    memory = learnt([page({"id": str(n)}, n % 20) for n in range(39)])
    assert not memory.is_complete()
    memory.learn(page({"id": "40"}, 1), NONE)
    assert memory.is_complete()
    assert len(memory.samples) == 12


def test_parameters_without_end_are_bounded() -> None:
    memory = learnt([page({f"p{n}": "1"} if n % 2 else {}, n % 20) for n in range(400)])
    assert len(memory.same) + len(memory.different) <= 30


def test_a_stored_memory_is_the_same_again() -> None:
    memory = learnt([*PAGES, *COPIES], frozenset({"x"}))
    assert ParameterMemory.restore(json.loads(json.dumps(memory.store()))) == memory


def test_markup_scripts_and_order_do_not_change_a_sketch() -> None:
    plain = sketch_of(b"<p>oak and ash, elm or fir</p>")
    assert sketch_of(b"<script>var yew</script><ul class=fig><li>fir or elm<li>ash and Oak</ul>".replace(b"Oak", b"oak")) == plain
    assert sketch_of(b"<p>oak and ash, elm or yew</p>") != plain


def test_the_first_megabyte_of_a_page_is_enough() -> None:
    assert sketch_of(b"<p>oak ash " + b" " * 1_000_000 + b"elm") == sketch_of(b"<p>oak ash")
