"""The monitor writes workbooks, Parquet and JSON too, with all its columns and those of the lists."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from backlinkspider.core.monitor.columns import MONITOR_COLUMNS
from tests.known_links.test_monitor import LINK, OURS, page
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import options, read_json_lines, scrapy

LIST = f'''Referring page URL,Target URL,Anchor,UGC,"Größe, ""x"""
https://a.example/,{OURS},oak chairs,false,=1+1
https://b.example/,{OURS},oak chairs,false,
'''
OTHER_LIST = f"Source url,Target url,Source title,Ugc\nhttps://b.example/,{OURS},t,false\n"
OTHERS = ("known_UGC", 'known_Größe, "x"', "known_Source title")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "ahrefs.csv").write_text(LIST, encoding="utf-8")
    (folder / "semrush.csv").write_text(OTHER_LIST, encoding="utf-8")
    given = options({"target": "ours.example", "known": "ahrefs.csv,semrush.csv"})
    outputs = [word for name in ("x.xlsx", "x.parquet", "x.json", "x.jsonl") for word in ("-O", name)]
    pages = {OURS: "home", "https://a.example/": page(LINK), "https://b.example/": page()}
    with MiniWeb(pages) as web:
        run = scrapy("crawl", "monitor", *given, *outputs, "-s", "DOWNLOAD_DELAY=0", folder=folder, environment=web.environment())
    assert run.code == 0, run.log
    return folder


def rows_of(folder: Path) -> list[dict[str, object]]:
    return read_json_lines(folder / "x.jsonl")


def test_what_two_lists_spell_differently_is_one_column(folder: Path) -> None:
    assert tuple(rows_of(folder)[0])[len(MONITOR_COLUMNS) :] == OTHERS
    assert [row["known_UGC"] for row in rows_of(folder)] == ["false"] * 3


def test_the_workbook_has_every_column_and_row(folder: Path) -> None:
    book = CalamineWorkbook.from_path(folder / "x.xlsx")
    header, *lines = book.get_sheet_by_name("Known links").to_python()
    assert header == [*MONITOR_COLUMNS, *OTHERS]
    table = [dict(zip(map(str, header), line, strict=True)) for line in lines]
    assert [(row["status"], row["misses"], row["url_from"]) for row in table] == [
        ("new", 0, "https://a.example/"), ("missing", 1, "https://b.example/"), ("missing", 1, "https://b.example/"),
    ]  # fmt: skip
    assert isinstance(table[0]["status_since"], datetime)
    assert table[0]['known_Größe, "x"'] == "=1+1"


def test_parquet_has_types(folder: Path) -> None:
    relation = duckdb.connect().read_parquet(str(folder / "x.parquet"))
    assert tuple(relation.columns) == (*MONITOR_COLUMNS, *OTHERS)
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert {name: types[name] for name in ("misses", "last_checked", "changes", "dofollow", "list_check", "known_UGC")} == {
        "misses": "BIGINT", "last_checked": "TIMESTAMP WITH TIME ZONE", "changes": "VARCHAR[]", "dofollow": "BOOLEAN",
        "list_check": "VARCHAR[]", "known_UGC": "VARCHAR",
    }  # fmt: skip
    found = relation.select("url_from, status, list_check, known_UGC").fetchall()
    assert found[1] == ("https://b.example/", "missing", ["false_live"], "false")


def test_json_is_one_array(folder: Path) -> None:
    assert json.loads((folder / "x.json").read_text(encoding="utf-8")) == rows_of(folder)
