"""Workbooks have the values of a feed as what they are, and nothing that a spreadsheet would run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import CELL_MAXIMUM, LIST_SEPARATOR
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.tables import Table, open_tables
from backlinkspider.whole_files import workbook
from backlinkspider.whole_files.sheets import READ_FIRST, arrange_columns, column_rows, write_table, write_workbook
from backlinkspider.whole_files.workbook import WORD_COLOURS, Column, Kind, open_workbook
from tests.support.feed_rows import random_rows, write_feed
from tests.support.libreoffice import Calc, read_sheet

SHEETS = ["Summary", "Backlinks", "Referring domains", "Anchors", "Target pages", "To do", "Coverage", "Other links", "Columns"]


def make_workbook(folder: Path, rows: Sequence[FeedRow]) -> Path:
    feed = write_feed(folder / "feed.jsonl", rows)
    output = folder / "feed.xlsx"
    with open_tables([str(feed)], columns=tuple(LINK_TYPES)) as tables:
        write_workbook(tables, output)
    return output


def parts_of(path: Path) -> dict[str, str]:
    """The XML of a workbook by part."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheet_xml(path: Path, number: int) -> str:
    return parts_of(path)[f"xl/worksheets/sheet{number}.xml"]


def as_cell(column: str, value: object) -> object:
    """What a reader of workbooks gives for a value of a feed."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(value)
    if column == "fetched_at":
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    return float(value) if type(value) is int else value


def table_of(rows: Sequence[FeedRow], columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Cells by row as texts, in an order that does not matter."""
    return sorted(tuple(repr(as_cell(column, row.get(column))) for column in columns) for row in rows)


@pytest.fixture(scope="module")
def rows() -> list[FeedRow]:
    """Rows with hostile texts. The order of columns is one that no feed has."""
    found = random_rows(7, 400)
    for number, row in enumerate(found):
        # Each is a row of its own page, and has its verdict.
        row["url_from"] = f"{row['url_from']}?{number}"
        row["verdict"] = row["verdict"] or "unknown"
        row["rel"] = row["rel"] or ("ugc",)
        row["to_do"] = "look" if row["verdict"] in ("review", "bad") else "mend" if row["is_broken"] else None
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, rows: list[FeedRow]) -> Path:
    return make_workbook(tmp_path_factory.mktemp("workbook"), rows)


def test_the_sheets_are_those_that_are_promised(path: Path) -> None:
    assert CalamineWorkbook.from_path(path).sheet_names == SHEETS


@pytest.mark.parametrize(("sheet", "is_wanted"), [("Backlinks", True), ("Other links", False)], ids=str)
def test_every_cell_is_that_of_the_feed(path: Path, rows: list[FeedRow], sheet: str, is_wanted: bool) -> None:  # noqa: FBT001
    header, *lines = read_sheet(path, sheet)
    wanted = [row for row in rows if (row["relation"] == "backlink") is is_wanted]
    columns = [str(name) for name in header]
    assert sorted(columns) == sorted(COLUMNS)
    assert sorted(tuple(map(repr, line)) for line in lines) == table_of(wanted, columns)


def test_the_best_link_of_each_domain_comes_first(path: Path) -> None:
    header, *lines = read_sheet(path, "Backlinks")
    domain, verdict = header.index("domain_from"), header.index("verdict")
    order = [(line[domain], [*Verdict].index(Verdict(str(line[verdict])))) for line in lines]
    assert order == sorted(order, key=lambda place: (str(place[0]), place[1]))


def test_nothing_in_it_is_a_formula_or_leads_elsewhere(path: Path) -> None:
    parts = parts_of(path)
    assert not any(re.search(r"<f[ >/]", text) for name, text in parts.items() if name.startswith("xl/worksheets/sheet"))
    targets = [
        target for text in parts.values() for target in re.findall(r'<Relationship [^>]*hyperlink"[^>]*Target="([^"]*)"', text)
    ]
    assert targets
    assert all(target.startswith(("https://", "http://")) for target in targets)
    assert not any("externalLink" in name or "vba" in name for name in parts)


def test_the_header_stays_and_filters(path: Path) -> None:
    for number, sheet in enumerate(SHEETS[1:], 2):
        xml = sheet_xml(path, number)
        assert 'state="frozen"' in xml, sheet
        assert "<autoFilter ref=" in xml, sheet


