"""CSV for the spreadsheet of each locale: what stands between cells, and before the decimals of a number."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings

from backlinkspider.checks.feeds import check_feed_options
from backlinkspider.core.exceptions import ArgumentError, JobError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import (
    DIALECTS,
    CsvDialect,
    DecimalSign,
    csv_column,
    encode_csv_field,
    escape_formula,
    unescape_formula,
)
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv
from backlinkspider.core.rows.row_parser import CsvRowReader
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.default_settings import FEED_EXPORTERS
from backlinkspider.feeds.exporters import CoverageCsvExporter, CsvRowsExporter
from backlinkspider.feeds.reader import open_feed
from backlinkspider.feeds.rewriter import rewrite_feed
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.job.store import JobStore
from tests.support.libreoffice import Calc
from tests.support.miniweb import MiniWeb, html
from tests.support.scrapy_command import read_json_lines, scrapy

COMMA = DIALECTS[DecimalSign.COMMA]
EVERY_DIALECT = [CsvDialect(",", "."), COMMA, CsvDialect(";", "."), CsvDialect("\t", ","), CsvDialect("|", ".")]
ROW: dict[str, Any] = {
    "relation": "backlink",
    "url_from": "https://blog.example/",
    "anchor": "oak; iron, and =1",
    "rel": ("ugc", "nofollow"),
    "dofollow": False,
    "sitewide": 0.127,
    "quality": 58,
    "alt": None,
}

GUARDED = [
    pytest.param(COMMA, "a,=1", "a,'=1", id="between semicolons, a comma may split"),
    pytest.param(COMMA, "a;=1", "a;=1", id="between semicolons, a quoted semicolon does not"),
    pytest.param(COMMA, "/@48.1,-11.5", "/@48.1,'-11.5", id="a negative number behind a comma"),
    pytest.param(CsvDialect("\t"), "a;=1,=2", "a;'=1,'=2", id="between tabs both may"),
    pytest.param(CsvDialect("|"), "a; =1", "a;' =1", id="a space before the formula"),
    pytest.param(COMMA, "=1", "'=1", id="a formula at the start"),
]


@pytest.mark.parametrize(("dialect", "text", "cell"), GUARDED)
def test_formulas_are_guarded_where_another_locale_splits(dialect: CsvDialect, text: str, cell: str) -> None:
    assert escape_formula(text, dialect) == cell
    assert unescape_formula(cell, dialect) == text


@pytest.mark.parametrize("dialect", EVERY_DIALECT, ids=repr)
@given(texts=st.lists(st.text() | st.text(alphabet="a ,;|\"'=-"), min_size=1))
def test_no_spreadsheet_finds_a_formula_however_it_splits(dialect: CsvDialect, texts: list[str]) -> None:
    line = encode_csv([texts], dialect).decode()
    assert csv_column(texts, dialect) == [encode_csv_field(text, dialect) for text in texts]
    for delimiter in {dialect.delimiter, *dialect.split_at} - {"\0"}:
        cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("dialect", EVERY_DIALECT, ids=repr)
def test_a_row_is_read_as_it_was_written(dialect: CsvDialect) -> None:
    header, line = encode_csv([ROW, ROW.values()], dialect).splitlines(keepends=True)
    reader = CsvRowReader(header)
    assert reader.dialect.delimiter == dialect.delimiter
    assert reader.read(line) == ROW


def test_a_header_that_is_quoted_is_read() -> None:
    assert CsvRowReader(b'"relation";"url_from"\r\n').columns == ("relation", "url_from")


@pytest.mark.parametrize("dialect", EVERY_DIALECT, ids=repr)
def test_rewritten_cells_have_the_dialect_of_their_feed(tmp_path: Path, dialect: CsvDialect) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(BYTE_ORDER_MARK + encode_csv([ROW, ROW.values()], dialect))
    feed = dataclasses.replace(open_feed(str(path)), dialect=dialect)
    rewrite_feed(feed, path, lambda _: {"sitewide": 0.25, "verdict": "good"}, adds=["verdict"])
    (row,) = open_feed(str(path)).rows()
    assert row == {**ROW, "sitewide": 0.25, "verdict": "good"}
    assert f"0{dialect.decimal}25".encode() in path.read_bytes()


def test_a_table_of_coverage_has_the_dialect_too() -> None:
    file = io.BytesIO()
    CoverageCsvExporter(file, delimiter=";").start_exporting()
    assert file.getvalue() == BYTE_ORDER_MARK + ";".join(COVERAGE_COLUMNS).encode() + b"\r\n"


def test_a_table_with_another_delimiter_is_not_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(encode_csv([["url_from", "url_to"]]))
    with path.open("ab") as file, pytest.raises(ArgumentError, match="another delimiter"):
        CsvRowsExporter(file, fields_to_export=["url_from", "url_to"], delimiter=";").start_exporting()


@pytest.mark.parametrize("other", [{"delimiter": "\t"}, {"delimiter": ";", "decimal": ","}], ids=repr)
def test_a_job_goes_on_with_its_dialect_only(tmp_path: Path, other: dict[str, str]) -> None:
    job = JobStore.open(tmp_path / "job")
    with (tmp_path / "rows.csv").open("wb") as file:
        job.feeds.track(tmp_path / "rows.csv", file, CsvRowsExporter(file, delimiter=";").form)
        with pytest.raises(JobError, match="its columns or delimiters are not those"):
            job.feeds.track(tmp_path / "rows.csv", file, CsvRowsExporter(file, **other).form)
    job.close()


OPTIONS = [
    pytest.param("csv", {"delimiter": ";"}, None, id="a delimiter"),
    pytest.param("csv", {"delimiter": ";", "decimal": ","}, None, id="a delimiter and a decimal sign"),
    pytest.param("coverage_csv", {"delimiter": "\t"}, None, id="a delimiter of coverage"),
    pytest.param("csv", {"delimiter": "x"}, "feed rows: delimiter 'x' is none of", id="a letter as delimiter"),
    pytest.param("csv", {"delimiter": ";;"}, "delimiter ';;' is none of", id="two characters as delimiter"),
    pytest.param("csv", {"delimiter": 1}, "delimiter 1 is none of", id="a number as delimiter"),
    pytest.param("csv", {"decimal": "'"}, "is neither . nor ,", id="another decimal sign"),
    pytest.param("csv", {"decimal": ","}, "are both a comma", id="a decimal comma between commas"),
    pytest.param("csv", {"quotechar": "'"}, "no option 'quotechar' .* it has delimiter, decimal", id="another quote"),
    pytest.param("jsonl", {"delimiter": ";"}, "no option 'delimiter' .* it has none", id="a delimiter of JSON lines"),
    pytest.param("csv", ";", "is not a mapping", id="a delimiter alone"),
    pytest.param("xml", {}, "has the format xml, which has no rows", id="a format of Scrapy that has no rows"),
    pytest.param("yaml", {"anything": 1}, None, id="a format of somebody else"),
]


@pytest.mark.parametrize(("file_format", "options", "problem"), OPTIONS)
def test_options_of_a_feed_are_obeyed_or_refused(file_format: str, options: object, problem: str | None) -> None:
    feeds = {"rows": {"format": file_format, "item_export_kwargs": options}}
    settings = Settings({"FEEDS": feeds, "FEED_EXPORTERS": FEED_EXPORTERS})
    if problem is None:
        check_feed_options(settings)
        return
    with pytest.raises(ArgumentError, match=problem):
        check_feed_options(settings)


PAGES = {
    "https://blog.example/": '<h1>Oak</h1><p>The table, <a href="https://target.example/a,-1">oak; iron</a>, is good</p>'
    f"<p>{' '.join(['We oiled it twice and let it dry for a night before we carried it into the kitchen.'] * 8)}</p>",
    "https://blog.example/two": '<p><a href="https://target.example/">=target</a></p>',
}


def test_a_crawl_writes_and_completes_a_table_with_decimal_commas(tmp_path: Path) -> None:
    arguments = ["-a", "target=target.example", "-a", "seeds=https://blog.example/,https://blog.example/two"]
    options = ["-s", "DOWNLOAD_DELAY=0", "-s", "BACKLINKS_CSV_DECIMAL=comma", "-a", "profile_pages=0"]
    with MiniWeb({url: html(page) for url, page in PAGES.items()}) as web:
        run = scrapy(
            "crawl", "backlinks", *arguments, *options, "-O", "rows.csv", "-O", "rows.jsonl",
            folder=tmp_path, environment=web.environment(),
        )  # fmt: skip
    assert run.code == 0, run.log
    rows = [row for row in open_feed(str(tmp_path / "rows.csv")).rows() if not isinstance(row, BadLine)]
    raw = read_json_lines(tmp_path / "rows.jsonl")
    assert [known_cells(row) for row in rows] == [known_cells(row) for row in raw]
    assert len([*groupby(row["url_from"] for row in rows)]) == len({row["url_from"] for row in rows})
    assert {row["verdict"] for row in rows} == {"good", "neutral"}
    assert b";0,5;" in (tmp_path / "rows.csv").read_bytes()


def test_a_merged_table_has_the_dialect_of_the_setting(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_bytes(encode_csv([ROW, ROW.values()]))
    run = scrapy("merge", "one.csv", "-o", "all.csv", "-s", "BACKLINKS_CSV_DECIMAL=comma", folder=tmp_path)
    assert run.code == 0, run.log
    merged = open_feed(str(tmp_path / "all.csv"))
    assert [*merged.rows()] == [{column: ROW[column] for column in COLUMNS if column in ROW}]
    assert (tmp_path / "all.csv").read_bytes().count(b";0,127\r\n") == 1


def known_cells(row: Mapping[str, Any]) -> dict[str, object]:
    """The cells of a row that are not empty; in CSV an empty value is like an unknown one."""
    cells = {column: tuple(value) if isinstance(value, list) else value for column, value in row.items()}
    return {column: value for column, value in cells.items() if value not in (None, (), "")}


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "sign"), [("en-US", DecimalSign.POINT), ("de-DE", DecimalSign.COMMA)])
def test_calc_reads_numbers_as_numbers(tmp_path: Path, locale: str, sign: DecimalSign) -> None:
    run = scrapy("demo", "-s", f"BACKLINKS_CSV_DECIMAL={sign}", folder=tmp_path)
    assert run.code == 0, run.log
    calc = Calc(tmp_path, locale)
    numbers: list[tuple[str, object]] = []
    for name, number_of_rows in (("demo.csv", 48), ("demo-other-links.csv", 351)):
        header, *lines = calc.open_csv(tmp_path / name, DIALECTS[sign].delimiter)
        rows = [row for row in open_feed(str(tmp_path / name)).rows() if not isinstance(row, BadLine)]
        assert len(lines) == len(rows) == number_of_rows
        written = [(column, value) for row in rows for column, value in row.items() if type(value) in (int, float)]
        assert [
            (str(header[place]), cell) for line in lines for place, cell in enumerate(line) if isinstance(cell, float)
        ] == written
        numbers += written
    assert any(type(value) is float and 0 < value < 1 for _, value in numbers)
