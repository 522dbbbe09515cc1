"""A crawl that something closed before its end says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import options, read_json_lines, scrapy, set_options

LINK = '<a href="https://target.example/">one</a>'
PAGES = {f"https://a.example/{number}": f"{LINK}<a href=/{number + 1}>next</a>" for number in range(5)}
ARGUMENTS = {"target": "target.example", "seeds": "https://a.example/0", "profile_pages": "0", "coverage": "coverage.jsonl"}
SETTINGS = ("DOWNLOAD_DELAY=0", "BACKLINKS_LINK_CHECK_LIMIT=0", "CONCURRENT_REQUESTS=1", "STATS_DUMP=True")


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb(dict(PAGES)) as web:
        yield web


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        pytest.param("CLOSESPIDER_PAGECOUNT=2", "interrupted by the setting CLOSESPIDER_PAGECOUNT", id="pages"),
        pytest.param("CLOSESPIDER_ITEMCOUNT=1", "interrupted by the setting CLOSESPIDER_ITEMCOUNT", id="items"),
        pytest.param('EXTENSIONS={"tests.support.closer.Closer": 0}', "interrupted by 'enough'", id="an extension of the user's"),
    ],
)
def test_what_closed_a_crawl_is_said_and_its_coverage_is_partial(web: MiniWeb, tmp_path: Path, setting: str, why: str) -> None:
    given = set_options(*SETTINGS, setting)
    run = scrapy(
        "crawl", "backlinks", *options(ARGUMENTS), *given, "-O", "rows.jsonl", folder=tmp_path, environment=web.environment()
    )
    assert run.code == 130, run.log
    assert f"scrapy crawl: {why}: what was found until then is written" in run.log
    assert "'backlinks/outcome': 'interrupted'" in run.log
    rows = read_json_lines(tmp_path / "rows.jsonl")
    assert 0 < len(rows) < len(PAGES)
    assert all(row["verdict"] for row in rows)
    [coverage] = read_json_lines(tmp_path / "coverage.jsonl")
    assert coverage["outcome"] == "partial"


def test_a_crawl_that_ended_by_itself_is_finished(web: MiniWeb, tmp_path: Path) -> None:
    given = set_options(*SETTINGS, "CLOSESPIDER_PAGECOUNT=100")
    run = scrapy(
        "crawl", "backlinks", *options(ARGUMENTS), *given, "-O", "rows.jsonl", folder=tmp_path, environment=web.environment()
    )
    assert (run.code, len(read_json_lines(tmp_path / "rows.jsonl"))) == (0, 5)