def test_evidence_is_folded_behind_what_people_read(path: Path) -> None:
    (header, *_) = read_sheet(path, "Backlinks")
    folded = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]*hidden="1"[^>]*outlineLevel="1"', sheet_xml(path, 2))
    places = {place for first, last in folded for place in range(int(first) - 1, int(last))}
    shown = [name for place, name in enumerate(header) if place not in places]
    assert shown == [column for column in READ_FIRST if column in shown]
    assert {"domain_from", "url_from", "anchor", "url_to", "verdict", "to_do"} <= set(shown)


def test_columns_without_a_value_are_last() -> None:
    arranged = arrange_columns(frozenset({"url_from", "domain_from", "link_path"}))
    assert arranged[:3] == ["domain_from", "url_from", "link_path"]
    assert sorted(arranged) == sorted(COLUMNS)


@pytest.mark.parametrize("word", WORD_COLOURS)
def test_colours_can_be_read(word: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""
    lighter, darker = sorted((luminance(colour) for colour in WORD_COLOURS[word]), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_column_is_explained() -> None:
    explained = {(sheet, column) for sheet, column, _, meaning in column_rows() if meaning}
    assert {("Backlinks", column) for column in COLUMNS} <= explained
    assert {("Coverage", column) for column in COVERAGE_COLUMNS} <= explained


def test_the_summary_counts_what_the_feed_has(path: Path, rows: list[FeedRow]) -> None:
    backlinks = [row for row in rows if row["relation"] == "backlink" and not row["page_is_copy"]]
    shown = {line[0]: line[1] for line in read_sheet(path, "Summary") if isinstance(line[1], float)}
    assert shown["backlinks"] == len(backlinks)
    assert shown["referring domains"] == len({row["domain_from"] for row in backlinks})
    assert shown["mend"] == sum(row["to_do"] == "mend" for row in backlinks)
    assert shown["broken"] == sum(row["is_broken"] is True for row in backlinks)


def write_rows(path: Path, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    with open_workbook(path) as book:
        assert book.add_table("T", columns, rows) == len(rows)


HOSTILE_CELLS = [
    pytest.param("=cmd|' /C calc'!A0", id="a formula"),
    pytest.param(" =1", id="a formula behind a space"),
    pytest.param("<f>1</f>", id="markup"),
    pytest.param("_x0041_", id="what Excel takes for a character"),
    pytest.param("a\x00b\x0b\x1f", id="control characters"),
    pytest.param("two\r\nlines\ttab", id="line breaks"),
    pytest.param("  spaces  ", id="spaces at the ends"),
    pytest.param("\u202egnp.exe", id="text from right to left"),
    pytest.param("🪑 שלום", id="other scripts"),
    pytest.param("0042", id="digits"),
    pytest.param("1e5", id="what looks like a number"),
    pytest.param("2026-11-29", id="what looks like a date"),
    pytest.param("https://a.example/", id="an address in a column of texts"),
    pytest.param("{=1}", id="an array formula"),
]


@pytest.mark.parametrize("text", HOSTILE_CELLS)
@pytest.mark.parametrize("kind", [Kind.PLAIN, Kind.ADDRESS, Kind.WORD, Kind.TIME, Kind.SHARE], ids=lambda kind: kind.name)
def test_a_text_stays_the_text_that_it_is(tmp_path: Path, text: str, kind: Kind) -> None:
    write_rows(tmp_path / "x.xlsx", [Column("a"), Column("b", kind)], [["x", text]])
    ((_, cell),) = read_sheet(tmp_path / "x.xlsx")[1:]
    is_time = kind is Kind.TIME and text == "2026-11-29"
    assert cell == (date(2026, 11, 29) if is_time else text)


def test_a_text_is_cut_where_a_cell_ends(tmp_path: Path) -> None:
    write_rows(
        tmp_path / "x.xlsx", [Column("a"), Column("u", Kind.ADDRESS)], [["x" * 40_000, "https://a.example/" + "y" * 3_000]]
    )
    ((cell, address),) = read_sheet(tmp_path / "x.xlsx")[1:]
    assert cell == "x" * CELL_MAXIMUM
    assert len(str(address)) == 3_018
    assert "hyperlink" not in sheet_xml(tmp_path / "x.xlsx", 1)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "internal:x", "external:x", "mailto:a@b.example"]
)
def test_only_web_addresses_can_be_clicked(tmp_path: Path, address: str) -> None:
    write_rows(tmp_path / "x.xlsx", [Column("u", Kind.ADDRESS)], [[address], ["https://a.example/#top"]])
    xml = sheet_xml(tmp_path / "x.xlsx", 1)
    assert xml.count("<hyperlink ") == 1
    assert read_sheet(tmp_path / "x.xlsx")[1:] == [[address], ["https://a.example/#top"]]


def test_addresses_beyond_the_limit_of_a_table_are_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "HYPERLINKS", 6)
    monkeypatch.setattr(workbook, "SHEET_ROWS", 6)
    addresses = [[f"https://a.example/{number}"] for number in range(8)]
    write_rows(tmp_path / "x.xlsx", [Column("u", Kind.ADDRESS)], addresses)
    assert [sheet_xml(tmp_path / "x.xlsx", number).count("<hyperlink ") for number in (1, 2)] == [5, 1]
    assert [read_sheet(tmp_path / "x.xlsx", name)[1:] for name in ("T", "T 2")] == [addresses[:5], addresses[5:]]


