from __future__ import annotations

from typing import NamedTuple

import pytest

from backlinkspider.core.links.redirects import Chain, Hop, known_chain, redirect_obstacle, redirect_pages
from backlinkspider.core.links.relation import Relation, judge_links
from backlinkspider.core.links.target import parse_target

CHAIN = [
    Hop("https://a.example/", "//b.example", "https://b.example/", 302, ["noindex"], "2026-11-21T08:00:00Z"),
    Hop("https://b.example/", "https://target.example/x", "https://target.example/x", 301, [], "2026-11-21T08:00:01Z"),
    Hop("https://target.example/x", "/y", "https://target.example/y", 301, [], "2026-11-21T08:00:02Z"),
]


def test_each_redirect_of_a_chain_is_a_page_with_a_link() -> None:
    pages = redirect_pages(CHAIN)
    assert [(page.url_from, page.page_from_status_code, page.page_from_noindex) for page in pages] == [
        ("https://a.example/", 302, True),
        ("https://b.example/", 301, False),
        ("https://target.example/x", 301, False),
    ]
    assert [page.links[0].url_to_redirect_target for page in pages] == [
        ("https://target.example/x", "https://target.example/y"),
        ("https://target.example/y",),
        None,
    ]
    assert all(page.is_redirect for page in pages)


def test_a_redirect_to_the_target_is_a_link_to_it() -> None:
    target = parse_target("target.example")
    relations = [relation for page in redirect_pages(CHAIN) for _, _, relation in judge_links(page, [target])]
    assert relations == [Relation.BACKLINK, Relation.BACKLINK, Relation.INTERNAL_BACKLINK]


def test_an_empty_chain_has_no_pages() -> None:
    assert redirect_pages([]) == []


A, B, C = "https://a.example/", "https://b.example/", "https://c.example/"


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        pytest.param([A, B], False, id="to another page"),
        pytest.param([A, B, C], False, id="as many as allowed"),
        pytest.param([A, B, C, f"{C}d"], True, id="one too many"),
        pytest.param([A, A], True, id="to itself"),
        pytest.param([A, B, A], True, id="back to the first page"),
        pytest.param([A, f"{A}#top"], True, id="to a fragment of itself"),
        pytest.param([f"{A}#top", A], True, id="to itself without the fragment"),
        pytest.param([A, "https://me:secret@a.example/"], True, id="to itself with a user name, which is sent to nobody"),
        pytest.param([A, f"{A}?session=1"], False, id="to itself with a parameter"),
    ],
)
def test_the_last_redirect_of_a_chain(chain: list[str], *, expected: bool) -> None:
    *requested, url_to = chain
    assert redirect_obstacle(url_to, requested, 2, is_in_scope=True) == ("redirects" if expected else None)


def test_a_redirect_out_of_scope_is_named_as_such_before_anything_else() -> None:
    assert redirect_obstacle(B, [A], 0, is_in_scope=False) == "redirected_off_site"


class Answer(NamedTuple):
    location: str | None


MOVED = {A: Answer(f"{B}#top"), B: Answer(C), C: Answer(None)}


@pytest.mark.parametrize(
    ("known", "maximum", "expected"),
    [
        pytest.param({}, 2, Chain({}, A, None), id="nothing is known"),
        pytest.param({A: MOVED[A]}, 2, Chain({A: MOVED[A]}, B, None), id="known to a URL, which is requested without fragment"),
        pytest.param(MOVED, 2, Chain(MOVED, None, None), id="known to its end"),
        pytest.param(MOVED, 1, Chain({A: MOVED[A], B: MOVED[B]}, None, "redirects"), id="too long"),
        pytest.param({A: Answer(A)}, 2, Chain({A: Answer(A)}, None, "redirects"), id="a loop"),
    ],
)
def test_a_chain_by_what_is_known(known: dict[str, Answer], maximum: int, expected: Chain[Answer]) -> None:
    assert known_chain(f"{A}#here", known, maximum) == expected


def test_a_chain_ends_where_it_leaves_the_scope() -> None:
    chain = known_chain(A, MOVED, 5, is_in_scope=lambda url: url != C)
    assert (list(chain.answers), chain.obstacle) == ([A, B], "redirected_off_site")
    assert chain.redirects == (f"{B}#top", C)
