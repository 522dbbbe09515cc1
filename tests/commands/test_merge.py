"""Feeds of several crawls become one: what is kept, what is passed over, and what a shell sees."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.csv_cells import escape_formula, unescape_formula
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import CsvRowReader, read_json_row
from backlinkspider.feeds import line_reader
from backlinkspider.feeds.merge import MergeCounts, merge_feeds, open_feeds
from backlinkspider.items import COVERAGE_COLUMNS
from tests.support.miniweb import Answer, MiniWeb, redirect
from tests.support.scrapy_command import crawl, options, project_environment, read_csv, read_json_lines, scrapy

TARGET_LINK = '<a href="https://target.example/">t</a>'
MONDAY, TUESDAY = "2026-11-16T08:00:00Z", "2026-11-17T08:00:00Z"
PAGE = "https://blog.example/a"


def row_of(url: str = PAGE, *, time: str | None = MONDAY, **cells: Any) -> dict[str, Any]:
    return {"url_from": url, "target": "target.example", "seed": "blog.example", "fetched_at": time, **cells}


def write_feed(path: Path, rows: list[dict[str, Any]]) -> str:
    if path.suffix == ".csv":
        columns = [*dict.fromkeys(column for row in rows for column in row)]
        table: list[list[Any]] = [columns, *([row.get(column) for column in columns] for row in rows)]
        path.write_bytes(BYTE_ORDER_MARK + encode_csv(table))
    else:
        path.write_bytes(b"".join(encode_json(row) + b"\n" for row in rows))
    return str(path)


def merge(output: Path, *paths: str) -> tuple[MergeCounts, list[str]]:
    """Merges without a process of its own; the counts and the lines that were passed over."""
    bad_lines: list[str] = []
    feeds = open_feeds(paths, str(output))
    counts = merge_feeds(
        feeds, str(output), lambda feed, line: bad_lines.append(f"{Path(feed.path).name} {line.number}: {line.problem}")
    )
    return counts, bad_lines


WINNERS = [
    pytest.param([[row_of(anchor="1")], [row_of(time=TUESDAY, anchor="2")]], ["2"], id="the later crawl"),
    pytest.param([[row_of(time=TUESDAY, anchor="1")], [row_of(anchor="2")]], ["1"], id="the later crawl in the earlier file"),
    pytest.param([[row_of(anchor="1"), row_of(time=TUESDAY, anchor="2")]], ["2"], id="two crawls in one file"),
    pytest.param([[row_of(anchor="1")], [row_of(anchor="2")]], ["2"], id="at the same time the later file"),
    pytest.param(
        [[row_of(anchor="1", seed="a.example"), row_of(anchor="2", seed="b.example")]],
        ["2"],
        id="at the same time in one file the later seed",
    ),
    pytest.param(
        [[row_of(anchor="1"), row_of(anchor="2")], [row_of(time=TUESDAY, anchor="3"), row_of(time=TUESDAY, anchor="4")]],
        ["3", "4"],
        id="all rows of a crawl of a page",
    ),
    pytest.param(
        [[row_of(anchor="1", relation="backlink"), row_of(anchor="2", relation="internal")], [row_of("https://b.example/")]],
        ["1", "2", None],
        id="rows of several relations",
    ),
    pytest.param(
        [[row_of(anchor="1", target="a.example"), row_of(anchor="2", target="b.example")]],
        ["1", "2"],
        id="rows of several targets",
    ),
    pytest.param(
        [[row_of(anchor="1", target="a.example")], [row_of(time=TUESDAY, anchor="2", target="b.example")]],
        ["1", "2"],
        id="a later crawl for another target puts nothing aside",
    ),
    pytest.param(
        [[row_of(anchor="1"), row_of("https://b.example/", anchor="2")], [row_of(time=TUESDAY, anchor="3")]],
        ["2", "3"],
        id="the order is that of the files",
    ),
    pytest.param(
        [
            [row_of(anchor="1", target="a.example"), row_of(anchor="2", target="b.example")],
            [row_of(time=TUESDAY, anchor="3", target="a.example"), row_of(time=TUESDAY, anchor="4", target="b.example")],
        ],
        ["3", "4"],
        id="several targets crawled again",
    ),
    pytest.param(
        [
            [row_of(anchor="1", target="a.example"), row_of(anchor="2", target="c.example")],
            [row_of("https://b.example/", anchor="3", target="a.example"), row_of(time=TUESDAY, anchor="4", target=None)],
        ],
        ["2", "3", "4"],
        id="a link without a target stands for all targets of its file",
    ),
    pytest.param(
        [[row_of(anchor="1", target=None), row_of(time=TUESDAY, anchor="2", target="a.example")], [row_of("https://b.example/")]],
        ["1", "2", None],
        id="an earlier link without a target replaces nothing",
    ),
    pytest.param(
        [[row_of(f"{PAGE}?utm_source=x", anchor="1")], [row_of(f"{PAGE}#top", time=TUESDAY, anchor="2")]],
        ["2"],
        id="two spellings of one address",
    ),
    pytest.param(
        [[row_of(anchor="1")], [row_of("http://blog.example/a", time=TUESDAY, anchor="2")]], ["1", "2"], id="http and https"
    ),
    pytest.param(
        [[row_of(anchor="1", link_type="redirect")], [row_of(time=TUESDAY, anchor="2")]], ["2"], id="a redirect became a page"
    ),
    pytest.param([[row_of(anchor="1")], [row_of(time=None, anchor="2")]], ["1"], id="unknown is older than any"),
    pytest.param([[row_of(time=None, anchor="1")], [row_of(time=None, anchor="2")]], ["2"], id="unknown, the later file"),
    pytest.param(
        [[row_of(time="2026-11-17T01:00:00+02:00", anchor="1")], [row_of(time="2026-11-16T23:30:00Z", anchor="2")]],
        ["2"],
        id="times of several zones",
    ),
    pytest.param(
        [[row_of(f"{PAGE};=1", anchor="1")], [row_of(f"{PAGE};=1", time=TUESDAY, anchor="2")]],
        ["2"],
        id="an address with a guard in CSV",
    ),
]


@pytest.mark.parametrize("endings", [("jsonl", "jsonl"), ("csv", "jsonl"), ("jsonl", "csv"), ("csv", "csv")])
@pytest.mark.parametrize(("feeds", "anchors"), WINNERS)
def test_the_latest_crawl_of_a_page_wins(
    tmp_path: Path, feeds: list[list[dict[str, Any]]], anchors: list[str | None], endings: tuple[str, str]
) -> None:
    paths = [write_feed(tmp_path / f"{number}.{endings[number]}", rows) for number, rows in enumerate(feeds)]
    counts, bad_lines = merge(tmp_path / "all.jsonl", *paths)
    assert [row.get("anchor") for row in read_json_lines(tmp_path / "all.jsonl")] == anchors
    assert bad_lines == []
    assert counts.rows_read == sum(map(len, feeds))
    assert (counts.rows_written, counts.duplicates) == (len(anchors), counts.rows_read - len(anchors))


def test_a_redirect_to_the_same_address_without_its_session_is_a_page_of_its_own(tmp_path: Path) -> None:
    redirect_row = row_of(f"{PAGE};jsessionid=3", link_type="redirect", url_to=PAGE)
    feed = write_feed(tmp_path / "one.jsonl", [redirect_row, row_of(link_type="text", url_to="https://target.example/")])
    counts, _ = merge(tmp_path / "all.jsonl", feed)
    assert (counts.rows_written, counts.duplicates) == (2, 0)


def test_pages_are_counted_once_for_all_targets(tmp_path: Path) -> None:
    rows = [row_of(target="a.example"), row_of(target="b.example"), row_of("https://other.example/")]
    counts, _ = merge(tmp_path / "all.csv", write_feed(tmp_path / "a.jsonl", rows))
    assert counts.pages == 2


GOOD = json.dumps(row_of(anchor="good")).encode()
HEADER = b"url_from,anchor,depth,dofollow\r\n"
GOOD_CELLS = f"{PAGE},good,1,true\r\n".encode()

BAD_LINES = [
    pytest.param("a.jsonl", b"no json\n" + GOOD, "a.jsonl 1: it is not valid JSON", id="no JSON"),
    pytest.param("a.jsonl", GOOD + b"\n" + GOOD[:40], "a.jsonl 2: it is not valid JSON", id="a torn last line"),
    pytest.param(
        "a.jsonl", GOOD + b"\n\n[]\n", "a.jsonl 3: it is not a row (Expected `object`", id="no object, after a blank line"
    ),
    pytest.param("a.jsonl", b'{"anchor":"x"}\n' + GOOD, "a.jsonl 1: it has no url_from", id="no page"),
    pytest.param("a.jsonl", b'{"url_from":"x"}\n' + GOOD, "a.jsonl 1: url_from is 'x'", id="no address"),
    pytest.param("a.jsonl", b'{"url_from":7}\n' + GOOD, "a.jsonl 1: url_from is a number", id="a number for an address"),
    pytest.param("a.jsonl", b'{"url_from":"http://a/","depth":"x"}\n' + GOOD, "1: depth is a text", id="a text for a number"),
    pytest.param(
        "a.jsonl", b'{"url_from":"http://a/","depth":true}\n' + GOOD, "depth is true or false", id="a truth for a number"
    ),
    pytest.param("a.jsonl", b'{"url_from":"http://a/","x":{}}\n' + GOOD, "1: it is not a row", id="an object in an object"),
    pytest.param("a.jsonl", b'{"url_from":"http://a/","x":[1]}\n' + GOOD, "1: it is not a row", id="a list of numbers"),
    pytest.param("a.jsonl", b'{"url_from":"http://a/","fetched_at":"x"}\n' + GOOD, "fetched_at is 'x'", id="no time"),
    pytest.param("a.jsonl", b'{"url_from":"http://a/","' + b"x" * 201 + b'":1}\n' + GOOD, "more than 200", id="an endless name"),
    pytest.param("a.jsonl", GOOD + b"\n" + b"[" * 100_000, "a.jsonl 2: it is no", id="nested without end"),
    pytest.param("a.jsonl", b"\0" * 4_096 + b"\n" + GOOD, "a.jsonl 1: it is not valid JSON", id="NUL bytes"),
    pytest.param("a.jsonl", '{"url_from":"http://ä/"}\n'.encode("latin-1") + GOOD, "a.jsonl 1", id="another encoding"),
    pytest.param("a.jsonl", b'{"url_from":"http://a/\\ud800"}\n' + GOOD, "a.jsonl 1", id="half a character"),
    pytest.param("a.csv", HEADER + b"http://a/,x\r\n" + GOOD_CELLS, "a.csv 2: it has 2 cells, the header 4", id="too few cells"),
    pytest.param("a.csv", HEADER + b"http://a/,x,1,true,\r\n" + GOOD_CELLS, "it has 5 cells", id="too many cells"),
    pytest.param("a.csv", HEADER + b'http://a/,"x,1,true\r\n' + GOOD_CELLS, "a.csv 2: it is not valid CSV", id="a stray quote"),
    pytest.param("a.csv", HEADER + GOOD_CELLS + b"http://a/,x,1,tru", "a.csv 3: it is incomplete", id="a torn last row"),
    pytest.param("a.csv", HEADER + GOOD_CELLS + b"http://a/,x,1,", "a.csv 3: it is incomplete", id="torn, with all its cells"),
    pytest.param("a.csv", HEADER + b"http://a/,x,many,\r\n" + GOOD_CELLS, "a.csv 2: depth is 'many'", id="no number"),
    pytest.param(
        "a.csv", HEADER + b"http://a/,x,,yes\r\n" + GOOD_CELLS, "a.csv 2: dofollow is 'yes'", id="neither true nor false"
    ),
    pytest.param("a.csv", HEADER + b"http://a/,\0,1,true\r\n" + GOOD_CELLS, "a.csv 2: it has NUL bytes", id="NUL bytes in CSV"),
    pytest.param("a.csv", HEADER + b"http://a/,\xe4,1,true\r\n" + GOOD_CELLS, "a.csv 2: it is not UTF-8", id="Latin-1 in CSV"),
    pytest.param("a.csv", HEADER + GOOD_CELLS + HEADER, "a.csv 3: depth is 'depth'", id="a second header"),
    pytest.param("a.csv", HEADER + b'http://a/,"' + b"x" * 200_000 + b'",1,\r\n' + GOOD_CELLS, "field larger", id="a huge cell"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BAD_LINES)
def test_a_bad_line_is_named_and_nothing_else_is_lost(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    counts, bad_lines = merge(tmp_path / "all.jsonl", str(tmp_path / name))
    assert [row["anchor"] for row in read_json_lines(tmp_path / "all.jsonl")] == ["good"]
    (line,) = bad_lines
    assert problem in line
    assert len(line) < 300
    assert (counts.rows_read, counts.bad_lines) == (1, 1)


@pytest.mark.parametrize("ends", [True, False])
def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, ends: bool) -> None:
    monkeypatch.setattr(line_reader, "LINE_MAXIMUM", 1_000)
    monkeypatch.setattr(line_reader, "_CHUNK", 300)
    long_lines = b"x" * 5_000 + b"\n" + b"y" * 1_000 + b"\n"
    (tmp_path / "a.jsonl").write_bytes(GOOD + b"\n" + long_lines + GOOD + b"\n" + b"z" * 2_000 + b"\n" * ends)
    counts, bad_lines = merge(tmp_path / "all.jsonl", str(tmp_path / "a.jsonl"))
    assert [line.partition(":")[0] for line in bad_lines] == ["a.jsonl 2", "a.jsonl 3", "a.jsonl 5"]
    assert counts.rows_written == 2


def test_a_line_of_the_longest_length_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reader, "LINE_MAXIMUM", len(GOOD) + 1)
    (tmp_path / "a.jsonl").write_bytes((GOOD + b"\n") * 2)
    assert merge(tmp_path / "all.jsonl", str(tmp_path / "a.jsonl"))[1] == []


def test_feeds_without_rows_make_a_table_without_rows(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.csv").write_bytes(encode_csv([COLUMNS]))
    paths = [str(tmp_path / name) for name in ("a.jsonl", "b.csv", "c.csv")]
    assert merge(tmp_path / "all.csv", *paths)[0] == MergeCounts(rows_by_feed=[0, 0, 0])
    assert (tmp_path / "all.csv").read_bytes() == BYTE_ORDER_MARK + encode_csv([COLUMNS])


def test_columns_are_ours_in_their_order_then_others(tmp_path: Path) -> None:
    first = write_feed(tmp_path / "a.csv", [{"note": "=mine", "anchor": "a", "url_from": PAGE}])
    second = write_feed(
        tmp_path / "b.jsonl", [{"fetched_at": MONDAY, "url_from": "http://b.example/", "=stars": 5, "rel": ["ugc"]}]
    )
    merge(tmp_path / "all.csv", first, second)
    one, two = read_csv(tmp_path / "all.csv")
    assert list(one) == ["url_from", "anchor", "rel", "fetched_at", "note", "'=stars"]
    assert (one["note"], one["rel"], two["'=stars"], two["rel"]) == ("'=mine", "", "5", "ugc")
    merge(tmp_path / "all.jsonl", first, second)
    third, fourth = read_json_lines(tmp_path / "all.jsonl")
    assert (third["note"], third["rel"], fourth["=stars"], fourth["rel"], fourth["anchor"]) == ("=mine", None, 5, ["ugc"], None)
    # What was merged can be merged.
    assert merge(tmp_path / "again.jsonl", str(tmp_path / "all.jsonl"))[1] == []
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()


def test_columns_that_are_not_ours_have_an_end(tmp_path: Path) -> None:
    rows = [{**row_of(f"https://a.example/{number}"), f"x{number}": 1} for number in range(201)]
    with pytest.raises(FeedError, match="'x200': more than 200"):
        merge(tmp_path / "all.jsonl", write_feed(tmp_path / "a.jsonl", rows))
    assert not (tmp_path / "all.jsonl").exists()


@pytest.mark.parametrize("content", ["=1+1", "two\nlines", "a;=1", "x" * 40_000])
def test_cells_that_nobody_guarded_are_guarded(tmp_path: Path, content: str) -> None:
    one = tmp_path / "a.csv"
    one.write_bytes(encode_csv([["url_from", "anchor"], [PAGE, content.replace("\n", "\r")]]))
    two = write_feed(tmp_path / "b.jsonl", [row_of("https://b.example/", anchor=content)])
    merge(tmp_path / "all.csv", str(one), two)
    assert [row["anchor"] for row in read_csv(tmp_path / "all.csv")] == [escape_formula(content)] * 2


VALUES = [
    pytest.param("rel", ("ugc", "nofollow"), id="a list"),
    pytest.param("rel", (), id="an empty list"),
    pytest.param("url_to_redirect_target", None, id="an unknown list"),
    pytest.param("rel", ("=x", "b"), id="a list that begins a formula"),
    pytest.param("dofollow", False, id="false"),
    pytest.param("dofollow", None, id="neither true nor false"),
    pytest.param("depth", 0, id="zero"),
    pytest.param("text_share", 0.93, id="a share"),
    pytest.param("text_share", 0.0, id="a share of nothing"),
    pytest.param("domain_from_pagerank", 1.25e-07, id="a small number"),
    pytest.param("depth", None, id="an unknown number"),
    pytest.param("anchor", "-50 % off; =1", id="a guarded text"),
    pytest.param("anchor", "'quoted', \"double\" | bar", id="quotes and bars"),
    pytest.param("anchor", "12", id="a text of digits"),
    pytest.param("alt", None, id="an unknown text"),
]


@pytest.mark.parametrize(("column", "value"), VALUES)
def test_csv_is_read_back(column: str, value: Any) -> None:
    header, line = encode_csv([["url_from", column], [PAGE, value]]).splitlines(keepends=True)
    assert CsvRowReader(header).read(line) == {"url_from": PAGE, column: value}


LOST_IN_CSV = [
    pytest.param("'=1", "=1", id="a mark of its own"),
    pytest.param("", None, id="an empty text"),
    pytest.param("two\nlines", "two lines", id="line breaks"),
    pytest.param("x" * 40_000, "x" * 32_767, id="what is too long for a cell"),
]


@pytest.mark.parametrize(("value", "read"), LOST_IN_CSV)
def test_what_csv_does_not_tell(value: str, read: str | None) -> None:
    header, line = encode_csv([["url_from", "anchor"], [PAGE, value]]).splitlines(keepends=True)
    assert CsvRowReader(header).read(line)["anchor"] == read


@given(st.text() | st.text(alphabet="';=+ \"\n|x"))
def test_a_cell_that_was_read_back_is_written_the_same(value: str) -> None:
    cell = escape_formula(value)
    assert escape_formula(unescape_formula(cell)) == cell
    assert escape_formula(cell) == cell


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "url_from": st.sampled_from([PAGE, f"{PAGE}?x=;=1", "http://b.example/?utm_source=x", "http://b.example/"]),
            "anchor": TEXTS,
            "dofollow": st.none() | st.booleans(),
            "rel": st.lists(st.text("abc=-", min_size=1)).map(tuple),
            "target": st.sampled_from(["a.example", "b.example"]),
            "seed": st.sampled_from(["a.example", "b.example", None]),
            "depth": st.none() | st.integers(-(10**17), 10**17),
            "fetched_at": st.sampled_from([MONDAY, TUESDAY, None]),
        }
    )
)


@given(ROWS, st.sampled_from(["csv", "jsonl"]))
def test_merging_what_was_merged_or_is_the_same_changes_nothing(rows: list[dict[str, Any]], ending: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        feed = write_feed(folder / f"a.{ending}", rows)
        copy = write_feed(folder / f"b.{ending}", rows)
        merge(folder / f"one.{ending}", feed)
        merge(folder / f"two.{ending}", feed, copy)
        merge(folder / f"again.{ending}", str(folder / f"one.{ending}"))
        one = (folder / f"one.{ending}").read_bytes()
        assert (folder / f"two.{ending}").read_bytes() == one
        assert (folder / f"again.{ending}").read_bytes() == one


@given(ROWS)
def test_feeds_without_duplicates_stay_as_they_are(rows: list[dict[str, Any]]) -> None:
    ordered = [
        {column: row[column] for column in COLUMNS if column in row} | {"url_from": f"https://blog.example/{number}"}
        for number, row in enumerate(rows)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for ending in ("csv", "jsonl"):
            feed = write_feed(folder / f"a.{ending}", ordered)
            merge(folder / f"all.{ending}", feed)
            if rows:
                assert (folder / f"all.{ending}").read_bytes() == Path(feed).read_bytes()


@given(st.binary() | st.binary().map(lambda cells: b"http://a/," + cells + b",1,true\r\n"))
def test_no_line_breaks_the_readers(line: bytes) -> None:
    for read in (read_json_row, CsvRowReader(HEADER).read):
        with suppress(FeedRowError):
            assert str(read(line)["url_from"]).startswith("http")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_feed(tmp_path / "a.jsonl", [row_of(anchor="a")])
    write_feed(tmp_path / "b.csv", [row_of(anchor="b")])
    write_feed(tmp_path / "no-page.csv", [{"anchor": "x"}])
    write_feed(tmp_path / "twice.csv", [{"url_from": PAGE}])
    (tmp_path / "twice.csv").write_text("url_from,anchor,anchor\n")
    (tmp_path / "wide.csv").write_bytes(HEADER.decode().encode("utf-16"))
    (tmp_path / "tildes.csv").write_bytes(HEADER.replace(b",", b"~"))
    write_feed(tmp_path / "seen.csv", [dict.fromkeys(COVERAGE_COLUMNS, "x")])
    write_feed(tmp_path / "seen.jsonl", [dict.fromkeys(COVERAGE_COLUMNS, "x")])
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "rows.json").write_text("[]")
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    os.mkfifo(tmp_path / "pipe.csv")
    return tmp_path


WRONG_CALLS = [
    pytest.param([], "name the feeds", id="nothing"),
    pytest.param(["-o", "all.csv"], "name the feeds", id="no feed"),
    pytest.param(["a.jsonl"], "name the output", id="no output"),
    pytest.param(["a.jsonl", "-o", "x.csv", "-o", "y.jsonl"], "there are 2 outputs", id="two outputs"),
    pytest.param(["a.jsonl", "-o", "all.xlsx"], "'all.xlsx' must be named .csv or .jsonl", id="an output of another format"),
    pytest.param(["rows.json", "-o", "all.csv"], "'rows.json' must be named .csv or .jsonl", id="a feed of another format"),
    pytest.param(["a.jsonl", "missing.csv", "-o", "all.csv"], "'missing.csv' cannot be read: No such file", id="a missing feed"),
    pytest.param(["folder.csv", "-o", "all.csv"], "it is a folder", id="a folder"),
    pytest.param(["pipe.csv", "-o", "all.csv"], "cannot be read: it is not a file", id="a pipe"),
    pytest.param(["a.jsonl", "b.csv", "-o", "b.csv"], "'b.csv' is the output too", id="the output is a feed"),
    pytest.param(["a.jsonl", "-o", "link.jsonl"], "'a.jsonl' is the output too", id="the output leads to a feed"),
    pytest.param(["a.jsonl", "./a.jsonl", "-o", "all.csv"], "'./a.jsonl' is given twice", id="a feed twice"),
    pytest.param(["a.jsonl", "link.jsonl", "-o", "all.csv"], "'link.jsonl' is given twice", id="a feed and a link to it"),
    pytest.param(["a.jsonl", "--fast", "-o", "all.csv"], "'--fast' must be named", id="an unknown option"),
    pytest.param(["no-page.csv", "-o", "all.csv"], "has no column url_from", id="no column of pages"),
    pytest.param(["tildes.csv", "-o", "all.csv"], "has no column url_from", id="tildes"),
    pytest.param(["twice.csv", "-o", "all.csv"], "two columns named 'anchor'", id="a column twice"),
    pytest.param(["wide.csv", "-o", "all.csv"], "its first line is not a header", id="another encoding"),
    pytest.param(["a.jsonl", "seen.csv", "-o", "all.csv"], "'seen.csv' cannot be read: it says what was seen", id="coverage"),
    pytest.param(["a.jsonl", "seen.jsonl", "-o", "all.csv"], "it says what was seen of each seed", id="coverage in JSON lines"),
]


@pytest.mark.parametrize(("call", "problem"), WRONG_CALLS)
def test_wrong_calls_end_with_2_and_one_line(folder: Path, call: list[str], problem: str) -> None:
    files = sorted(folder.iterdir())
    run = scrapy("merge", *call, folder=folder)
    assert run.code == 2
    (line,) = run.log.splitlines()
    assert line.startswith("scrapy merge: ")
    assert problem in line
    assert sorted(folder.iterdir()) == files


@pytest.mark.parametrize("output", ["missing/all.csv", "a.jsonl/all.csv", "folder.csv", "pipe.csv"])
def test_an_output_that_cannot_be_written_ends_with_1_and_one_line(folder: Path, output: str) -> None:
    run = scrapy("merge", "a.jsonl", "-o", output, folder=folder)
    assert (run.code, run.output) == (1, "")
    assert run.log.startswith(f"scrapy merge: failed: {output} could not be written: ")
    assert len(run.log.splitlines()) == 1
    assert (folder / "pipe.csv").is_fifo()


def long_feed(folder: Path, rows: int) -> str:
    return write_feed(
        folder / "long.jsonl", [row_of(f"https://blog.example/{number}", anchor="x" * 50) for number in range(rows)]
    )


def test_a_disk_that_fills_up_leaves_the_old_output(folder: Path) -> None:
    feed = long_feed(folder, 3_000)
    (folder / "all.jsonl").write_text("before")
    files = sorted(folder.iterdir())
    command = [sys.executable, "-m", "scrapy", "merge", feed, "-o", "all.jsonl"]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 100 && exec "$@"', "bash", *command],
        cwd=folder, env=project_environment(os.environ), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "scrapy merge: failed: all.jsonl could not be written: File too large\n"
    assert (folder / "all.jsonl").read_text() == "before"
    assert sorted(folder.iterdir()) == files


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_merge_leaves_the_old_output(folder: Path, number: signal.Signals) -> None:
    feed = long_feed(folder, 100_000)
    (folder / "all.csv").write_text("before")
    files = sorted(folder.iterdir())
    command = [sys.executable, "-m", "scrapy", "merge", feed, "-o", "all.csv"]
    environment = project_environment(os.environ)
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        while not list(folder.glob("*.part")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        log = process.communicate(timeout=60)[1]
    assert (process.returncode, log) == (130, "scrapy merge: interrupted: all.csv is as it was\n")
    assert (folder / "all.csv").read_text() == "before"
    assert sorted(folder.iterdir()) == files


def test_an_output_keeps_its_rights_and_its_place(folder: Path) -> None:
    (folder / "real.csv").write_text("before")
    (folder / "real.csv").chmod(0o640)
    (folder / "all.csv").symlink_to("real.csv")
    merge(folder / "all.csv", str(folder / "a.jsonl"))
    assert (folder / "all.csv").is_symlink()
    assert (folder / "real.csv").stat().st_mode & 0o777 == 0o640
    assert [row["anchor"] for row in read_csv(folder / "real.csv")] == ["a"]


def test_what_is_appended_while_it_is_read_is_left_out(folder: Path) -> None:
    path = folder / "a.jsonl"
    (feed,) = open_feeds([str(path)], str(folder / "all.jsonl"))
    with path.open("ab") as file:
        file.write(GOOD)
    assert merge_feeds([feed], str(folder / "all.jsonl"), lambda *_: None).rows_read == 1


def replace_feed(path: Path) -> None:
    new = path.with_name("new.jsonl")
    new.write_bytes(path.read_bytes())
    new.replace(path)


CHANGES = [
    pytest.param(lambda path: path.write_bytes(b""), id="truncated"),
    pytest.param(lambda path: path.write_bytes(b"x" * path.stat().st_size), id="overwritten"),
    pytest.param(replace_feed, id="another file in its place"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_feed_that_changes_while_it_is_read_is_refused(folder: Path, change: Callable[[Path], None]) -> None:
    path, output = folder / "a.jsonl", folder / "all.jsonl"
    path.write_bytes(GOOD + b"\nnow\n")
    with pytest.raises(FeedError, match=r"'.*a\.jsonl' .*changed while it was read"):
        merge_feeds(open_feeds([str(path)], str(output)), str(output), lambda *_: change(path))
    assert not output.exists()


def test_the_first_bad_lines_are_named_and_all_are_counted(folder: Path) -> None:
    (folder / "bad.jsonl").write_bytes(b"\x1b[31m\n" * 12 + GOOD)
    run = scrapy("merge", "bad.jsonl", "b.csv", "-o", "all.csv", folder=folder)
    assert run.code == 0
    lines = run.log.splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("scrapy merge: bad.jsonl line 1 passed over: ")
    assert lines[-1] == "scrapy merge: and 2 more"
    assert "\x1b" not in run.log
    *lines, not_a_comparison = run.output.splitlines()
    assert "see scrapy compare" in not_a_comparison
    assert lines == [
        "Merged into all.csv",
        "  rows read              2",
        "  pages                  1",
        "  rows written           1",
        "  duplicates removed     1",
        "  lines passed over      12",
    ]


def crawl_into(folder: Path, pages: dict[str, Answer | str], **arguments: str) -> list[dict[str, Any]]:
    folder.mkdir()
    with MiniWeb(pages) as web:
        done = crawl(web, folder, **{"target": "target.example", "seeds": "https://blog.example/", **arguments})
    assert done.code == 0, done.log
    return done.rows


def test_two_crawls_of_a_site_that_changed(tmp_path: Path) -> None:
    before: dict[str, Answer | str] = {
        "https://blog.example/": f"{TARGET_LINK * 2}<a href=/old>o</a><a href=/moved>m</a><a href=/empty>e</a>",
        "https://blog.example/old": '<a href="https://target.example/old" rel="ugc nofollow">=old</a>',
        "https://blog.example/moved": redirect("https://target.example/first"),
        "https://blog.example/empty": '<a href="https://target.example/lost">lost</a>',
    }
    after: dict[str, Answer | str] = {
        "https://blog.example/": f"{TARGET_LINK}<a href=/new>n</a><a href=/moved>m</a><a href=/empty>e</a>",
        "https://blog.example/new": '<a href="https://target.example/new">new</a>',
        "https://blog.example/moved": redirect("https://target.example/second"),
        "https://blog.example/empty": "no link any more",
    }
    first = crawl_into(tmp_path / "1", before)
    second = crawl_into(tmp_path / "2", after)
    for row in second:
        # No test waits for the next second.
        row["fetched_at"] = row["fetched_at"].replace("20", "21", 1)
    write_feed(tmp_path / "2" / "later.jsonl", second)
    run = scrapy("merge", "2/later.jsonl", "1/rows.jsonl", "-o", "all.jsonl", folder=tmp_path)
    assert run.code == 0, run.log
    kept = [row for row in first if row["url_from"].endswith(("/old", "/empty"))]
    assert len(kept) == 2
    assert read_json_lines(tmp_path / "all.jsonl") == [*second, *kept]


def test_crawls_as_csv_and_as_json_lines_merge_to_the_same(tmp_path: Path) -> None:
    link = '<a href="http://other.example/;=1" rel=" X  y">-5 %</a>'
    arguments = {"target": "target.example,blog.example", "seeds": "https://blog.example/", "keep": "all"}
    with MiniWeb({"https://blog.example/": f"<title>A</title>{TARGET_LINK}{link}"}) as web:
        run = scrapy(
            "crawl", "backlinks", *options(arguments), "-O", "rows.csv", "-O", "rows.jsonl",
            "-s", "DOWNLOAD_DELAY=0", folder=tmp_path, environment=web.environment(),
        )  # fmt: skip
    assert run.code == 0, run.log
    as_csv, as_json = tmp_path / "rows.csv", tmp_path / "rows.jsonl"
    for kind in ("csv", "jsonl"):
        merge(tmp_path / f"from_csv.{kind}", str(as_csv))
        merge(tmp_path / f"from_jsonl.{kind}", str(as_json))
        merge(tmp_path / f"from_both.{kind}", str(as_csv), str(as_json))
    for name in ("from_csv", "from_jsonl", "from_both"):
        assert (tmp_path / f"{name}.csv").read_bytes() == as_csv.read_bytes()
    for name in ("from_jsonl", "from_both"):
        assert (tmp_path / f"{name}.jsonl").read_bytes() == as_json.read_bytes()
    rows = read_json_lines(as_json)
    assert [(row["target"], row["relation"]) for row in rows] == [
        ("target.example", "backlink"),
        ("blog.example", "outbound"),
        ("blog.example", "outbound"),
    ]
    # An empty text is unknown in CSV, and so is an empty list where there may be none.
    for row in rows:
        for column in ("page_from_suspicious_domains", "page_from_analytics_ids"):
            row[column] = row[column] or None
    known = [{column: None if value == "" else value for column, value in row.items()} for row in rows]
    assert read_json_lines(tmp_path / "from_csv.jsonl") == known
