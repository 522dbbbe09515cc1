"""What is known of a target, from its own pages: which are read, when, at what price, and what is learnt."""

from __future__ import annotations

import gzip
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.site_names import common_parts, declared_names, plausible_names
from backlinkspider.core.links.target import parse_target
from backlinkspider.core.profile.crawl_order import CrawlOrder
from backlinkspider.core.profile.profile import ProfileBuilder, TargetProfile
from backlinkspider.core.rows.columns import DEFERRED_COLUMNS
from tests.support.miniweb import Answer, Fault, MiniWeb, html, redirect, text
from tests.support.scrapy_command import Crawl, crawl, options, start_scrapy

TARGET = "target.example"
HOME = "https://target.example/"
BACKLINK = '<p>We sat on <a href="https://target.example/chairs">Oak &amp; Iron</a></p>'
MAGAZINE = {"https://magazine.example/": BACKLINK}
OAK = (
    "Our workshop in the valley builds oak chairs, tables and benches by hand. The timber is felled in winter, split along the"
    " grain and dried for three years under a roof before a joiner planes it. Mortise and tenon joints hold a chair without"
    " screws; linseed oil and beeswax protect the wood. A stool takes two days, a table a week. We repair old furniture too: a"
    " loose rung is glued, a worn seat is woven anew from rush. Visitors may watch the carpenters at their benches on Saturdays,"
    " try the chairs and choose the boards for a table of their own."
)


def full(web: MiniWeb, folder: Path, *settings: str, **arguments: str) -> Crawl:
    """A crawl of the magazine with the project's own default of the profile."""
    given = {"target": TARGET, "seeds": "magazine.example", "profile_pages": "25", **arguments}
    return crawl(web, folder, *settings, **given)


def asked(web: MiniWeb, host: str = TARGET) -> list[str]:
    """The paths of a host in the order in which they were asked for."""
    begin = f"https://{host}"
    return [request.url.removeprefix(begin) for request in web.requests if request.url.startswith(f"{begin}/")]


def test_the_target_is_read_breadth_first_and_listings_last(tmp_path: Path) -> None:
    pages = {
        HOME: "<a href=/tag/oak>t</a><a href=/chairs#top>c</a><a href=/price.pdf>f</a><a href=https://other.example/>o</a>",
        f"{HOME}chairs": "<a href=/>home</a><a href=/chairs/rocking>r</a>",
        f"{HOME}tag/oak": "",
        f"{HOME}chairs/rocking": "",
    }
    with MiniWeb({**pages, **MAGAZINE}) as web:
        done = full(web, tmp_path)
    assert done.code == 0, done.log
    assert asked(web) == ["/robots.txt", "/", "/chairs", "/tag/oak", "/chairs/rocking"]
    assert "every page read (4), links to 1 sites" in done.log
    assert len(done.rows) == 1


@pytest.mark.parametrize(("pages", "number"), [("0", 0), ("1", 1), ("3", 3), ("25", 9)])
def test_no_more_pages_are_read_than_were_asked_for(tmp_path: Path, pages: str, number: int) -> None:
    target = {HOME: "".join(f"<a href=/{page}>x</a>" for page in range(8)), **{f"{HOME}{page}": "" for page in range(8)}}
    with MiniWeb({**target, **MAGAZINE}) as web:
        done = full(web, tmp_path, profile_pages=pages)
    assert done.code == 0, done.log
    assert len([path for path in asked(web) if path != "/robots.txt"]) == number
    assert ("every page" in done.log) == (number == 9)


def test_what_is_read_is_no_part_of_the_crawl(tmp_path: Path) -> None:
    target = {HOME: f"<a href=https://other.example/>o</a><a href=/a>a</a>{OAK}", f"{HOME}a": BACKLINK}
    with MiniWeb({**target, **MAGAZINE}) as web:
        done = full(web, tmp_path, keep="all", coverage="coverage.csv", max_pages="1")
    assert done.column("url_from") == ["https://magazine.example/"]
    coverage = (tmp_path / "coverage.csv").read_text(encoding="utf-8").splitlines()
    assert len(coverage) == 2
    assert re.search(r"pages read +1 of 1 site\b", done.log)


