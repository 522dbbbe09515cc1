"""robots.txt: whatever it is, it never raises, and the crawl does what it says."""

from __future__ import annotations

import asyncio
import gc
import weakref
from itertools import chain, product
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.test import get_crawler

from backlinkspider.downloader.middlewares.robotstxt import RobotsTxtMiddleware
from backlinkspider.downloader.robots_cache import RobotsCache, RobotsRules, parse_robots, product_token
from backlinkspider.exceptions import HostUnreachable, RobotsUnavailable
from tests.support.miniweb import Answer, MiniWeb, text
from tests.support.scrapy_command import crawl

AGENT = "backlinkspider"
PATHS = ["/", "/a", "/a/b.html?x=1", "/private/x", "/*", "/caf%C3%A9", "/search?q=oak"]

WORDS = ["User-agent", "Disallow", "Allow", "Crawl-delay", "Sitemap", "Host", "disalow", "", "\ufeffUser-agent"]
VALUES = ["*", AGENT, "Backlinkspider/1.0", "/", "/a", "/*.html$", "/private", "$", "%", "%zz", "é", "1.5", "-1", "x", ""]
# One draw a line, where a strategy that builds it of its parts takes four.
LINES = st.sampled_from(["".join(parts) for parts in product(WORDS, [":", " : ", " ", "::"], VALUES, ["", " # x", "\0"])])


@settings(max_examples=4_000)
@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
def test_no_rules_raise(lines: list[str], end: str) -> None:
    rules = parse_robots(end.join(lines).encode(), AGENT)
    assert all(rules.can_fetch(f"https://example.com{path}") in (True, False) for path in PATHS)
    delay = rules.crawl_delay
    assert delay is None or isinstance(delay, float)


@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    parse_robots(body, AGENT).can_fetch("https://example.com/")


