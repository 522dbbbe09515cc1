"""Cells of feeds get other values, and nothing else is touched."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds import line_reader
from backlinkspider.feeds.exporters import JsonRowsExporter
from backlinkspider.feeds.line_reader import LineFilter
from backlinkspider.feeds.reader import FeedFile, FeedReading, open_feed, open_format
from backlinkspider.feeds.rewriter import Change, RewriteCounts, rewrite_feed
from backlinkspider.items import Cell, Link, Page

NOT_INTERNAL = FeedReading(LineFilter(rb"(?![^\n]*internal)"))
ENDINGS = ["csv", "jsonl", "json"]
PAGES = [f"https://blog.example/{number}" for number in range(4)]


def row_of(number: int, **cells: Any) -> dict[str, Any]:
    return {"relation": "backlink", "url_from": PAGES[number], "anchor": f"a{number}", "dofollow": None, **cells}


ROWS = [row_of(0), row_of(1, relation="internal"), row_of(2, anchor="=1"), row_of(3)]


def lines_of(rows: list[dict[str, Any]], ending: str) -> bytes:
    if ending == "csv":
        return BYTE_ORDER_MARK + encode_csv([list(rows[0]), *(row.values() for row in rows)])
    lines = [encode_json(row) for row in rows]
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if ending == "json" else b"\n".join(lines) + b"\n"


def write_feed(folder: Path, ending: str, rows: list[dict[str, Any]]) -> FeedFile:
    path = folder / f"feed.{ending}"
    path.write_bytes(lines_of(rows, ending))
    return open_format(str(path), f".{ending}")


def rewrite(feed: FeedFile, change: Change, **options: Any) -> RewriteCounts:
    return rewrite_feed(feed, Path(feed.path), change, **options)


def follow(row: FeedRow) -> Mapping[str, Cell]:
    return {"dofollow": True} if row["url_from"] != PAGES[2] else {}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_changes_is_written_and_nothing_else(tmp_path: Path, ending: str) -> None:
    feed = write_feed(tmp_path, ending, ROWS)
    counts = rewrite(feed, follow)
    expected = [row if row["url_from"] == PAGES[2] else {**row, "dofollow": True} for row in ROWS]
    assert Path(feed.path).read_bytes() == lines_of(expected, ending)
    assert counts == RewriteCounts(read=4, changed=3)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_gets_no_other_value_stays_byte_for_byte(tmp_path: Path, ending: str) -> None:
    feed = write_feed(tmp_path, ending, ROWS)
    # Spaces that we do not write, and the line end of another program.
    content = Path(feed.path).read_bytes().replace(b'":"', b'": "').replace(b"a0,\r\n", b'"a0",\n')
    Path(feed.path).write_bytes(content)
    assert rewrite(open_format(feed.path, f".{ending}"), dict).changed == 0
    assert Path(feed.path).read_bytes() == content


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dropped", [{0}, {3}, {1, 2}, {0, 1, 2, 3}], ids=["the first", "the last", "two between", "all"])
def test_rows_are_dropped(tmp_path: Path, ending: str, dropped: set[int]) -> None:
    feed = write_feed(tmp_path, ending, ROWS)
    counts = rewrite(feed, lambda row: None if PAGES.index(str(row["url_from"])) in dropped else row)
    left = [row for number, row in enumerate(ROWS) if number not in dropped]
    rows = list(open_format(feed.path, f".{ending}").rows())
    assert [row["url_from"] for row in rows if not isinstance(row, BadLine)] == [row["url_from"] for row in left]
    assert len(rows) == len(left)
    assert counts.dropped == len(dropped)
    if ending == "json":
        assert json.loads(Path(feed.path).read_bytes()) == left


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_stands_before_the_beginning_is_copied(tmp_path: Path, ending: str) -> None:
    feed = write_feed(tmp_path, ending, ROWS)
    begin = Path(feed.path).read_bytes().index(b'{"relation":"internal"' if ending != "csv" else b"internal")
    later = dataclasses.replace(feed, begin=begin)
    assert [row["url_from"] for row in later.rows() if not isinstance(row, BadLine)] == PAGES[1:]
    counts = rewrite(later, lambda _: {"dofollow": False})
    assert Path(feed.path).read_bytes() == lines_of([ROWS[0], *({**row, "dofollow": False} for row in ROWS[1:])], ending)
    assert counts == RewriteCounts(read=3, changed=3, copied=1)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_not_wanted_is_not_read(tmp_path: Path, ending: str) -> None:
    feed = write_feed(tmp_path, ending, ROWS)
    content = Path(feed.path).read_bytes().replace(PAGES[1].encode(), b"no address")
    Path(feed.path).write_bytes(content)
    feed = open_format(feed.path, f".{ending}")
    assert rewrite(feed, dict, reading=NOT_INTERNAL) == RewriteCounts(read=3, copied=1)
    assert Path(feed.path).read_bytes() == content


@pytest.mark.parametrize("ending", ENDINGS)
def test_columns_are_added_in_their_order_and_others_only_if_named(tmp_path: Path, ending: str) -> None:
    feed = write_feed(tmp_path, ending, [{**row, "note": "mine"} for row in ROWS])
    values: dict[str, Cell] = {"verdict": "good", "quality": 7, "depth": 1}
    rewrite(feed, lambda _: values, adds=("weights_version", "quality", "verdict"), reading=NOT_INTERNAL)
    added = {"verdict": "good", "quality": 7}
    rows = list(open_format(feed.path, f".{ending}").rows())
    assert next(list(row) for row in rows if not isinstance(row, BadLine)) == [
        "relation", "url_from", "anchor", "dofollow", "verdict", "quality", "weights_version", "note",
    ]  # fmt: skip
    for number, row in enumerate(rows):
        assert not isinstance(row, BadLine)
        known = {column: value for column, value in row.items() if value is not None}
        wanted = {} if number == 1 else added
        assert known == {column: v for column, v in {**ROWS[number], **wanted, "note": "mine"}.items() if v is not None}


BAD = [
    pytest.param("csv", b"backlink,https://blog.example/,torn\r\n", id="too few cells"),
    pytest.param("csv", b"backlink,https://blog.example/9,x,maybe\r\n", id="a value that its column cannot have"),
    pytest.param("jsonl", b'{"url_from": "https://blog.exam\n', id="a torn line"),
    pytest.param("jsonl", b"\xff\xfe\n", id="no UTF-8"),
]


@pytest.mark.parametrize(("ending", "bad"), BAD)
def test_a_bad_line_stays_where_it_is(tmp_path: Path, ending: str, bad: bytes) -> None:
    path = Path(write_feed(tmp_path, ending, ROWS).path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], bad, b"\n", *lines[2:]]))
    noted: list[int] = []
    counts = rewrite(open_feed(str(path)), follow, on_bad_line=lambda _, line: noted.append(line.number))
    assert (counts.bad_lines, noted, counts.read) == (1, [3], 4)
    assert path.read_bytes().splitlines(keepends=True)[2:4] == [bad, b"\n"]


def test_a_bad_value_stays_in_its_column_when_others_are_added(tmp_path: Path) -> None:
    path = Path(write_feed(tmp_path, "csv", ROWS).path)
    path.write_bytes(path.read_bytes() + b"backlink,https://blog.example/9,x,maybe\r\n" + b"torn,\r\n")
    counts = rewrite(open_feed(str(path)), lambda _: {"verdict": "good"}, adds=("verdict",))
    assert counts.bad_lines == 2
    assert path.read_bytes().endswith(b"\r\nbacklink,https://blog.example/9,x,maybe,\r\ntorn,\r\n")


def test_a_line_without_end_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reader, "LINE_MAXIMUM", 1_000)
    monkeypatch.setattr(line_reader, "_CHUNK", 300)
    path = Path(write_feed(tmp_path, "jsonl", ROWS).path)
    long_line = b"x" * 5_000 + b"\n"
    path.write_bytes(long_line + path.read_bytes())
    assert rewrite(open_feed(str(path)), follow) == RewriteCounts(read=4, changed=3, bad_lines=1)
    assert path.read_bytes().startswith(long_line + b"{")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_empty_feed_stays_empty(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"feed.{ending}"
    path.write_bytes(b"")
    assert rewrite(open_feed(str(path)), dict) == RewriteCounts()
    assert path.read_bytes() == b""


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS])
def test_an_array_as_the_exporter_writes_it_stays_so(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "feed.json"
    with path.open("wb") as file:
        exporter = JsonRowsExporter(file)
        exporter.start_exporting()
        for row in rows:
            link = Link(href="/", url_to="https://t.example/", domain_to="t.example", rel=(), link_index=1)
            exporter.export_item(
                Page(
                    row["url_from"],
                    "blog.example",
                    None,
                    page_from_noindex=False,
                    page_from_canonical=None,
                    nofollow_by=(),
                    links=[link],
                )
            )
        exporter.finish_exporting()
    content = path.read_bytes()
    feed = open_format(str(path), ".json")
    assert rewrite(feed, dict) == RewriteCounts(read=len(rows))
    assert path.read_bytes() == content
    feed = open_format(str(path), ".json")
    assert rewrite(feed, lambda _: {"verdict": "good"}).changed == len(rows)
    assert json.loads(path.read_bytes()) == [{**row, "verdict": "good"} for row in json.loads(content)]


def test_what_is_no_array_of_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(b'[{"url_from": "https://blog.example/"}]')
    with pytest.raises(FeedError, match=r"feed\.json' cannot be read: it is not a JSON array with one row a line"):
        rewrite(open_format(str(path), ".json"), dict)
    assert path.read_bytes().startswith(b"[{")


def test_a_feed_that_grows_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    feed = write_feed(tmp_path, "jsonl", ROWS)

    def append(_: FeedRow) -> Mapping[str, Cell]:
        with Path(feed.path).open("ab") as file:
            file.write(b"{}\n")
        return {"dofollow": True}

    with pytest.raises(FeedError, match="grew while it was read"):
        rewrite(feed, append)
    assert Path(feed.path).read_bytes() == lines_of(ROWS, "jsonl") + b"{}\n" * 4
    assert [path.name for path in tmp_path.iterdir()] == ["feed.jsonl"]


def test_another_output_leaves_the_feed_alone(tmp_path: Path) -> None:
    feed = write_feed(tmp_path, "csv", ROWS)
    rewrite_feed(feed, tmp_path / "out.csv", follow)
    assert Path(feed.path).read_bytes() == lines_of(ROWS, "csv")
    assert b"true" in (tmp_path / "out.csv").read_bytes()


@given(st.binary(), st.sampled_from(["csv", "jsonl"]))
def test_whatever_the_lines_are_they_stay(content: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, f"feed.{ending}")
        content = (lines_of(ROWS, ending) if ending == "csv" else b"") + content
        path.write_bytes(content)
        rewrite(open_feed(str(path)), dict)
        assert path.read_bytes() == content
