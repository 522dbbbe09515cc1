"""Lines that nobody wants are read together, and no other line is read otherwise than by itself."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds import line_reader
from backlinkspider.feeds.line_reader import EVERY_LINE, Chunk, LineFilter, read_chunks
from backlinkspider.feeds.reader import FeedFile, FeedReading, open_format
from backlinkspider.feeds.rewriter import rewrite_feed

BEGINNING = rb"wanted,"
MAXIMUM = 80
"""Bytes of the longest line."""

LINES = st.one_of(
    st.sampled_from(
        [b"", b" ", b"\r", b"\t \r", b"wanted,", b"wanted", b" wanted,", b"x\rwanted,", b"\xef\xbb\xbfwanted,1", b"[", b"]"]
    ),
    st.integers(MAXIMUM - 10, 3 * MAXIMUM).map(lambda number: b"x" * number),
    st.integers(MAXIMUM - 10, 3 * MAXIMUM).map(lambda number: b"wanted," + b"y" * (number - 7)),
    st.binary(max_size=MAXIMUM).map(lambda line: line.replace(b"\n", b"")),
)
CONTENTS = st.builds(lambda lines, end, mark: mark + b"\n".join(lines) + end, st.lists(LINES, max_size=30),
                     st.sampled_from([b"", b"\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))  # fmt: skip


@pytest.fixture(autouse=True)
def short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reader, "LINE_MAXIMUM", MAXIMUM)
    monkeypatch.setattr(line_reader, "_CHUNK", 60)


def line_by_line(content: bytes, beginning: bytes, begin: int) -> Iterator[Chunk]:
    """The same with one line after the other."""
    file = io.BytesIO(content)
    number, goes_on = 0, False
    while raw := file.readline(60 if goes_on else MAXIMUM):
        number += not goes_on
        has_end = raw.endswith(b"\n")
        is_whole = not goes_on and (has_end or len(raw) < MAXIMUM)
        is_meant = file.tell() - len(raw) >= begin
        yield Chunk(number, raw, is_meant and (not is_whole or re.match(beginning, raw) is not None), is_whole)
        goes_on = not has_end


def lines_of(content: bytes, wanted: LineFilter, begin: int) -> list[Chunk]:
    pieces = read_chunks(io.BytesIO(content), len(content), wanted, begin=begin)
    return [line for piece in pieces for line in piece.lines()]


def without_parts(lines: Iterator[Chunk] | list[Chunk]) -> list[Chunk]:
    """The parts of a line that is too long as one: where they are parted is no matter."""
    joined: list[Chunk] = []
    for line in lines:
        if joined and joined[-1].number == line.number:
            joined[-1] = joined[-1]._replace(raw=joined[-1].raw + line.raw)
        else:
            joined.append(line)
    return joined


@pytest.mark.parametrize("beginning", [b"", BEGINNING, rb"[^\n]*anted", rb"(?!wanted)"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(content=CONTENTS, place=st.integers(0, 30))
@example(content=b"x" * MAXIMUM, place=0)
@example(content=b"a\n" + b"x" * (MAXIMUM - 1) + b"\nwanted,\n", place=1)
def test_lines_are_those_of_reading_line_by_line(beginning: bytes, content: bytes, place: int) -> None:
    ends = [place for place, byte in enumerate(content, 1) if byte == ord("\n")]
    begin = ends[place % len(ends)] if ends and place else 0
    expected = without_parts(line_by_line(content, beginning, begin))
    assert without_parts(lines_of(content, LineFilter(beginning), begin)) == expected


def test_what_is_not_wanted_comes_together() -> None:
    content = b"header\n" + b"x,1\n" * 3 + b"wanted,1\n" + b"x,2\n" * 2
    pieces = read_chunks(io.BytesIO(content), len(content), LineFilter(BEGINNING))
    assert [(piece.number, piece.raw) for piece in pieces] == [
        (1, b"header\n"), (2, b"x,1\n" * 3), (5, b"wanted,1\n"), (6, b"x,2\n" * 2),
    ]  # fmt: skip


@pytest.mark.parametrize("number", [0, 5, 6, 7])
def test_a_file_that_ends_too_early_has_changed(number: int) -> None:
    pieces = read_chunks(io.BytesIO(b"a\nbc\nd"[:number]), 8, EVERY_LINE)
    with pytest.raises(FeedError, match="it changed while it was read"):
        list(pieces)


CSV_HEADER = b"relation,url_from,anchor\r\n"
ROWS = {
    "csv": [b"wanted,https://a.example/,x\r", b"other,https://b.example/,y\r", b'"wanted",https://c.example/,z\r', b"wanted,a\r"],
    "jsonl": [
        b'{"relation":"wanted","url_from":"http://a/"}',
        b'{"relation":"other","url_from":"http://b/"}',
        b' {"relation":"wanted","url_from":"http://c/"}\r',
        b'{"relation":"wanted","url_from":',
    ],
}
ROWS["json"] = [row + end for row in ROWS["jsonl"] for end in (b",", b",", b"", b", ")]
ROW_BEGINNING = rb'wanted,|\{"relation":"wanted"'


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_not_wanted_is_written_as_what_is_read_and_not_changed(tmp_path: Path, ending: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.one_of(st.sampled_from(ROWS[ending]), LINES), max_size=30))
    first = {"csv": CSV_HEADER, "jsonl": b"", "json": b"[\n"}[ending]
    content = first + b"\n".join(rows) + data.draw(st.sampled_from([b"", b"\n", b"\n]\n"]))
    path = tmp_path / "feed"
    path.write_bytes(content)
    feed = open_format(str(path), f".{ending}")
    wanted = {number for number, line in enumerate(io.BytesIO(content), 1) if re.match(ROW_BEGINNING, line)}
    only = _rewrite(feed, LineFilter(ROW_BEGINNING), wanted)
    every = _rewrite(feed, EVERY_LINE, wanted)
    assert only == every


def _rewrite(feed: FeedFile, wanted: LineFilter, numbers: set[int]) -> tuple[bytes, list[FeedRow], set[int]]:
    """What comes out; the rows that change; and those of some lines that are bad."""
    output = Path(f"{feed.path}-rewritten")
    bad: set[int] = set()
    changes = [row for row in feed.rows(FeedReading(wanted)) if not isinstance(row, BadLine) and _is_first(row)]
    rewrite_feed(
        feed,
        output,
        lambda row: {"anchor": "new"} if _is_first(row) else row,
        reading=FeedReading(wanted),
        on_bad_line=lambda _, line: bad.add(line.number),
    )
    return output.read_bytes(), changes, bad & numbers


def _is_first(row: FeedRow) -> bool:
    """Whether a row is one whose line begins as it is wanted to."""
    return row["url_from"] in ("https://a.example/", "http://a/")
