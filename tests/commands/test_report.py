"""`scrapy report`: what is written, and what a shell sees."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from backlinkspider.report.tables import Summary, open_tables
from tests.support.feed_rows import random_rows, write_feed
from tests.support.libreoffice import read_sheet
from tests.support.scrapy_command import scrapy


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_feed(tmp_path_factory.mktemp("feeds") / "feed.jsonl", random_rows(1, 60))


@pytest.mark.parametrize("name", [Summary.DOMAINS, Summary.TODO])
def test_a_summary_is_written_as_a_table(feed: Path, tmp_path: Path, name: str) -> None:
    run = scrapy("report", str(feed), "--table", name, "-o", "x.jsonl", folder=tmp_path)
    assert run.code == 0, run.log
    with open_tables([str(feed)]) as tables:
        expected = [json.loads(json.dumps(row)) for row in tables.query(name).dicts()]
    assert [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()] == expected


def test_a_table_for_spreadsheets_has_no_formula_and_the_decimal_sign_of_the_setting(feed: Path, tmp_path: Path) -> None:
    run = scrapy("report", str(feed), "--table", "anchors", "-o", "x.csv", "-s", "BACKLINKS_CSV_DECIMAL=comma", folder=tmp_path)
    assert run.code == 0, run.log
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table, delimiter=";"))
    assert any(row["anchor"].startswith("'=cmd|") for row in rows)
    assert not any(cell[:1] in ("=", "+", "@") for row in rows for cell in row.values())
    assert all("." not in row["share_of_domains"] for row in rows)


def test_a_workbook_is_written_with_every_column(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"what was there")
    run = scrapy("report", str(feed), "-o", "x.xlsx", folder=tmp_path)
    assert run.code == 0, run.log
    header, *lines = read_sheet(tmp_path / "x.xlsx", "Backlinks")
    assert {"verdict", "link_html", "text_pre"} <= set(header)
    with open_tables([str(feed)]) as tables:
        assert len(lines) == sum(1 for _ in tables.links(["url_from"]).rows)
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_summary_is_written_as_a_workbook(feed: Path, tmp_path: Path) -> None:
    run = scrapy("report", str(feed), "--table", "todo", "-o", "x.xlsx", folder=tmp_path)
    assert run.code == 0, run.log
    with open_tables([str(feed)]) as tables:
        expected = [row["url_from"] for row in tables.query(Summary.TODO).dicts()]
    header, *lines = read_sheet(tmp_path / "x.xlsx")
    assert [line[header.index("url_from")] for line in lines] == expected


WRONG_CALLS = {
    "no feed": ([], "name the feeds, for example: scrapy report"),
    "no output": (["feed.jsonl"], "name the output, for example: scrapy report"),
    "two outputs": (["feed.jsonl", "-o", "a.csv", "-o", "b.csv"], "there are 2 outputs: name one"),
    "an unknown summary": (["feed.jsonl", "--table", "x", "-o", "x.csv"], "--table 'x' is none of domains, anchors, pages,"),
    "a feed that is not there": (
        ["none.jsonl", "--table", "todo", "-o", "x.csv"],
        "none.jsonl' cannot be read: there is no such",
    ),
    "an earlier feed that is not there": (
        ["feed.jsonl", "--before", "none.csv", "--table", "todo", "-o", "x.csv"],
        "none.csv' cannot be read: there is no such",
    ),
    "the output is the feed": (
        ["feed.jsonl", "--table", "todo", "-o", "feed.jsonl"],
        "'feed.jsonl' is a feed and the output too",
    ),
    "a folder that is not there": (["feed.jsonl", "--table", "todo", "-o", "no/x.csv"], "is in a folder that does not exist"),
    "a feed that is none": (["text.jsonl", "--table", "todo", "-o", "old.csv"], "none of its lines is a row with a url_from"),
    "an empty feed": (
        ["empty.jsonl", "--table", "todo", "-o", "old.csv"],
        "nothing to report: there are no rows in 'empty.jsonl'",
    ),
    "a workbook of an empty feed": (["empty.jsonl", "-o", "old.csv.xlsx"], "nothing to report: there are no rows in"),
    "an unknown decimal sign": (
        ["feed.jsonl", "--table", "todo", "-o", "x.csv", "-s", "BACKLINKS_CSV_DECIMAL=x"],
        "BACKLINKS_CSV_DECIMAL 'x' is none of point, comma",
    ),
}


@pytest.mark.parametrize(("words", "message"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_is_one_line_and_nothing_is_lost(tmp_path: Path, words: list[str], message: str) -> None:
    write_feed(tmp_path / "feed.jsonl", random_rows(1, 3))
    (tmp_path / "text.jsonl").write_text("Dear reader\n", encoding="utf-8")
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "old.csv").write_text("what was there", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    run = scrapy("report", *words, folder=tmp_path)
    assert run.code == 2
    assert message in run.log
    assert len(run.log.strip().splitlines()) == 1, run.log
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_a_feed_lacks_is_said(tmp_path: Path) -> None:
    path = write_feed(
        tmp_path / "old.jsonl", [{"url_from": "https://a.example/", "relation": "backlink"}], ["url_from", "relation"]
    )
    with path.open("ab") as file:
        file.write(b'{"url_from": "https://tor')
    run = scrapy("report", path.name, "--table", "domains", "-o", "x.csv", folder=tmp_path)
    assert run.code == 0
    assert "old.jsonl: 1 line could not be read as a row." in run.log
    assert "old.jsonl has no verdicts" in run.log
    assert "old.jsonl lacks the columns url_to, anchor, dofollow, domain_from, fetched_at" in run.log
    assert "No coverage file was given" in run.log
