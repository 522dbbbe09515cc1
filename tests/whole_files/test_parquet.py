"""Parquet has the rows of a feed, typed, for DuckDB, pandas and whatever reads Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.report.tables import open_tables
from backlinkspider.whole_files.parquet import write_parquet
from tests.support.feed_rows import random_rows, write_feed

TYPES = {
    "url_from": "VARCHAR",
    "rel": "VARCHAR[]",
    "dofollow": "BOOLEAN",
    "quality": "BIGINT",
    "sitewide": "DOUBLE",
    "fetched_at": "TIMESTAMP WITH TIME ZONE",
}


@pytest.fixture(scope="module")
def rows() -> list[FeedRow]:
    return random_rows(3, 300)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, rows: list[FeedRow]) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    write_parquet(write_feed(folder / "feed.jsonl", rows), folder / "feed.parquet", {column: column for column in COLUMNS})
    return folder / "feed.parquet"


def as_read(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {column: list(value) if isinstance(value, tuple) else value for column, value in row.items()}
    return {**cells, "fetched_at": datetime.fromisoformat(str(row["fetched_at"]))}


def test_duckdb_reads_every_value_in_the_order_of_the_rows(path: Path, rows: list[FeedRow]) -> None:
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        cursor = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        types = {
            name: kind for name, kind, *_ in database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        }
    assert names == [*COLUMNS]
    assert [{**row, "fetched_at": row["fetched_at"].astimezone(UTC)} for row in found] == [as_read(row) for row in rows]
    assert {column: types[column] for column in TYPES} == TYPES


def test_pandas_reads_it(path: Path, rows: list[FeedRow]) -> None:
    table = pd.read_parquet(path)
    assert [*table.columns] == [*COLUMNS]
    assert [list(tokens) for tokens in table["rel"]] == [list(row["rel"] or ()) for row in rows]  # type: ignore[arg-type]
    assert table["url_from"].tolist() == [row["url_from"] for row in rows]
    assert str(table["fetched_at"].dtype).startswith("datetime64")
    assert table["domain_from_pagerank"].dropna().tolist() == [
        row["domain_from_pagerank"] for row in rows if row["domain_from_pagerank"] is not None
    ]


def test_a_report_reads_it_like_the_feed_that_it_was(path: Path) -> None:
    columns = ("url_from", "anchor", "rel", "fetched_at", "quality")
    tables = []
    for feed in (path, path.with_suffix(".jsonl")):
        with open_tables([str(feed)], columns=columns) as opened:
            tables.append(list(opened.links(columns).rows))
    assert tables[0] == tables[1]
    assert tables[0]


def test_columns_have_the_names_that_were_chosen(tmp_path: Path, rows: list[FeedRow]) -> None:
    headers = {"anchor": 'The "words"', "url_to": "it's"}
    write_parquet(write_feed(tmp_path / "feed.jsonl", rows), tmp_path / "o'k.parquet", headers)
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "o'k.parquet")])
        assert [column[0] for column in found.description or ()] == [*headers.values()]
        assert found.fetchall() == [(row["anchor"], row["url_to"]) for row in rows]


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        pytest.param(b"", [], id="a crawl without rows"),
        pytest.param(
            b'{"url_from":"https://a.example/","anchor":"a\\u0000b\\ud83e\\ude91"}\n{"torn',
            ["https://a.example/"],
            id="a torn row",
        ),
        pytest.param(
            encode_json({"url_from": "https://a.example/", "anchor": "\ud800"}) + b"\n",
            ["https://a.example/"],
            id="half a character",
        ),
    ],
)
def test_what_is_a_row_is_written(tmp_path: Path, lines: bytes, pages: list[str]) -> None:
    (tmp_path / "feed.jsonl").write_bytes(lines)
    write_parquet(tmp_path / "feed.jsonl", tmp_path / "x.parquet", {"url_from": "url_from", "anchor": "anchor"})
    with duckdb.connect() as database:
        assert [
            page for (page,) in database.execute("SELECT url_from FROM read_parquet(?)", [str(tmp_path / "x.parquet")]).fetchall()
        ] == pages


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path, rows: list[FeedRow]) -> None:
    with pytest.raises(FeedError) as error:
        write_parquet(write_feed(tmp_path / "feed.jsonl", rows), tmp_path / "missing" / "x.parquet", {"url_to": "url_to"})
    assert "\n" not in str(error.value)
