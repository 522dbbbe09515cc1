from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import CELL_MAXIMUM, csv_column, encode_csv_field, escape_formula
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.feeds.exporters import (
    CsvRowsExporter,
    JsonLinesRowsExporter,
    JsonRowsExporter,
    RowsExporter,
)
from backlinkspider.items import Page

CELLS = [
    pytest.param("=HYPERLINK(1)", "'=HYPERLINK(1)", id="equals sign"),
    pytest.param("+1", "'+1", id="plus"),
    pytest.param("-50 % off", "'-50 % off", id="minus"),
    pytest.param("@handle", "'@handle", id="at sign"),
    pytest.param("\t=1", "' =1", id="tab in front"),
    pytest.param("\r=1", "' =1", id="carriage return in front"),
    pytest.param("  =1", "'  =1", id="space in front"),
    pytest.param("＝1", "'＝1", id="full-width"),
    pytest.param("a=1", "a=1", id="inside is harmless"),
    pytest.param("two\r\nlines", "two lines", id="line break"),
    pytest.param("two\u2028lines\x00", "two lines ", id="other breaks and control characters"),
    pytest.param("a;=1", "a;'=1", id="behind a semicolon, where some spreadsheets split"),
    pytest.param('a;"=1', "a;'\"=1", id="behind a semicolon and a quote"),
    pytest.param("", "", id="empty"),
    pytest.param("שלום 🪑", "שלום 🪑", id="other scripts"),
]


@pytest.mark.parametrize(("value", "cell"), CELLS)
def test_a_cell_for_spreadsheets(value: str, cell: str) -> None:
    assert escape_formula(value) == cell


@given(st.text())
def test_no_cell_begins_a_formula_or_breaks_a_line(value: str) -> None:
    cell = escape_formula(value)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert len(cell.splitlines()) <= 1
    assert len(cell) <= CELL_MAXIMUM


def test_a_cell_is_no_longer_than_a_spreadsheet_takes() -> None:
    assert len(escape_formula("=" + "x" * 40_000)) == CELL_MAXIMUM


@given(st.lists(st.text() | st.text(alphabet='a ,;"=') | st.none(), min_size=1))
def test_a_column_is_written_as_its_cells_are(values: list[str | None]) -> None:
    written = csv_column(values)
    assert written == [encode_csv_field(value) for value in values]
    assert next(csv.reader([",".join(["", *written])])) == ["", *(escape_formula(value or "") for value in values)]


def page_of(html: str) -> Page:
    page = read_page("https://example.com/", html.encode())
    describe_links(page)
    return page


def export(exporter: type[RowsExporter], *pages: Page, file: IO[bytes] | None = None, **options: Any) -> bytes:
    target = file or io.BytesIO()
    writer = exporter(target, encoding="utf-8", indent=None, **options)
    writer.start_exporting()
    for page in pages:
        writer.export_item(page)
    writer.finish_exporting()
    target.seek(0)
    return target.read()


PAGE = '<title>A</title><a href="/x" rel="ugc nofollow">=1+1</a><a href="/y"><img alt="é"></a>'


def test_csv_has_a_mark_a_header_and_guarded_rows() -> None:
    content = export(CsvRowsExporter, page_of(PAGE))
    assert content.startswith(b"\xef\xbb\xbfrelation,url_from")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(first) == COLUMNS
    assert first["anchor"] == "'=1+1"
    assert first["rel"] == "ugc | nofollow"
    assert first["dofollow"] == "false"
    assert first["alt"] == ""
    assert (second["anchor"], second["link_type"], second["link_index"]) == ("é", "image", "2")


def test_json_lines_are_raw() -> None:
    first, second = map(json.loads, export(JsonLinesRowsExporter, page_of(PAGE)).splitlines())
    assert tuple(first) == COLUMNS
    assert first["anchor"] == "=1+1"
    assert first["rel"] == ["ugc", "nofollow"]
    assert first["dofollow"] is False
    assert first["alt"] is None
    assert second["link_index"] == 2


@pytest.mark.parametrize("pages", [0, 1, 3])
def test_json_is_one_array(pages: int) -> None:
    rows = json.loads(export(JsonRowsExporter, *(page_of(PAGE) for _ in range(pages))))
    assert len(rows) == 2 * pages


def test_a_feed_may_choose_and_name_columns() -> None:
    content = export(CsvRowsExporter, page_of(PAGE), fields_to_export=["anchor", "url_to"])
    assert content.decode("utf-8-sig").splitlines()[0] == "anchor,url_to"
    (row, _) = map(json.loads, export(JsonLinesRowsExporter, page_of(PAGE), fields_to_export={"anchor": "text"}).splitlines())
    assert row == {"text": "=1+1"}