def without_time(crawl: Crawl) -> list[dict[str, Any]]:
    later = {"fetched_at", "anchor_type", "topic_relevance", *DEFERRED_COLUMNS}
    rows = [{name: cell for name, cell in row.items() if name not in later} for row in crawl.rows]
    return sorted(rows, key=str)


SITE = {
    "http://target.example/": redirect("https://www.target.example/"),
    "https://www.target.example/": html(
        '<a href="/a">a</a><a href="/moved">m</a><a href="/gone">g</a><a href=//partner.example/>p</a>'
    ),
    "https://www.target.example/a": Answer(
        gzip.compress(b"<a href=/b>b</a><a href=/x.pdf>x</a>"),
        headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Robots-Tag", "noindex")),
    ),
    "https://www.target.example/b": html("<a href=https://partner.example/>p</a>"),
    "https://www.target.example/moved": redirect("/c#top"),
    "https://www.target.example/c": html("<a href=https://partner.example/>p</a>"),
    "https://partner.example/": html('<a href="https://www.target.example/a">t</a>'),
    "https://www.target.example/robots.txt": text("User-agent: *\nDisallow: /secret"),
}


@pytest.mark.parametrize("given", [{}, {"max_pages": "2"}, {"follow": "none"}, {"max_depth": "0"}], ids=str)
def test_a_crawl_of_the_targets_own_site_is_the_same_and_asks_nothing_twice(tmp_path: Path, given: dict[str, str]) -> None:
    runs = []
    for pages in ("0", "25"):
        folder = tmp_path / pages
        folder.mkdir()
        with MiniWeb(SITE) as web:
            done = crawl(web, folder, target=TARGET, keep="all", profile_pages=pages, coverage="coverage.jsonl", **given)
        pages_asked = [request.url for request in web.requests if request.method == "GET"]
        assert len(pages_asked) == len(set(pages_asked)), sorted(pages_asked)
        coverage = [line.split('"seconds"')[0] for line in (folder / "coverage.jsonl").read_text().splitlines()]
        runs.append((done.code, without_time(done), coverage))
    assert runs[0] == runs[1]
    assert runs[0][0] == 0


