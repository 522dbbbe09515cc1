"""What DuckDB says of feeds is what a plain count over the same rows says, and no feed is too bad for one clear line."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.merge import merge_feeds, open_feeds
from backlinkspider.feeds.reader import open_feed
from backlinkspider.items import COVERAGE_COLUMNS, Cell
from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.tables import FeedTables, Summary, open_database, open_tables
from tests.support.feed_rows import random_rows, write_feed

RANKS = {"good": 1, "neutral": 2, "review": 3, "bad": 4}


def backlinks_of(rows: Iterable[FeedRow]) -> list[FeedRow]:
    return [row for row in rows if row["relation"] == "backlink"]


def counted(rows: Iterable[FeedRow]) -> list[FeedRow]:
    return [row for row in backlinks_of(rows) if not row["page_is_copy"]]


def read_rows(path: Path) -> list[FeedRow]:
    return [row for row in open_feed(str(path)).rows() if not isinstance(row, BadLine)]


def page_of(row: FeedRow) -> str:
    return str(row["url_to"]).partition("#")[0]


def rank(verdict: object) -> int:
    return RANKS.get(str(verdict), 5)


def cells_of(row: Mapping[str, object]) -> str:
    """A row in a form that compares lists with tuples; an empty list in CSV may be unknown."""
    return json.dumps([row[column] or None if isinstance(row[column], (list, tuple)) else row[column] for column in COLUMNS])


def by(rows: Iterable[FeedRow], *columns: str) -> dict[tuple[object, ...], list[FeedRow]]:
    groups: dict[tuple[object, ...], list[FeedRow]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def answers(tables: FeedTables, name: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in tables.query(name).dicts()]


@pytest.mark.parametrize(("name", "seed"), [("feed.jsonl", 1), ("feed.csv", 2), ("feed.jsonl.gz", 3), ("feed.csv.gz", 4)])
def test_every_summary_is_what_a_plain_count_gives(tmp_path: Path, name: str, seed: int) -> None:
    path = write_feed(tmp_path / name, random_rows(seed, 150))
    plain = write_feed(tmp_path / f"plain-{name.removesuffix('.gz')}", random_rows(seed, 150))
    rows = counted(read_rows(plain))
    with open_tables([str(path)]) as tables:
        check_counters(tables.one("summary"), rows)
        check_domains(tables, rows)
        check_anchors(tables, rows)
        check_pages(tables, rows)
        check_tasks(tables, rows)
        check_networks(tables, rows)
        check_small_tables(tables, rows)


def check_counters(counters: dict[str, object], rows: Sequence[FeedRow]) -> None:
    verdicts = Counter(str(row["verdict"] or "unknown") for row in rows)
    assert {verdict: counters[verdict] for verdict in ("good", "neutral", "review", "bad", "unknown")} == {
        verdict: verdicts[verdict] for verdict in ("good", "neutral", "review", "bad", "unknown")
    }
    expected = {
        "backlinks": len(rows),
        "referring_domains": len({row["domain_from"] for row in rows}),
        "referring_pages": len({row["url_from"] for row in rows}),
        "target_pages": len({page_of(row) for row in rows}),
        "dofollow": sum(row["dofollow"] is True for row in rows),
        "nofollow": sum(row["dofollow"] is False for row in rows),
        "good_domains": len({row["domain_from"] for row in rows if row["verdict"] == "good"}),
        "broken": sum(row["is_broken"] is True for row in rows),
        "checked": sum(row["is_broken"] is not None for row in rows),
        "broken_target_pages": len({page_of(row) for row in rows if row["is_broken"]}),
        "to_mend": sum(row["to_do"] == "mend" for row in rows),
        "to_look_at": sum(row["to_do"] == "look" for row in rows),
        "last_fetch": max(str(row["fetched_at"]) for row in rows),
    }
    assert {name: counters[name] for name in expected} == expected


def check_domains(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    found = {str(row["domain"]): row for row in tables.query(Summary.DOMAINS).dicts()}
    groups = by(rows, "domain_from")
    assert found.keys() == {domain for (domain,) in groups}
    for (domain,), links in groups.items():
        row = found[str(domain)]
        qualities = [int(link["quality"]) for link in links if isinstance(link["quality"], int)]
        anchors = Counter(str(link["anchor"]) for link in links if link["anchor"])
        top = sorted(anchors, key=lambda anchor: (-anchors[anchor], anchor.encode()))[:3]
        assert row["backlinks"] == len(links)
        assert row["pages"] == len({link["url_from"] for link in links})
        assert row["dofollow"] == sum(link["dofollow"] is True for link in links)
        assert row["best_quality"] == max(qualities, default=None)
        assert rank(row["best_verdict"]) == min(rank(link["verdict"]) for link in links)
        assert (row["anchors"], row["top_anchors"] or ()) == (len(anchors), tuple(top))
        assert row["to_do"] == sum(link["to_do"] is not None for link in links)
    ranks = [rank(row["best_verdict"]) for row in found.values()]
    assert ranks == sorted(ranks)


def check_anchors(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    found = answers(tables, Summary.ANCHORS, "anchor", "anchor_type", "referring_domains", "share_of_domains", "backlinks")
    domains = len({row["domain_from"] for row in rows})
    merged: dict[tuple[object, object], list[FeedRow]] = defaultdict(list)
    for row in rows:
        merged[row["anchor"] or "", row["anchor_type"] or "other"].append(row)
    for anchor, kind, using, share, number in found:
        links = merged[anchor, kind]
        assert using == len({link["domain_from"] for link in links})
        assert share == pytest.approx(len({link["domain_from"] for link in links}) / domains, abs=1e-4)
        assert number == len(links)
    assert len(found) == len(merged)


def check_pages(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    found = {str(row["target_page"]): row for row in tables.query(Summary.PAGES).dicts()}
    assert found.keys() == {page_of(row) for row in rows}
    for page, row in found.items():
        links = [link for link in rows if page_of(link) == page]
        assert row["backlinks"] == len(links)
        assert row["referring_domains"] == len({link["domain_from"] for link in links})
        assert (row["is_broken"] is True) == any(link["is_broken"] for link in links)
    broken = [row["is_broken"] is True for row in found.values()]
    assert broken == sorted(broken, reverse=True)


def check_tasks(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    found = Counter(task for (task,) in answers(tables, Summary.TODO, "task"))
    assert found["mend"] == sum(row["to_do"] == "mend" for row in rows)
    assert found["bad"] == sum(row["verdict"] == "bad" for row in rows)
    assert found["review"] == sum(row["verdict"] == "review" for row in rows)
    reciprocity: dict[object, list[object]] = defaultdict(list)
    for row in rows:
        reciprocity[row["domain_from"]].append(row["reciprocal"])
    known = [any(seen) for seen in reciprocity.values() if any(value is not None for value in seen)]
    is_excess = sum(known) >= max(5, 0.33 * len(known))
    assert found["reciprocal"] == (sum(row["reciprocal"] is True for row in rows) if is_excess else 0)
    assert all(row["why"] for row in tables.query(Summary.TODO).dicts() if row["task"] == "mend")


def check_networks(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    found = answers(tables, Summary.NETWORKS, "domain", "members", "backlinks")
    groups = by([row for row in rows if row["link_farm"]], "domain_from", "link_farm")
    expected = [(domain, farm, len(links)) for (domain, farm), links in groups.items() if isinstance(farm, tuple)]
    assert sorted(found, key=str) == sorted(expected, key=str)


def check_small_tables(tables: FeedTables, rows: Sequence[FeedRow]) -> None:
    for name, column, unknown in (
        ("anchor_kinds", "anchor_type", "unknown"),
        ("languages", "page_from_language", "unknown"),
    ):
        found = {row[0]: row[1] for row in tables.query(name).rows}
        assert found == Counter(row[column] or unknown for row in rows)
    positions = {row[:2]: row[2] for row in tables.query("positions").rows}
    assert positions == Counter((row["position"] or "unknown", row["link_type"]) for row in rows)
    measured = [row for row in rows if isinstance(row["quality"], int)]
    qualities = {row[:2]: row[2] for row in tables.query("qualities").rows}
    assert qualities == Counter((min(90, int(str(row["quality"])) // 10 * 10), row["verdict"]) for row in measured)


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.csv"])
def test_rows_come_back_as_the_reader_of_feeds_gives_them(tmp_path: Path, name: str) -> None:
    path = write_feed(tmp_path / name, random_rows(1, 200))
    expected = backlinks_of(read_rows(path))
    with open_tables([str(path)], columns=tuple(LINK_TYPES)) as tables:
        table = tables.links(COLUMNS)
        assert table.columns == COLUMNS
        found = list(table.dicts())
    ranks = [(row["domain_from"], rank(row["verdict"])) for row in found]
    assert ranks == sorted(ranks, key=str)
    for row in expected:
        row["verdict"] = row["verdict"] or "unknown"
    assert sorted(map(cells_of, found)) == sorted(map(cells_of, expected))


def test_of_several_feeds_the_latest_fetch_of_a_page_counts_as_in_a_merge(tmp_path: Path) -> None:
    paths = [str(write_feed(tmp_path / f"day{day}.jsonl", random_rows(day, 40))) for day in range(3)]
    merged = str(tmp_path / "merged.jsonl")
    merge_feeds(open_feeds(paths, merged), merged, lambda *_: None)
    expected = backlinks_of(read_rows(Path(merged)))
    with open_tables([str(tmp_path / "day*.jsonl")]) as tables:
        found = [tuple(row) for row in tables.links(["url_from", "fetched_at", "anchor"]).rows]
    assert sorted(found, key=str) == sorted(((row["url_from"], row["fetched_at"], row["anchor"]) for row in expected), key=str)


def test_parquet_is_read_like_the_others(tmp_path: Path) -> None:
    import duckdb  # noqa: PLC0415 - only this test writes such a file

    path = write_feed(tmp_path / "feed.jsonl", random_rows(3, 100))
    target = tmp_path / "feed.parquet"
    duckdb.execute(f"COPY (FROM read_json('{path}')) TO '{target}'")
    with open_tables([str(path)]) as one, open_tables([str(target)]) as other:
        for name in ("summary", *Summary):
            assert list(one.query(name).rows) == list(other.query(name).rows)


def test_a_table_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    path = tmp_path / "german.csv"
    path.write_bytes(
        b"\xef\xbb\xbfurl_from;anchor;dofollow;domain_from;domain_from_pagerank\r\n"
        b'https://a.example/;\'=1;TRUE;a.example;0,127\r\nhttps://b.example/;"two; halves";FALSE;b.example;0,5\r\n'
    )
    with open_tables([str(path)]) as tables:
        found = list(tables.links(["url_from", "anchor", "dofollow", "domain_from_pagerank"]).rows)
    assert found == [("https://a.example/", "=1", True, 0.127), ("https://b.example/", "two; halves", False, 0.5)]


def test_columns_that_are_missing_are_named_and_sites_are_hosts(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("url_from,url_to\r\nhttps://www.a.example:8080/x,https://target.example/\r\n", encoding="utf-8")
    with open_tables([str(path)]) as tables:
        assert tables.feeds[0].missing == ("relation", "anchor", "dofollow", "domain_from", "fetched_at")
        assert not tables.feeds[0].has_verdicts
        assert answers(tables, Summary.DOMAINS, "domain", "backlinks") == [("www.a.example", 1)]


def test_torn_and_strange_lines_are_counted_and_the_others_read(tmp_path: Path) -> None:
    lines = [json.dumps({"url_from": f"https://a.example/{number}", "relation": "backlink"}).encode() for number in range(3)]
    strange = [
        b"[1, 2]",
        b"nonsense",
        b'{"url_from": {"a": 1}}',
        b'{"url_from": "javascript:alert(1)"}',
        b"\xff\xfe",
        b"{" * 2_000,
    ]
    path = tmp_path / "torn.jsonl"
    path.write_bytes(b"\n".join([*lines, *strange, b"", b'{"url_from": "https://a.exa']))
    with open_tables([str(path)]) as tables:
        assert (tables.feeds[0].rows, tables.feeds[0].skipped) == (3, 7)
    table = tmp_path / "torn.csv"
    table.write_bytes(b"url_from,anchor\r\nhttps://a.example/,x\r\nhttps://b.example/\r\nhttps://c.example/,y,z\r\nhttps://d")
    with open_tables([str(table)]) as tables:
        assert (tables.feeds[0].rows, tables.feeds[0].skipped) == (1, 3)


def test_the_memory_is_enough_whatever_the_number_of_cores() -> None:
    with open_database(256) as database:
        threads = database.execute("SELECT current_setting('threads')").fetchone()
    assert threads == (2,)


@pytest.mark.parametrize("size", [1_000, 3 * 1024 * 1024, 20 * 1024 * 1024])
def test_a_row_of_many_megabytes_is_read_with_the_others(tmp_path: Path, size: int) -> None:
    rows = [
        *random_rows(1, 50),
        {**random_rows(2, 1)[0], "relation": "backlink", "url_from": "https://long.example/", "anchor": "x" * size},
    ]
    with open_tables([str(write_feed(tmp_path / "long.jsonl", rows))], memory_megabytes=256) as tables:
        assert (tables.feeds[0].rows, tables.feeds[0].skipped) == (51, 0)
        assert size in {len(str(row["anchor"])) for row in tables.links(["anchor"]).dicts()}


def test_names_with_brackets_quotes_and_stars_are_files_and_not_globs(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "a[1]*?'x.jsonl", random_rows(1, 5))
    write_feed(tmp_path / "a1bcd'x.jsonl", random_rows(2, 50))
    with open_tables([str(path)]) as tables:
        assert [feed.rows for feed in tables.feeds] == [5]


def coverage_rows() -> list[FeedRow]:
    counts: FeedRow = dict.fromkeys(COVERAGE_COLUMNS, 0) | {"error_reasons": (), "not_followed_reasons": (), "seconds": 1.5}
    return [
        {
            **counts,
            "seed": "a.example",
            "outcome": "complete",
            "pages": 10,
            "addresses": 12,
            "errors": 2,
            "error_reasons": ("http_404 2",),
        },
        {
            **counts,
            "seed": "b.example",
            "outcome": "partial",
            "pages": 5,
            "over_budget": 40,
            "not_followed": 3,
            "not_followed_reasons": ("file 3",),
        },
        {**counts, "seed": "c.example", "outcome": "blocked", "robots_blocked": 1},
    ]


@pytest.mark.parametrize("name", ["coverage.csv", "coverage.jsonl"])
def test_coverage_is_recognised_beside_feeds(tmp_path: Path, name: str) -> None:
    coverage = write_feed(tmp_path / name, coverage_rows(), COVERAGE_COLUMNS)
    feed = write_feed(tmp_path / "feed.jsonl", random_rows(1, 5))
    with open_tables([str(feed), str(coverage)]) as tables:
        assert [facts.is_coverage for facts in tables.feeds] == [False, True]
        assert answers(tables, "coverage", "outcome", "seeds", "pages") == [
            ("complete", 1, 10),
            ("partial", 1, 5),
            ("blocked", 1, 0),
        ]
        assert answers(tables, "coverage_reasons", "fate", "reason", "urls", "seeds") == [
            ("not read", "http_404", 2, 1),
            ("not read", "robots_blocked", 1, 1),
            ("not followed", "budget", 40, 1),
            ("not followed", "file", 3, 1),
        ]


def test_coverage_without_any_link_can_be_reported(tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").touch()
    coverage = write_feed(tmp_path / "coverage.csv", coverage_rows(), COVERAGE_COLUMNS)
    with open_tables([str(tmp_path / "feed.jsonl"), str(coverage)]) as tables:
        assert tables.one("summary")["backlinks"] == 0
        assert tables.one("coverage_totals")["seeds"] == 3


BAD_FEEDS: dict[str, tuple[str, bytes | None, str]] = {
    "there is none": ("none.jsonl", None, "there is no such file"),
    "the name says no form": ("feed.txt", b"x", "must be named .csv, .jsonl, .json or .parquet"),
    "an empty file": ("empty.jsonl", b"", "nothing to report: there are no rows in"),
    "an empty table": ("empty.csv", b"", "nothing to report: there are no rows in"),
    "a header alone": ("header.csv", b"url_from,anchor\r\n", "nothing to report: there are no rows in"),
    "another table": ("other.csv", b"name,price\r\noak,12\r\n", "its first line has no column url_from: name,price"),
    "a column twice": ("twice.csv", b"url_from,anchor,anchor\r\n", "it has two columns named 'anchor'"),
    "a text that is no feed": ("text.jsonl", b"Dear reader,\nhello\n", "none of its lines is a row with a url_from"),
    "no Parquet": ("no.parquet", b"PAR0", "cannot be read: "),
    "no gzip": ("no.jsonl.gz", b"plain", "cannot be read: "),
    "a torn gzip": ("torn.jsonl.gz", gzip.compress(b'{"url_from": "https://a.example/"}\n' * 2_000)[:40], "cannot be read: "),
    "an array that is torn": ("torn.json", b'[\n{"url_from": "https://a.example/"},\n{"url', "cannot be read: "),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD_FEEDS.values(), ids=BAD_FEEDS)
def test_a_bad_feed_is_one_clear_line(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FeedError) as error, open_tables([str(tmp_path / name)]):
        pass
    assert message in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_glob_that_matches_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no file has a name like this"), open_tables([str(tmp_path / "*.jsonl")]):
        pass


def test_a_hostile_name_of_a_column_is_data(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text('url_from,"\'}) --","a""b"\r\nhttps://a.example/,1,2\r\n', encoding="utf-8")
    with open_tables([str(path)]) as tables:
        assert tables.feeds[0].rows == 1


def linking(page: int, **changed: Cell) -> FeedRow:
    row: FeedRow = dict.fromkeys(COLUMNS)
    return row | {
        "relation": "backlink",
        "url_from": f"https://a.example/{page}",
        "url_to": "https://target.example/",
        "domain_from": "a.example",
        "anchor": "oak",
        "dofollow": True,
        "rel": (),
        "target": "target.example",
        "seed": "a.example",
        "depth": 1,
        **changed,
    }


def test_what_changed_since_an_earlier_feed_becomes_a_task(tmp_path: Path) -> None:
    second = "https://target.example/second"
    before = write_feed(tmp_path / "before.csv", [linking(1), linking(2), linking(2, url_to=second), linking(3)])
    now = write_feed(tmp_path / "now.jsonl", [linking(1, dofollow=False, rel=("ugc",)), linking(2), linking(4)])
    with open_tables([str(now)], before=[str(before)]) as tables:
        changes = answers(tables, "changes", "change", "url_from", "url_to")
        tasks = answers(tables, Summary.TODO, "task", "url_from", "why")
        assert tables.earlier is not None
        assert tables.earlier["backlinks"] == 4
    assert sorted(changes) == [
        ("changed", "https://a.example/1", "https://target.example/"),
        ("gone", "https://a.example/2", second),
        ("new", "https://a.example/4", "https://target.example/"),
        ("not_seen", "https://a.example/3", "https://target.example/"),
    ]
    assert tasks == [
        ("lost", "https://a.example/2", "Gone: its page was read again and does not have it."),
        (
            "nofollow",
            "https://a.example/1",
            "Marked as written by users (ugc), so it passes nothing on. In the earlier feed it was dofollow.",
        ),
    ]


def test_no_link_is_called_gone_that_may_stand_on_a_torn_line(tmp_path: Path) -> None:
    before = write_feed(tmp_path / "before.jsonl", [linking(1), linking(1, url_to="https://target.example/2")])
    now = write_feed(tmp_path / "now.jsonl", [linking(1)])
    with now.open("ab") as file:
        file.write(b'{"url_from": "https://a.exa')
    with open_tables([str(now)], before=[str(before)]) as tables:
        assert answers(tables, "changes", "change") == [("not_seen",)]
        assert answers(tables, Summary.TODO, "task") == []


def test_rows_of_the_monitor_say_what_is_lost(tmp_path: Path) -> None:
    columns = ("status", "status_reason", *COLUMNS)
    rows = [
        {**linking(1), "status": "live"},
        {**linking(2), "status": "lost", "status_reason": "link_removed", "relation": None},
        {**linking(3), "status": "unchecked", "relation": None},
    ]
    path = write_feed(tmp_path / "monitor.jsonl", rows, columns)
    with open_tables([str(path)]) as tables:
        summary = tables.one("summary")
        assert (summary["backlinks"], summary["lost"], summary["unchecked"]) == (1, 1, 1)
        assert answers(tables, Summary.TODO, "task", "why") == [("lost", "Gone (link_removed).")]
