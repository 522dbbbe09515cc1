"""One crawl through every trap and fault: it ends by itself, finds what is honest, invents nothing, and accounts for the rest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.hostile_web import BACKLINK, HostileWeb, make_hostile_web
from tests.support.miniweb import Answer, Fault, MiniWeb, Request, html, redirect, text
from tests.support.scrapy_command import Crawl, crawl, read_json_lines

MAX_PAGES = 60
PARTS = (
    *("pages", "redirects", "sitemaps", "robots_blocked", "not_html", "errors"),
    *("over_budget", "cut_by_depth", "not_followed", "pending"),
)
"""What the addresses of a seed are made up of."""


class Done(NamedTuple):
    """A crawl of a web that has ended, and what the web saw of it."""

    web: HostileWeb
    crawl: Crawl
    coverage: dict[str, dict[str, Any]]
    requests: list[Request]

    def asked_for(self, seed: str) -> Counter[str]:
        """How often each address of a seed's host was asked for, robots.txt aside."""
        origin = seed.removesuffix("/")
        return Counter(
            request.url
            for request in self.requests
            if request.url.startswith(f"{origin}/") and not request.url.endswith("/robots.txt")
        )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("hostile")
    hostile = make_hostile_web()
    (folder / "seeds.txt").write_text("\n".join(hostile.seeds))
    with MiniWeb(hostile.pages, hostile.sites) as web:
        ended = crawl(
            web,
            folder,
            *("DOWNLOAD_TIMEOUT=4", "DOWNLOAD_MAXSIZE=20000000", "CONCURRENT_REQUESTS=64"),
            target="target.example",
            seeds="seeds.txt",
            max_pages=str(MAX_PAGES),
            sitemaps="true",
            coverage="coverage.jsonl",
        )
        requests = web.requests
    coverage = {row["seed"]: row for row in read_json_lines(folder / "coverage.jsonl")}
    return Done(hostile, ended, coverage, requests)


def test_it_ends_by_itself(done: Done) -> None:
    assert done.crawl.code == 0, done.crawl.log
    assert "Traceback" not in done.crawl.log
    assert "\x1b" not in done.crawl.log


def test_every_honest_backlink_is_found_once_and_none_is_invented(done: Done) -> None:
    found = Counter(row["url_from"] for row in done.crawl.rows)
    visits = [url for url in found if url.startswith("https://visit.example/")]
    assert len({url.partition(";")[0].partition("?")[0] for url in visits}) == len(visits) == 3
    assert Counter(url for url in found.elements() if url not in visits) == Counter(done.web.honest)


def test_the_addresses_of_every_seed_add_up(done: Done) -> None:
    assert list(done.coverage) == done.web.seeds
    for seed, row in done.coverage.items():
        assert row["addresses"] == sum(row[part] for part in PARTS), row
        assert row["pending"] == 0
        asked_for = done.asked_for(seed)
        answered = row["pages"] + row["redirects"] + row["sitemaps"] + row["not_html"]
        assert answered <= len(asked_for) <= answered + row["errors"], (row, sorted(asked_for))


def test_outcomes(done: Done) -> None:
    assert {seed: done.coverage[seed]["outcome"] for seed in done.web.outcomes} == done.web.outcomes


def test_no_site_costs_more_than_its_budget(done: Done) -> None:
    for seed, row in done.coverage.items():
        # Sitemaps and redirects are no pages, and bounded by numbers of their own.
        assert len(done.asked_for(seed)) - row["redirects"] - row["sitemaps"] <= MAX_PAGES, row


REASONS = [
    pytest.param("calendar", "pagination", id="a calendar"),
    pytest.param("shop", "queries", id="a shop with filters"),
    pytest.param("nested", "repeating_path", id="a relative link that nests"),
    pytest.param("long", "url_too_long", id="addresses that grow"),
    pytest.param("soft404", "duplicate_content", id="a server that answers everything"),
    pytest.param("plain", "file 1", id="files"),
]


