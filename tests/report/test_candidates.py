"""What became of candidates: those that hold a link, those that do not, and those that were not looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.candidates.columns import CANDIDATE_COLUMNS
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_csv
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.report.tables import Summary, open_tables
from tests.support.feed_rows import write_feed
from tests.support.scrapy_command import scrapy

PAGE = "https://blog.example/post"


def link(url: str, *, seed: str = "blog.example", depth: int = 1) -> dict[str, Any]:
    host = url.split("/")[2]
    site = ".".join(host.split(".")[-2:])
    return dict.fromkeys(COLUMNS) | {"relation": "backlink", "url_from": url, "domain_from": site, "seed": seed, "depth": depth}


def candidate(name: str, level: str, *sources: str) -> dict[str, Any]:
    site = (
        ".".join(name.partition("://")[2].partition("/")[0].split(".")[-2:]) if "://" in name else ".".join(name.split(".")[-2:])
    )
    return dict.fromkeys(CANDIDATE_COLUMNS) | {"candidate": name, "candidate_domain": site, "level": level, "sources": sources}


def held(
    folder: Path, links: list[dict[str, Any]], candidates: list[dict[str, Any]], coverage: Mapping[str, Any] | None = None
) -> dict[str, tuple[Any, ...]]:
    """By source: candidates, read, with a link, only here with a link."""
    feeds = [str(write_feed(folder / "feed.jsonl", links))]
    (folder / "candidates.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in candidates), encoding="utf-8")
    if coverage is not None:
        rows = [
            dict.fromkeys(COVERAGE_COLUMNS) | {"seed": seed, "outcome": "complete", "pages": pages}
            for seed, pages in coverage.items()
        ]
        (folder / "coverage.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        feeds.append(str(folder / "coverage.jsonl"))
    with open_tables(feeds, candidates=str(folder / "candidates.jsonl")) as tables:
        found = list(tables.query(Summary.SOURCES).dicts())
    return {str(row["source"]): (row["candidates"], row["read"], row["with_link"], row["only_here_with_link"]) for row in found}


HOLDS = [
    pytest.param(candidate(PAGE, "page", "gsc"), link(PAGE), 1, id="the page"),
    pytest.param(candidate("http://www.blog.example/post#a", "page", "gsc"), link(PAGE), 1, id="another spelling of it"),
    pytest.param(
        candidate(PAGE, "page", "gsc"), link("https://new.example/post", seed=PAGE, depth=0), 1, id="where it redirects to"
    ),
    pytest.param(candidate(PAGE, "page", "gsc"), link("https://blog.example/other", seed=PAGE), 0, id="another page of its site"),
    pytest.param(candidate("blog.example", "host", "log"), link("https://www.blog.example/x"), 1, id="a page of the host"),
    pytest.param(candidate("a.blog.example", "host", "log"), link("https://b.blog.example/x"), 0, id="a page of another host"),
    pytest.param(
        candidate("blog.example", "domain", "commoncrawl"), link("https://b.blog.example/x"), 1, id="a page of the domain"
    ),
]


@pytest.mark.parametrize(("place", "row", "count"), HOLDS)
def test_a_candidate_holds_a_link_where_one_was_found_on_it(
    tmp_path: Path, place: dict[str, Any], row: dict[str, Any], count: int
) -> None:
    (figures,) = held(tmp_path, [row], [place]).values()
    assert figures == (1, None, count, count)


def test_what_was_not_looked_at_is_told_from_what_holds_no_link(tmp_path: Path) -> None:
    places = [
        candidate(PAGE, "page", "gsc", "log"),
        candidate("dead.example", "host", "log"),
        candidate("empty.example", "host", "log"),
    ]
    coverage = {PAGE: 3, "dead.example": 0, "empty.example": 9}
    assert held(tmp_path, [link(PAGE)], places, coverage) == {"gsc": (1, 1, 1, 0), "log": (3, 2, 1, 0)}


def test_a_list_in_csv_is_read_too(tmp_path: Path) -> None:
    place = candidate(PAGE, "page", "gsc", "log")
    (tmp_path / "c.csv").write_bytes(encode_csv([CANDIDATE_COLUMNS, [place[column] for column in CANDIDATE_COLUMNS]]))
    feed = write_feed(tmp_path / "feed.jsonl", [link(PAGE)])
    with open_tables([str(feed)], candidates=str(tmp_path / "c.csv")) as tables:
        assert [row["source"] for row in tables.query(Summary.SOURCES).dicts()] == ["gsc", "log"]


NO_LISTS = [
    pytest.param("none.csv", "there is no such file", id="no file"),
    pytest.param("other.csv", "it is not a list of candidates, as scrapy discover writes it", id="another table"),
    pytest.param("list.txt", "must be named .csv or .jsonl", id="another form"),
]


@pytest.mark.parametrize(("name", "problem"), NO_LISTS)
def test_what_is_no_list_is_said_in_one_line(tmp_path: Path, name: str, problem: str) -> None:
    feed = write_feed(tmp_path / "feed.jsonl", [link(PAGE)])
    for other in ("other.csv", "list.txt"):
        (tmp_path / other).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(FeedError, match=problem), open_tables([str(feed)], candidates=str(tmp_path / name)):
        pass


def test_the_table_of_sources_needs_the_list(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.jsonl", [link(PAGE)])
    run = scrapy("report", "feed.jsonl", "--table", "sources", "-o", "x.csv", folder=tmp_path)
    assert (run.code, run.log.count("\n")) == (2, 1)
    assert "--candidates candidates.csv" in run.log
