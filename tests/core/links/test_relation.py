from __future__ import annotations

from contextlib import suppress

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.relation import Relation, count_links, judge_links
from backlinkspider.core.links.target import Scope, parse_target
from backlinkspider.core.steps.classify import LinkClassifier
from backlinkspider.exceptions import NoLinkKept
from backlinkspider.pipelines.classify import ClassifyLinksPipeline

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
    pytest.param("10.0.0.1", "http://10.0.0.2/", "http://10.0.0.1/", Relation.BACKLINK, id="between IP addresses"),
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
    target = parse_target("example.com")
    assert [judged[1:] for judged in judge_links(page, [target], [parse_target("old.test")])] == [(target, relation)]


SEVERAL = [
    pytest.param(
        *("https://one.test/", "https://two.test/", [("one.test", Relation.OUTBOUND), ("two.test", Relation.BACKLINK)]),
        id="from one target to another",
    ),
    pytest.param("https://one.test/", "https://blog.test/", [("one.test", Relation.OUTBOUND)], id="from one target to elsewhere"),
    pytest.param("https://blog.test/", "https://two.test/", [("two.test", Relation.BACKLINK)], id="to one target"),
    pytest.param("https://two.test/", "/x", [("two.test", Relation.INTERNAL_BACKLINK)], id="inside one target"),
    pytest.param("https://blog.test/", "/x", [(None, Relation.INTERNAL)], id="inside another site"),
    pytest.param("https://blog.test/", "https://news.test/", [(None, Relation.EXTERNAL)], id="between other sites"),
    pytest.param(
        "https://blog.test/",
        "https://old.test/",
        [("one.test", Relation.BACKLINK), ("two.test", Relation.BACKLINK)],
        id="to an alias of both",
    ),
]


@pytest.mark.parametrize(("url_from", "url_to", "expected"), SEVERAL)
def test_of_several_targets_those_count_that_a_link_has_to_do_with(
    url_from: str, url_to: str, expected: list[tuple[str | None, Relation]]
) -> None:
    page = read_page(url_from, f'<a href="{url_to}">x</a>'.encode())
    judged = judge_links(page, [parse_target("one.test"), parse_target("two.test")], [parse_target("old.test")])
    assert [(target.text if target else None, relation) for _, target, relation in judged] == expected


def test_a_link_to_a_shortener_may_lead_to_any_of_several_targets() -> None:
    kept, _ = _classify(frozenset(Relation), "https://blog.test/", ["one.test", "two.test"], [], ["sho.rt"])
    assert [row for row in kept if row[1] == "https://sho.rt/x"] == [
        ("external", "https://sho.rt/x", None, False),
        ("external", "https://sho.rt/x", "one.test", True),
        ("external", "https://sho.rt/x", "two.test", True),
    ]


LINKS_AROUND_TARGETS = [
    *("https://example.com/", "https://www.example.com/shop/x", "https://shop.example.com/", "https://notexample.com/"),
    *("https://example.com.test/", "https://old.test/", "https://www.old.test/x", "https://sho.rt/x", "https://blog.test/y"),
    *("https://news.test/example.com", "http://10.0.0.1/", "http://10.0.0.11/", "https://bucket.s3.amazonaws.com/x"),
    *("https://amazonaws.com/", "http://localhost/", "https://example.com:8443/", "/about", "/about#us"),
]
AROUND = [
    pytest.param(["example.com"], [], [], id="a domain"),
    pytest.param(["www.example.com"], [], [], id="a host"),
    pytest.param(["https://example.com/shop/*"], ["shop.example.com"], [], id="a folder, with an alias"),
    pytest.param(["https://www.example.com/shop/x", "old.test"], [], ["sho.rt"], id="a page and a domain, and a shortener"),
    pytest.param(["http://10.0.0.1/"], [], [], id="an IP address"),
    pytest.param(["http://localhost/"], ["https://example.com:8443/*"], [], id="a host without a suffix"),
    pytest.param(["s3.example.com", "blog.test"], ["old.test"], ["sho.rt"], id="the site of the page"),
    pytest.param(["example.com", "https://blog.test/y", "10.0.0.1"], [], ["sho.rt"], id="three targets and a shortener"),
]


@pytest.mark.parametrize(("targets", "aliases", "shorteners"), AROUND)
@pytest.mark.parametrize("url_from", ["https://blog.test/", "https://example.com/shop/a", "https://old.test/"])
def test_keeping_some_relations_gives_the_same_links_as_keeping_all(
    targets: list[str], aliases: list[str], shorteners: list[str], url_from: str
) -> None:
    (kept, counts), (every, all_counts) = (
        _classify(keep, url_from, targets, aliases, shorteners) for keep in (frozenset({Relation.BACKLINK}), frozenset(Relation))
    )
    asked = [row for row in every if row[0] == "backlink" or row[-1]]
    assert kept == asked
    assert counts == all_counts


def test_a_shared_suffix_owns_the_hosts_below_it() -> None:
    (kept, _) = _classify(frozenset({Relation.BACKLINK}), "https://blog.test/", ["amazonaws.com"], [], [], scope=Scope.HOST)
    assert [url for _, url, _, _ in kept] == ["https://bucket.s3.amazonaws.com/x", "https://amazonaws.com/"]


def _classify(
    keep: frozenset[Relation],
    url_from: str,
    targets: list[str],
    aliases: list[str],
    shorteners: list[str],
    *,
    scope: Scope | None = None,
) -> tuple[list[tuple[str | None, str, str | None, bool]], dict[str, int]]:
    """The kept links, and the number of links per relation."""
    parts = [[parse_target(name, scope) for name in names] for names in (targets, aliases, shorteners)]
    stats = MemoryStatsCollector(get_crawler())
    classifier = LinkClassifier(parts[0], keep, aliases=parts[1], shorteners=parts[2])
    pipeline = ClassifyLinksPipeline(classifier, stats)
    page = read_page(url_from, "".join(f'<a href="{href}">x</a>' for href in LINKS_AROUND_TARGETS).encode())
    with suppress(NoLinkKept):
        pipeline.process_item(page)
    counts = {name: count for name, count in stats.get_stats().items() if "unresolved_links" not in name}
    return [(link.relation, link.url_to, link.target, link.is_backlink_candidate) for link in page.links], counts


def test_the_links_of_a_page_are_counted() -> None:
    body = b"<a href=/a>1</a><a href=/a>2</a><a href=//x.test/>3</a><a href=//www.x.test/>4</a><a href=//y.test/>5</a>"
    counts = count_links(read_page("https://example.com/", body))
    assert counts[:3] == (3, 2, {"x.test", "y.test"})
    assert counts.by_url["https://example.com/a"] == 2