@pytest.mark.parametrize(("host", "reason"), REASONS)
def test_traps_are_named(done: Done, host: str, reason: str) -> None:
    (row,) = (row for seed, row in done.coverage.items() if f"/{host}.example" in seed)
    assert any(not_followed.startswith(reason) for not_followed in row["not_followed_reasons"]), row


FAULTS = [
    pytest.param("https://plaintext.example/", ["tls 1"], id="plain text for TLS"),
    pytest.param("https://members.example/", ["tls 1"], id="no cipher in common"),
    pytest.param("https://curt.example/", ["reset 1"], id="hangs up"),
    pytest.param("http://silent-http.example/", ["timeout 1"], id="http that hangs"),
    pytest.param("https://silent-https.example/", ["timeout 1"], id="https that hangs"),
    pytest.param("https://unknown.example/", ["proxy 1"], id="no such host, says the proxy"),
    pytest.param("http://10.0.0.1/", ["private_address 1"], id="a private address"),
    pytest.param("https://circle.example/", ["redirects 1"], id="a redirect to itself"),
    pytest.param("https://faults.example/", ["reset 1", "timeout 2", "too_large 3"], id="broken answers"),
    pytest.param("https://answers.example/", ["http_500 1", "http_999 1", "no_content 1"], id="bad statuses"),
    pytest.param("https://robots-drip.example/", ["timeout 1"], id="a robots.txt that drips"),
    pytest.param("https://robots-headers.example/", ["too_large 1"], id="a robots.txt with endless headers"),
    pytest.param("https://listed.example/", ["not_a_sitemap 1"], id="a sitemap that is none"),
]


@pytest.mark.parametrize(("seed", "reasons"), FAULTS)
def test_faults_are_named(done: Done, seed: str, reasons: list[str]) -> None:
    assert done.coverage[seed]["error_reasons"] == reasons


def test_no_request_leaves_the_web(done: Done) -> None:
    hosts = {request.url.split("/")[2] for request in done.requests}
    assert "target.example" not in hosts
    assert not any(host.startswith(("127.", "10.", "169.")) for host in hosts)


def test_two_hundred_sites_of_which_half_are_broken(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {}
    seeds, honest = [], []
    broken: list[dict[str, Answer | str]] = [
        {"/": Answer(fault=Fault.RESET)},
        {"/": Answer(fault=Fault.NO_TLS)},
        {"/": Answer(fault=Fault.TLS_ALERT)},
        {"/": Answer(status=500)},
        {"/": html("no", status=403)},
        {"/": redirect("/")},
        {"/": text("no page")},
        {"/": "shut", "/robots.txt": text("User-agent: *\nDisallow: /")},
        {"/": "x", "/robots.txt": Answer(status=503)},
        {},
    ]
    for number in range(100):
        origin = f"{'https' if number % 2 else 'http'}://good{number}.example"
        seeds += [f"{origin}/", f"https://bad{number}.example/"]
        pages[f"{origin}/"] = f"{BACKLINK}<a href=/2>2</a><a href=/gone>g</a>"
        pages[f"{origin}/2"] = f"{BACKLINK}<a href=/>home</a>"
        honest += [f"{origin}/", f"{origin}/2"]
        pages.update({f"https://bad{number}.example{path}": answer for path, answer in broken[number % 10].items()})
    (tmp_path / "seeds.txt").write_text("\n".join(seeds))
    with MiniWeb(pages) as web:
        done = crawl(
            web, tmp_path, "DOWNLOAD_TIMEOUT=20", "CONCURRENT_REQUESTS=64", "BACKLINKS_MAX_DELAY_SECONDS=1",
            target="target.example", seeds="seeds.txt", coverage="coverage.jsonl",
        )  # fmt: skip
    assert done.code == 0, done.log
    assert done.column("url_from") == sorted(honest)
    coverage = read_json_lines(tmp_path / "coverage.jsonl")
    assert [row["seed"] for row in coverage] == seeds
    assert all(row["addresses"] == sum(row[part] for part in PARTS) for row in coverage)
    outcomes = Counter((row["seed"].split("/")[2][:3], row["outcome"]) for row in coverage)
    assert outcomes == {("goo", "complete"): 100, ("bad", "unreachable"): 70, ("bad", "blocked"): 30}
