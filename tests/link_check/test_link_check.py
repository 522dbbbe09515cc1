"""Where backlinks lead: the rules, and crawls that ask."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.arguments import parse_arguments
from backlinkspider.core.links.destination import UNKNOWN, Destination, answers_from_chain, resolve_chain
from backlinkspider.core.links.destination import Answer as Known
from backlinkspider.core.links.redirects import request_url
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.shorteners import resolved_relation
from backlinkspider.core.queue_url import parse_queue_url
from backlinkspider.core.seeds.seeds import parse_seed
from backlinkspider.seed_queue.admin import SeedQueueAdmin
from tests.support.fork_server import Run, Running
from tests.support.miniweb import Answer, Fault, MiniWeb, html, redirect, text
from tests.support.redis_server import RedisServer
from tests.support.scrapy_command import Crawl, crawl, options, scrapy, start_scrapy

A, B, C = "https://a.example/", "https://b.example/", "https://c.example/"
REDIRECTS_MAXIMUM = 5

BROKEN = [
    pytest.param(Known(200), False, id="a page"),
    pytest.param(Known(204), False, id="an answer without content"),
    pytest.param(Known(400), True, id="an address that makes no sense to the server"),
    pytest.param(Known(404), True, id="not found"),
    pytest.param(Known(410), True, id="gone"),
    pytest.param(Known(500), True, id="an error of the server"),
    pytest.param(Known(502), True, id="a gateway without a server"),
    pytest.param(Known(401), None, id="a page for those who log in"),
    pytest.param(Known(403), None, id="a page that is not for us"),
    pytest.param(Known(405), None, id="a page that is not asked for with GET"),
    pytest.param(Known(429), None, id="too many requests"),
    pytest.param(Known(451), None, id="a page that is not for this country"),
    pytest.param(Known(503), None, id="a server that is busy"),
    pytest.param(Known(999), None, id="a status that no standard knows"),
    pytest.param(Known(301), None, id="a redirect to no web address"),
    pytest.param(Known(304), None, id="not modified"),
    pytest.param(Known(None, failure="dns"), True, id="a name that is unknown"),
    pytest.param(Known(None, failure="refused"), True, id="a host that refuses"),
    pytest.param(Known(None, failure="timeout"), True, id="a host that does not answer"),
    pytest.param(Known(None, failure="proxy"), None, id="a proxy that does not get there"),
    pytest.param(Known(None, failure="robots_blocked"), None, id="robots.txt forbids it"),
    pytest.param(Known(None, failure="robots_unavailable"), None, id="robots.txt answers with an error"),
    pytest.param(Known(None, failure="private_address"), None, id="a private network"),
    pytest.param(Known(None, failure="too_large"), None, id="headers that do not end"),
    pytest.param(Known(None, failure="silent"), None, id="a site that was given up"),
]

CHAINS = [
    pytest.param({}, A, id="nothing is known: it is asked"),
    pytest.param({A: Known(200)}, Destination(200, (), False), id="no redirect"),
    pytest.param({A: Known(301, B)}, B, id="a redirect: its end is asked"),
    pytest.param({A: Known(301, B), B: Known(404)}, Destination(404, (B,), True), id="a redirect to nothing"),
    pytest.param({A: Known(301, B), B: Known(None, failure="dns")}, Destination(None, (B,), True), id="a redirect to no host"),
    pytest.param(
        {A: Known(301, B), B: Known(None, failure="robots_blocked")},
        Destination(None, (B,), None),
        id="a redirect to where we may not ask",
    ),
    pytest.param({A: Known(302, B + "#f"), B: Known(200)}, Destination(200, (B + "#f",), False), id="a redirect to a fragment"),
    pytest.param({A: Known(302, A)}, Destination(302, (A,), True), id="a redirect to itself"),
    pytest.param({A: Known(302, B), B: Known(301, A)}, Destination(301, (B, A), True), id="a loop"),
    pytest.param(
        {A: Known(302, B), B: Known(301, C), C: Known(301, B)}, Destination(301, (B, C, B), True), id="a loop further on"
    ),
    pytest.param({A: Known(302, A, sets_cookie=True)}, Destination(302, (A,), None), id="a loop that a cookie may end"),
    pytest.param(
        {A: Known(302, B, sets_cookie=True), B: Known(301, B)}, Destination(301, (B, B), True), id="a cookie before the loop"
    ),
    pytest.param(
        {A: Known(301, A + "1"), **{f"{A}{number}": Known(301, f"{A}{number + 1}") for number in range(1, 9)}},
        Destination(None, tuple(f"{A}{number}" for number in range(1, 6)), None),
        id="a chain that is longer than we follow",
    ),
]

ADDRESSES = [
    pytest.param("https://example.com/a#b", "https://example.com/a", id="no fragment is sent"),
    pytest.param("https://me:x@example.com/", "https://example.com/", id="no user name is sent"),
    pytest.param("https://example.com/?utm_source=x", "https://example.com/?utm_source=x", id="tracking parameters are"),
    pytest.param("https://example.com/?sid=1#a?b", "https://example.com/?sid=1", id="session ids are"),
]


@pytest.mark.parametrize(("answer", "is_broken"), BROKEN)
def test_what_is_broken(answer: Known, *, is_broken: bool | None) -> None:
    assert resolve_chain(A, {A: answer}, REDIRECTS_MAXIMUM) == Destination(answer.status, (), is_broken)


@pytest.mark.parametrize(("answers", "end"), CHAINS)
def test_where_an_address_leads(answers: Mapping[str, Known], end: Destination | str) -> None:
    assert resolve_chain(A, answers, REDIRECTS_MAXIMUM) == end


@pytest.mark.parametrize(("url", "address"), ADDRESSES)
def test_what_is_asked(url: str, address: str) -> None:
    assert request_url(url) == address
    assert request_url(address) == address


def test_a_chain_of_which_the_end_is_not_known_says_nothing_of_it() -> None:
    assert resolve_chain(A, answers_from_chain(A, [B], None), REDIRECTS_MAXIMUM) == B
    assert resolve_chain(A, answers_from_chain(A, [B, C], 410), REDIRECTS_MAXIMUM) == Destination(410, (B, C), True)


SHORT = "https://sho.rt/x"
ROWS = [
    pytest.param(
        "external", SHORT, Destination(200, ("https://target.example/",), False), "backlink", id="it leads to the target"
    ),
    pytest.param(
        "outbound",
        SHORT,
        Destination(200, ("https://target.example/",), False),
        "internal_backlink",
        id="and stands in the target",
    ),
    pytest.param(
        "internal", SHORT, Destination(200, ("https://target.example/",), False), "backlink", id="and stands on its site"
    ),
    pytest.param(
        "external", SHORT, Destination(404, ("https://target.example/x",), True), "backlink", id="to a page that is gone"
    ),
    pytest.param("external", SHORT, Destination(200, (B, "http://old.example/a"), False), "backlink", id="it leads to an alias"),
    pytest.param(
        "external", SHORT, Destination(200, ("https://target.example/", B), False), "backlink", id="it leads on from there"
    ),
    pytest.param("external", SHORT, Destination(200, (B,), False), None, id="it leads elsewhere"),
    pytest.param("external", SHORT, Destination(200, ("https://nottarget.example/",), False), None, id="it leads to a lookalike"),
    pytest.param("external", SHORT, Destination(200, (), False), None, id="it is a page"),
    pytest.param("external", SHORT, UNKNOWN, None, id="it may not be asked"),
    pytest.param("external", SHORT, None, None, id="it was not asked"),
    pytest.param("backlink", SHORT, None, "backlink", id="it is the target's own"),
    pytest.param("backlink", A, None, "backlink", id="it leads to no such host"),
]


@pytest.mark.parametrize(("relation", "url_to", "end", "expected"), ROWS)
def test_what_a_short_link_is(relation: str, url_to: str, end: Destination | None, expected: str | None) -> None:
    row = {"relation": relation, "url_to": url_to, "target": "target.example"}
    assert judge_row(row, end, keep="backlink,internal_backlink") == expected


def test_a_short_link_stays_what_it_is_where_that_was_asked_for() -> None:
    row = {"relation": "external", "url_to": SHORT, "target": "target.example"}
    assert judge_row(row, UNKNOWN, keep="all") == "external"
    to_target = Destination(200, ("https://target.example/",), False)
    assert judge_row(row, to_target, keep="all") == "backlink"
    assert judge_row(row, to_target, keep="external") is None


@pytest.mark.parametrize(
    ("redirect", "expected"),
    [
        ("https://two.example/", [None, None, Relation.BACKLINK]),
        ("https://blog.example/", [Relation.EXTERNAL, None, None]),
        (None, [Relation.EXTERNAL, None, None]),
    ],
    ids=["to one of them", "elsewhere", "nobody knows where"],
)
def test_a_short_link_is_judged_against_the_target_of_its_row(redirect: str | None, expected: list[Relation | None]) -> None:
    arguments = parse_arguments({"target": "one.example,two.example", "shorteners": "sho.rt", "keep": "all"})
    judged = [
        resolved_relation(
            {"relation": "external", "url_to": SHORT, "target": target},
            Destination(200, (redirect,), False) if redirect else None,
            targets=arguments.targets,
            aliases=(),
            shorteners=arguments.shorteners,
            keep=arguments.keep,
        )
        for target in (None, "one.example", "two.example")
    ]
    assert judged == expected


def judge_row(row: Mapping[str, Any], end: Destination | None, keep: str) -> str | None:
    arguments = parse_arguments({"target": "target.example", "aliases": "old.example", "shorteners": "sho.rt", "keep": keep})
    return resolved_relation(
        row,
        end,
        targets=arguments.targets,
        aliases=arguments.aliases,
        shorteners=arguments.shorteners,
        keep=arguments.keep,
    )


TARGET = "https://target.example"


def page_of(*urls: str) -> str:
    return "".join(f'<a href="{url}">{url}</a>' for url in urls)


def crawl_links(web: MiniWeb, folder: Path, *settings: str, **arguments: str) -> tuple[Crawl, dict[str, tuple[str, str, str]]]:
    """A crawl that asks, and by address what the log says of where it leads: word, status, redirects."""
    given = {"target": "target.example", "seeds": "https://blog.example/", **arguments}
    done = crawl(web, folder, "BACKLINKS_LINK_CHECK_LIMIT=100", "LOG_LEVEL=DEBUG", *settings, **given)
    assert done.code == 0, done.log
    return done, ends_in(done.log)


def ends_in(log: str) -> dict[str, tuple[str, str, str]]:
    lines = re.findall(r"link_check\.link_checks\] DEBUG: (\S+) is (\w+): status (\w+), redirects \[(.*)\]$", log, re.MULTILINE)
    assert len(lines) == len({line[0] for line in lines})
    return {address: (word, status, redirects.replace("'", "")) for address, *(word, status, redirects) in lines}


def test_each_address_is_asked_once_and_redirects_are_followed(tmp_path: Path) -> None:
    urls = ["/", "/#a", "/#b", "/gone", "/moved", "/away", "/loop", "/nowhere", "/app", "/?utm_source=blog"]
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of(*(TARGET + url for url in urls)) + '<a href="/2">2</a>',
        "https://blog.example/2": page_of(*(TARGET + url for url in urls)),
        f"{TARGET}/": "home",
        f"{TARGET}/?utm_source=blog": "home",
        f"{TARGET}/moved": redirect("http://www.target.example/new", 302),
        "http://www.target.example/new": redirect("/newer#top", 308),
        "http://www.target.example/newer": "new",
        f"{TARGET}/away": redirect("https://shop.example/"),
        "https://shop.example/": Answer(status=410),
        f"{TARGET}/loop": redirect("/loop/"),
        f"{TARGET}/loop/": redirect("/loop"),
        f"{TARGET}/nowhere": redirect("mailto:a@b.example"),
        f"{TARGET}/app": Answer(status=403),
    }
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path)
        assert ends == {
            f"{TARGET}/": ("working", "200", ""),
            f"{TARGET}/gone": ("broken", "404", ""),
            f"{TARGET}/moved": ("working", "200", "http://www.target.example/new, http://www.target.example/newer#top"),
            f"{TARGET}/away": ("broken", "410", "https://shop.example/"),
            f"{TARGET}/loop": ("broken", "301", f"{TARGET}/loop/, {TARGET}/loop"),
            f"{TARGET}/nowhere": ("unknown", "301", ""),
            f"{TARGET}/app": ("unknown", "403", ""),
            f"{TARGET}/?utm_source=blog": ("working", "200", ""),
        }
        asked = [request for request in web.requests if not request.url.startswith("https://blog.example")]
        assert max(web.fetched(request.url) for request in asked) == 1
        assert {request.method for request in asked} == {"GET"}
        assert web.most_open("target.example") == 1
    assert "linked URLs checked    broken 3, working 3, unknown 2" in done.log
    assert len(done.rows) == 2 * len(urls)


def test_what_fails_is_asked_again(tmp_path: Path) -> None:
    answers = {"/late": [Answer(status=500), html("late")], "/busy": [Answer(status=503)] * 2, "/down": [Answer(status=500)] * 2}

    def answer(url: str) -> Answer | str:
        path = url.removeprefix(TARGET)
        return answers[path].pop(0) if path in answers else ""

    pages = {"https://blog.example/": page_of(*(TARGET + path for path in answers), "http://gone.target.example/")}
    with MiniWeb(pages, {TARGET: answer}) as web:
        _, ends = crawl_links(web, tmp_path)
    assert not any(answers.values())
    assert {address.removeprefix(TARGET): end[:2] for address, end in ends.items()} == {
        "/late": ("working", "200"),
        "/busy": ("unknown", "503"),
        "/down": ("broken", "500"),
        # The proxy answers for it, its robots.txt too.
        "http://gone.target.example/": ("unknown", "None"),
    }


def test_what_may_not_be_asked_is_not_asked(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of(f"{TARGET}/private/a", f"{TARGET}/inward", f"{TARGET}/elsewhere")
        + f'<form action="{TARGET}/delete"></form>',
        f"{TARGET}/robots.txt": text("User-agent: *\nDisallow: /private/\nDisallow: /delete"),
        f"{TARGET}/inward": redirect("http://127.0.0.1:1/"),
        f"{TARGET}/elsewhere": redirect("https://closed.example/"),
        "https://closed.example/robots.txt": text("User-agent: *\nDisallow: /"),
        "https://closed.example/": "closed",
    }
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path)
        unwanted = (f"{TARGET}/private/a", f"{TARGET}/delete", "http://127.0.0.1:1/", "https://closed.example/")
        assert not any(web.fetched(url) for url in unwanted)
    assert ends == {
        f"{TARGET}/private/a": ("unknown", "None", ""),
        f"{TARGET}/inward": ("unknown", "None", "http://127.0.0.1:1/"),
        f"{TARGET}/elsewhere": ("unknown", "None", "https://closed.example/"),
    }
    assert len(done.rows) == 4


def test_what_the_crawl_reads_is_not_asked_for_again(tmp_path: Path) -> None:
    paths = ["/", "/a", "/b", "/moved", "/gone"]
    pages: dict[str, Answer | str] = {
        f"{TARGET}/": page_of("/a", "/b", "/moved", "/gone"),
        f"{TARGET}/a": page_of("https://blog.example/"),
        f"{TARGET}/b": "b",
        f"{TARGET}/moved": redirect("/a"),
        "https://blog.example/": page_of(*(TARGET + path for path in paths)),
    }
    with MiniWeb(pages) as web:
        # One after the other: what the crawl has in its queue by then is left to it.
        _, ends = crawl_links(web, tmp_path, "CONCURRENT_REQUESTS=1", seeds=f"{TARGET}/,https://blog.example/")
        assert [web.fetched(TARGET + path) for path in paths] == [1] * len(paths)
    assert {address.removeprefix(TARGET): end[:2] for address, end in ends.items()} == {
        "/": ("working", "200"),
        "/a": ("working", "200"),
        "/b": ("working", "200"),
        "/moved": ("working", "200"),
        "/gone": ("broken", "404"),
    }


def test_no_more_addresses_are_asked_than_is_allowed(tmp_path: Path) -> None:
    pages = {"https://blog.example/": page_of(*(f"{TARGET}/{number}" for number in range(5)), f"{TARGET}/4"), f"{TARGET}/0": "0"}
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path, "BACKLINKS_LINK_CHECK_LIMIT=2")
        assert sum(web.fetched(f"{TARGET}/{number}") for number in range(5)) == 2
    assert len(ends) == 2
    assert "linked URLs checked    left_out 4, broken 1, working 1" in done.log
    (mend,) = [row for row in done.rows if row["is_broken"]]
    assert mend["to_do"] == "mend"
    assert "to do                  mend 1\n" in done.log


def test_checks_that_take_too_long_are_skipped(tmp_path: Path) -> None:
    urls = [f"{TARGET}/{number}" for number in range(200)]
    with MiniWeb({"https://blog.example/": page_of(*urls), **dict.fromkeys(urls, "page")}) as web:
        settings = ("BACKLINKS_LINK_CHECK_LIMIT=1000", "BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS=1.5", "DOWNLOAD_DELAY=0.5")
        done, ends = crawl_links(web, tmp_path, *settings, profile_pages="0")
    assert "linked URLs are left to check, for about" in done.log
    assert "linked URLs were not checked in time" in done.log
    known = sum(row["url_to_status_code"] == 200 for row in done.rows)
    # The one that was on its way may have been answered.
    assert 0 < len(ends) <= known <= len(ends) + 1 < 200


def test_with_0_nothing_is_asked(tmp_path: Path) -> None:
    with MiniWeb({"https://blog.example/": page_of(f"{TARGET}/"), f"{TARGET}/": ""}) as web:
        done, ends = crawl_links(web, tmp_path, "BACKLINKS_LINK_CHECK_LIMIT=0")
        assert web.fetched(f"{TARGET}/") == 0
    assert ends == {}
    assert "linked URLs checked" not in done.log


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_of_a_page_no_more_than_the_headers_is_read(tmp_path: Path, scheme: str) -> None:
    origin = f"{scheme}://target.example"
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of(f"{origin}/endless", f"{origin}/slow", f"{origin}/last"),
        f"{origin}/endless": Answer(fault=Fault.ENDLESS_BODY),
        f"{origin}/slow": Answer(fault=Fault.DRIP),
        f"{origin}/last": Answer(fault=Fault.TRUNCATED),
    }
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path)
    assert {end[:2] for end in ends.values()} == {("working", "200")}
    assert len(ends) == 3
    # A connection that is left open is one until the process ends.
    assert "unclosed" not in done.log


def test_a_site_that_does_not_answer_is_left_alone(tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(8)]
    pages: dict[str, Answer | str] = {f"{TARGET}{path}": Answer(fault=Fault.RESET) for path in paths}
    pages["https://blog.example/"] = page_of(*(TARGET + path for path in paths))
    pages[f"{TARGET}/robots.txt"] = ""
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path)
        assert [path for path in paths if web.fetched(TARGET + path)] == paths[:5]
    assert len(ends) == 8
    assert "linked URLs checked    broken 5, unknown 3" in done.log


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HANG])
def test_a_page_that_was_not_asked_is_not_broken_because_robots_txt_is(tmp_path: Path, fault: Fault) -> None:
    pages: dict[str, Answer | str] = {
        f"{TARGET}/robots.txt": Answer(fault=fault),
        "https://blog.example/": page_of(f"{TARGET}/a"),
        f"{TARGET}/a": "",
    }
    with MiniWeb(pages) as web:
        done, ends = crawl_links(web, tmp_path, "DOWNLOAD_TIMEOUT=1")
        assert web.fetched(f"{TARGET}/a") == 0
    assert ends[f"{TARGET}/a"] == ("unknown", "None", "")
    assert done.column("is_broken") == [None]


def test_user_names_of_redirects_are_not_logged(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of(f"{TARGET}/a"),
        f"{TARGET}/a": redirect("https://me:secret@target.example/b"),
    }
    with MiniWeb({**pages, f"{TARGET}/b": ""}) as web:
        done, ends = crawl_links(web, tmp_path)
        assert all("authorization" not in request.headers for request in web.requests)
    assert ends[f"{TARGET}/a"] == ("working", "200", f"{TARGET}/b")
    assert "secret" not in done.log


def test_a_link_to_an_alias_is_one_to_the_target(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of("https://old.example/a", "https://old.example/b", "https://other.example/"),
        "https://old.example/": page_of(f"{TARGET}/", "https://old.example/a"),
        "https://old.example/a": redirect(f"{TARGET}/a"),
        f"{TARGET}/a": "a",
    }
    with MiniWeb(pages) as web:
        seeds = "https://blog.example/,https://old.example/"
        done, ends = crawl_links(web, tmp_path, aliases="old.example", seeds=seeds, keep="all", follow="none")
    assert done.column("relation", "url_from", "url_to") == [
        ("backlink", "https://blog.example/", "https://old.example/a"),
        ("backlink", "https://blog.example/", "https://old.example/b"),
        ("external", "https://blog.example/", "https://other.example/"),
        ("internal_backlink", "https://old.example/", "https://old.example/a"),
        ("internal_backlink", "https://old.example/", f"{TARGET}/"),
    ]
    assert {row["target"] for row in done.rows} == {"target.example"}
    assert ends == {
        "https://old.example/a": ("working", "200", f"{TARGET}/a"),
        "https://old.example/b": ("broken", "404", ""),
    }


SHORT_LINKS: dict[str, Answer | str] = {
    "https://blog.example/": page_of("https://sho.rt/to", "https://sho.rt/else", "https://sho.rt/refresh", f"{TARGET}/"),
    "https://sho.rt/to": redirect(f"{TARGET}/to"),
    "https://sho.rt/else": redirect("https://else.example/"),
    "https://sho.rt/refresh": f'<meta http-equiv=refresh content="0; url={TARGET}/">',
    f"{TARGET}/": "home",
    f"{TARGET}/to": "to",
    "https://else.example/": "else",
}


def test_links_to_hosts_that_redirect_are_asked(tmp_path: Path) -> None:
    with MiniWeb(SHORT_LINKS) as web:
        done, ends = crawl_links(web, tmp_path, shorteners="sho.rt")
        # What leads elsewhere is another's page.
        assert [web.fetched(url) for url in SHORT_LINKS] == [1] * len(SHORT_LINKS)
    assert ends == {
        "https://sho.rt/to": ("working", "200", f"{TARGET}/to"),
        "https://sho.rt/else": ("working", "200", "https://else.example/"),
        "https://sho.rt/refresh": ("working", "200", ""),
        f"{TARGET}/": ("working", "200", ""),
    }
    assert "backlinks              1 from 1 referring domain" in done.log
    assert "unresolved short links 3" in done.log
    assert f"rows written           {len(done.rows)}\n" in done.log


def test_resolve_needs_addresses_to_be_asked(tmp_path: Path) -> None:
    run = scrapy(
        "crawl", "backlinks", *options({"target": "target.example", "shorteners": "sho.rt"}),
        "-s", "BACKLINKS_LINK_CHECK_LIMIT=0",
        folder=tmp_path,
    )  # fmt: skip
    assert run.code == 2
    assert "BACKLINKS_LINK_CHECK_LIMIT" in run.log


def start(web: MiniWeb, folder: Path, *more: str, seeds: str = "https://blog.example/") -> Running:
    command = [
        "crawl", "backlinks", *options({"target": "target.example", "seeds": seeds}),
        "-s", "LOG_LEVEL=DEBUG", "-O", str(folder / "rows.jsonl"), *more,
    ]  # fmt: skip
    return start_scrapy(*command, folder=folder, environment=web.environment())


def many_links() -> dict[str, Answer | str]:
    pages: dict[str, Answer | str] = {f"{TARGET}/{number}": Answer(status=404) for number in range(40)}
    return {"https://blog.example/": page_of(*pages), f"{TARGET}/robots.txt": "", **pages}


def asked_of(web: MiniWeb) -> list[str]:
    return [request.url for request in web.requests if re.fullmatch(rf"{TARGET}/\d+", request.url)]


def wait_for(web: MiniWeb, count: int, process: Running) -> None:
    while len(asked_of(web)) < count:
        assert process.poll() is None
        time.sleep(0.005)


def test_whoever_ends_the_crawl_does_not_wait(tmp_path: Path) -> None:
    with MiniWeb(many_links()) as web:
        process = start(web, tmp_path, "-s", "DOWNLOAD_DELAY=0.1")
        wait_for(web, 3, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert len(asked_of(web)) < 40
    log = (tmp_path / "log").read_text()
    assert re.search(r"linked URLs checked    waiting 3\d, broken \d", log)
    assert "Traceback" not in log


def test_a_limit_of_the_crawl_does_not_wait_either(tmp_path: Path) -> None:
    with MiniWeb(many_links()) as web:
        process = start(web, tmp_path, "-s", "DOWNLOAD_DELAY=0.1", "-s", "CLOSESPIDER_ITEMCOUNT=1")
        assert process.wait(60) == 130
        assert len(asked_of(web)) < 5
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.slow
def test_a_crawl_that_was_killed_does_not_ask_again(tmp_path: Path, kill: int) -> None:
    job = ("-s", f"JOBDIR={tmp_path / 'job'}", "-s", "DOWNLOAD_DELAY=0.02")
    with MiniWeb(many_links()) as web:
        for count in (5, 12, 25):
            process = start(web, tmp_path, *job)
            wait_for(web, count, process)
            process.send_signal(kill)
            assert process.wait(60) != 0
        assert start(web, tmp_path, *job).wait(60) == 0
        asked = asked_of(web)
        assert web.fetched("https://blog.example/") == 1
    assert set(asked) == {f"{TARGET}/{number}" for number in range(40)}
    # What was under way when it was killed.
    assert len(asked) - len(set(asked)) <= (3 if kill == signal.SIGKILL else 0)
    assert "linked URLs checked    broken 40\n" in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_a_worker_with_a_queue_asks_too(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    with RedisServer(folder) as server, MiniWeb(many_links()) as web:
        with SeedQueueAdmin(parse_queue_url(server.address())) as desk:
            desk.open()
            assert list(desk.push([parse_seed("https://blog.example/")])) == [2]
        process = start(web, tmp_path, "-s", "DOWNLOAD_DELAY=0.01", seeds=server.address())
        assert process.wait(60) == 0
        assert len(asked_of(web)) == 40
    assert "linked URLs checked    broken 40\n" in (tmp_path / "log").read_text()


LINKED: dict[str, Answer | str] = {
    "https://blog.example/": page_of(f"{TARGET}/", f"{TARGET}/gone", f"{TARGET}/moved#a", f"{TARGET}/closed"),
    f"{TARGET}/robots.txt": text("User-agent: *\nDisallow: /closed"),
    f"{TARGET}/": "home",
    f"{TARGET}/moved": redirect("/new"),
    f"{TARGET}/new": redirect("/"),
}


def test_the_columns_say_where_links_lead(tmp_path: Path) -> None:
    with MiniWeb(LINKED) as web:
        done, _ = crawl_links(web, tmp_path, profile_pages="0")
    assert done.column("url_to", "url_to_status_code", "url_to_redirect_target", "is_broken") == [
        (f"{TARGET}/", 200, None, False),
        (f"{TARGET}/closed", None, None, None),
        (f"{TARGET}/gone", 404, None, True),
        (f"{TARGET}/moved#a", 200, [f"{TARGET}/new", f"{TARGET}/"], False),
    ]


def test_the_columns_are_empty_where_nothing_was_asked(tmp_path: Path) -> None:
    with MiniWeb(LINKED) as web:
        done, _ = crawl_links(web, tmp_path, "BACKLINKS_LINK_CHECK_LIMIT=0", profile_pages="0")
    assert {tuple(row[name] for name in ("url_to_status_code", "is_broken")) for row in done.rows} == {(None, None)}


def test_a_short_link_that_leads_to_the_target_is_a_backlink(tmp_path: Path) -> None:
    with MiniWeb(SHORT_LINKS) as web:
        done, _ = crawl_links(web, tmp_path, shorteners="sho.rt", profile_pages="0")
    assert done.column("relation", "url_to", "url_to_redirect_target", "is_broken") == [
        ("backlink", "https://sho.rt/to", [f"{TARGET}/to"], False),
        ("backlink", f"{TARGET}/", None, False),
    ]


@pytest.mark.parametrize("keep", ["backlink", "all"])
def test_a_short_link_is_looked_at_as_a_backlink_is(tmp_path: Path, keep: str) -> None:
    words = "oak chairs and tables of seasoned timber, planed by hand and joined without screws in a workshop " * 8
    home = f"<html lang=en><title>Oak</title><meta property=og:site_name content='Old Timber'><p>{words}"
    blog = f"<html lang=en><p>{words}<a href=https://sho.rt/to>Old Timber</a><p><a href=https://spam-casino.example/>x</a>"
    pages: dict[str, Answer | str] = {
        f"{TARGET}/": home,
        "https://blog.example/": blog,
        "https://sho.rt/to": redirect(f"{TARGET}/"),
    }
    with MiniWeb(pages) as web:
        done, _ = crawl_links(web, tmp_path, shorteners="sho.rt", keep=keep, profile_pages="1")
    (row,) = (row for row in done.rows if row["url_to"] == "https://sho.rt/to")
    assert row["relation"] == "backlink"
    assert row["anchor_type"] == "branded"
    assert row["text_share"] > 0.9
    assert row["topic_relevance"] > 0.8
    assert row["page_from_suspicious_domains"] is not None
    assert row["verdict"] is not None


def test_with_all_relations_other_short_links_stay_what_they_are(tmp_path: Path) -> None:
    with MiniWeb(SHORT_LINKS) as web:
        done, _ = crawl_links(web, tmp_path, shorteners="sho.rt", keep="all", profile_pages="0")
    assert done.column("relation", "url_to") == [
        ("backlink", "https://sho.rt/to"),
        ("backlink", f"{TARGET}/"),
        ("external", "https://sho.rt/else"),
        ("external", "https://sho.rt/refresh"),
    ]


def test_a_short_link_to_the_target_is_of_no_other_relation(tmp_path: Path) -> None:
    with MiniWeb(SHORT_LINKS) as web:
        done, _ = crawl_links(web, tmp_path, shorteners="sho.rt", keep="external", profile_pages="0")
    assert done.column("relation", "url_to") == [("external", "https://sho.rt/else"), ("external", "https://sho.rt/refresh")]


def test_a_short_link_that_may_lead_to_several_targets_is_counted_once(tmp_path: Path) -> None:
    with MiniWeb(SHORT_LINKS) as web:
        done, _ = crawl_links(web, tmp_path, target="target.example,other.example", shorteners="sho.rt", keep="all")
    assert len(done.rows) == len({row["url_to"] for row in done.rows})
    assert f"rows written           {len(done.rows)}\n" in done.log


@pytest.mark.parametrize("keep", ["backlink", "all"])
def test_the_summary_tells_of_short_links_where_there_are_no_others(tmp_path: Path, keep: str) -> None:
    with MiniWeb({**SHORT_LINKS, "https://blog.example/": page_of("https://sho.rt/to", "https://sho.rt/else")}) as web:
        done, _ = crawl_links(web, tmp_path, shorteners="sho.rt", keep=keep, profile_pages="0")
    assert "backlinks              none but short links, 1\n" in done.log


def test_a_link_to_an_alias_has_the_columns_of_a_backlink(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/": page_of("https://old.example/a"),
        "https://old.example/a": redirect(f"{TARGET}/a"),
        f"{TARGET}/a": "a",
    }
    with MiniWeb(pages) as web:
        done, _ = crawl_links(web, tmp_path, aliases="old.example", profile_pages="0")
    assert done.column("relation", "url_to", "url_to_redirect_target", "url_to_status_code") == [
        ("backlink", "https://old.example/a", [f"{TARGET}/a"], 200)
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, scrapy("demo", folder=folder)


def test_the_demo_has_a_broken_backlink(demo: tuple[Path, Run]) -> None:
    folder, run = demo
    assert run.code == 0
    rows = (folder / "demo.csv").read_text(encoding="utf-8-sig").splitlines()
    header = rows[0].split(",")
    assert "is_broken" in header
    (gone,) = [row for row in rows if "/blog/old-oak-oil," in row and row.startswith("backlink")]
    assert ",404," in gone


def test_the_demo_finds_the_page_that_is_gone(demo: tuple[Path, Run]) -> None:
    _, run = demo
    assert run.code == 0
    assert re.search(r"linked URLs checked    working \d+, broken 1\n", run.output)
