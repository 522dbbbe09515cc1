from __future__ import annotations

import pytest

from backlinkspider.core.html import read_page
from backlinkspider.core.relation import Relation, count_links, judge_links
from backlinkspider.core.target import parse_target

RELATIONS = [
    pytest.param("example.com", "https://blog.test/", "https://example.com/", Relation.BACKLINK, id="another site to the target"),
    pytest.param(
        "example.com", "https://www.example.com/", "https://example.com/x", Relation.INTERNAL_BACKLINK, id="inside the target"
    ),
    pytest.param("example.com", "https://example.com/", "https://blog.test/", Relation.OUTBOUND, id="the target to another site"),
    pytest.param("example.com", "https://blog.test/", "https://news.test/", Relation.EXTERNAL, id="between two other sites"),
    pytest.param("example.com", "https://blog.test/", "https://www.blog.test/x", Relation.INTERNAL, id="inside another site"),
    pytest.param(
        "a.github.io", "https://b.github.io/", "https://a.github.io/", Relation.BACKLINK, id="between users of a shared host"
    ),
    pytest.param(
        "example.com/page",
        "https://example.com/",
        "https://example.com/page",
        Relation.BACKLINK,
        id="to a page, from elsewhere on its site",
    ),
    pytest.param(
        "blog.example.com", "https://blog.example.com/", "https://example.com/", Relation.OUTBOUND, id="from a host to its domain"
    ),
    pytest.param("10.0.0.1", "http://10.0.0.2/", "http://10.0.0.1/", Relation.BACKLINK, id="between addresses"),
]


@pytest.mark.parametrize(("target", "url_from", "url_to", "relation"), RELATIONS)
def test_relation(target: str, url_from: str, url_to: str, relation: Relation) -> None:
    page = read_page(url_from, f'<a href="{url_to}">x</a>'.encode())
    assert [judged for _, _, judged in judge_links(page, [parse_target(target)])] == [relation]


ALIASES = [
    pytest.param("https://blog.test/", "https://old.test/x", Relation.BACKLINK, id="another site to the alias"),
    pytest.param("https://blog.test/", "https://example.com/", Relation.BACKLINK, id="another site to the target"),
    pytest.param("https://www.old.test/", "https://example.com/", Relation.INTERNAL_BACKLINK, id="the alias to the target"),
    pytest.param("https://example.com/", "https://old.test/", Relation.INTERNAL_BACKLINK, id="the target to the alias"),
    pytest.param("https://old.test/", "https://old.test/x", Relation.INTERNAL_BACKLINK, id="inside the alias"),
    pytest.param("https://old.test/", "https://blog.test/", Relation.OUTBOUND, id="the alias to another site"),
    pytest.param("https://blog.test/", "https://notold.test/", Relation.EXTERNAL, id="a lookalike of the alias"),
]


@pytest.mark.parametrize(("url_from", "url_to", "relation"), ALIASES)
def test_an_alias_is_part_of_the_target(url_from: str, url_to: str, relation: Relation) -> None:
    page = read_page(url_from, f'<a href="{url_to}">x</a>'.encode())
    ((_, target, judged),) = judge_links(page, [parse_target("example.com")], [parse_target("old.test")])
    assert (target.text, judged) == ("example.com", relation)


def test_each_link_is_judged_against_each_target() -> None:
    page = read_page("https://one.test/", b"<a href=https://two.test/>x</a>")
    judged = judge_links(page, [parse_target("one.test"), parse_target("two.test")])
    assert [(target.text, relation) for _, target, relation in judged] == [
        ("one.test", Relation.OUTBOUND),
        ("two.test", Relation.BACKLINK),
    ]


def test_the_links_of_a_page_are_counted() -> None:
    body = b"<a href=/a>1</a><a href=/a>2</a><a href=//x.test/>3</a><a href=//www.x.test/>4</a><a href=//y.test/>5</a>"
    counts = count_links(read_page("https://example.com/", body))
    assert counts[:3] == (3, 2, {"x.test", "y.test"})
    assert counts.by_url["https://example.com/a"] == 2
