"""Sites that link to rivals and not to the user, with whether the absence is proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backlinkspider.analysis.intersect import IntersectionCounts, IntersectionRequest, intersect_feeds
from backlinkspider.core.arguments import parse_targets
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.feeds.reader import open_feed
from backlinkspider.items import COVERAGE_COLUMNS
from tests.support.scrapy_command import read_json_lines, scrapy


def link(site: str, target: str = "rival.example", **cells: Any) -> dict[str, Any]:
    whence = {"url_from": f"https://{site}/a", "seed": site, "depth": 0}
    return {"relation": "backlink", "url_to": f"https://{target}/", "target": target, "dofollow": True, **whence, **cells}


def coverage(seed: str = "blog.example", **cells: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COVERAGE_COLUMNS, 0), "seed": seed, "outcome": "complete", "pages": 5, "error_reasons": (), **cells}


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_bytes(b"".join(encode_json(row) + b"\n" for row in rows))
    return str(path)


def intersect(
    folder: Path, rows: list[dict[str, Any]], *seeds: dict[str, Any], ours: str = "ours.example"
) -> tuple[IntersectionCounts, list[dict[str, Any]]]:
    feed = open_feed(write(folder / "rows.jsonl", rows))
    covered = [write(folder / "coverage.jsonl", list(seeds))] if seeds else []
    request = IntersectionRequest([feed], parse_targets(ours), covered)
    counts = intersect_feeds(request, str(folder / "gap.jsonl"), lambda _, __: None)
    return counts, read_json_lines(folder / "gap.jsonl")


OTHER = link("other.example", "ours.example")
CASES = [
    pytest.param([link("blog.example"), OTHER], [coverage()], ("proven", "site_read"), id="the whole site was read"),
    pytest.param([link("blog.example"), OTHER], [], ("unproven", "no_coverage"), id="no coverage"),
    pytest.param(
        [link("blog.example"), OTHER], [coverage(outcome="partial")], ("unproven", "partial"), id="a site that was read in part"
    ),
    pytest.param([link("blog.example"), OTHER], [coverage(pages=1)], ("unproven", "partial"), id="one page of the site"),
    pytest.param([link("blog.example"), OTHER], [coverage("x.example")], ("unproven", "seed_not_asked"), id="another seed"),
    pytest.param([link("blog.example")], [coverage()], ("unproven", "other_target"), id="a crawl that did not look for us"),
    pytest.param(
        [link("blog.example"), link("other.example", "rival.example", relation="external", url_to="https://x.example/")],
        [coverage()],
        ("proven", "site_read"),
        id="a crawl that kept all links",
    ),
    pytest.param(
        [link("blog.example", seed="elsewhere.example"), OTHER],
        [coverage("elsewhere.example")],
        ("unproven", "other_site"),
        id="a page that the seed of another site led to",
    ),
    pytest.param(
        [link("blog.example"), link("blog.example", "ours.example")], [coverage()], None, id="a site that links to both"
    ),
    pytest.param(
        [link("blog.example"), link("blog.example", relation="external", url_to="https://www.ours.example/x")],
        [coverage()],
        None,
        id="a link to us that was judged for a rival",
    ),
    pytest.param(
        [link("blog.example"), link("blog.example", "ours.example", url_to="https://bit.ly/3")],
        [coverage()],
        None,
        id="a short link that leads to us",
    ),
    pytest.param([link("ours.example"), OTHER], [coverage()], None, id="our own site"),
]


@pytest.mark.parametrize(("rows", "seeds", "expected"), CASES)
def test_whether_the_absence_of_a_link_is_proven(
    tmp_path: Path, rows: list[dict[str, Any]], seeds: list[dict[str, Any]], expected: tuple[str, str] | None
) -> None:
    counts, found = intersect(tmp_path, rows, *seeds)
    said = [(row["absence"], row["evidence"]) for row in found if row["domain_from"] == "blog.example"]
    assert said == ([expected] if expected else [])
    assert counts.sites == len(found)
    assert not [row for row in found if row["domain_from"] == "ours.example"]


def test_sites_that_link_to_most_rivals_come_first(tmp_path: Path) -> None:
    rows = [
        link("one.example"),
        link("one.example", dofollow=False),
        link("two.example"),
        link("two.example", "second.example"),
        link("second.example", "rival.example"),
    ]
    _, found = intersect(tmp_path, rows)
    assert [(row["domain_from"], row["targets"], row["links"], row["dofollow_links"]) for row in found] == [
        ("two.example", ["rival.example", "second.example"], 2, 2),
        ("one.example", ["rival.example"], 2, 1),
    ]


def test_an_unreadable_line_may_be_the_link(tmp_path: Path) -> None:
    feed = tmp_path / "rows.jsonl"
    feed.write_bytes(encode_json(link("blog.example")) + b"\n" + encode_json(OTHER) + b"\ntorn")
    request = IntersectionRequest(
        [open_feed(str(feed))], parse_targets("ours.example"), [write(tmp_path / "c.jsonl", [coverage()])]
    )
    counts = intersect_feeds(request, str(tmp_path / "gap.jsonl"), lambda _, __: None)
    (row,) = read_json_lines(tmp_path / "gap.jsonl")
    assert (row["evidence"], counts.bad_lines) == ("unreadable_lines", 1)


def test_the_command_says_what_is_proven(tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", [link("blog.example"), OTHER])
    write(tmp_path / "coverage.jsonl", [coverage()])
    words = ["rows.jsonl", "--ours", "ours.example", "--coverage", "coverage.jsonl", "-o", "gap.csv"]
    run = scrapy("intersect", *words, folder=tmp_path)
    assert run.code == 0, run.log
    assert "  absence proven       1" in run.output
    wrong = scrapy("intersect", "rows.jsonl", "-o", "gap.csv", folder=tmp_path)
    assert (wrong.code, "say with --ours" in wrong.log) == (2, True)