def test_real_files_never_raise(corpora: Path) -> None:
    files = [path for path in (corpora / "robots").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        rules = parse_robots(path.read_bytes(), AGENT)
        assert rules.crawl_delay is None or rules.crawl_delay > 0
        for address in PATHS:
            rules.can_fetch(f"https://example.com{address}")


OURS, EVERYBODY, FORBIDDEN = "User-agent: backlinkspider", "User-agent: *", "Disallow: /"
GROUPS = [
    # RFC 9309, 2.2.1: the whole product token is compared, in any case.
    pytest.param([OURS, FORBIDDEN], False, id="our name"),
    pytest.param(["user-AGENT: BackLinkSpider", FORBIDDEN], False, id="our name in another case"),
    pytest.param(["User-agent: backlinkspider/0.1.0", FORBIDDEN], False, id="our name with a version"),
    pytest.param(["User-agent: backlinkspider (+https://example.com)", FORBIDDEN], False, id="our whole header"),
    pytest.param(["User-agent: backlinkspider # the crawler", FORBIDDEN], False, id="our name before a comment"),
    pytest.param(["User-agent: backlinkspider*", FORBIDDEN], False, id="our name with an asterisk"),
    pytest.param(["User-agent:backlinkspider,otherbot", FORBIDDEN], False, id="a list that begins with our name"),
    pytest.param(["User-agent backlinkspider", FORBIDDEN], False, id="our name without a colon"),
    pytest.param(["Useragent: backlinkspider", FORBIDDEN], False, id="our name behind a misspelt field"),
    pytest.param(["User-agent: back", FORBIDDEN], True, id="the beginning of our name"),
    pytest.param(["User-agent: backlink", FORBIDDEN], True, id="a longer beginning of our name"),
    pytest.param(["User-agent: spider", FORBIDDEN], True, id="the end of our name"),
    pytest.param(["User-agent: backlinkspider-news", FORBIDDEN], True, id="our name and more behind a hyphen"),
    pytest.param(["User-agent: backlinkspiders", FORBIDDEN], True, id="our name in the plural"),
    pytest.param(["User-agent: backlinkspider_x", FORBIDDEN], True, id="our name and more behind an underscore"),
    pytest.param(["User-agent: mybacklinkspider", FORBIDDEN], True, id="our name behind another"),
    pytest.param(["User-agent: Mozilla/5.0 (compatible; backlinkspider/0.1)", FORBIDDEN], True, id="a token further on"),
    pytest.param(["User-agent: ours", FORBIDDEN], True, id="a name that the parser is given for ours"),
    pytest.param(["User-agent: 007bot", FORBIDDEN], True, id="a name without a token"),
    pytest.param([EVERYBODY, FORBIDDEN], False, id="everybody"),
    pytest.param(["User-agent: * # everybody", FORBIDDEN], False, id="everybody before a comment"),
    pytest.param(["User-agent: *bot", FORBIDDEN], True, id="an asterisk in a name"),
    pytest.param(["User-agent:", FORBIDDEN], True, id="nobody"),
    # RFC 9309, 2.2.1: with a group of our own, that of everybody does not count; several groups of ours are one.
    pytest.param(["User-agent: backlink", "Allow: /", "", EVERYBODY, FORBIDDEN], False, id="another robot is let in"),
    pytest.param(["User-agent: back", FORBIDDEN, "", EVERYBODY, "Disallow:"], True, id="another robot is kept out"),
    pytest.param([OURS, "Allow: /", "", EVERYBODY, FORBIDDEN], True, id="we are let in and everybody is kept out"),
    pytest.param([EVERYBODY, FORBIDDEN, "", OURS, "Disallow: /x"], True, id="our group comes last"),
    pytest.param([OURS, "Disallow: /x", "", "User-agent: BACKLINKSPIDER/2", FORBIDDEN], False, id="two groups of ours"),
    pytest.param(["User-agent: other", OURS, FORBIDDEN], False, id="a group of two robots"),
    pytest.param(["User-agent: other", "User-agent: another", FORBIDDEN], True, id="a group of two others"),
]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lines", "lines of Windows"])
@pytest.mark.parametrize(("lines", "is_allowed"), GROUPS)
def test_a_group_is_ours_by_its_whole_product_token(lines: list[str], end: str, *, is_allowed: bool) -> None:
    assert RobotsRules(end.join(lines), AGENT).can_fetch("https://example.com/page") is is_allowed


def test_the_delay_is_that_of_our_group() -> None:
    robots = f"User-agent: back\nCrawl-delay: 9\n\n{OURS}/2.0\nCrawl-delay: 3\n\nSitemap: https://example.com/s.xml"
    rules = RobotsRules(robots, AGENT)
    assert (rules.crawl_delay, rules.sitemaps) == (3.0, ["https://example.com/s.xml"])
    assert RobotsRules("User-agent: back\nCrawl-delay: 9", AGENT).crawl_delay is None


def test_the_name_that_the_user_gave_is_cut_at_its_product_token() -> None:
    assert product_token(" My-Bot_x/2 (+https://example.com)") == "My-Bot_x"
    assert not RobotsCache("My-Bot/2").read(b"User-agent: my-bot\nDisallow: /").can_fetch("https://example.com/")


def paths_of(rules: str) -> list[str]:
    """Paths that the rules speak of, with what stands behind a wildcard filled in."""
    of_paths = [line for line in rules.splitlines() if line.lower().startswith(("allow", "disallow"))]
    values = (line.partition(":")[2].partition("#")[0].strip().rstrip("$").replace("*", "x") for line in of_paths)
    plain = (value for value in values if value.startswith("/") and value.isascii() and '"' not in value)
    return list(dict.fromkeys(chain(plain, ["/always", "/always/here.html"])))


def test_a_crawl_obeys_real_files_as_protego_reads_them(corpora: Path, tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {}
    allowed: dict[str, bool] = {}
    seeds: list[str] = []
    files = sorted(path for path in (corpora / "robots").rglob("*") if path.is_file() and path.stat().st_size < 3_000)
    for number, path in enumerate(files):
        robots = path.read_text(encoding="utf-8", errors="replace")
        host = f"https://s{number}.example"
        pages[f"{host}/robots.txt"] = text(robots)
        rules = Protego.parse(robots)
        for address in paths_of(robots)[:15]:
            if " " in address or address.lower().endswith((".zip", ".pdf", ".jpg", ".png", ".gif", ".js", ".css", ".svg")):
                continue
            pages[f"{host}{address}"] = "x"
            allowed[f"{host}{address}"] = rules.can_fetch(f"{host}{address}", AGENT)
            seeds.append(f"{host}{address}")
    (tmp_path / "seeds.txt").write_text("\n".join(seeds), encoding="utf-8")
    with MiniWeb(pages) as web:
        options = {"target": "target.example", "seeds": "seeds.txt", "follow": "none"}
        done = crawl(web, tmp_path, "BACKLINKS_MAX_DELAY_SECONDS=0.01", "CONCURRENT_REQUESTS=64", **options)
        assert done.code == 0, done.log
        fetched = {request.url for request in web.requests if not request.url.endswith("/robots.txt")}
    assert fetched == {url for url, is_allowed in allowed.items() if is_allowed}
    assert len(fetched) > 25
    assert len(fetched) < len(allowed)


class DeadHost:
    """An engine for which no host answers."""

    def __init__(self) -> None:
        self.requests = 0

    async def download_async(self, request: Request) -> None:
        self.requests += 1
        await asyncio.sleep(0)
        raise CannotResolveHostError(request.url)


def test_a_dead_host_is_asked_once_and_nothing_of_asking_is_held() -> None:
    crawler = get_crawler()
    engine = DeadHost()
    crawler.engine = cast("ExecutionEngine", engine)
    middleware = RobotsTxtMiddleware(crawler, AGENT)

    async def ask(number: int) -> weakref.ref[HostUnreachable]:
        with pytest.raises(HostUnreachable) as raised:
            await middleware.process_request(Request(f"https://dead.example/{number}"))
        assert raised.value.reason == "dns"
        return weakref.ref(raised.value)

    async def ask_all() -> list[weakref.ref[HostUnreachable]]:
        at_once = await asyncio.gather(*map(ask, range(3)))
        return [*at_once, await ask(3)]

    errors = asyncio.run(ask_all())
    gc.collect()
    assert [error() for error in errors] == [None] * 4
    assert engine.requests == 1


def test_rules_of_many_long_files_are_not_all_in_memory() -> None:
    answers = RobotsCache(AGENT)
    origins = [f"https://s{number}.example" for number in range(15)]
    for origin in origins:
        lines = "".join(f"Disallow: /{origin[8:]}/{number}\n" for number in range(15_000))
        answers[origin] = f"User-agent: *\n{lines}".encode()
    for origin in origins:
        rules = answers.rules_for_response(answers[origin])
        assert rules is not None
        assert not rules.can_fetch(f"{origin}/{origin[8:]}/7")
    at_hand = [origin for origin in origins if answers.cached_rules(origin) is not None]
    assert 1 < len(at_hand) < 14
    assert at_hand == origins[-len(at_hand) :]
    assert set(origins) == set(answers)
    again = answers.rules_for_response(answers[origins[0]])
    assert again is not None
    assert not again.can_fetch(f"{origins[0]}/s0.example/7")


def test_rules_of_many_short_files_are_not_all_in_memory() -> None:
    answers = RobotsCache(AGENT)
    for number in range(12_000):
        answers[f"https://s{number}.example"] = text_of_rules = f"#{number}".encode()
        answers.rules_for_response(text_of_rules)
    in_memory = answers._rules
    assert 100 < len(in_memory) < 10_000


def test_short_rules_are_at_hand_however_many_others_were_read() -> None:
    answers = RobotsCache(AGENT)
    for number in range(500):
        answers[f"https://s{number}.example"] = robots = f"User-agent: *\nDisallow: /{number}\n{'#' * 8_000}".encode()
        answers.rules_for_response(robots)
    for number in (0, 499):
        rules = answers.cached_rules(f"https://s{number}.example")
        assert rules is not None
        assert not rules.can_fetch(f"https://s{number}.example/{number}")


def test_what_long_rules_forbid_is_known_on_a_page_of_their_site() -> None:
    middleware = RobotsTxtMiddleware(get_crawler(), AGENT)
    for number in range(100):
        middleware._answers[f"https://s{number}.example"] = f"User-agent: *\nDisallow: /no\n{'#' * 50_000}{number}".encode()
    for number in range(100):
        middleware.read_rules_for(f"https://s{number}.example/page")
        assert middleware.is_known_to_forbid(f"https://s{number}.example/no")
        assert not middleware.is_known_to_forbid(f"https://s{number}.example/yes")
    assert not middleware.is_known_to_forbid("https://s0.example/no")


def test_rules_that_are_let_go_of_are_gone_at_once() -> None:
    answers = RobotsCache(AGENT)
    rules = answers.rules_for_response(b"User-agent: *\nDisallow: /no\n")
    assert rules is not None
    held = weakref.ref(rules._protego)
    del rules
    gc.disable()
    try:
        for number in range(10):
            answers.rules_for_response(b"#%d" % number * 250_000)
        assert held() is None
    finally:
        gc.enable()


def test_origins_that_were_not_asked_about_for_long_are_forgotten() -> None:
    answers = RobotsCache(AGENT)
    for number in range(300):
        answers[f"https://s{number}.example"] = b"#" * 500_000
        assert "https://s0.example" in answers
        assert answers["https://s0.example"] is not None
    assert 10 < len(answers) < 100


def test_reasons_are_raised_anew() -> None:
    answers = RobotsCache(AGENT)
    answers["https://dead.example"] = HostUnreachable("dns")
    raised = []
    for _ in range(2):
        with pytest.raises(HostUnreachable, match="dns") as error:
            answers.rules_for_response(answers["https://dead.example"])
        raised.append(error.value)
    assert raised[0] is not raised[1]
    answers["https://busy.example"] = RobotsUnavailable()
    with pytest.raises(RobotsUnavailable):
        answers.rules_for_response(answers["https://busy.example"])
    assert answers.cached_rules("https://busy.example") is None
    assert answers.rules_for_response(None) is None


_CONTROL = b"\x1b[31m\x07\x9b\x85\x7f"


def _answer(status: bytes, *headers: bytes) -> Answer:
    return Answer(raw=b"HTTP/1.1 %s\r\n%s\r\n\r\n" % (status, b"\r\n".join((*headers, b"Content-Length: 0"))))


ANSWERS_WITH_CONTROL_CHARACTERS = {
    "location": _answer(b"302 Found", b"Location: /" + _CONTROL),
    "scheme": _answer(b"302 Found", b"Location: ht%stp://a.example/" % _CONTROL),
    "host": _answer(b"302 Found", b"Location: http://a%s.example/" % _CONTROL),
    "port": _answer(b"302 Found", b"Location: http://a.example:%s/" % _CONTROL),
    "coding": _answer(b"200 OK", b"Content-Encoding: " + _CONTROL),
    "type": _answer(b"200 OK", b"Content-Type: text/%s; charset=%s" % (_CONTROL, _CONTROL)),
    "reason": _answer(b"200 " + _CONTROL),
    "status": _answer(_CONTROL + b" OK"),
    "retry": _answer(b"503 Later", b"Retry-After: " + _CONTROL),
    "transfer": _answer(b"200 OK", b"Transfer-Encoding: " + _CONTROL),
    "length": _answer(b"200 OK", b"Content-Length: " + _CONTROL),
    "cookie": _answer(b"200 OK", b"Set-Cookie: " + _CONTROL),
    "name": _answer(b"200 OK", _CONTROL + b": x"),
}


def test_no_header_of_a_robots_txt_brings_control_characters_into_the_log(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {}
    for name, answer in ANSWERS_WITH_CONTROL_CHARACTERS.items():
        pages |= {f"http://{name}.example/robots.txt": answer, f"http://{name}.example/": "<p>Hello"}
    seeds = ",".join(f"http://{name}.example/" for name in ANSWERS_WITH_CONTROL_CHARACTERS)
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, "LOG_LEVEL=DEBUG", target="target.example", seeds=seeds)
    assert "<GET http://location.example/robots.txt>" in done.log
    assert [line for line in done.log.split("\n") if not line.isprintable()] == []