def test_an_answer_serves_once_and_robots_txt_stays_in_front(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        HOME: "<a href=/secret>s</a><a href=/a>a</a>",
        f"{HOME}a": "",
        f"{HOME}secret": "",
        f"{HOME}robots.txt": text("User-agent: *\nDisallow: /secret"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target=TARGET, keep="all", profile_pages="25")
    assert asked(web) == ["/robots.txt", "/", "/a"]
    assert "robots_blocked 1" in done.log
    assert "some pages read (2)" in done.log


DEAD = [
    pytest.param({}, "robots_unavailable", id="no such host, says the proxy"),
    pytest.param(
        {"http://target.example/": Answer(fault=Fault.RESET), "http://target.example/robots.txt": text("")},
        "reset",
        id="the connection is reset",
    ),
    pytest.param({HOME: html("busy", status=503)}, "http_503", id="busy"),
    pytest.param({HOME: html("no", status=404)}, "http_404", id="not there"),
    pytest.param({HOME: text("hello")}, "not_html", id="no page"),
    pytest.param({HOME: redirect("https://parked.example/")}, "redirected_off_site", id="it is another site now"),
    pytest.param({HOME: redirect("/?x")} | {f"{HOME}?x": redirect("/")}, "redirects", id="a loop"),
    pytest.param({f"{HOME}robots.txt": text("User-agent: *\nDisallow: /"), HOME: "x"}, "robots_blocked", id="forbidden"),
]


@pytest.mark.parametrize(("pages", "reason"), DEAD)
def test_a_target_that_cannot_be_read_costs_one_warning(tmp_path: Path, pages: dict[str, Answer | str], reason: str) -> None:
    with MiniWeb({**pages, **MAGAZINE}) as web:
        done = full(web, tmp_path, "BACKLINKS_MAX_DELAY_SECONDS=0")
    assert done.code == 0, done.log
    warnings = [line for line in done.log.splitlines() if "WARNING" in line]
    assert len(warnings) == 1, done.log
    assert f"target target.example was not read ({reason})" in warnings[0]
    (row,) = done.rows
    assert row["topic_relevance"] is None
    assert row["anchor"] == "Oak & Iron"


def test_a_target_that_stops_answering_is_left_to_the_crawl(tmp_path: Path) -> None:
    broken = {f"{HOME}{page}": Answer(b"", 500) for page in range(9)}
    with MiniWeb({HOME: "".join(f"<a href=/{page}>x</a>" for page in range(9)), **broken, **MAGAZINE}) as web:
        done = full(web, tmp_path, "RETRY_ENABLED=False")
    assert asked(web) == ["/robots.txt", "/", "/0", "/1", "/2"]
    assert "some pages read (1)" in done.log


def test_after_its_time_a_target_is_known_by_what_was_read(tmp_path: Path) -> None:
    slow = {HOME: '<title>A</title><meta property=og:site_name content="Oak &amp; Iron"><a href=/slow>s</a>'}
    with MiniWeb({**slow, f"{HOME}slow": Answer(b"x", delay_seconds=6), **MAGAZINE}) as web:
        done = full(web, tmp_path, "BACKLINKS_TARGET_TIMEOUT_SECONDS=2")
    assert done.code == 0, done.log
    assert "1 targets were not read to the end within 2 seconds" in done.log
    assert done.column("anchor_type") == ["branded"]


def test_targets_that_had_no_turn_in_time_are_named_too(tmp_path: Path) -> None:
    hosts = [f"t{number}.example" for number in range(20)]
    hanging = {f"https://{host}/": Answer(fault=Fault.HANG) for host in hosts}
    with MiniWeb({**hanging, **MAGAZINE}) as web:
        done = full(web, tmp_path, "BACKLINKS_TARGET_TIMEOUT_SECONDS=1", "DOWNLOAD_TIMEOUT=4", target=",".join(hosts))
    assert done.log.count("was not read (no answer in time)") == len(hosts)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_crawl_can_be_stopped_meanwhile(tmp_path: Path, number: int) -> None:
    endless = {"https://target.example": lambda url: f'<a href="{url.rstrip("/")}1">x</a>' if url != HOME else "<a href=/1>x</a>"}
    with MiniWeb(MAGAZINE, endless) as web:
        given = {"target": TARGET, "seeds": "magazine.example", "profile_pages": "900"}
        command = ["crawl", "backlinks", *options(given), "-s", "DOWNLOAD_DELAY=0.2"]
        process = start_scrapy(*command, folder=tmp_path, environment=web.environment())
        while len(web.requests) < 4:
            time.sleep(0.05)
        process.send_signal(number)
        code = process.wait(60)
    log = (tmp_path / "log").read_text()
    assert code == 130, log
    assert "Traceback" not in log
    assert web.fetched("https://magazine.example/") == 0


def test_several_targets_are_read_at_the_same_time(tmp_path: Path) -> None:
    hosts = [f"t{number}.example" for number in range(4)]
    web_pages = {
        f"https://{host}{path}": Answer(b"<a href=/2>x</a>", delay_seconds=0.5) for host in hosts for path in ("/", "/2")
    }
    with MiniWeb({**web_pages, **MAGAZINE}) as web:
        done = full(web, tmp_path, target=",".join(hosts))
    first_second = min(request.seconds for request in web.requests if request.url.endswith("/2"))
    assert done.log.count("every page read (2)") == 4
    homes = [request.seconds for request in web.requests if request.url.startswith("https://t") and request.url.endswith("e/")]
    assert max(homes) < first_second + 0.5


def test_what_was_learnt_outlives_the_process(tmp_path: Path) -> None:
    target = {
        HOME: f'<html lang=en><title>Home | Old Timber</title><meta name=application-name content="Old Timber"><p>{OAK} {OAK}'
        "<a href=https://s0.example/>0</a> <a href=https://s1.example/>1</a>",
    }
    # Found on the target's own page, so that they are read when it is known.
    seeds = {f"https://s{number}.example/": f"<html lang=en><p>{OAK} <a href={HOME}>old timber</a>" for number in range(2)}
    job = f"JOBDIR={tmp_path / 'job'}"
    with MiniWeb({**target, **seeds}) as web:
        given = {"target": TARGET, "profile_pages": "25"}
        first = crawl(web, tmp_path, job, "CONCURRENT_REQUESTS=1", "CLOSESPIDER_ITEMCOUNT=1", **given)
        again = crawl(web, tmp_path, job, **given)
        assert web.fetched(HOME) == 1
    assert (len(first.rows), len(again.rows)) == (1, 2), again.log
    assert {row["anchor_type"] for row in again.rows} == {"branded"}
    assert all(row["topic_relevance"] > 0.8 for row in again.rows)


def test_the_headings_of_its_pages_make_anchors_exact(tmp_path: Path) -> None:
    pages = {HOME: "<a href=/chairs>c</a>", f"{HOME}chairs": "<title>Rocking chairs | Somebody</title>"}
    seed = {"https://magazine.example/": '<a href="http://www.target.example/chairs">rocking chairs</a>'}
    with MiniWeb({**pages, **seed}) as web:
        assert full(web, tmp_path).column("anchor_type") == ["exact"]
    with MiniWeb({**pages, **seed}) as web:
        assert full(web, tmp_path, profile_pages="0").column("anchor_type") == ["other"]


def draft_of(*pages: str) -> TargetProfile:
    draft = ProfileBuilder()
    profile = TargetProfile()
    for number, body in enumerate(pages):
        page = read_page(f"{HOME}{number}", body.encode())
        draft.add_page(page)
        profile.add_links(page)
    return draft.profile(profile.linked_sites, is_whole=True)


LINKS = "<a href=https://www.partner.example/x>p</a><link rel=canonical href=https://other.example/><a href=/in>i</a>"


@pytest.mark.parametrize(("is_whole", "answer"), [(True, False), (False, None)], ids=["read whole", "read in part"])
def test_only_of_a_target_that_was_read_whole_it_is_said_that_it_does_not_link(*, is_whole: bool, answer: bool | None) -> None:
    draft, profile = ProfileBuilder(), TargetProfile()
    page = read_page(HOME, LINKS.encode())
    draft.add_page(page)
    assert profile.add_links(page) == ["partner.example"]
    known = draft.profile(profile.linked_sites, is_whole=is_whole)
    assert known.links_to("partner.example") is True
    assert known.links_to("other.example") is answer
    assert TargetProfile().links_to("partner.example") is None


def linking_back(web: Mapping[str, Answer | str], folder: Path, url_to: str, **arguments: str) -> object:
    """What `reciprocal` says of a link of the magazine, which the target's site links to somewhere."""
    with MiniWeb({"https://magazine.example/": f"<a href={url_to}>t</a>", **web}) as served:
        done = full(served, folder, "BACKLINKS_LINK_CHECK_LIMIT=100", **arguments)
    (row,) = done.rows
    return row["reciprocal"]


LINKS_BACK = "<a href=https://magazine.example/>m</a>"


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        pytest.param(f"{HOME}shop/", "https://www.target.example/shop/", id="a page"),
        pytest.param(f"{HOME}shop/*", "https://www.target.example/shop/", id="a folder"),
        pytest.param("shop.target.example", f"{HOME}shop/", id="a host"),
    ],
)
def test_a_target_that_leads_to_another_part_of_its_site_is_not_read_whole(tmp_path: Path, target: str, leads_to: str) -> None:
    home = parse_target(target).start_urls[0]
    assert linking_back({home: redirect(leads_to), leads_to: LINKS_BACK}, tmp_path, home, target=target) is None


