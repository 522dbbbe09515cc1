"""Feeds are judged anew without crawling: what changes, what stays, and what a shell sees."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from tests.support.fork_server import Run
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl, options, read_csv, read_json_lines, scrapy

BACKLINK: dict[str, Any] = {
    "relation": "backlink",
    "url_from": "https://magazine.example/oak",
    "anchor": "=oak",
    "dofollow": True,
    "rel": (),
    "link_type": "text",
    "position": "content",
    "verdict": "bad",
    "to_do": "look",
    "quality": 1,
    "summary": "Old.",
    "reasons": ("position:-49(content)",),
    "text_share": 0.9,
    "page_from_noindex": False,
    "page_from_words": 600,
    "weights_version": "old 1",
    "note": "mine",
}
INTERNAL = {**dict.fromkeys(BACKLINK), "relation": "internal_backlink", "url_from": "https://t.example/", "note": "b"}
SCORE = {"verdict", "to_do", "quality", "summary", "reasons", "weights_version"}
MINE = 'extends = "default"\nname = "mine"\nversion = "2b"\n[signals.position]\ncontent = -40\n'


def lines_of(rows: list[dict[str, Any]], ending: str) -> bytes:
    if ending == "csv":
        return BYTE_ORDER_MARK + encode_csv([list(rows[0]), *(row.values() for row in rows)])
    return b"".join(encode_json(row) + b"\n" for row in rows)


def read(path: Path) -> list[dict[str, Any]]:
    return read_csv(path) if path.suffix == ".csv" else read_json_lines(path)


def rescore(folder: Path, *words: str) -> Run:
    return scrapy("rescore", *words, folder=folder)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_backlinks_are_judged_and_the_rest_stays(tmp_path: Path, ending: str) -> None:
    feed = tmp_path / f"rows.{ending}"
    feed.write_bytes(lines_of([BACKLINK, INTERNAL], ending))
    before = read(feed)
    run = rescore(tmp_path, feed.name)
    assert (run.code, run.log) == (0, "")
    backlink, internal = read(feed)
    assert internal == before[1]
    assert {column: value for column, value in backlink.items() if column not in SCORE} == {
        column: value for column, value in before[0].items() if column not in SCORE
    }
    assert (backlink["verdict"], str(backlink["quality"]), backlink["weights_version"]) == ("good", "82", "default 1")
    assert "position:+12(content)" in backlink["reasons"]
    assert list(backlink) == list(BACKLINK)
    assert run.output.splitlines() == [
        f"Judged by default 1, in {feed.name}",
        "  backlinks              1",
        "    good                 1",
        "    neutral              0",
        "    review               0",
        "    bad                  0",
        "    unknown              0",
        "  other rows             1",
        "  rows changed           1",
        "  unreadable lines       0",
    ]
    once = feed.read_bytes()
    assert rescore(tmp_path, feed.name).code == 0
    assert feed.read_bytes() == once


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_weights_of_a_file_and_another_output(tmp_path: Path, ending: str) -> None:
    feed = tmp_path / f"rows.{ending}"
    feed.write_bytes(lines_of([BACKLINK], ending))
    before = feed.read_bytes()
    (tmp_path / "mine.toml").write_text(MINE)
    run = rescore(tmp_path, feed.name, "--weights", "mine.toml", "-o", f"out.{ending}")
    assert run.code == 0, run.log
    assert feed.read_bytes() == before
    (row,) = read(tmp_path / f"out.{ending}")
    assert (row["verdict"], str(row["quality"]), row["weights_version"]) == ("neutral", "30", "mine 2b")
    assert "position:-40(content)" in row["reasons"]
    by_setting = rescore(tmp_path, feed.name, "-s", "BACKLINKS_WEIGHTS=mine.toml", "-o", f"again.{ending}")
    assert by_setting.code == 0
    assert (tmp_path / f"again.{ending}").read_bytes() == (tmp_path / f"out.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_columns_that_a_feed_lacks_are_added_in_their_order(tmp_path: Path, ending: str) -> None:
    bare = {column: value for column, value in BACKLINK.items() if column not in SCORE}
    feed = tmp_path / f"rows.{ending}"
    feed.write_bytes(lines_of([bare, {**bare, "relation": "internal"}], ending))
    assert rescore(tmp_path, feed.name).code == 0
    backlink, other = read(feed)
    assert list(backlink) == list(BACKLINK)
    assert backlink["verdict"] == "good"
    assert not other.get("verdict")
    assert other["note"] == "mine"


def test_a_feed_that_says_too_little_is_unknown(tmp_path: Path) -> None:
    feed = tmp_path / "rows.csv"
    feed.write_bytes(lines_of([{column: BACKLINK[column] for column in ("relation", "url_from", "anchor")}], "csv"))
    run = rescore(tmp_path, feed.name)
    assert run.code == 0
    (row,) = read(feed)
    assert (row["verdict"], row["quality"]) == ("unknown", "")
    assert "    unknown              1" in run.output


def test_rows_without_their_relation_are_left_alone(tmp_path: Path) -> None:
    feed = tmp_path / "rows.jsonl"
    feed.write_bytes(lines_of([{column: value for column, value in BACKLINK.items() if column != "relation"}], "jsonl"))
    before = feed.read_bytes()
    run = rescore(tmp_path, feed.name)
    assert (run.code, feed.read_bytes()) == (0, before)
    assert "  other rows             1" in run.output


def test_bad_lines_stay_and_the_first_are_named(tmp_path: Path) -> None:
    feed = tmp_path / "rows.jsonl"
    bad = b"\x1b[31m backlink\n" * 12
    feed.write_bytes(bad + lines_of([BACKLINK], "jsonl") + b'{"relation":"backlink","url_fr')
    run = rescore(tmp_path, feed.name)
    assert run.code == 0
    lines = run.log.splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("scrapy rescore: rows.jsonl line 1 stays as it is: it is not valid JSON")
    assert lines[-1] == "scrapy rescore: and 3 more"
    assert "\x1b" not in run.log
    content = feed.read_bytes()
    assert content.startswith(bad)
    assert content.endswith(b'\n{"relation":"backlink","url_fr')
    assert b'"verdict":"good"' in content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jsonl").write_bytes(lines_of([BACKLINK], "jsonl"))
    (tmp_path / "b.csv").write_bytes(lines_of([{"anchor": "x"}], "csv"))
    (tmp_path / "c.json").write_text("[]")
    (tmp_path / "tildes.csv").write_text("~".join(COLUMNS) + "\n")
    (tmp_path / "wrong.toml").write_text(MINE + "contents = 1\n")
    (tmp_path / "folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    return tmp_path


WRONG_CALLS = [
    pytest.param([], "name the feed, for example", id="nothing"),
    pytest.param(["a.jsonl", "b.csv"], "there are 2 feeds: name one", id="two feeds"),
    pytest.param(["a.jsonl", "-o", "x.jsonl", "-o", "y.jsonl"], "there are 2 outputs: name one", id="two outputs"),
    pytest.param(["a.jsonl", "--weights", "x", "--weights", "y"], "there are 2 files of weights", id="two files of weights"),
    pytest.param(["missing.jsonl"], "'missing.jsonl' cannot be read: No such file", id="a missing feed"),
    pytest.param(["pipe.jsonl"], "it is not a file that can be read twice", id="a pipe"),
    pytest.param(["c.json"], "'c.json' must be named .csv or .jsonl", id="a feed of another format"),
    pytest.param(["a.jsonl", "-o", "a.csv"], "'a.csv' must be named .jsonl, as the feed is", id="an output of another format"),
    pytest.param(["b.csv"], "has no column url_from", id="no column of pages"),
    pytest.param(["tildes.csv"], "has no column url_from", id="columns between tildes"),
    pytest.param(["a.jsonl", "--weights", "none.toml"], "weights 'none.toml' cannot be read: No such file", id="no weights"),
    pytest.param(["a.jsonl", "--weights", "wrong.toml"], "has no 'contents': did you mean content?", id="wrong weights"),
    pytest.param(["a.jsonl", "--fast"], "there are 2 feeds", id="an unknown option"),
]


@pytest.mark.parametrize(("call", "problem"), WRONG_CALLS)
def test_wrong_calls_end_with_2_and_one_line(folder: Path, call: list[str], problem: str) -> None:
    files = sorted(folder.iterdir())
    run = rescore(folder, *call)
    assert run.code == 2
    (line,) = run.log.splitlines()
    assert line.startswith("scrapy rescore: ")
    assert problem in line
    assert sorted(folder.iterdir()) == files
    assert (folder / "a.jsonl").read_bytes() == lines_of([BACKLINK], "jsonl")


def test_an_output_that_cannot_be_written_ends_with_1(folder: Path) -> None:
    run = rescore(folder, "a.jsonl", "-o", "folder.jsonl")
    assert (run.code, run.output) == (1, "")
    assert run.log.startswith("scrapy rescore: failed: folder.jsonl could not be written: ")


def test_what_a_crawl_wrote_is_judged(tmp_path: Path) -> None:
    text = "A chair of oak stands for a hundred years and then for a hundred more. " * 30
    page = f'<main><p>{text}<a href="https://target.example/">the chair</a> is one of them. {text}</p></main>'
    with MiniWeb({"https://magazine.example/": page}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://magazine.example/", keep="all")
    assert done.code == 0, done.log
    assert rescore(tmp_path, "rows.jsonl", "-o", "scored.jsonl").code == 0
    (row,) = read_json_lines(tmp_path / "scored.jsonl")
    assert tuple(row) == COLUMNS
    assert row["verdict"] == "good"
    assert row["reasons"][:2] == ["position:+12(content)", f"text_share:+8({row['text_share']:g} of the block's text)"]


HOSTILE_PAGE = """<title>Oak; =1+1</title><main><p>{text}<a href="https://target.example/" title=x>=HYPERLINK(1);-b</a>{text}</p>
<div style="left:-9999px; position:absolute"><a href="https://target.example/a|b">'=x | y</a></div>
<link rel=canonical href="https://a%7Cb.example/;=x"><a href="https://target.example/" rel="=x ugc | sponsored">\u202e</a>
<a href="https://best-casino-1.example/">x</a></main><footer>=Powered by <a href="https://target.example/">-target</a></footer>"""


def test_a_feed_as_a_crawl_wrote_it_does_not_change(tmp_path: Path) -> None:
    page = HOSTILE_PAGE.format(text="A chair of oak stands for a hundred years. " * 30)
    arguments = options({"target": "target.example", "seeds": "https://magazine.example/"})
    with MiniWeb({"https://magazine.example/": page, "https://target.example/": "<p>Oak"}) as web:
        outputs = ["-O", "rows.csv", "-O", "rows.jsonl", "-s", "DOWNLOAD_DELAY=0"]
        done = scrapy("crawl", "backlinks", *arguments, *outputs, folder=tmp_path, environment=web.environment())
    assert done.code == 0, done.log
    for name in ("rows.jsonl", "rows.csv"):
        before = (tmp_path / name).read_bytes()
        run = rescore(tmp_path, name)
        assert (run.code, run.log, (tmp_path / name).read_bytes()) == (0, "", before)
        assert "  backlinks              4" in run.output
        assert "  rows changed           0" in run.output
