"""Spiders of others in the project write their items as Scrapy does, and Scrapy's own commands say nothing odd."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import scrapy

START = "https://a.example/"
SPIDER = f"""
from scrapy import Spider

class Own(Spider):
    name = "own"
    start_urls = [{START!r}]

    def parse(self, response):
        for link in response.css("a"):
            yield {{"href": link.attrib["href"], "text": link.css("::text").get()}}
"""
ITEMS = [{"href": "https://target.example/", "text": "one"}, {"href": "/2", "text": "two"}]


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb({START: '<a href="https://target.example/">one</a><a href="/2">two</a>'}) as web:
        yield web


def test_items_are_written_as_scrapy_does(web: MiniWeb, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(SPIDER)
    outputs = [word for ending in ("jsonl", "json", "csv", "xml") for word in ("-O", f"own.{ending}")]
    run = scrapy("runspider", "own.py", *outputs, folder=tmp_path, environment=web.environment())
    assert (run.code, "WARNING" in run.log, "ERROR" in run.log) == (0, False, False), run.log
    assert [json.loads(line) for line in (tmp_path / "own.jsonl").read_text().splitlines()] == ITEMS
    assert json.loads((tmp_path / "own.json").read_text()) == ITEMS
    with (tmp_path / "own.csv").open(newline="") as table:
        assert list(csv.DictReader(table)) == ITEMS
    assert (tmp_path / "own.xml").read_text().count("<item>") == 2


def test_the_shell_says_nothing_odd(web: MiniWeb, tmp_path: Path) -> None:
    run = scrapy("shell", START, "-c", "response.status", folder=tmp_path, environment=web.environment())
    assert (run.code, run.output) == (0, "200\n")
    assert not [line for line in run.log.splitlines() if "WARNING" in line or "ERROR" in line]


def test_check_finds_no_fault(tmp_path: Path) -> None:
    run = scrapy("check", folder=tmp_path)
    assert run.code == 0
    assert run.log.rstrip().endswith("OK")


def test_a_format_without_rows_is_refused_for_our_spiders(tmp_path: Path) -> None:
    run = scrapy("crawl", "backlinks", "-a", "target=x.example", "-O", "rows.xml", folder=tmp_path)
    assert (run.code, run.log.count("\n")) == (2, 1)
    assert "feed rows.xml has the format xml, which has no rows: take .csv," in run.log