def test_of_pages_of_the_targets_own_site_it_is_not_said_that_it_does_not_link_to_them(tmp_path: Path) -> None:
    page = f"{HOME}page"
    with MiniWeb({HOME: f"<a href={page}>p</a>", page: "<a href=/other>o</a>", f"{HOME}other": ""}) as served:
        done = full(served, tmp_path, target=page, seeds=HOME, follow="none")
    assert done.column("domain_from", "relation", "reciprocal") == [(TARGET, "backlink", None)]


ELSEWHERE = [
    pytest.param(LINKS_BACK, None, id="a page that no page of the target links to"),
    pytest.param(html("", status=403), None, id="a page that is not for us"),
    pytest.param(html("", status=404), False, id="no page"),
    pytest.param(redirect(HOME), False, id="a redirect to a page that was read"),
    pytest.param(redirect("/more"), None, id="a redirect to a page that was not"),
]


@pytest.mark.parametrize("host", [TARGET, "alias.example"])
@pytest.mark.parametrize(("answer", "expected"), ELSEWHERE)
def test_a_page_that_only_backlinks_point_to_was_not_read(
    tmp_path: Path, answer: Answer | str, host: str, *, expected: bool | None
) -> None:
    web = {HOME: "", f"{HOME}more": LINKS_BACK, f"https://{host}/only": answer, f"https://{host}/more": LINKS_BACK}
    assert linking_back(web, tmp_path, f"https://{host}/only", aliases="alias.example") is expected


