"""Two feeds are compared link by link: what is new, changed or gone, and what is only not seen this time."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from backlinkspider.analysis.compare import ComparisonCounts, ComparisonRequest, compare_feeds
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS, is_minor_anchor_change
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import microseconds_of
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.feeds.reader import open_feed
from backlinkspider.items import COVERAGE_COLUMNS
from tests.support.scrapy_command import read_json_lines, scrapy

PAGE = "https://blog.example/a"
OCTOBER, NOVEMBER = "2026-10-16T08:00:00Z", "2026-11-16T08:00:00Z"


def link(page: str = PAGE, to: str = "https://target.example/", **cells: Any) -> dict[str, Any]:
    facts = {"anchor": "oak", "dofollow": True, "rel": (), "nofollow_by": ()}
    whence = {"target": "target.example", "seed": "blog.example", "depth": 1, "fetched_at": NOVEMBER}
    return {"relation": "backlink", "url_from": page, "url_to": to, **facts, **whence, **cells}


def coverage(**cells: Any) -> dict[str, Any]:
    counts = dict.fromkeys(COVERAGE_COLUMNS, 0)
    return {**counts, "seed": "blog.example", "outcome": "complete", "pages": 5, "error_reasons": (), **cells}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".csv":
        columns = [*dict.fromkeys(column for row in rows or [link()] for column in row)]
        path.write_bytes(BYTE_ORDER_MARK + encode_csv([columns, *([row.get(column) for column in columns] for row in rows)]))
    else:
        path.write_bytes(b"".join(encode_json(row) + b"\n" for row in rows))
    return path


def compare(
    folder: Path, old: list[dict[str, Any]], new: list[dict[str, Any]], *seeds: dict[str, Any], endings: str = "jsonl jsonl"
) -> tuple[ComparisonCounts, list[dict[str, Any]]]:
    """The counts and rows of a comparison, without a process of its own."""
    first, second = endings.split()
    before, now = write(folder / f"old.{first}", old), write(folder / f"new.{second}", new)
    covered = [str(write(folder / f"coverage.{second}", list(seeds)))] if seeds else []
    request = ComparisonRequest(open_feed(str(before)), open_feed(str(now)), coverage=covered)
    counts = compare_feeds(request, str(folder / "changes.jsonl"), lambda _, __: None)
    return counts, read_json_lines(folder / "changes.jsonl")


COMPLETE = coverage()
CASES = [
    pytest.param([link()], [link()], [], [], id="the same"),
    pytest.param([], [link()], [], [("new", None, None)], id="a new link"),
    pytest.param([link()], [link(anchor="ash")], [], [("changed", ["anchor"], None)], id="another anchor"),
    pytest.param(
        [link()],
        [link(rel=("ugc",), dofollow=False, nofollow_by=("link",))],
        [],
        [("changed", ["dofollow", "rel", "nofollow_by"], None)],
        id="a link that turned nofollow",
    ),
    pytest.param([link(is_broken=None)], [link(is_broken=False)], [], [], id="unknown before is no change"),
    pytest.param([link(is_broken=False)], [link()], [], [], id="a column that the newer feed lacks is no change"),
    pytest.param([link()], [link(text_pre="another", quality=4, fetched_at=OCTOBER)], [], [], id="what nobody watches"),
    pytest.param([link()], [link(PAGE + "#top", "https://TARGET.example/?utm_source=x")], [], [], id="other spellings"),
    pytest.param(
        [link()],
        [link(to="https://target.example/b")],
        [],
        [("new", None, None), ("gone", None, "page_read")],
        id="another address on a page that was read",
    ),
    pytest.param(
        [link(), link(anchor="ash")], [link()], [], [("gone", None, "page_read")], id="the second link to one address is gone"
    ),
    pytest.param([link()], [link(), link(anchor="ash")], [], [("new", None, None)], id="a second link to one address"),
    pytest.param([link()], [], [], [("not_seen", None, "no_coverage")], id="no coverage proves nothing"),
    pytest.param(
        [link(), link("https://blog.example/b")],
        [link("https://blog.example/b"), link(to="https://else.example/", target=None)],
        [],
        [("new", None, None), ("gone", None, "page_read")],
        id="the page still has links that have to do with none of several targets",
    ),
    pytest.param([link()], [], [COMPLETE], [("gone", None, "site_read")], id="the whole site was read"),
    pytest.param([link()], [], [coverage(outcome="partial")], [("not_seen", None, "partial")], id="a site that was read in part"),
    pytest.param(
        [link()], [], [coverage(outcome="unreachable", pages=0)], [("not_seen", None, "unreachable")], id="a site that is down"
    ),
    pytest.param(
        [link()], [], [coverage(seed="other.example")], [("not_seen", None, "seed_not_asked")], id="a seed that was not asked"
    ),
    pytest.param(
        [link()], [], [coverage(error_reasons=("timeout 1",))], [("not_seen", None, "partial")], id="one page timed out"
    ),
    pytest.param([link()], [], [coverage(error_reasons=("http_404 1",))], [("gone", None, "site_read")], id="one page is gone"),
    pytest.param([link()], [], [coverage(robots_blocked=1)], [("not_seen", None, "partial")], id="one page is forbidden"),
    pytest.param([link()], [], [coverage(pages=1)], [("not_seen", None, "partial")], id="only the seed itself was read"),
    pytest.param([link(depth=0)], [], [coverage(pages=1)], [("gone", None, "site_read")], id="the seed itself was read"),
    pytest.param(
        [link()],
        [],
        [coverage(outcome="partial"), COMPLETE],
        [("gone", None, "site_read")],
        id="another worker read the whole site",
    ),
    pytest.param(
        [link(relation="internal")],
        [link(PAGE, "https://target.example/b")],
        [COMPLETE],
        [("new", None, None), ("not_seen", None, "other_relation")],
        id="a relation that the newer crawl did not keep",
    ),
    pytest.param(
        [link(relation="internal")], [], [COMPLETE], [("not_seen", None, "other_relation")], id="a relation nobody knows of"
    ),
    pytest.param(
        [link(target="target.example/shop")],
        [link()],
        [COMPLETE],
        [("new", None, None), ("not_seen", None, "other_relation")],
        id="another target",
    ),
    pytest.param(
        [link(anchor="1", fetched_at=OCTOBER), link(anchor="2")], [link(anchor="2")], [], [], id="two crawls in the older feed"
    ),
    pytest.param(
        [link(anchor="2")], [link(anchor="1", fetched_at=OCTOBER), link(anchor="2")], [], [], id="two crawls in the newer feed"
    ),
    pytest.param(
        [link(status="live")],
        [link(status="lost", status_reason="link_removed", fetched_at=None, target=None)],
        [],
        [("gone", None, "lost")],
        id="the monitor lost it",
    ),
    pytest.param(
        [link(status="live")],
        [link(status="unchecked", status_reason="timeout")],
        [],
        [("not_seen", None, "timeout")],
        id="the monitor could not look",
    ),
    pytest.param([link(status="unchecked")], [link(status="missing")], [], [], id="still not known to the monitor"),
    pytest.param([link(status="lost")], [link(status="live")], [], [("new", None, None)], id="the monitor found it again"),
    pytest.param([link(status="lost")], [link(status="lost")], [], [], id="still lost"),
    pytest.param([link(status="lost")], [], [], [], id="lost and no longer listed"),
]


@pytest.mark.parametrize("endings", ["jsonl jsonl", "csv jsonl", "csv csv"])
@pytest.mark.parametrize(("old", "new", "seeds", "expected"), CASES)
def test_what_became_of_links(
    tmp_path: Path,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    seeds: list[dict[str, Any]],
    expected: list[tuple[Any, ...]],
    endings: str,
) -> None:
    counts, rows = compare(tmp_path, old, new, *seeds, endings=endings)
    assert [(row["change"], row["changed"], row["evidence"]) for row in rows] == expected
    assert counts.are_same == (not expected)
    assert counts.changes == Counter(change for change, *_ in expected)


def test_a_changed_row_says_what_was_before(tmp_path: Path) -> None:
    _, (row,) = compare(tmp_path, [link(rel=("ugc", "nofollow"))], [link(rel=())])
    assert (row["rel"], row["before"]) == ([], ["rel: ugc | nofollow"])


def test_an_unreadable_line_of_the_newer_feed_may_be_the_link(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old.jsonl", [link()]), tmp_path / "new.jsonl"
    new.write_bytes(encode_json(link(to="https://target.example/b")) + b'\n{"url_from": "https://blog.exa')
    bad: list[int] = []
    request = ComparisonRequest(open_feed(str(old)), open_feed(str(new)))
    counts = compare_feeds(request, None, lambda _, line: bad.append(line.number))
    assert counts.evidence == {"unreadable_lines": 1}
    assert counts.changes == {"new": 1, "not_seen": 1}
    assert bad == [2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(b"url_from,url_to\r\n", "no column seed", id="a feed"),
        pytest.param(b"", "no column seed", id="an empty file"),
        pytest.param(encode_csv([COVERAGE_COLUMNS]) + b"a,b\r\n", "is not a coverage file", id="a torn line"),
        pytest.param(encode_csv([COVERAGE_COLUMNS, ["x"] * len(COVERAGE_COLUMNS)]), "is not a coverage file", id="no numbers"),
    ],
)
def test_a_file_that_is_no_coverage_is_refused(tmp_path: Path, text: bytes, problem: str) -> None:
    (tmp_path / "coverage.csv").write_bytes(text)
    feed = open_feed(str(write(tmp_path / "rows.jsonl", [link()])))
    with pytest.raises(FeedError, match=problem):
        compare_feeds(ComparisonRequest(feed, feed, coverage=[str(tmp_path / "coverage.csv")]), None, lambda _, __: None)


ADDRESSES = st.sampled_from([f"https://target.example/{path}" for path in ("", "b", "b?utm_source=x", "#c")])
LINKS = st.builds(
    link,
    st.sampled_from([PAGE, f"{PAGE}#top", "https://blog.example/b", "https://other.example/"]),
    ADDRESSES,
    anchor=st.sampled_from(["oak", "Oak ", "=1", None]),
    rel=st.sampled_from([(), ("nofollow",), None]),
    relation=st.sampled_from(["backlink", "internal"]),
    target=st.sampled_from(["target.example", "rival.example", None]),
    seed=st.sampled_from(["blog.example", "other.example"]),
    depth=st.sampled_from([0, 1]),
    fetched_at=st.sampled_from([OCTOBER, NOVEMBER]),
)
FEEDS = st.lists(LINKS, max_size=8)
SEEDS = st.lists(
    st.builds(
        coverage,
        seed=st.sampled_from(["blog.example", "other.example"]),
        outcome=st.sampled_from(["complete", "partial", "blocked"]),
        pages=st.sampled_from([1, 9]),
        pending=st.sampled_from([0, 1]),
    ),
    max_size=2,
    unique_by=lambda row: row["seed"],
)


def latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the latest fetch of each page and target; a row without a target is of all."""
    winners: dict[Any, Any] = {}
    for row in rows:
        page, fetch = (canonical_url(row["url_from"]), row["target"]), (row["url_from"], row["seed"], row["fetched_at"])
        if page not in winners or microseconds_of(fetch[2]) >= microseconds_of(winners[page][2]):
            winners[page] = fetch

    def is_replaced(row: dict[str, Any]) -> bool:
        page = canonical_url(row["url_from"])
        later = winners.get((page, None)) if row["target"] else None
        return later is not None and microseconds_of(later[2]) > microseconds_of(row["fetched_at"])

    return [
        row
        for row in rows
        if winners[canonical_url(row["url_from"]), row["target"]] == (row["url_from"], row["seed"], row["fetched_at"])
        and not is_replaced(row)
    ]