@pytest.mark.parametrize(("count", "sheets"), [(0, ["T"]), (4, ["T"]), (5, ["T"]), (6, ["T", "T 2"]), (11, ["T", "T 2", "T 3"])])
def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, sheets: list[str]) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 6)
    write_rows(tmp_path / "x.xlsx", [Column("n")], [[number] for number in range(count)])
    found = CalamineWorkbook.from_path(tmp_path / "x.xlsx").sheet_names
    assert found == sheets
    tables = [read_sheet(tmp_path / "x.xlsx", name) for name in found]
    assert [header for header, *_ in tables] == [["n"]] * len(sheets)
    assert [cell for _, *lines in tables for (cell,) in lines] == [float(number) for number in range(count)]


def test_values_are_what_they_are(tmp_path: Path) -> None:
    columns = [Column("n"), Column("b"), Column("t", Kind.TIME), Column("s", Kind.SHARE), Column("l")]
    write_rows(
        tmp_path / "x.xlsx",
        columns,
        [
            [1, True, "2026-11-29T06:22:18Z", 0.25, ["a", "b"]],
            [0.127, False, "2026-11-29T07:22:18+01:00", None, []],
            [float("inf"), None, "1815-06-18T12:00:00Z", 1, None],
        ],
    )
    moment = datetime(2026, 11, 29, 6, 22, 18, tzinfo=UTC).replace(tzinfo=None)
    assert read_sheet(tmp_path / "x.xlsx")[1:] == [
        [1.0, True, moment, 0.25, "a | b"],
        [0.127, False, moment, "", ""],
        ["inf", "", "1815-06-18T12:00:00Z", 1.0, ""],
    ]


def test_a_summary_is_a_workbook_of_its_own(tmp_path: Path) -> None:
    write_table(Table(("domain", "backlinks"), iter([("a.example", 2)])), "Referring domains", tmp_path / "x.xlsx")
    assert CalamineWorkbook.from_path(tmp_path / "x.xlsx").sheet_names == ["Referring domains"]
    assert read_sheet(tmp_path / "x.xlsx") == [["domain", "backlinks"], ["a.example", 2.0]]


def test_a_workbook_that_cannot_be_made_leaves_the_error(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        write_table(Table(("n",), iter([(1,)])), "T", tmp_path / "x.xlsx", stop)


class Signs(NamedTuple):
    """What a locale shows."""

    decimal: str
    true: str
    false: str


SIGNS = {"en-US": Signs(".", "TRUE", "FALSE"), "de-DE": Signs(",", "WAHR", "FALSCH")}


@pytest.mark.slow
@pytest.mark.parametrize("locale", SIGNS)
def test_calc_shows_every_cell_of_the_feed(path: Path, tmp_path: Path, rows: list[FeedRow], locale: str) -> None:
    """LibreOffice opens the workbook in a locale, and shows and keeps what the feed has."""
    calc = Calc(tmp_path, locale)
    header, *lines = calc.save_as_csv(path, sheet=2)
    wanted = [row for row in rows if row["relation"] == "backlink"]
    assert sorted(map(tuple, lines)) == sorted(tuple(shown(row.get(name), SIGNS[locale]) for name in header) for row in wanted)
    kept_header, *kept = read_sheet(calc.convert(path, "ods"), "Backlinks")
    assert sorted(tuple(map(repr, line)) for line in kept) == table_of(wanted, [str(name) for name in kept_header])


def shown(value: object, signs: Signs) -> str:
    """What a spreadsheet shows for a value of a feed."""
    if isinstance(value, bool):
        return signs.true if value else signs.false
    if isinstance(value, float):
        return str(value).replace(".", signs.decimal)
    if isinstance(value, str) and re.fullmatch(r"2026-11-\d\dT08:00:00Z", value):
        return value.replace("T", " ").removesuffix("Z")
    return LIST_SEPARATOR.join(value) if isinstance(value, tuple) else "" if value is None else str(value)
