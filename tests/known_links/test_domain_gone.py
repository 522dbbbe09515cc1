"""A link is lost with its domain when name servers have not known it for weeks, and not when they do not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backlinkspider.core.monitor.states import UNRESOLVED_DAYS
from tests.support.scrapy_command import options, read_json_lines, scrapy, set_options

HEADER = "url_from,url_to,status,misses,first_seen,unresolved_runs,unresolved_since"


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_once(folder: Path, known: str) -> list[dict[str, Any]]:
    """The rows of a run in which nobody answers; it fails, because no page could be read."""
    given = options({"target": "ours.example", "known": known})
    settings = ("TWISTED_DNS_RESOLVER=tests.support.name_servers.NoNames", "RETRY_TIMES=0", "DOWNLOAD_DELAY=0")
    words = set_options(*settings)
    run = scrapy("crawl", "monitor", *given, *words, "-O", "rows.jsonl", folder=folder)
    assert run.code == 1, run.log
    return read_json_lines(folder / "rows.jsonl")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("nights")
    lines = [
        "https://first.example/,https://ours.example/,live,0,2026-01-01T00:00:00Z,,",
        f"https://gone.example/,https://ours.example/,unchecked,0,2026-01-01T00:00:00Z,2,{days_ago(UNRESOLVED_DAYS + 1)}",
        f"https://soon.example/,https://ours.example/,unchecked,0,2026-01-01T00:00:00Z,9,{days_ago(UNRESOLVED_DAYS - 1)}",
        f"https://x.silent.example/,https://ours.example/,unchecked,0,2026-01-01T00:00:00Z,2,{days_ago(UNRESOLVED_DAYS + 1)}",
    ]
    (folder / "known.csv").write_text("\n".join([HEADER, *lines]))
    first = run_once(folder, "known.csv")
    (folder / "rows.jsonl").rename(folder / "next.jsonl")
    return [first, run_once(folder, "next.jsonl")]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(0, [("unchecked", "dns", 1), ("unchecked", "dns", 2)], id="unknown for the first time"),
        pytest.param(1, [("lost", "domain_gone", 3), ("lost", "domain_gone", 4)], id="unknown for weeks"),
        pytest.param(2, [("unchecked", "dns", 10), ("unchecked", "dns", 11)], id="unknown every night for some days"),
        pytest.param(3, [("unchecked", "dns", 2), ("unchecked", "dns", 2)], id="no name server answers"),
    ],
)
def test_what_is_said_of_a_link_on_an_unknown_host(
    nights: list[list[dict[str, Any]]], number: int, said: list[tuple[str, str, int]]
) -> None:
    rows = [night[number] for night in nights]
    assert [(row["status"], row["status_reason"], row["unresolved_runs"]) for row in rows] == said
    assert [row["misses"] for row in rows] == [0, 0]