def keyed(rows: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """The rows by page, target, address and occurrence."""
    seen: Counter[Any] = Counter()
    found = {}
    for row in latest(rows):
        key = canonical_url(row["url_from"]), row["target"], canonical_url(row["url_to"])
        seen[key] += 1
        found[*key, seen[key]] = row
    return found


def naive(old: list[dict[str, Any]], new: list[dict[str, Any]], seeds: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """What a comparison in memory says, by change."""
    before, after = keyed(old), keyed(new)
    said: dict[str, list[Any]] = defaultdict(list)
    for key, row in after.items():
        if key not in before:
            said["new"].append(row)
        elif differing := [
            column
            for column in WATCHED_COLUMNS
            if column in row
            and before[key][column] != row[column]
            and (column == "anchor" or None not in (before[key][column], row[column]))
        ]:
            said["changed"].append((row, differing))
    whole = {row["seed"]: row["pages"] for row in seeds if row["outcome"] == "complete" and not row["pending"]}
    for key, row in before.items():
        if key in after:
            continue
        kept = {(other["relation"], other["target"]) for other in new}
        is_kept = (row["relation"], row["target"]) in kept if new else row["relation"] == "backlink"
        is_page_read = any(other[0] == key[0] and other[1] in (key[1], None) for other in after)
        pages = whole.get(row["seed"], 0)
        is_proven = is_kept and (is_page_read or pages > 1 or (pages == 1 and row["depth"] == 0))
        said["gone" if is_proven else "not_seen"].append(row)
    return said


@settings(max_examples=150)
@given(old=FEEDS, new=FEEDS, seeds=SEEDS)
def test_it_says_what_a_naive_comparison_says(old: list[Any], new: list[Any], seeds: list[Any]) -> None:
    check_against_naive(old, new, seeds)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(old=FEEDS, new=FEEDS, seeds=SEEDS)
def test_it_says_so_of_a_thousand_pairs(old: list[Any], new: list[Any], seeds: list[Any]) -> None:
    check_against_naive(old, new, seeds)


def check_against_naive(old: list[Any], new: list[Any], seeds: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, rows = compare(Path(folder), old, new, *seeds)
    expected = naive(old, new, seeds)
    assert Counter(row["change"] for row in rows) == Counter({change: len(links) for change, links in expected.items()})
    for change in ("new", "gone", "not_seen"):
        said = [[row[column] for column in ("url_from", "url_to", "anchor")] for row in rows if row["change"] == change]
        assert said == [[row[column] for column in ("url_from", "url_to", "anchor")] for row in expected[change]]
    assert [row["changed"] for row in rows if row["change"] == "changed"] == [names for _, names in expected["changed"]]


@given(feed=FEEDS)
@settings(max_examples=50)
def test_a_feed_is_the_same_as_itself_in_another_format(feed: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counts, rows = compare(Path(folder), feed, feed, endings="csv jsonl")
    assert rows == []
    assert counts.are_same


@pytest.mark.parametrize(
    ("old", "new", "is_minor"),
    [
        ("Oak Chair", "oak chair", True),
        ("oak-chair!", "oak chair", True),
        ("oak", "oaks", False),
        ("", "!", False),
        (None, "", False),
    ],
)
def test_case_blanks_and_punctuation_are_minor(old: str | None, new: str, *, is_minor: bool) -> None:
    assert is_minor_anchor_change(old, new) is is_minor


def test_the_command_ends_as_diff_does(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old.csv", [link()]), write(tmp_path / "new.jsonl", [link(anchor="=ash")])
    write(tmp_path / "coverage.csv", [coverage()])
    same = scrapy("compare", "old.csv", "old.csv", folder=tmp_path)
    assert (same.code, same.output.splitlines()[0]) == (0, "The feeds have the same links")
    different = scrapy("compare", old.name, new.name, "--coverage", "coverage.csv", "-o", "changes.csv", folder=tmp_path)
    assert different.code == 1, different.log
    header, row, _ = (tmp_path / "changes.csv").read_text("utf-8-sig").split("\n")
    assert header.startswith("change,changed,relation,url_from,url_to,anchor,")
    assert row.startswith("changed,anchor,backlink,https://blog.example/a,https://target.example/,'=ash,")
    trouble = scrapy("compare", old.name, new.name, "-o", "missing/changes.csv", folder=tmp_path)
    assert (trouble.code, len(trouble.log.splitlines())) == (2, 1)
    assert "could not be written" in trouble.log


def test_the_changes_can_be_a_workbook(tmp_path: Path) -> None:
    write(tmp_path / "old.csv", [link()])
    write(tmp_path / "new.jsonl", [link(anchor="=ash")])
    run = scrapy("compare", "old.csv", "new.jsonl", "-o", "changes.xlsx", folder=tmp_path)
    assert run.code == 1, run.log
    assert scrapy("compare", "old.csv", "new.jsonl", "-o", "changes.csv", folder=tmp_path).code == 1
    header, row = CalamineWorkbook.from_path(tmp_path / "changes.xlsx").get_sheet_by_name("Changes").to_python()
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert header == next(csv.reader(file))
    assert dict(zip(map(str, header), row, strict=True))["anchor"] == "=ash"


WRONG = [
    pytest.param(["a.csv"], "name two feeds", id="one feed"),
    pytest.param(["rows.jsonl", "missing.jsonl"], "No such file", id="a feed that is missing"),
    pytest.param(["rows.jsonl", "rows.txt"], "must be named .csv or .jsonl", id="no feed"),
    pytest.param(
        ["rows.jsonl", "rows.jsonl", "-o", "x.xml"], "must be named .csv, .jsonl or .xlsx", id="a format that is not known"
    ),
    pytest.param(["rows.jsonl", "rows.jsonl", "-o", "rows.jsonl"], "is the output too", id="an output that is a feed"),
    pytest.param(["rows.jsonl", "rows.jsonl", "--watch", "ankor"], "'ankor' is not a column", id="no column"),
]


@pytest.mark.parametrize(("words", "problem"), WRONG)
def test_wrong_calls_end_with_2_and_one_line(tmp_path: Path, words: list[str], problem: str) -> None:
    write(tmp_path / "rows.jsonl", [link()])
    run = scrapy("compare", *words, folder=tmp_path)
    assert (run.code, len(run.log.splitlines())) == (2, 1), run.log
    assert problem in run.log
