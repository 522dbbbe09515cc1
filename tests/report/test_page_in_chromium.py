"""The page in a real browser: no error, no request, accessible, and its tables say what SQL says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.report.html.page import write_page
from backlinkspider.report.tables import Summary, open_tables
from tests.support.chromium_page import open_chromium
from tests.support.feed_rows import HOSTILE_TEXTS, random_rows, write_feed

pytestmark = pytest.mark.slow

AXE = "axe-core@4.14.1"


class Opened(NamedTuple):
    """A page of a report in the browser, and what it did meanwhile."""

    tab: Any
    messages: list[str]
    requests: list[str]


def hostile_rows() -> list[FeedRow]:
    rows = random_rows(7, 150)
    for number, text in enumerate([*HOSTILE_TEXTS, "x" * 32_767]):
        rows[number] |= {
            "relation": "backlink",
            "page_is_copy": None,
            "anchor": text,
            "summary": text,
            "url_to": f"javascript:document.title='{number}'",
            "verdict": "good",
        }
    return rows


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_feed(tmp_path_factory.mktemp("feeds") / "feed.jsonl", hostile_rows())


@pytest.fixture(scope="module")
def opened(feed: Path) -> Iterator[Opened]:
    counts: FeedRow = dict.fromkeys(COVERAGE_COLUMNS, 0) | {"error_reasons": (), "not_followed_reasons": (), "seconds": 1.5}
    seeds: list[FeedRow] = [
        {**counts, "seed": "a.example", "outcome": "complete", "pages": 10},
        {**counts, "seed": "b.example", "outcome": "blocked", "robots_blocked": 1},
    ]
    coverage = write_feed(feed.with_name("coverage.csv"), seeds, COVERAGE_COLUMNS)
    output = feed.with_name("report.html")
    with open_tables([str(feed), str(coverage)]) as tables:
        write_page(tables, str(output))
    with open_chromium() as browser:
        tab = browser.new_page()
        found = Opened(tab, [], [])
        tab.on("console", lambda message: found.messages.append(message.text))
        tab.on("pageerror", lambda error: found.messages.append(str(error)))
        tab.on("request", lambda request: found.requests.append(request.url))
        tab.goto(output.as_uri())
        tab.wait_for_selector("html[data-ready]", state="attached")
        yield found


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script that looks for barriers, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    done = npm and subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, check=False, timeout=120)
    if not done or done.returncode:
        if os.environ.get("BACKLINKS_REQUIRE_SERVERS"):
            pytest.fail("axe-core cannot be fetched, and this run requires it")
        pytest.skip("axe-core cannot be fetched here")
    (archive,) = folder.glob("*.tgz")
    shutil.unpack_archive(archive, folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def column_of(opened: Opened, place: str, field: str) -> list[str]:
    """The cells of a column, of links where they lead, all rows from top to bottom, as a user sees them who scrolls."""
    script = """([place, field]) => new Promise(async (resolve) => {
        const holder = document.querySelector(`#${place} .tabulator-tableholder`);
        const seen = new Map();
        const textOf = (cell) => cell.querySelector("a") ? cell.querySelector("a").getAttribute("href") : cell.textContent;
        for (let top = 0; top <= holder.scrollHeight; top += 150) {
            holder.scrollTop = top;
            await new Promise((done) => setTimeout(done, 15));
            for (const row of holder.querySelectorAll(".tabulator-row"))
                seen.set(row.offsetTop, textOf(row.querySelector(`[tabulator-field=${field}]`)));
        }
        holder.scrollTop = 0;
        resolve([...seen].sort((a, b) => a[0] - b[0]).map((pair) => pair[1]));
    })"""
    found: list[str] = opened.tab.evaluate(script, [place, field])
    return found


def status_of(opened: Opened, place: str) -> str:
    text: str = opened.tab.text_content(f"#{place} [role=status]")
    return text


def test_there_is_no_error_and_no_request(opened: Opened, feed: Path) -> None:
    assert opened.messages == []
    assert opened.requests == [feed.with_name("report.html").as_uri()]


def test_there_is_no_barrier(opened: Opened, axe: str) -> None:
    opened.tab.evaluate(axe)
    # Only colours differ in the dark, and to compare them is what takes the time.
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        opened.tab.emulate_media(color_scheme=scheme)
        found = opened.tab.evaluate(f"axe.run(document, {{resultTypes: ['violations'], ...{rules}}})")
        serious = [rule for rule in found["violations"] if rule["impact"] in {"serious", "critical"}]
        assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in serious] == []


def test_hostile_rows_are_text(opened: Opened) -> None:
    anchors = column_of(opened, "links-place", "anchor")
    assert set(HOSTILE_TEXTS) <= set(anchors)
    assert "x" * 32_767 in anchors
    assert opened.tab.title() == "Backlinks of target.example"
    scripts = "[...document.querySelectorAll('a')].filter(a => !['http:', 'https:', 'file:'].includes(a.protocol)).length"
    assert opened.tab.evaluate(scripts) == 0


def test_filters_give_what_sql_gives(opened: Opened, feed: Path) -> None:
    with open_tables([str(feed)]) as tables:
        rows = [row for row in tables.links(COLUMNS).dicts() if not row["page_is_copy"]]
    opened.tab.select_option("#links-place select[data-field=verdict]", "bad")
    opened.tab.fill("#links-place input[data-field=anchor]", "OAK")
    opened.tab.wait_for_timeout(400)
    expected = [row for row in rows if row["verdict"] == "bad" and "oak" in str(row["anchor"] or "").lower()]
    assert 0 < len(expected) < len(rows)
    assert status_of(opened, "links-place") == f"{len(expected)} of {len(rows)} rows"
    found = column_of(opened, "links-place", "url_from")
    assert sorted(found) == sorted(str(row["url_from"]) for row in expected)
    opened.tab.click("#links-place button:has-text('Show all')")
    assert status_of(opened, "links-place") == f"{len(rows)} of {len(rows)} rows"


def test_sorting_gives_what_sql_gives(opened: Opened, feed: Path) -> None:
    with open_tables([str(feed)]) as tables:
        rows = list(tables.query(Summary.DOMAINS).dicts())
    opened.tab.focus("#domains-place .tabulator-col[tabulator-field=backlinks] button")
    opened.tab.keyboard.press("Enter")
    found = [int(text) for text in column_of(opened, "domains-place", "backlinks")]
    assert found == sorted((int(str(row["backlinks"])) for row in rows), reverse=True)


def test_what_is_to_do_leads_to_its_links(opened: Opened, feed: Path) -> None:
    with open_tables([str(feed)]) as tables:
        summary = tables.one("summary")
    opened.tab.click("#mend a.show")
    assert status_of(opened, "links-place") == f"{summary['to_mend']} of {summary['backlinks']} rows"
    opened.tab.click("#links-place button:has-text('Show all')")


def test_on_paper_there_are_tables_and_no_filters(opened: Opened) -> None:
    opened.tab.emulate_media(media="print")
    assert opened.tab.is_visible("#links-plain")
    assert opened.tab.is_hidden("#links-place")
    too_wide = "document.querySelector('#links-plain').scrollWidth > document.querySelector('#links').clientWidth + 1"
    opened.tab.set_viewport_size({"width": 1010, "height": 700})
    assert opened.tab.evaluate(too_wide) is False
    opened.tab.emulate_media(media="screen")
