"""The page of a report: all figures stand in it without a script, and nothing that a feed says becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.report.html import page
from backlinkspider.report.html.columns import Column, Kind
from backlinkspider.report.html.packing import pack_rows
from backlinkspider.report.html.page import render_page
from backlinkspider.report.tables import Summary, open_tables
from tests.support.feed_rows import HOSTILE_TEXTS, random_rows, write_feed


def render(*paths: Path, before: Sequence[Path] = ()) -> str:
    file = io.BytesIO()
    with open_tables([str(path) for path in paths], before=[str(path) for path in before]) as tables:
        render_page(tables, file)
    return file.getvalue().decode()


def unpack(packed: str) -> list[dict[str, Any]]:
    """What the page's script makes of packed rows."""
    content = json.loads(gzip.decompress(base64.b64decode(packed)))

    def values(entry: Any) -> list[Any]:
        return entry if isinstance(entry, list) else [entry["values"][place] for place in entry["places"]]

    columns = {}
    for column in content["columns"]:
        entry = content["data"][column["field"]]
        is_url = column["kind"] == "url"
        columns[column["field"]] = [a + b for a, b in zip(*map(values, entry), strict=True)] if is_url else values(entry)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def text_of(document: str, selector: str) -> str:
    """The text of an element, white space folded."""
    found = LexborHTMLParser(document).css_first(selector)
    assert found is not None, selector
    return " ".join(found.text().split())


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_feed(tmp_path_factory.mktemp("feeds") / "feed.jsonl", random_rows(5, 300))


@pytest.fixture(scope="module")
def document(feed: Path) -> str:
    return render(feed)


CELLS = st.none() | st.text(max_size=5) | st.integers(-5, 5) | st.booleans() | st.floats(0, 1)


@given(
    st.lists(
        st.tuples(CELLS, st.sampled_from(["https://a.example/x", "https://a.example", "javascript:x", "", None])), max_size=20
    )
)
def test_packed_rows_are_the_rows(cells: list[tuple[Any, Any]]) -> None:
    columns = (Column("any", "Any"), Column("url", "URL", Kind.URL))
    rows: list[FeedRow] = [{"any": cell, "url": url} for cell, url in cells]
    found = [(row["any"], row["url"]) for row in unpack(pack_rows(columns, rows))]
    assert json.dumps(found) == json.dumps([(cell, url or "") for cell, url in cells])


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_nothing_else(document: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', document)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    library = gzip.decompress(base64.b64decode(text_of(document, "#library"))).decode()
    assert len(library) > 400_000
    scripts, sheets = (re.findall(rf"<{tag}>(.*?)</{tag}>", document, flags=re.DOTALL) for tag in ("script", "style"))
    for rule, texts in (("script-src", [*scripts, library]), ("style-src", sheets)):
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in digests]
        assert len(texts) == 2


def test_the_vendored_files_are_those_of_the_package() -> None:
    folder = resources.files("backlinkspider.report.html") / "tabulator"
    named = dict(re.findall(r"^\| `([\w.]+)` \| `([0-9a-f]{64})` \|$", (folder / "VENDORED.md").read_text("utf-8"), re.MULTILINE))
    assert named == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "VENDORED.md"
    }


def test_nothing_that_a_feed_says_becomes_markup(tmp_path: Path) -> None:
    rows = random_rows(1, 2 * len(HOSTILE_TEXTS))
    texts = [column for column in COLUMNS if column not in {"url_from", "relation", "fetched_at"}]
    for number, text in enumerate([*HOSTILE_TEXTS, *HOSTILE_TEXTS]):
        row = rows[number]
        rows[number] = (
            row
            | {column: text for column in texts if isinstance(row[column], str)}
            | {
                "relation": "backlink",
                "url_to": f"javascript:{text}",
                "seed": text,
                "link_farm": (text, "b", "c"),
                "link_farm_footprints": (text,),
            }
        )
    plain = LexborHTMLParser(render(write_feed(tmp_path / "plain.jsonl", random_rows(1, 24))))
    written = render(write_feed(tmp_path / "<script>x.jsonl", rows))
    hostile = LexborHTMLParser(written)
    assert len(hostile.css("script")) == len(plain.css("script"))
    assert not hostile.css("img, iframe, object, embed, form, base, link, [onerror], [onload], [onclick], [style]")
    links = {node.attributes["href"] or "" for node in hostile.css("a[href]")}
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    body = text_of(written, "main")
    assert "<img src=x onerror=alert(1)>" in body
    assert "{{ 7 * 7 }}" in body


def test_links_to_other_sites_tell_them_nothing_and_vouch_for_nothing(document: str) -> None:
    links = [node for node in LexborHTMLParser(document).css("a[href]") if not str(node.attributes["href"]).startswith("#")]
    assert links
    assert {node.attributes["rel"] for node in links} == {"noopener noreferrer nofollow"}


def test_a_text_of_32767_characters_is_kept_whole(tmp_path: Path) -> None:
    row = {**random_rows(1, 1)[0], "relation": "backlink", "anchor": "x" * 32_767}
    rows = unpack(text_of(render(write_feed(tmp_path / "long.jsonl", [row])), "#links-rows"))
    assert rows[0]["anchor"] == "x" * 32_767


