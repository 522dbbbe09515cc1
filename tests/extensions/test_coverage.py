"""What the crawl says of each seed, and that it adds up."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.coverage.outcome import Outcome, outcome_of
from tests.support.miniweb import Answer, Fault, MiniWeb, html, redirect, text
from tests.support.scrapy_command import crawl, read_csv, read_json_lines, scrapy, start_scrapy

TARGET_LINK = '<a href="https://target.example/">t</a>'

PAGES: dict[str, Answer | str] = {
    "https://whole.example/": f"{TARGET_LINK}<a href=/2>2</a><a href=/moved>m</a><a href=/gone>g</a><a href=/file>f</a>",
    "https://whole.example/2": TARGET_LINK * 2,
    "https://whole.example/moved": redirect("/3"),
    "https://whole.example/3": "three",
    "https://whole.example/file": text("x"),
    "https://large.example/": "".join(f"<a href=/{number}>x</a>" for number in range(1_100)),
    # Over 50,000 bytes and 10,000 tags, so that it is read in a thread.
    "https://crowded.example/": TARGET_LINK + "<p>x" * 11_000 + "<a href=https://other.example/>o</a>" * 2_500 + TARGET_LINK,
    "https://deep.example/": "<a href=/1>x</a>",
    "https://deep.example/1": "<a href=/2>x</a>",
    "https://deep.example/2": "<a href=/3>x</a>",
    "https://shut.example/": TARGET_LINK,
    "https://shut.example/robots.txt": text("User-agent: *\nDisallow: /"),
    "https://forbidden.example/": html("no", status=403),
    "https://broken.example/": Answer(fault=Fault.RESET),
    "https://broken.example/robots.txt": "",
    "https://also.example/": redirect("https://whole.example/"),
}
SEEDS = ["whole", "large", "crowded", "deep", "shut", "forbidden", "broken", "missing", "also"]


def seeds() -> str:
    return ",".join(f"https://{name}.example/" for name in SEEDS)


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("coverage")
    with MiniWeb(PAGES) as web:
        # One after the other: whole.example is read when also.example leads there.
        options = {"target": "target.example", "seeds": seeds(), "max_pages": "6", "max_depth": "2", "coverage": "c.jsonl"}
        done = crawl(web, folder, "CONCURRENT_REQUESTS=1", "BACKLINKS_MAX_LINKS_PER_PAGE=2000", **options)
    assert done.code == 0, done.log
    assert "whole.example" in done.log.partition("outcome")[2]
    assert "https://crowded.example/ has about 2502 links: the first 2000 are read" in done.log
    assert "links left out         502" in done.log
    rows = read_json_lines(folder / "c.jsonl")
    assert [row["seed"] for row in rows] == seeds().split(",")
    return {row["seed"].split("/")[2].partition(".")[0]: row for row in rows}


OUTCOMES = {
    "whole": "complete",
    "large": "partial",
    "crowded": "partial",
    "deep": "partial",
    "shut": "blocked",
    "forbidden": "blocked",
    "broken": "unreachable",
    "missing": "unreachable",
    "also": "duplicate",
}


@pytest.mark.parametrize(("seed", "outcome"), OUTCOMES.items())
def test_outcomes(coverage: dict[str, dict[str, Any]], seed: str, outcome: str) -> None:
    assert coverage[seed]["outcome"] == outcome


def test_links_without_room_are_counted(coverage: dict[str, dict[str, Any]]) -> None:
    crowded = coverage["crowded"]
    assert (crowded["links"], crowded["links_left_out"], crowded["backlinks"], crowded["pages"]) == (2_000, 502, 1, 1)
    assert coverage["large"]["links_left_out"] == 0


def test_every_address_of_a_seed_is_accounted_for(coverage: dict[str, dict[str, Any]]) -> None:
    whole = coverage["whole"]
    assert (whole["pages"], whole["redirects"], whole["not_html"], whole["errors"]) == (3, 1, 1, 1)
    assert whole["error_reasons"] == ["http_404 1"]
    assert (whole["backlinks"], whole["links"]) == (3, 7)
    assert (whole["over_budget"], whole["cut_by_depth"]) == (0, 0)
    assert coverage["shut"]["robots_blocked"] == 1
    assert coverage["forbidden"]["error_reasons"] == ["http_403 1"]
    assert coverage["deep"]["cut_by_depth"] == 1
    assert (coverage["large"]["addresses"], coverage["large"]["over_budget"]) == (1_101, 1_095)
    # Five of the pages that the first links to were asked for, and are not there.
    assert (coverage["large"]["pages"], coverage["large"]["error_reasons"]) == (1, ["http_404 5"])


@pytest.mark.parametrize("settings", [(), ("JOBDIR=job",)], ids=["in memory", "job"])
def test_what_waits_beyond_the_budget_is_counted_and_not_sent_on_the_way(tmp_path: Path, settings: tuple[str, ...]) -> None:
    links = "".join(f"<a href=/{folder}/{number}>x</a>" for number in range(20) for folder in ("free", "shut"))
    pages = {"https://blog.example/": links, **{f"https://blog.example/free/{number}": "x" for number in range(20)}}
    with MiniWeb({**pages, "https://blog.example/robots.txt": "User-agent: *\nDisallow: /shut/"}) as web:
        options = {"target": "target.example", "seeds": "blog.example", "max_pages": "3", "coverage": "c.jsonl"}
        done = crawl(web, tmp_path, "STATS_DUMP=True", "CONCURRENT_REQUESTS=1", *settings, **options)
    assert "BudgetSpent" not in done.log
    (row,) = read_json_lines(tmp_path / "c.jsonl")
    counts = {"addresses": 41, "pages": 3, "over_budget": 18, "robots_blocked": 20, "pending": 0}
    assert {name: row[name] for name in counts} == counts


def test_coverage_as_csv(tmp_path: Path) -> None:
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        crawl(web, tmp_path, target="target.example", seeds="blog.example", coverage="coverage.csv")
    (row,) = read_csv(tmp_path / "coverage.csv")
    assert (row["seed"], row["outcome"], row["pages"], row["backlinks"]) == ("blog.example", "complete", "1", "1")
    assert row["crawl_order"] == "likely"
    assert row["error_reasons"] == ""


def test_the_columns_of_rows_are_not_those_of_coverage(tmp_path: Path) -> None:
    with MiniWeb(PAGES) as web:
        seed = "https://forbidden.example/,https://whole.example/"
        done = crawl(
            web, tmp_path, "FEED_EXPORT_FIELDS=url_from", target="target.example", seeds=seed, coverage="c.csv", follow="none"
        )
    assert done.code == 0, done.log
    assert (tmp_path / "c.csv").read_text(encoding="utf-8-sig").startswith("seed,outcome,pages")
    assert {tuple(row) for row in done.rows} == {("url_from",)}


def test_coverage_in_the_setting_of_feeds(tmp_path: Path) -> None:
    feeds = {"c.csv": {"format": "coverage_csv", "item_classes": ["backlinkspider.items.Coverage"]}}
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        done = crawl(web, tmp_path, f"FEEDS={json.dumps(feeds)}", target="target.example", seeds="blog.example")
    assert done.code == 0, done.log
    assert (tmp_path / "c.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("blog.example,complete,1,1")


@pytest.mark.parametrize("times", [1, 2])
def test_a_crawl_that_is_ended_by_hand_says_what_it_saw(tmp_path: Path, times: int) -> None:
    pages: dict[str, Answer | str] = {
        # Two pages away, so that the other seed is done by then.
        "https://blog.example/": f"{TARGET_LINK}<a href=/1>1</a>",
        "https://blog.example/1": "<a href=/next>n</a><a href=/more>m</a>",
        "https://blog.example/next": Answer(fault=Fault.HANG),
        "https://done.example/": TARGET_LINK,
    }
    command = [
        "crawl", "backlinks", "-a", "target=target.example",
        "-a", "seeds=https://done.example/,https://blog.example/", "-a", "coverage=c.jsonl", "-s", "DOWNLOAD_DELAY=0",
        "-s", "DOWNLOAD_TIMEOUT=3",
    ]  # fmt: skip
    with MiniWeb(pages) as web:
        process = start_scrapy(*command, folder=tmp_path, environment=web.environment())
        while web.fetched("https://blog.example/next") == 0:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        if times == 2:
            # The second one counts when the first was heard.
            while "SIGINT" not in (tmp_path / "log").read_text():
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    outcomes = {row["seed"]: (row["outcome"], row["pages"]) for row in read_json_lines(tmp_path / "c.jsonl")}
    assert outcomes == {"https://done.example/": ("complete", 1), "https://blog.example/": ("partial", 2)}


@pytest.mark.parametrize("name", ["../c.csv", "/tmp/c.csv", "c.txt", ".csv", "a/b.csv", "c.csv\n", "file:c.csv", ""])
def test_coverage_is_a_file_of_this_folder(tmp_path: Path, name: str) -> None:
    run = scrapy("crawl", "backlinks", "-a", "target=target.example", "-a", f"coverage={name}", folder=tmp_path)
    assert run.code == 2
    assert "must be a file name" in run.log


CASES = [
    pytest.param({"pages": 2}, {}, {}, True, Outcome.COMPLETE, id="all read"),
    pytest.param({"pages": 2}, {"robots_blocked": 9}, {"file": 1}, True, Outcome.COMPLETE, id="a part of it is private"),
    pytest.param({"pages": 2}, {}, {}, False, Outcome.PARTIAL, id="not done"),
    pytest.param({"pages": 2}, {}, {"depth": 1}, True, Outcome.PARTIAL, id="too deep"),
    pytest.param({"pages": 2}, {}, {"pagination": 1}, True, Outcome.PARTIAL, id="a long listing"),
    pytest.param({"pages": 2}, {}, {"actions": 1}, True, Outcome.PARTIAL, id="forms and copies"),
    pytest.param({}, {"budget": 1}, {}, True, Outcome.PARTIAL, id="no budget left for it"),
    pytest.param({}, {"http_403": 1}, {}, True, Outcome.BLOCKED, id="forbidden"),
    pytest.param({}, {"timeout": 1}, {}, True, Outcome.UNREACHABLE, id="no answer"),
    pytest.param({"duplicate": 1}, {}, {}, True, Outcome.DUPLICATE, id="asked for before"),
    pytest.param({"duplicate": 1}, {"dns": 1}, {}, True, Outcome.UNREACHABLE, id="twice in the list and no answer"),
    pytest.param({"duplicate": 1}, {"robots_blocked": 1}, {}, True, Outcome.BLOCKED, id="twice in the list and forbidden"),
]


@pytest.mark.parametrize(("counts", "reasons", "not_followed", "is_done", "outcome"), CASES)
def test_outcome_of_counts(
    counts: dict[str, int], reasons: dict[str, int], not_followed: dict[str, int], *, is_done: bool, outcome: Outcome
) -> None:
    assert outcome_of(counts, reasons, not_followed, is_done=is_done) is outcome
