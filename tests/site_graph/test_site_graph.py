"""The store of a crawl's links between sites: bounded, kept by a job, and fed by a real crawl."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.graph.centrality import compute_centrality
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.relation import followed_sites
from backlinkspider.core.seeds.seeds import Seed, parse_seed
from backlinkspider.job.store import JobStore
from backlinkspider.site_graph import store
from backlinkspider.site_graph.domain_graph import DomainGraph
from backlinkspider.site_graph.store import SiteGraphStore
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl, scrapy

SITES = {"a.example": {"b.example", "c.example"}, "b.example": {"a.example"}, "d.example": set[str]()}


@pytest.fixture
def graph() -> Iterator[SiteGraphStore]:
    graph = SiteGraphStore()
    yield graph
    graph.close()


def fill(graph: SiteGraphStore, sites: dict[str, set[str]]) -> None:
    for site, linked in sites.items():
        graph.add(site, linked)


def links_of(graph: SiteGraphStore) -> set[tuple[str, str]]:
    """The links by the names of their sites."""
    names = dict(graph._database.execute("SELECT number, name FROM sites"))
    return {(names[site], names[linked]) for site, linked in graph._database.execute("SELECT site, linked FROM edges")}


def through_json(changes: Iterator[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """As a job stores them."""
    return [(key, json.loads(json.dumps(value))) for key, value in changes]


def test_each_link_is_noted_once(graph: SiteGraphStore) -> None:
    fill(graph, SITES)
    fill(graph, SITES)
    graph.add("a.example", {"c.example", "e.example"})
    assert links_of(graph) == {
        ("a.example", "b.example"),
        ("a.example", "c.example"),
        ("a.example", "e.example"),
        ("b.example", "a.example"),
    }
    assert (graph.edges, graph.sites) == (4, 5)


def test_a_site_without_links_is_in_the_graph_and_a_link_to_itself_is_none(graph: SiteGraphStore) -> None:
    graph.add("a.example", {"a.example"})
    assert graph.numbers_of(["a.example", "unknown.example"]) == {"a.example": 0}
    assert not list(graph.links_for([0]))


def test_links_that_lead_nowhere_are_told_of_a_site_at_once(graph: SiteGraphStore) -> None:
    fill(graph, {"a.example": {"b.example", "c.example", "d.example"}, "b.example": {"a.example", "d.example", "e.example"}})
    numbers = graph.numbers_of(["a.example", "b.example", "c.example", "d.example", "e.example"])
    a, b, c, d, e = numbers.values()
    assert list(graph.links_for([c])) == [(a, b, 1), (a, c, 1), (b, a, 1), (a, d, 1), (b, d, 2)]
    assert e > d


@given(
    st.dictionaries(st.integers(0, 4).map(str), st.sets(st.integers(0, 9).map(str)), min_size=1),
    st.sets(st.integers(0, 9).map(str), min_size=1),
    st.sets(st.integers(0, 9).map(str), min_size=1),
)
def test_they_are_enough_for_the_measures(sites: dict[str, set[str]], asked: set[str], trusted: set[str]) -> None:
    with closing(SiteGraphStore()) as graph:
        fill(graph, sites)
        every = graph._database.execute("SELECT site, linked, 1 FROM edges")
        numbers = list(graph.numbers_of(asked).values())
        trusted_numbers = list(graph.numbers_of(trusted).values())
        rows = compute_centrality(graph.links_for(numbers), graph.sites, asked=numbers, trusted=trusted_numbers)
        whole = compute_centrality(every, graph.sites, asked=numbers, trusted=trusted_numbers)
    assert [row.trust is None for row in rows] == [not trusted_numbers] * len(numbers)
    for row, expected in zip(rows, whole, strict=True):
        assert row._replace(trust=row.trust or 0) == pytest.approx(
            expected._replace(trust=expected.trust or 0), rel=1e-9, abs=1e-12
        )


def test_what_memory_has_forgotten_the_file_knows(graph: SiteGraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_REMEMBERED", 10)
    for _ in range(2):
        for site in range(20):
            graph.add(f"site{site}.example", {f"linked{number}.example" for number in range(site, site + 5)})
    assert graph.edges == len(links_of(graph)) == 100
    assert sum(len(known.linked) for known in graph._known.values()) <= 10


def test_a_site_fills_the_graph_up_to_a_limit(graph: SiteGraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SITE_MAXIMUM", 30)
    for page in range(10):
        graph.add("farm.example", {f"made-up{page}-{number}.example" for number in range(10)})
    graph.add("b.example", {"a.example", f"{'x' * 300}.example"})
    assert graph.edges == 31
    assert graph.is_whole


def test_links_that_were_forgotten_take_no_place_of_new_ones(graph: SiteGraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SITE_MAXIMUM", 10)
    monkeypatch.setattr(store, "_REMEMBERED", 1)
    known = {f"a{number}.example" for number in range(8)}
    graph.add("site.example", known)
    graph.add("other.example", {"site.example"})
    graph.add("site.example", {*known, "z0.example", "z1.example", "z2.example"})
    assert {linked for site, linked in links_of(graph) if site == "site.example"} == {*known, "z0.example", "z1.example"}


def test_beyond_its_maximum_a_graph_is_not_whole_and_stays_so_in_the_job() -> None:
    graph = SiteGraphStore(edges_maximum=2)
    graph.restore(iter([]))
    fill(graph, SITES)
    graph.add("z.example", {"y.example"})
    assert not graph.is_whole
    after = SiteGraphStore(edges_maximum=2)
    after.restore(iter(through_json(graph.pop_changes())))
    assert not after.is_whole


def test_a_job_is_handed_new_links_only() -> None:
    graph = SiteGraphStore()
    graph.restore(iter([]))
    fill(graph, SITES)
    assert len(list(graph.pop_changes())) == 3
    graph.add("a.example", {"b.example", "e.example"})
    graph.add("b.example", {"a.example"})
    assert list(graph.pop_changes()) == [("a.example 2", ["e.example"])]
    assert list(graph.pop_changes()) == []


def test_a_graph_goes_on_where_a_job_left_it() -> None:
    graph = SiteGraphStore()
    graph.restore(iter([]))
    kept: dict[str, Any] = {}
    for sites in (SITES, {"d.example": {"a.example"}}, {"a.example": {"e.example", "b.example"}}):
        fill(graph, sites)
        kept.update(through_json(graph.pop_changes()))
    after = SiteGraphStore()
    after.restore(iter(kept.items()))
    assert links_of(after) == links_of(graph)
    assert (after.edges, after.sites) == (graph.edges, graph.sites)
    assert list(after.pop_changes()) == []


def test_a_job_in_a_folder_keeps_the_graph(tmp_path: Path) -> None:
    said = []
    for _ in range(2):
        job = JobStore.open(tmp_path)
        extension = DomainGraph(SiteGraphStore())
        extension.restore(job)
        extension.note(page_of("b.example", "a.example", "c.example"))
        job.commit()
        extension.note(page_of("lost.example", "a.example"))
        job.abandon()
        job.close()
        said.append(extension.graph.numbers_of(["a.example", "b.example", "c.example", "lost.example"]))
    assert said[0] == said[1] == {"b.example": 0, "a.example": 1, "c.example": 2, "lost.example": 3}


def test_without_a_job_no_changes_pile_up(graph: SiteGraphStore) -> None:
    fill(graph, SITES)
    assert graph._changed is None


def test_links_among_some_sites(graph: SiteGraphStore) -> None:
    fill(graph, SITES)
    assert graph.links_among(["a.example", "b.example", "unknown.example"]) == {
        "a.example": {"b.example"},
        "b.example": {"a.example"},
    }
    assert graph.links_among(["b.example", "c.example"]) == {}


def test_links_that_many_sites_have_tell_nothing(graph: SiteGraphStore) -> None:
    for number in range(12):
        graph.add(f"site{number}.example", {"everywhere.example", f"rare{number // 4}.example"})
    assert graph.distinctive_links("site0.example") == {"rare0.example"}
    assert graph.distinctive_links("unknown.example") == frozenset()


def test_links_of_a_site_that_links_to_anybody_tell_nothing(graph: SiteGraphStore) -> None:
    graph.add("directory.example", {f"site{number}.example" for number in range(1_001)})
    assert graph.distinctive_links("directory.example") == frozenset()


@pytest.mark.parametrize(
    ("body", "sites"),
    [
        pytest.param("<a href=//a.example>a</a><a href=//www.a.example>a</a>", {"a.example"}, id="a site, once"),
        pytest.param("<a href=/x>x</a><a href=//www.own.example>x</a>", set(), id="not its own"),
        pytest.param("<a rel=nofollow href=//a.example>a</a>", set(), id="not what is not followed"),
        pytest.param(
            "<a rel=ugc href=//a.example>a</a><a rel=noopener href=//a.example>a</a>", {"a.example"}, id="one is enough"
        ),
        pytest.param("<meta name=robots content=nofollow><a href=//a.example>a</a>", set(), id="nothing of a nofollow page"),
        pytest.param("<iframe src=//a.example></iframe><form action=//b.example></form>", set(), id="only what can be clicked"),
        pytest.param("<a href=//known.example>k</a><a href=//a.example>a</a>", {"a.example"}, id="not what is known"),
    ],
)
def test_the_sites_that_a_page_links_to(body: str, sites: set[str]) -> None:
    page = read_page("https://own.example/", body.encode())
    assert followed_sites(page, {"known.example"}) == sites


def page_of(site: str, *linked: str) -> Any:
    return read_page(f"https://{site}/", "".join(f"<a href='https://{name}/'>x</a>" for name in linked).encode())


def test_authority_of_sites_from_a_thread_of_its_own() -> None:
    extension = DomainGraph(SiteGraphStore())
    for site in ("b.example", "c.example", "d.example"):
        extension.note(page_of(site, "a.example"))
    found: dict[str, Any] = {}
    thread = threading.Thread(
        target=lambda: found.update(extension.authority_of(["a.example", "b.example", "x.example"], ["b.example"]))
    )
    thread.start()
    thread.join()
    assert set(found) == {"a.example", "b.example"}
    assert found["a.example"].sites == 4
    assert found["a.example"].pagerank > found["b.example"].pagerank
    assert found["b.example"].trust > found["a.example"].trust > 0


def test_trust_is_unknown_where_no_trusted_site_is_in_the_graph() -> None:
    extension = DomainGraph(SiteGraphStore())
    extension.note(page_of("b.example", "a.example"))
    assert extension.authority_of(["a.example"], ["elsewhere.example"])["a.example"].trust is None
    assert extension.authority_of(["elsewhere.example"], []) == {}


def test_of_too_many_links_nothing_is_worked_out_and_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    extension = DomainGraph(SiteGraphStore(edges_maximum=1))
    with caplog.at_level(logging.WARNING):
        for site in ("b.example", "c.example", "d.example"):
            extension.note(page_of(site, "a.example", "e.example"))
    assert [record.getMessage() for record in caplog.records] == [
        "authority and link farms are not worked out: there are too many links between sites"
    ]
    assert extension.authority_of(["a.example"], []) == {}
    assert extension.links_among(["b.example", "c.example"]) == {}
    assert extension.distinctive_links("b.example") == frozenset()


def test_a_disk_that_is_full_costs_the_graph_and_not_the_crawl(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = SiteGraphStore()

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(graph, "_database", SimpleNamespace(execute=fail))
    extension = DomainGraph(graph)
    with caplog.at_level(logging.WARNING):
        extension.note(page_of("b.example", "a.example"))
        extension.note(page_of("c.example", "a.example"))
    assert len(caplog.records) == 1
    assert "disk is full" in caplog.text
    assert extension.authority_of(["a.example"], []) == {}


def test_trusted_sites_come_from_domains_files_and_lists(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("https://www.b.example/page\nc.example # a good one\n")
    (tmp_path / "partners.csv").write_text("Domain,Note\nd.example,x\n")
    trusted: list[Seed | SeedFile | NamedList] = [
        parse_seed("blog.a.example"),
        SeedFile(str(tmp_path / "more.txt")),
        NamedList("partners"),
    ]
    extension = DomainGraph(SiteGraphStore(), trusted, str(tmp_path))
    assert extension.trusted_sites() == {"a.example", "b.example", "c.example", "d.example"}


def test_a_file_that_is_gone_when_the_crawl_ends_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    extension = DomainGraph(SiteGraphStore(), [parse_seed("a.example"), SeedFile(str(tmp_path / "gone.txt"))])
    with caplog.at_level(logging.WARNING):
        assert extension.trusted_sites() == {"a.example"}
    assert "gone.txt" in caplog.text


def test_a_trusted_list_that_is_not_there_stops_the_crawl_before_the_first_request(tmp_path: Path) -> None:
    trusted = f"trusted={tmp_path / 'none.txt'}"
    run = scrapy("crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=a.example", "-a", trusted, folder=tmp_path)
    assert run.code == 2
    assert "none.txt" in run.log
    assert len(run.log.strip().splitlines()) == 1


PROBE = '''
from backlinkspider.context.crawl_context import context_of
from scrapy import signals
from backlinkspider.site_graph.domain_graph import DomainGraph

class Probe:
    """Writes down what the graph says when the spider is closed."""

    @classmethod
    def from_crawler(cls, crawler):
        probe = cls()
        probe.crawler = crawler
        crawler.signals.connect(probe.write, signals.spider_closed)
        return probe

    def write(self):
        graph = context_of(self.crawler).find(DomainGraph)
        found = {} if graph is None else graph.authority_of(["a.example", "b.example", "c.example"], graph.trusted_sites())
        with open("probe.txt", "w") as file:
            said = " ".join(f"{site}={authority.sites}:{authority.trust:.3f}" for site, authority in found.items())
            file.write("none" if graph is None else said)
'''

WEB = {
    "https://a.example/": "<p><a href=https://b.example/>b</a><a href=/2>2</a></p>",
    "https://a.example/2": "<p><a href=https://target.example/>t</a><a rel=nofollow href=https://d.example>d</a></p>",
    "https://b.example/": "<p><a href=https://c.example/>no link to the target</a></p>",
}


@pytest.mark.parametrize(
    ("keep", "written"),
    [
        pytest.param("backlink", "a.example=4:0.452 b.example=4:0.192 c.example=4:0.163", id="of all pages"),
        pytest.param("external", "none", id="not where no backlinks are kept"),
    ],
)
def test_a_crawl_knows_the_authority_of_its_sites(tmp_path: Path, keep: str, written: str) -> None:
    (tmp_path / "probe.py").write_text(PROBE)
    with MiniWeb(WEB) as web:
        done = crawl(
            web,
            tmp_path,
            f"EXTENSIONS={json.dumps({'probe.Probe': 1})}",
            target="target.example",
            seeds="a.example,b.example",
            keep=keep,
            trusted="a.example",
        )
    assert done.code == 0, done.log
    assert (tmp_path / "probe.txt").read_text() == written
