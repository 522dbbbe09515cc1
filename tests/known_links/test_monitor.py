"""Known links are looked at again on a web that changes from run to run: the real command, its rows, its exit codes."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from backlinkspider.core.monitor.columns import STATE_COLUMNS
from backlinkspider.core.monitor.differences import CHANGES
from backlinkspider.core.monitor.states import MISSES, Status
from backlinkspider.known_links.webhook import ROWS_MAXIMUM, Report
from tests.support.fork_server import Run, start_command
from tests.support.miniweb import Answer, Fault, MiniWeb, redirect
from tests.support.scrapy_command import options, project_environment, read_csv, read_json_lines, scrapy, set_options

OURS = "https://ours.example/"
MENU = "".join(f'<a href="/{number}">part {number}</a> ' for number in range(8))
Pages = Mapping[str, Answer | str]


def page(*links: str, head: str = "<title>Oak</title>") -> str:
    """A page with some text and links to the target, each as attributes and words: `href=/ | oak`."""
    anchors = "".join(f"<p>A word about <a {link.split(' | ')[0]}>{link.split(' | ')[1]}</a> and chairs.</p>" for link in links)
    return f"{head}<nav>{MENU}</nav><main>{anchors}<p>Some words that a reader reads about tables, chairs and oak.</p></main>"


LINK = f"href={OURS} | oak chairs"


class Monitored(NamedTuple):
    """A run of the monitor that has ended."""

    run: Run
    rows: list[dict[str, Any]]
    asked: list[str]


def monitor(folder: Path, pages: Pages, known: str = "known.csv", *settings: str, **arguments: str) -> Monitored:
    """Runs the monitor once; the output becomes `next.jsonl`, the list of the next run."""
    output = folder / "rows.jsonl"
    given = {"target": "ours.example", "known": known, **arguments}
    fixed = ("DOWNLOAD_DELAY=0", "RETRY_TIMES=0", "DOWNLOAD_TIMEOUT=3")
    words = set_options(*fixed, *settings)
    with MiniWeb({OURS: "home", **pages}) as web:
        run = scrapy("crawl", "monitor", *options(given), *words, "-O", str(output), folder=folder, environment=web.environment())
        asked = [request.url for request in web.requests if "robots.txt" not in request.url and "ours.example" not in request.url]
    rows = read_json_lines(output) if output.exists() else []
    if rows:
        output.replace(folder / "next.jsonl")
    return Monitored(run, rows, [url for url in asked if "://" in url and url.count("/") > 2])


class Case(NamedTuple):
    """What a page answers from day to day, and what is said of its link each day."""

    days: Sequence[Mapping[str, Answer | str]]
    """By path on a host of its own, or by URL; the known link is on `/a`."""
    said: Sequence[str]
    """Status and, behind a colon, reason or changes."""
    anchor: str = "oak chairs"
    """What the list says of it; empty where it says nothing."""
    url_to: str = OURS


SHELL = "<title>App</title><div id=root></div><script src=/main.js></script>"
WALL = '<title>Just a moment...</title><script>1</script><form action="/x"></form>'
NOTE = "<title>404 - page not found</title>"
THERE, AWAY = {"/a": page(LINK)}, {"/a": page()}
DOWN, GONE = {"/a": Answer(status=503)}, {"/a": Answer(status=404)}
FORBIDDEN: Pages = {
    "/a": page(LINK),
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /", headers=(("Content-Type", "text/plain"),)),
}
PDF = Answer(b"%PDF-1.4", headers=(("Content-Type", "application/pdf"),))
MOVED: Pages = {"/a": redirect("/b"), "/b": page(LINK)}
OLD, FAR = (page(f"href={OURS}{path} | oak chairs") for path in ("old", "far"))
NOFOLLOW, ASH = page(f"rel=nofollow href={OURS} | oak chairs"), page(f"href={OURS} | ash tables")


def unread(*statuses: int) -> list[Mapping[str, Answer | str]]:
    return [{"/a": Answer(status=status)} for status in statuses]


CASES = {
    "new, then live": Case([THERE, THERE], ["new", "live"]),
    "removed once, then twice": Case([THERE, AWAY, AWAY], ["new", "missing:link_removed", "lost:link_removed"]),
    "removed and put back": Case([THERE, AWAY, THERE], ["new", "missing:link_removed", "live:restored"]),
    "lost and put back": Case([AWAY, AWAY, THERE], ["missing:link_removed", "lost:link_removed", "live:restored"]),
    "gone with 404": Case([THERE, GONE, GONE], ["new", "missing:page_gone", "lost:page_gone"]),
    "gone with 410": Case([{"/a": Answer(status=410)}, GONE], ["missing:page_gone", "lost:page_gone"]),
    "gone, then there without the link": Case([GONE, AWAY], ["missing:page_gone", "lost:link_removed"]),
    "down between two misses": Case([AWAY, DOWN, AWAY], ["missing:link_removed", "unchecked:http_503", "lost:link_removed"]),
    "down, then there": Case([DOWN, THERE, DOWN], ["unchecked:http_503", "new", "unchecked:http_503"]),
    "lost, then down": Case([GONE, GONE, DOWN], ["missing:page_gone", "lost:page_gone", "unchecked:http_503"]),
    "forbidden by robots.txt": Case([THERE, FORBIDDEN, THERE], ["new", "unchecked:robots_blocked", "live"]),
    "a wall": Case([THERE, {"/a": WALL}, {"/a": WALL}], ["new", "unchecked:challenge", "unchecked:challenge"]),
    "an application": Case([THERE, {"/a": SHELL}, THERE], ["new", "unchecked:needs_javascript", "live"]),
    "an empty page": Case([THERE, {"/a": ""}, THERE], ["new", "unchecked:no_content", "live"]),
    "401, 403, 429": Case(unread(401, 403, 429),
                          ["unchecked:http_401", "unchecked:http_403", "unchecked:http_429"]),
    "500, 502, 451": Case(unread(500, 502, 451),
                          ["unchecked:http_500", "unchecked:http_502", "unchecked:http_451"]),
    "a reset, and no server": Case([THERE, {"/a": Answer(fault=Fault.RESET)}, {}], ["new", "unchecked:reset", "unchecked:proxy"]),
    "a note that it is gone": Case([THERE, {"/a": page(head=NOTE)}, {"/a": page(head=NOTE)}],
                                   ["new", "missing:soft_404", "lost:soft_404"]),
    "a note, and the link": Case([{"/a": page(LINK, head=NOTE)}], ["new"]),
    "for sale": Case([{"/a": page(head="<title>This domain is for sale</title>")}], ["missing:soft_404"]),
    "sent to the home page": Case([{"/a": redirect("/"), "/": page()}], ["missing:soft_404"]),
    "sent to another page": Case([THERE, {"/a": redirect("/b"), "/b": page()}, {"/a": redirect("/b"), "/b": page()}],
                                 ["new", "missing:page_redirected", "lost:page_redirected"]),
    "moved with the link": Case([THERE, MOVED, MOVED], ["new", "changed:url_from", "live"]),
    "redirects without end": Case([{"/a": redirect("/a")}], ["unchecked:redirects"]),
    "a redirect to nowhere": Case([{"/a": redirect("mailto:a@b.example")}], ["unchecked:http_301"]),
    "a redirect to the target": Case([{"/a": redirect(OURS)}, {"/a": redirect(OURS)}], ["new", "live"]),
    "a file": Case([THERE, {"/a": PDF}, {"/a": PDF}], ["new", "missing:not_html", "lost:not_html"]),
    "nofollow": Case([THERE, {"/a": NOFOLLOW}, {"/a": NOFOLLOW}], ["new", "changed:rel", "live"]),
    "nofollow and back": Case([THERE, {"/a": NOFOLLOW}, THERE], ["new", "changed:rel", "changed:rel"]),
    "nofollow by the page": Case([THERE, {"/a": page(LINK, head="<title>x</title><meta name=robots content=nofollow>")}],
                                 ["new", "changed:rel"]),
    "other words": Case([THERE, {"/a": ASH}, {"/a": ASH}], ["new", "changed:anchor", "live"]),
    "other words at the first look": Case([{"/a": ASH}], ["new"], anchor=""),
    "another case": Case([THERE, {"/a": page(f"href={OURS} | Oak-Chairs!")}], ["new", "changed:anchor_minor"]),
    "another place": Case([THERE, {"/a": f"<title>x</title><main><p>Words about chairs.</main><footer><p>By {page(LINK)[:0]}"
                                         f"<a {LINK.replace(' | ', '>')}</a></footer>"}], ["new", "changed:position"]),
    "noindex": Case([THERE, {"/a": page(LINK, head="<title>x</title><meta name=robots content=noindex>")}, THERE],
                    ["new", "changed:noindex", "changed:noindex"]),
    "a canonical elsewhere": Case([THERE, {"/a": page(LINK, head="<title>x</title><link rel=canonical href=/b>")}],
                                  ["new", "changed:canonical"]),
    "its own canonical": Case([THERE, {"/a": page(LINK, head="<title>x</title><link rel=canonical href=/a>")}], ["new", "live"]),
    "another address": Case([THERE, {"/a": page(f"href={OURS}b | oak chairs")}], ["new", "changed:target,broken_target"]),
    "another link": Case([THERE, {"/a": page(f"href={OURS}b | ash tables")}], ["new", "missing:link_removed"]),
    "another spelling": Case([THERE, {"/a": page(f"href={OURS}#top | oak chairs")}], ["new", "live"]),
    "truncated": Case([THERE, {"/a": Answer(page().encode() + b" " * 400, fault=Fault.TRUNCATED)}],
                      ["new", "unchecked:truncated"]),
    "a server that says nothing": Case([THERE, {"/a": Answer(fault=Fault.HANG)}], ["new", "unchecked:timeout"]),
    "two pages that redirect to each other": Case([THERE, {"/a": redirect("/b"), "/b": redirect("/a")}],
                                                  ["new", "unchecked:redirects"]),
    "a list of links without an end": Case([THERE, {"/a": page(*[f"href=/{n} | part {n}" for n in range(80)])}],
                                           ["new", "unchecked:too_many_links"]),
    "the link among the first of too many": Case([THERE, {"/a": page(LINK, *[f"href=/{n} | part {n}" for n in range(80)])}],
                                                 ["new", "live"]),
    "the address redirects, then is gone": Case(
        [{"/a": OLD, f"{OURS}old": answer} for answer in ("home", redirect(OURS), Answer(status=410))],
        ["new", "changed:redirect", "changed:redirect,broken_target"], url_to=f"{OURS}old"),
    "the address is gone, and works again": Case(
        [{"/a": FAR, f"{OURS}far": Answer(status=404)}, {"/a": FAR, f"{OURS}far": "home"}],
        ["new:broken_target", "changed:broken_target"], url_to=f"{OURS}far"),
    "ugc, then sponsored": Case([{"/a": page(f"rel=ugc href={OURS} | oak chairs")},
                                 {"/a": page(f"rel=sponsored href={OURS} | oak chairs")}], ["new", "changed:rel"]),
    "a second link beside it": Case([THERE, {"/a": page(LINK, LINK)}, THERE], ["new", "live", "live"]),
    "words and place": Case([THERE, {"/a": f"<title>x</title><main><p>Words about chairs.</main><footer><p>By "
                                           f"<a href={OURS}>ash tables</a></footer>"}], ["new", "changed:anchor,position"]),
    "removed, moved, put back": Case([AWAY, MOVED, THERE], ["missing:link_removed", "changed:restored", "changed:url_from"]),
    "no page in three ways": Case([GONE, {"/a": PDF}, {"/a": redirect("/")}], ["missing:page_gone", "lost:not_html",
                                                                               "lost:page_gone"]),
    "a wall between two misses": Case([AWAY, {"/a": WALL}, GONE], ["missing:link_removed", "unchecked:challenge",
                                                                   "lost:page_gone"]),
    "robots.txt after a loss": Case([GONE, GONE, FORBIDDEN], ["missing:page_gone", "lost:page_gone", "unchecked:robots_blocked"]),
    "a comment that is no link": Case([THERE, {"/a": f"<title>x</title><main><p>Words on chairs.</p><!-- <a href={OURS}>o</a> -->"
                                                     f"<p>{MENU}</main>"}], ["new", "missing:link_removed"]),
    "404, then 410, then there": Case([GONE, {"/a": Answer(status=410)}, THERE],
                                      ["missing:page_gone", "lost:page_gone", "live:restored"]),
    "refused once, then read without it twice": Case([{"/a": Answer(status=403)}, AWAY, AWAY],
                                                     ["unchecked:http_403", "missing:link_removed", "lost:link_removed"]),
    "the home page twice, then the page": Case([{"/a": redirect("/"), "/": page()}, {"/a": redirect("/"), "/": page()}, THERE],
                                               ["missing:soft_404", "lost:soft_404", "live:restored"]),
    "noindex from the start": Case([{"/a": page(LINK, head="<title>x</title><meta name=robots content=noindex>")}] * 2,
                                   ["new:noindex", "live"]),
    "down after the loss, and back": Case([GONE, DOWN, THERE], ["missing:page_gone", "unchecked:http_503", "live:restored"]),
}  # fmt: skip


def host_of(number: int) -> str:
    return f"https://case{number}.example"


def said_of(row: dict[str, Any]) -> str:
    words = row["status_reason"] or ",".join(change.partition(":")[0] for change in row["changes"] or ())
    return f"{row['status']}:{words}" if words else str(row["status"])


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Monitored]:
    """Three runs on a web that changes between them; each has the table of the last as its list."""
    folder = tmp_path_factory.mktemp("days")
    rows = [f"{host_of(number)}/a,{case.url_to},{case.anchor}" for number, case in enumerate(CASES.values())]
    write_list(folder, *rows)
    runs = []
    for day in range(3):
        pages = {
            path if "://" in path else f"{host_of(number)}{path}": answer
            for number, case in enumerate(CASES.values())
            for path, answer in case.days[min(day, len(case.days) - 1)].items()
        }
        runs.append(monitor(folder, pages, "next.jsonl" if day else "known.csv", "BACKLINKS_MAX_LINKS_PER_PAGE=60"))
    return runs


@pytest.mark.parametrize("number", range(len(CASES)), ids=list(CASES))
def test_what_is_said_of_a_link_from_day_to_day(days: list[Monitored], number: int) -> None:
    case = list(CASES.values())[number]
    assert [said_of(run.rows[number]) for run in days[: len(case.said)]] == list(case.said)


def test_every_state_and_every_reason_is_reached() -> None:
    assert len(CASES) >= 60
    said = {word for case in CASES.values() for word in case.said}
    assert {word.partition(":")[0] for word in said} == {status.value for status in Status}
    changes = {name for word in said for name in word.partition(":")[2].split(",") if not word.startswith("unchecked")}
    assert set(CHANGES) <= changes
    assert {f"{status}:{finding.value}" for status in ("missing", "lost") for finding in MISSES} <= said


def test_every_known_link_has_its_row_and_every_page_one_request(days: list[Monitored]) -> None:
    for run in days:
        assert run.run.code == 0, run.run.log
        assert [row["url_from"] for row in run.rows] == [f"{host_of(number)}/a" for number in range(len(CASES))]
        first = Counter(url for url in run.asked if url.endswith("/a"))
        # A connection that broke off is tried again.
        faulty = {f"{host_of(number)}/a" for number, case in enumerate(CASES.values()) if "Fault." in repr(case.days)}
        assert {url for url, times in first.items() if times > 1} <= faulty


def write_list(folder: Path, *rows: str, header: str = "url_from,url_to,anchor") -> None:
    (folder / "known.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def test_a_broken_contract_ends_a_strict_run_with_3_and_one_line_each(tmp_path: Path) -> None:
    header = "URL FROM,TAGS,NOTES,EXPECTED LANDING PAGE URL,EXPECTED FOLLOW,EXPECTED ANCHOR,ADDED,EXPIRES,COST"
    rows = (
        f"https://a.example/,paid,,{OURS},yes,oak chairs,2026-01-01,2999-12-31,40",
        f"https://b.example/,paid,,{OURS},yes,oak chairs,2026-01-01,2999-12-31,40",
        f"https://c.example/,paid,,{OURS},yes,oak chairs,2026-01-01,2025-12-31,40",
        f"https://d.example/,paid,,{OURS}b,no,,2026-01-01,,40",
        f"https://e.example/,paid,,{OURS},yes,oak chairs,2026-01-01,,40",
    )
    write_list(tmp_path, *rows, header=header)
    pages: Pages = {
        "https://a.example/": page(LINK),
        "https://b.example/": NOFOLLOW,
        "https://c.example/": page(LINK),
        "https://d.example/": page(LINK),
        "https://e.example/": Answer(status=503),
    }
    strict = monitor(tmp_path, pages, strict="true")
    assert strict.run.code == 3, strict.run.log
    assert [row["broken_promises"] for row in strict.rows] == [
        None,
        ["follow: promised yes, is no (nofollow)"],
        ["expires: 2025-12-31 is over"],
        ["url: promised https://ours.example/b, is https://ours.example/", "follow: promised no, is yes"],
        None,
    ]
    assert len([line for line in strict.run.log.splitlines() if "contract broken: " in line]) == 3
    assert (
        strict.run.log.splitlines()[-1]
        == "scrapy crawl: 3 contracts are broken; the log and the column broken_promises say which"
    )
    assert [row["known_TAGS"] for row in strict.rows] == ["paid"] * 5
    assert monitor(tmp_path, pages).run.code == 0
    write_list(tmp_path, rows[0], header=header)
    assert monitor(tmp_path, pages, strict="true").run.code == 0


def test_a_run_that_could_check_nothing_fails(tmp_path: Path) -> None:
    write_list(tmp_path, f"https://a.example/,{OURS},")
    run = monitor(tmp_path, {"https://a.example/": Answer(status=503)}, strict="true")
    assert run.run.code == 1
    assert [said_of(row) for row in run.rows] == ["unchecked:http_503"]


def test_the_list_comes_back_in_its_order_with_its_columns(tmp_path: Path) -> None:
    known = [
        f"7,https://b.example/a,{OURS},oak,=1+1",
        f"8,https://a.example/a,{OURS},oak,",
        f"9,https://b.example/a,{OURS},oak,second",
        f"10,not a page,{OURS},oak,",
        "11,https://b.example/a,https://elsewhere.example/,oak,",
    ]
    write_list(tmp_path, *known, header="DR,Referring page URL,Target URL,Anchor,Note")
    run = monitor(tmp_path, {"https://b.example/a": page(LINK), "https://a.example/a": page(LINK)})
    assert [(row["known_DR"], said_of(row)) for row in run.rows] == [
        ("7", "new:anchor"), ("8", "new:anchor"), ("9", "missing:link_removed"), ("10", "unchecked:not_a_url"),
        ("11", "unchecked:other_target"),
    ]  # fmt: skip
    assert run.rows[0]["known_Note"] == "=1+1"


def test_stable_links_need_not_be_looked_at_every_night(tmp_path: Path) -> None:
    checked = "2999-01-01T00:00:00Z"
    rows = [f"https://{name}.example/,{OURS},{status},{checked},{NOW}" for name, status in
            (("a", "live"), ("b", "changed"), ("c", "lost"), ("d", "missing"))]  # fmt: skip
    write_list(tmp_path, *rows, header="url_from,url_to,status,last_checked,first_seen")
    pages = {f"https://{name}.example/": page(LINK) for name in "abcd"}
    run = monitor(tmp_path, pages, recheck="7d")
    assert [said_of(row) for row in run.rows] == ["live", "live", "lost", "live:restored"]
    assert run.rows[0]["last_checked"] == checked
    assert sorted(run.asked) == ["https://b.example/", "https://d.example/"]
    everything = monitor(tmp_path, pages, recheck="live=0d")
    assert len(everything.asked) == 3


NOW = "2026-11-01T00:00:00Z"


def test_a_link_that_rolled_off_is_found_on_the_other_page(tmp_path: Path) -> None:
    write_list(tmp_path, f"https://a.example/,{OURS},oak chairs", f"https://a.example/page/2,{OURS}x,")
    pages = {"https://a.example/": page(), "https://a.example/page/2": page(LINK, f"href={OURS}x | other")}
    run = monitor(tmp_path, pages)
    assert (run.rows[0]["url_from_now"], run.rows[0]["status_reason"]) == ("https://a.example/page/2", "rolled_off")


def test_a_site_whose_links_all_turned_is_said_once(tmp_path: Path) -> None:
    write_list(tmp_path, *(f"https://a.example/{number},{OURS},oak chairs" for number in range(6)))
    run = monitor(tmp_path, {f"https://a.example/{number}": page() for number in range(6)})
    assert run.run.log.count("of its 6 known links changed alike (link_removed)") == 1


def test_shards_divide_the_links_and_a_merge_has_each_of_them_once(tmp_path: Path) -> None:
    known = [f"https://site{number}.example/" for number in range(8)]
    rows = [f"{url},{OURS}{path},oak chairs" for url in known for path in ("", "gone")]
    write_list(tmp_path, *rows, f"no page,{OURS},")
    runs = []
    for number in range(2):
        runs.append(monitor(tmp_path, {url: page(LINK) for url in known}, shard=f"{number}/2"))
        (tmp_path / "next.jsonl").replace(tmp_path / f"part{number}.jsonl")
    said = [list(dict.fromkeys(row["url_from"] for row in run.rows)) for run in runs]
    assert sorted([*said[0], *said[1]]) == sorted([*known, "no page"])
    assert [sorted(run.asked) for run in runs] == [sorted({*part} - {"no page"}) for part in said]
    merged = scrapy("merge", "part0.jsonl", "part1.jsonl", "-o", "all.csv", folder=tmp_path)
    assert merged.code == 0, merged.log
    table = read_csv(tmp_path / "all.csv")
    found = Counter((row["url_from"], row["url_to"], row["status"]) for row in table)
    assert list(table[0])[: len(STATE_COLUMNS)] == list(STATE_COLUMNS)
    each = [(url, f"{OURS}{path}", status) for url in known for path, status in (("", "new"), ("gone", "missing"))]
    assert found == Counter([*each, ("no page", OURS, "unchecked")])


def test_a_later_night_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    lines = [{"status": status, "misses": 0, "url_from": "https://a.example/", "url_to": f"{OURS}{path}", "target": target,
              "last_checked": f"2026-11-0{night}T03:00:00Z"}
             for night in (1, 2) for path, status, target in (("", "live", "ours.example"), ("gone", "lost", None))]  # fmt: skip
    for night in (0, 1):
        text = "".join(f"{json.dumps(line)}\n" for line in lines[2 * night : 2 * night + 2])
        (tmp_path / f"night{night}.jsonl").write_text(text)
    assert scrapy("merge", "night1.jsonl", "night0.jsonl", "-o", "all.jsonl", folder=tmp_path).code == 0
    rows = read_json_lines(tmp_path / "all.jsonl")
    assert [(row["url_to"], row["last_checked"][9]) for row in rows] == [(OURS, "2"), (f"{OURS}gone", "2")]


WRONG = [
    pytest.param({"target": "ours.example"}, "no known links", id="no list"),
    pytest.param({"target": "ours.example", "known": "missing.csv"}, "cannot be read: No such file", id="a list that is missing"),
    pytest.param({"target": "ours.example", "known": "known.csv", "seeds": "a.example"}, "unknown argument 'seeds'", id="seeds"),
    pytest.param({"target": "ours.example", "known": "known.csv", "recheck": "often"}, "must be an age", id="no age"),
    pytest.param({"target": "ours.example", "known": "known.csv", "map": "x"}, "must be page:COLUMN", id="no map"),
    pytest.param({"target": "ours.example", "known": "known.csv", "map": "page:X"}, "no header with 'X'", id="no such column"),
    pytest.param(
        {"target": "ours.example", "known": "redis://127.0.0.1/0/x"}, "divide a list among several crawls", id="a queue"
    ),
    pytest.param({"target": "ours.example", "known": "rows.csv"}, "is an output too", id="a list that is the output"),
]


@pytest.mark.parametrize(("arguments", "problem"), WRONG)
def test_wrong_arguments_end_with_2_and_one_line(tmp_path: Path, arguments: dict[str, str], problem: str) -> None:
    write_list(tmp_path, f"https://a.example/,{OURS},")
    (tmp_path / "rows.csv").write_text("url_from\nhttps://a.example/\n")
    run = scrapy("crawl", "monitor", *options(arguments), "-O", "rows.csv", folder=tmp_path)
    assert (run.code, len(run.log.splitlines())) == (2, 1), run.log
    assert problem in run.log


SITES, PAGES_OF_SITE = 20, 15


def answer_known(url: str) -> Answer | str:
    return "" if url.endswith("/robots.txt") else page(LINK) if not url.endswith("7") else Answer(status=404)


@pytest.mark.parametrize(
    "moments", [[60], pytest.param(list(range(25, 275, 25)), marks=pytest.mark.slow)], ids=["once", "ten times"]
)
def test_a_job_that_is_killed_has_one_row_for_every_link(tmp_path: Path, moments: list[int]) -> None:
    known = [f"https://site{number % SITES}.example/{number // SITES}" for number in range(SITES * PAGES_OF_SITE)]
    write_list(tmp_path, *(f"{url},{OURS},oak chairs" for url in known))
    given = {"target": "ours.example", "known": "known.csv"}
    settings = ("DOWNLOAD_DELAY=0", "JOBDIR=job", "BACKLINKS_LINK_CHECK_LIMIT=0")
    words = [*options(given), *set_options(*settings), "-O", "rows.jsonl"]
    with MiniWeb({}, {f"https://site{number}.example": answer_known for number in range(SITES)}) as web:
        environment = {**project_environment(web.environment()), "PYTHONWARNINGS": "error"}
        for moment in moments:
            process = start_command(["crawl", "monitor", *words], folder=tmp_path, environment=environment, log=tmp_path / "log")
            while process.poll() is None and len(web.requests) < moment:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait(120)
            assert process.returncode not in (0, 1), (tmp_path / "log").read_text()
        run = scrapy("crawl", "monitor", *words, folder=tmp_path, environment=web.environment())
    assert run.code == 0, run.log
    rows = read_json_lines(tmp_path / "rows.jsonl")
    assert [row["url_from"] for row in rows] == known
    assert [row["status"] for row in rows] == ["missing" if url.endswith("7") else "new" for url in known]


def test_a_job_refuses_a_list_that_has_changed(tmp_path: Path) -> None:
    write_list(tmp_path, f"https://a.example/,{OURS},")
    words = [*options({"target": "ours.example", "known": "known.csv"}), "-s", "JOBDIR=job", "-s", "DOWNLOAD_DELAY=0"]
    with MiniWeb({"https://a.example/": Answer(fault=Fault.HANG)}) as web:
        environment = {**project_environment(web.environment()), "PYTHONWARNINGS": "error"}
        line = ["crawl", "monitor", *words, "-O", "rows.jsonl"]
        process = start_command(line, folder=tmp_path, environment=environment, log=tmp_path / "log")
        while process.poll() is None and not web.fetched("https://a.example/"):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait(120)
        write_list(tmp_path, f"https://a.example/,{OURS},", f"https://b.example/,{OURS},")
        run = scrapy(*line, folder=tmp_path, environment=web.environment())
    assert run.code == 1
    assert "the lists of known links have changed" in run.log


@pytest.mark.parametrize(
    ("hook", "warning"),
    [
        ("https://hooks.example/secret", None),
        ("https://away.example/secret", "proxy"),
        ("http://127.0.0.1:9/secret", "private_address"),
        ("https://shut.example/secret", "http_500"),
    ],
)
def test_a_webhook_is_told_what_changed(tmp_path: Path, hook: str, warning: str | None) -> None:
    write_list(tmp_path, f"https://a.example/,{OURS},oak chairs", f"https://b.example/,{OURS},", header="url_from,url_to,anchor")
    pages: Pages = {
        "https://a.example/": ASH,
        "https://b.example/": Answer(status=503),
        "https://hooks.example/secret": "",
        "https://shut.example/secret": Answer(status=500),
    }
    run = monitor(tmp_path, pages, "known.csv", f"BACKLINKS_WEBHOOK={hook}")
    assert run.run.code == 0, run.run.log
    assert run.asked.count("https://hooks.example/secret") == (hook.startswith("https://hooks"))
    warnings = [line for line in run.run.log.splitlines() if "webhook" in line and "WARNING" in line]
    assert [f"({warning})" in line for line in warnings] == [True] * (warning is not None)
    assert "secret" not in run.run.log


def test_a_report_has_counts_and_what_is_new() -> None:
    report = Report(("ours.example",))
    report.add({"status": "live", "status_before": "live", "url_from": "https://a.example/"})
    report.add({"status": "lost", "status_before": "lost", "url_from": "https://b.example/"})
    report.add({"status": "lost", "status_before": "missing", "url_from": "https://c.example/", "known_Note": "private"})
    for _ in range(ROWS_MAXIMUM):
        report.add({"status": "new", "status_before": None, "url_from": "https://d.example/"})
    said = json.loads(report.encode())
    assert said["links"] == {"live": 1, "lost": 2, "new": ROWS_MAXIMUM}
    assert (said["changed"][0]["url_from"], len(said["changed"]), said["changed_left_out"]) == (
        "https://c.example/",
        ROWS_MAXIMUM,
        1,
    )
    assert b"private" not in report.encode()
