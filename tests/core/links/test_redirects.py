from __future__ import annotations

from backlinkspider.core.links.redirects import Hop, redirect_pages
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