def test_the_packed_links_are_all_backlinks_of_the_feed(feed: Path, document: str) -> None:
    rows = unpack(text_of(document, "#links-rows"))
    with open_tables([str(feed)]) as tables:
        expected = [
            (row["url_from"], row["anchor"], row["verdict"], row["quality"])
            for row in tables.links(COLUMNS).dicts()
            if not row["page_is_copy"]
        ]
    assert sorted(((row["url_from"], row["anchor"], row["verdict"], row["quality"]) for row in rows), key=str) == sorted(
        expected, key=str
    )


@pytest.mark.parametrize("name", [Summary.DOMAINS, Summary.ANCHORS, Summary.PAGES])
def test_the_first_rows_of_each_table_stand_in_the_page_without_a_script(feed: Path, document: str, name: str) -> None:
    found = LexborHTMLParser(document).css(f"#{name}-plain tbody tr")
    with open_tables([str(feed)]) as tables:
        expected = [str(row[0]) for row in tables.query(name).rows][:100]
    assert [" ".join(row.css("td")[0].text().split()) for row in found] == [" ".join(text.split()) for text in expected]


def test_every_chart_has_its_figures_as_a_table(document: str) -> None:
    found = LexborHTMLParser(document)
    charts = found.css("figure")
    assert len(charts) >= 6
    for chart in charts:
        assert chart.css("svg[role=img] > title")[0].text()
        assert chart.css_first("table") is not None or "network-picture" in (chart.html or "")


def test_what_was_not_looked_at_is_said(tmp_path: Path, feed: Path, document: str) -> None:
    assert "no coverage file was given" in document
    counts: FeedRow = dict.fromkeys(COVERAGE_COLUMNS, 0)
    counts |= {"error_reasons": ("dns 2",), "not_followed_reasons": (), "seconds": 1.5, "errors": 2}
    seeds: list[FeedRow] = [
        {**counts, "seed": "a.example", "outcome": "complete", "pages": 10},
        {**counts, "seed": "b.example", "outcome": "unreachable"},
    ]
    told = text_of(render(feed, write_feed(tmp_path / "coverage.csv", seeds, COVERAGE_COLUMNS)), "#looked")
    assert "2 seeds, 10 pages read. 1 of the seeds were not read whole" in told
    assert "The name of the host is unknown." in told


def test_a_report_of_nothing_found_is_a_page_too(tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").touch()
    seeds: list[FeedRow] = [
        {
            **dict.fromkeys(COVERAGE_COLUMNS, 0),
            "seed": "a.example",
            "outcome": "blocked",
            "error_reasons": (),
            "not_followed_reasons": (),
        }
    ]
    coverage = write_feed(tmp_path / "coverage.jsonl", seeds, COVERAGE_COLUMNS)
    document = render(tmp_path / "feed.jsonl", coverage)
    assert "0 links from 0 sites were found." in document
    assert "Nothing was found that asks for something to be done." in document


def test_a_feed_without_verdicts_is_reported_as_one(tmp_path: Path) -> None:
    columns = [column for column in COLUMNS if column not in {"verdict", "quality", "to_do", "summary", "reasons"}]
    document = render(write_feed(tmp_path / "old.jsonl", random_rows(1, 30), columns))
    assert "old.jsonl has no verdicts" in document
    assert "The feed has no verdicts, so nothing is said of quality." in document


def test_known_links_are_not_said_to_await_verdicts(tmp_path: Path) -> None:
    rows = [{**row, "verdict": None, "status": "live", "last_checked": "2026-11-29T08:00:00Z"} for row in random_rows(1, 30)]
    document = render(write_feed(tmp_path / "known.jsonl", rows, [*COLUMNS, "status", "last_checked"]))
    assert "known.jsonl says what became of known links, without verdicts" in document
    assert "rescore" not in document


def test_the_change_against_an_earlier_feed_is_shown(tmp_path: Path) -> None:
    before = write_feed(tmp_path / "before.jsonl", random_rows(1, 40))
    now = write_feed(tmp_path / "now.jsonl", random_rows(2, 40))
    text = text_of(render(now, before=[before]), "#figures")
    assert "since the earlier feed" in text
    with open_tables([str(now)], before=[str(before)]) as tables:
        counts = {str(row["change"]): row["links"] for row in tables.query("change_counts").dicts()}
    assert f"{counts['new']} new, {counts['gone']} gone" in text


def test_rows_beyond_the_limit_are_left_out_and_counted(feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ROWS_MAXIMUM", 20)
    document = render(feed)
    with open_tables([str(feed)]) as tables:
        summary = tables.one("summary")
    assert f"The table has 20 of {summary['backlinks']} rows" in text_of(document, "#links")
    rows = unpack(text_of(document, "#links-rows"))
    assert len(rows) == 20
    assert all(row["to_do"] for row in rows)


def test_two_reports_of_one_feed_are_equal(feed: Path, document: str) -> None:
    assert render(feed) == document
