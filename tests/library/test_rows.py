"""A pipeline or signal handler of the user's gets rows as the table has them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backlinkspider import read_rows, rows_of
from backlinkspider.core.rows.columns import DEFERRED_COLUMNS
from backlinkspider.items import MonitoredLink
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import Crawl, crawl, read_json_lines

LINKS = '<p>We sit on <a rel="ugc x" href="https://target.example/">the chair</a> and <a href=//target.example/b><img src=x></a>.'
PAGES = {"https://a.example/": f"{LINKS}<a href=/2>two</a>", "https://a.example/2": LINKS}
LISTENING = (
    'ITEM_PIPELINES={"tests.support.row_listener.RowsPipeline": 900}',
    'EXTENSIONS={"tests.support.row_listener.RowListener": 500}',
)


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb(dict(PAGES)) as web:
        yield web


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("listened")


@pytest.fixture(scope="module")
def crawled(web: MiniWeb, folder: Path) -> Crawl:
    return crawl(web, folder, *LISTENING, target="target.example", seeds="https://a.example/")


@pytest.mark.parametrize("heard", ["pipeline.jsonl", "signal.jsonl"])
def test_the_rows_of_an_item_are_those_of_the_table_without_what_the_end_fills(crawled: Crawl, folder: Path, heard: str) -> None:
    assert len(crawled.rows) == 4
    later = dict.fromkeys(DEFERRED_COLUMNS)
    assert read_json_lines(folder / heard) == [{**row, **later} for row in crawled.rows]


def test_the_verdicts_are_known_when_the_feeds_are_closed(crawled: Crawl, folder: Path) -> None:
    assert all(row["verdict"] for row in crawled.rows)
    assert read_json_lines(folder / "end.jsonl") == crawled.rows


def test_items_go_through_itemadapter_and_json(crawled: Crawl, folder: Path) -> None:
    links = [link for page in read_json_lines(folder / "items.jsonl") for link in page["links"]]
    assert [link["link_path"] for link in links] == [row["link_path"] for row in crawled.rows]
    assert "document" not in json.dumps(links)


def test_every_column_is_read_where_a_component_may_ask_for_it(web: MiniWeb, tmp_path: Path) -> None:
    few = (*LISTENING, "FEED_EXPORT_FIELDS=url_from,url_to")
    found = crawl(web, tmp_path, *few, target="target.example", seeds="https://a.example/")
    assert {*found.rows[0]} == {"url_from", "url_to"}
    assert [row["text_pre"] for row in read_json_lines(tmp_path / "pipeline.jsonl")] == [
        "We sit on",
        "We sit on the chair and",
    ] * 2


def test_a_table_for_spreadsheets_is_read_with_its_types(tmp_path: Path) -> None:
    columns, cells = ("url_from", "rel", "dofollow", "depth", "verdict"), ("https://a.example/", "ugc | x", "FALSE", "2", "")
    with (tmp_path / "rows.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([columns, cells])
        file.write("torn")
    values: tuple[Any, ...] = ("https://a.example/", ["ugc", "x"], False, 2, None)
    expected = dict(zip(columns, values, strict=True))
    assert [*read_rows(tmp_path / "rows.csv")] == [expected]


def test_other_items() -> None:
    assert rows_of(MonitoredLink({"status": "live", "rel": ("ugc",)})) == [{"status": "live", "rel": ["ugc"]}]
    assert rows_of({"mine": 1}) == []
