"""`scrapy parse` shows what a page gives, and says nothing odd; warnings are errors here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import options, read_json_lines, scrapy

URL = "https://a.example/"
PAGE = '<p>We sit on <a href="https://target.example/oak">the oak chair</a>. <a href=/2>Two</a>'
PARSE = ("parse", "--spider", "backlinks", "-s", "DOWNLOAD_DELAY=0", "-s", "LOG_LEVEL=WARNING")
TARGET = options({"target": "target.example"})


@pytest.mark.parametrize(
    ("more", "shown", "not_shown"),
    [
        pytest.param(
            (), ("target.example/oak'", "relation': None", "<GET https://a.example/2>"), (), id="as the spider reads it"
        ),
        pytest.param(("--pipelines",), ("oak chair", "<Relation.BACKLINK"), ("'href': '/2'",), id="as the pipelines fill it"),
        pytest.param(("--pipelines", "-d", "2"), ("oak chair",), ("nothing here",), id="without a page that these drop"),
    ],
)
def test_the_page_is_shown_and_nothing_else(
    more: tuple[str, ...], shown: tuple[str, ...], not_shown: tuple[str, ...], tmp_path: Path
) -> None:
    with MiniWeb({URL: PAGE, f"{URL}2": "<title>nothing here</title>"}) as web:
        run = scrapy(*PARSE, *TARGET, *more, URL, folder=tmp_path, environment=web.environment())
    assert (run.code, run.log) == (0, "")
    assert all(text in run.output for text in shown)
    assert not any(text in run.output for text in not_shown)


@pytest.mark.parametrize("option", ["-o", "-O"])
def test_rows_are_written(option: str, tmp_path: Path) -> None:
    with MiniWeb({URL: PAGE}) as web:
        scrapy(*PARSE, *TARGET, option, "rows.jsonl", URL, folder=tmp_path, environment=web.environment())
    assert [row["url_to"] for row in read_json_lines(tmp_path / "rows.jsonl")] == ["https://target.example/oak"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param((), "no target: say what to find links to", id="no target"),
        pytest.param(options({"target": "target.example", "max_pages": "many"}), "whole number", id="a wrong number"),
    ],
)
def test_wrong_arguments_end_with_2_and_one_line(arguments: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    run = scrapy(*PARSE, *arguments, URL, folder=tmp_path)
    assert (run.code, run.output) == (2, "")
    (line,) = run.log.splitlines()
    assert line.startswith("scrapy parse: ")
    assert problem in line


def test_a_page_of_a_known_link_is_judged(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(f"url_from,url_to\n{URL},https://target.example/oak\n")
    known = options({"target": "target.example", "known": "links.csv"})
    with MiniWeb({URL: PAGE}) as web:
        words = ("parse", "--spider", "monitor", *PARSE[3:], *known, "-O", "rows.jsonl", URL)
        run = scrapy(*words, folder=tmp_path, environment=web.environment())
    assert (run.code, run.log) == (0, "")
    assert [(row["status"], row["anchor"]) for row in read_json_lines(tmp_path / "rows.jsonl")] == [("new", "the oak chair")]
