"""find_links says of a page what a crawl says of it, as far as the page alone can tell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backlinkspider import find_links
from backlinkspider.core.rows.columns import COLUMNS, DEFERRED_COLUMNS
from tests.support.miniweb import Answer, MiniWeb
from tests.support.scrapy_command import crawl

PAGE = """<html lang=en><title>Ten chairs</title><meta name=robots content=noindex>
<article><p>We sat on <a href="https://target.example/oak" rel="UGC x">the oak chair</a> for a year, and it holds.</p>
<p>Others: <a href=https://other.example/>one more</a>, <a href=/2>page two</a></article>
<footer><a href=//target.example/><img src=x.png alt="Target"></a></footer>"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "X-Robots-Tag": "nofollow",
    "Link": "<https://target.example/c>; rel=canonical",
}
URL = "https://a.example/"
CRAWL_ONLY = {*DEFERRED_COLUMNS, "seed", "depth", "fetched_at", "page_from_status_code"}


def links(html: bytes | str = PAGE, **options: Any) -> list[dict[str, Any]]:
    return find_links(html, URL, "target.example", **options)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    pages = {URL: Answer(body=PAGE.encode(), headers=tuple(HEADERS.items()))}
    with MiniWeb(pages) as web:
        return crawl(
            web,
            tmp_path_factory.mktemp("crawl"),
            target="target.example",
            seeds=URL,
            keep="all",
            keywords="oak chair",
            follow="none",
        ).rows


def test_the_rows_are_those_of_a_crawl_as_far_as_the_page_tells(crawled: list[dict[str, Any]]) -> None:
    found = links(PAGE.encode(), headers=HEADERS, keywords=["oak chair"], relations="all")

    def of_page(row: Mapping[str, Any]) -> dict[str, Any]:
        return {column: value for column, value in row.items() if column not in CRAWL_ONLY}

    assert len(found) == 5
    assert [of_page(row) for row in found] == [of_page(row) for row in crawled]
    assert {tuple(row) for row in found} == {COLUMNS}


def test_what_only_a_crawl_knows_is_none() -> None:
    scored = {"verdict", "quality", "summary", "reasons", "weights_version"}
    for row in links():
        assert {column for column in (*CRAWL_ONLY, "topic_relevance", "domain_from_ip") if row[column] is not None} == scored


def test_a_link_that_is_no_backlink_has_no_verdict() -> None:
    rows = links(relations=["external", "backlink"])
    assert [(row["relation"], row["verdict"] is not None) for row in rows] == [
        ("backlink", True),
        ("external", False),
        ("backlink", True),
    ]


def test_values_are_those_of_json() -> None:
    kinds = {type(value) for row in links(relations="all") for value in row.values()}
    assert kinds <= {str, int, float, bool, list, type(None)}


@pytest.mark.parametrize(
    ("html", "headers", "anchor"),
    [
        pytest.param("<a href=//target.example/>Käse</a>", {}, "Käse", id="a text is read as it is"),
        pytest.param("<meta charset=cp1251><a href=//target.example/>Käse</a>", {}, "Käse", id="whatever it declares"),
        pytest.param(
            "<a href=//target.example/>Käse</a>".encode("cp1252"),
            {"content-type": "text/html; charset=windows-1252"},
            "Käse",
            id="bytes are read by their header, in any case",
        ),
    ],
)
def test_the_encoding(html: str | bytes, headers: dict[str, str], anchor: str) -> None:
    assert [row["anchor"] for row in links(html, headers=headers)] == [anchor]


def test_a_header_may_have_several_values() -> None:
    both = {"X-Robots-Tag": ["noindex", "nofollow"]}
    [row] = links("<a href=//target.example/>x</a>", headers=both)
    assert (row["page_from_noindex"], row["nofollow_by"], row["dofollow"]) == (True, ["header"], False)


@pytest.mark.parametrize(
    ("url", "target", "relations", "problem"),
    [
        pytest.param("a.example/x", "target.example", "all", "url 'a.example/x' is not", id="no address of a page"),
        pytest.param(URL, "", "all", "no target", id="no target"),
        pytest.param(URL, "target.example", "backlinks", "relations 'backlinks' must be one of", id="no relation"),
        pytest.param(URL, "target.example", [], "relations is empty", id="no relations"),
    ],
)
def test_what_cannot_be_meant_is_refused(url: str, target: str, relations: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        find_links("", url, target, relations=relations)


def test_several_targets_may_be_a_list() -> None:
    rows = find_links(PAGE, URL, ["target.example", "other.example"])
    assert [row["target"] for row in rows] == ["target.example", "other.example", "target.example"]


def test_it_imports_neither_scrapy_nor_twisted(tmp_path: Path) -> None:
    code = (
        "import sys; from backlinkspider import find_links; "
        "assert len(find_links(b'<a href=//t.example>x</a>', 'https://a.example/', 't.example')) == 1; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'scrapy', 'twisted', 'asyncio'}))"
    )
    project = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(project)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