@pytest.mark.parametrize(
    ("leads_to", "expected"),
    [
        pytest.param(HOME, False, id="to a page that was read"),
        pytest.param(f"{HOME}more", None, id="to a page that was not"),
        pytest.param("https://elsewhere.example/", False, id="elsewhere"),
    ],
)
def test_so_does_a_short_link(tmp_path: Path, leads_to: str, *, expected: bool | None) -> None:
    web: dict[str, Answer | str] = {
        HOME: "",
        f"{HOME}more": "",
        "https://elsewhere.example/": "",
        "https://sho.rt/a": redirect(leads_to),
    }
    magazine = {"https://magazine.example/": f"<a href={HOME}>t</a><a href=https://sho.rt/a>s</a>"}
    with MiniWeb({**web, **magazine}) as served:
        done = full(served, tmp_path, "BACKLINKS_LINK_CHECK_LIMIT=100", shorteners="sho.rt")
    assert {row["reciprocal"] for row in done.rows} == {expected}


def test_of_an_address_of_which_nothing_is_known_it_is_not_said_that_there_is_no_page(tmp_path: Path) -> None:
    with MiniWeb({HOME: "", **MAGAZINE}) as web:
        assert full(web, tmp_path).column("reciprocal") == [None]


def test_addresses_of_the_target_that_are_new_outlive_the_process(tmp_path: Path) -> None:
    job = f"JOBDIR={tmp_path / 'job'}"
    seeds = {"https://s0.example/": BACKLINK, "https://s1.example/": f"<a href={HOME}>t</a>"}
    with MiniWeb({HOME: "", f"{HOME}chairs": "<a href=https://s1.example/>s</a>", **seeds}) as web:
        given = {"target": TARGET, "seeds": "s0.example,s1.example", "profile_pages": "25"}
        first = crawl(web, tmp_path, job, "CONCURRENT_REQUESTS=1", "CLOSESPIDER_ITEMCOUNT=1", **given)
        again = crawl(web, tmp_path, job, **given)
    assert (len(first.rows), len(again.rows)) == (1, 2)
    assert {row["reciprocal"] for row in again.rows} == {None}


def test_a_profile_that_is_stored_and_restored_is_the_same() -> None:
    draft = ProfileBuilder()
    draft.add_page(read_page(HOME, f"<html lang=en><title>Oak | Old Timber</title><p>{OAK} {OAK}".encode()))
    draft.add_end(f"{HOME}#x", 200, [f"{HOME}a"])
    profile = draft.profile(set(), is_whole=True)
    restored = TargetProfile.restore(profile.store())
    assert restored.store() == profile.store()
    assert restored.ends == {HOME: (200, (f"{HOME}a",))}
    assert restored.headings == profile.headings
    topic, again = profile.topic("en"), restored.topic("en")
    assert topic is not None
    assert again is not None
    assert topic.weights == again.weights


def test_a_target_with_few_words_or_of_another_language_has_no_topic() -> None:
    assert draft_of("<html lang=en><p>oak chairs").topic("en") is None
    known = draft_of(f"<html lang=en><p>{OAK} {OAK}")
    assert known.topic("de") is None
    assert known.topic("th") is None
    assert known.topic(None) is None
    assert known.topic("en") is not None