def test_names_and_values_that_look_like_patterns_are_written_as_they_are() -> None:
    page = page_of('<title>100 %s sure</title><a href="/50%25?%s">5 %d</a><a href="/y">%</a>')
    chosen = {"page_from_title": "title, 100 %", "anchor": "%s", "url_to": "to"}
    (row, _) = csv.DictReader(io.StringIO(export(CsvRowsExporter, page, fields_to_export=chosen).decode("utf-8-sig")))
    assert row == {"title, 100 %": "100 %s sure", "%s": "5 %d", "to": "https://example.com/50%25?%s"}
    assert json.loads(export(JsonLinesRowsExporter, page, fields_to_export=chosen).splitlines()[0]) == row


def test_columns_of_the_page_alone_make_a_row_for_each_link() -> None:
    content = export(CsvRowsExporter, page_of(PAGE), fields_to_export=["url_from", "verdict"])
    assert content.decode("utf-8-sig").splitlines() == ["url_from,verdict", *["https://example.com/,"] * 2]


def test_a_single_empty_cell_is_a_line_too() -> None:
    content = export(CsvRowsExporter, page_of(PAGE), fields_to_export=["alt"])
    assert content.decode("utf-8-sig").splitlines() == ["alt", '""', "é"]


def test_a_name_is_no_formula_and_may_be_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for _ in range(2):
        with path.open("ab+") as file:
            export(CsvRowsExporter, page_of(PAGE), file=file, fields_to_export={"anchor": "=1"})
    assert path.read_text(encoding="utf-8-sig").splitlines() == ["'=1", *["'=1+1", "é"] * 2]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ArgumentError, match="'colour' does not exist"):
        export(CsvRowsExporter, fields_to_export=["colour"])


def test_a_file_that_is_appended_to_has_one_header(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for _ in range(2):
        with path.open("ab") as file:
            writer = CsvRowsExporter(file, encoding="utf-8")
            writer.start_exporting()
            writer.export_item(page_of(PAGE))
    text = path.read_bytes().decode("utf-8-sig")
    assert text.count("relation,") == 1
    assert "\ufeff" not in text
    assert len(list(csv.DictReader(io.StringIO(text)))) == 4


@pytest.mark.parametrize("exporter", [CsvRowsExporter, JsonLinesRowsExporter])
def test_a_torn_line_does_not_swallow_the_first_row_behind_it(tmp_path: Path, exporter: type[CsvRowsExporter]) -> None:
    path = tmp_path / "rows"
    with path.open("wb") as file:
        exporter(file, encoding="utf-8").start_exporting()
        file.write(b'{"torn')
    with path.open("ab") as file:
        writer = exporter(file, encoding="utf-8")
        writer.start_exporting()
        writer.export_item(page_of(PAGE))
    *_, torn, _, _ = path.read_bytes().splitlines()
    assert torn == b'{"torn'


@pytest.mark.parametrize("header", ["page,link", '"page","link"', "\ufeffpage,link"])
def test_a_table_of_the_same_columns_is_appended_to(tmp_path: Path, header: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\n", encoding="utf-8")
    with path.open("ab") as file:
        writer = CsvRowsExporter(file, fields_to_export={"url_from": "page", "url_to": "link"})
        writer.start_exporting()
        writer.export_item(page_of(PAGE))
    assert len(path.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("header", ["page", "page,link,notes", "link,page", "page;link", ""])
def test_a_table_of_other_columns_is_not_appended_to(tmp_path: Path, header: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\n", encoding="utf-8")
    with path.open("ab") as file, pytest.raises(ArgumentError, match="it has other columns"):
        CsvRowsExporter(file, fields_to_export={"url_from": "page", "url_to": "link"}).start_exporting()


def test_a_json_array_is_not_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(b"[]")
    with path.open("ab") as file, pytest.raises(ArgumentError, match="cannot be appended to"):
        JsonRowsExporter(file, encoding="utf-8").start_exporting()


def test_what_is_no_page_is_not_written() -> None:
    writer = JsonLinesRowsExporter(file := io.BytesIO(), encoding="utf-8")
    writer.export_item({"another": "item"})
    assert file.getvalue() == b""


def test_halves_of_characters_do_not_change_how_a_line_begins() -> None:
    """By which it is told later what it is."""
    assert encode_json({"relation": "backlink", "anchor": "\ud800"}) == b'{"relation":"backlink","anchor":"?"}'


def test_half_a_character_spoils_no_other_value_of_its_column() -> None:
    page = page_of("<a href=/one>oak\nand iron</a> <a href=/two>chairs</a>")
    page.links[1].target = "\ud800"
    first, second = map(json.loads, export(JsonLinesRowsExporter, page).splitlines())
    assert (first["target"], second["target"]) == (None, "?")
    assert first["anchor"] == "oak and iron"