NAMES = [
    pytest.param('<meta property="og:site_name" content=" Oak &amp; Iron Ltd ">', ["Oak & Iron Ltd"], id="Open Graph"),
    pytest.param('<meta name=application-name content="Old Timber">', ["Old Timber"], id="of an application"),
    pytest.param(
        '<script type="application/ld+json">{"@graph": [{"@type": ["WebSite"], "name": "Timber", "alternateName": ["OT"]},'
        '{"@type": "Person", "name": "Jo"}, 7]}</script>',
        ["Timber", "OT"],
        id="JSON-LD",
    ),
    pytest.param('<script type="application/ld+json">{"@type": "Organization", "name": {"x": 1}}</script>', [], id="no text"),
    pytest.param(f'<meta property="og:site_name" content="{"Oak " * 40}">', [], id="what is too long for a name"),
    pytest.param('<script type="application/ld+json">{"name": </script>', [], id="broken JSON"),
    pytest.param(f'<script type="application/ld+json">{"[" * 50_000}</script>', [], id="JSON without bottom"),
]


@pytest.mark.parametrize(("markup", "names"), NAMES)
def test_names_that_a_page_declares(markup: str, names: list[str]) -> None:
    assert declared_names(read_page(HOME, markup.encode()).document) == names


@pytest.mark.parametrize(
    ("given", "names"),
    [
        pytest.param(["Home", "Startseite", "Read more", "Blog"], (), id="what any site says"),
        pytest.param(["x", "", "2026", "|", "o" * 61, "one two three four five six seven"], (), id="not of a length"),
        pytest.param(["Oak GmbH & Co. KG"], ("Oak GmbH & Co. KG", "Oak"), id="two legal forms"),
        pytest.param(["小米"], ("小米",), id="signs"),
        pytest.param(["Timber", "Old Timber", "Timber"], ("Old Timber", "Timber"), id="the longest first"),
    ],
)
def test_plausible_names(given: list[str], names: tuple[str, ...]) -> None:
    assert plausible_names(given) == names


def test_a_text_without_end_is_no_name_and_takes_no_time() -> None:
    # By the square of its length this takes hours.
    assert plausible_names([f"x{' co' * 300_000} y"]) == ()


def test_names_that_command_a_terminal_do_not_reach_it(tmp_path: Path) -> None:
    with MiniWeb({HOME: '<meta property="og:site_name" content="Red \x1b[31m chairs">', **MAGAZINE}) as web:
        log = full(web, tmp_path).log
    assert "is called Red \N{REPLACEMENT CHARACTER}[31m chairs" in log
    assert "\x1b" not in log


def test_a_title_alone_or_repeated_has_nothing_in_common_with_others() -> None:
    assert common_parts(["Oak | Iron", "Oak | Iron"]) == []
    assert common_parts(["A | Iron", "B | Iron", "C", "D", "E"]) == []


def test_pages_that_ask_not_to_follow_traps_and_too_many_addresses_are_no_whole() -> None:
    for body in (
        "<meta name=robots content=nofollow><a href=/a>",
        "<a href=/a/a/a/a/>",
        "".join(f"<a href=/{n}>" for n in range(90)),
    ):
        walk = CrawlOrder(parse_target(TARGET), 2)
        walk.add_links(read_page(HOME, body.encode()), depth=1)
        assert not walk.is_whole, body[:40]


def test_of_a_folder_only_what_is_in_it_is_read() -> None:
    walk = CrawlOrder(parse_target("https://target.example/shop/*"), 5)
    walk.add_links(read_page(f"{HOME}shop/", b"<a href=/blog/><a href=a><a href=http://www.target.example/shop/a>"), depth=1)
    assert walk.next_address() == (f"{HOME}shop/a", 1)
    assert walk.next_address() is None


def test_a_home_page_that_is_asked_for_twice_is_one_page() -> None:
    walk = CrawlOrder(parse_target(TARGET), 1)
    for url in parse_target(TARGET).start_urls:
        walk.begin(url)
    walk.add_links(read_page(HOME, b"<a href=/a>a</a>"), depth=1)
    assert walk.next_address() is None
    assert not walk.is_whole


def test_a_page_that_a_redirect_led_to_meanwhile_is_not_asked_for_again() -> None:
    walk = CrawlOrder(parse_target(TARGET), 9)
    walk.add_links(read_page(HOME, b"<a href=/moved>m</a><a href=/a>a</a>"), depth=1)
    assert walk.next_address() == (f"{HOME}moved", 1)
    walk.add_links(read_page(f"{HOME}a", b""), depth=2)
    assert walk.next_address() is None
    assert walk.is_whole
