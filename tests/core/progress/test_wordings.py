"""What a display and a log say for a state of a crawl."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backlinkspider.core.progress.wordings import Activity, Progress, progress_line, progress_rows

READING = Progress(
    activity=Activity.READING_PAGES,
    seconds=185.2,
    seeds_done=12,
    seeds=1200,
    pages=4204,
    pages_a_second=12.34,
    waiting=33100,
    sites=30,
    only_site=None,
    rows=38,
    backlinks=38,
    referring_domains=12,
    reads_target=False,
    links_to_check=0,
    check_seconds=20.0,
    longest_seconds=3500.0,
)

ROWS = [
    pytest.param({}, "seeds", "12 of 1,200 done", id="seeds of a list"),
    pytest.param({"seeds": None}, "seeds", "12 done", id="seeds of a queue, which nobody has counted"),
    pytest.param({}, "pages", "4,204 read, 12 a second, 33,100 URLs waiting", id="pages at speed"),
    pytest.param(
        {"pages": 1, "waiting": 1, "pages_a_second": 0.04}, "pages", "1 read, 0.0 a second, 1 URL waiting", id="one page"
    ),
    pytest.param({"pages": 0, "pages_a_second": None}, "pages", "0 read, 33,100 URLs waiting", id="no page yet, so no speed"),
    pytest.param({}, "found", "38 backlinks from 12 referring domains", id="backlinks"),
    pytest.param(
        {"links_to_check": 7}, "found", "38 backlinks from 12 referring domains, 7 links to check", id="checks beside the pages"
    ),
    pytest.param({"backlinks": None}, "found", "38 rows written", id="a crawl that was not asked for backlinks"),
    pytest.param({}, "now", "reading pages of 30 sites", id="many sites"),
    pytest.param({"sites": 1, "only_site": "slow.example"}, "now", "reading pages of slow.example", id="the last site by name"),
    pytest.param({"sites": 1, "only_site": "a\x1b[2J"}, "now", "reading pages of a\ufffd[2J", id="a name that clears the screen"),
    pytest.param({"sites": 0}, "now", "reading pages of the first seeds", id="before the first request"),
    pytest.param({"activity": Activity.READING_TARGET}, "now", "reading the target", id="nothing else to read"),
    pytest.param(
        {"reads_target": True}, "now", "reading pages of 30 sites, reading the target", id="the target beside the seeds"
    ),
    pytest.param({"activity": Activity.WAITING_FOR_SEEDS}, "now", "waiting for seeds", id="a queue that is drained"),
    pytest.param(
        {"activity": Activity.CHECKING_LINKS, "links_to_check": 212, "check_seconds": 178.1},
        "now",
        "asking where 212 links lead, about 3 minutes left; Ctrl-C skips it",
        id="after the pages",
    ),
    pytest.param(
        {"activity": Activity.CHECKING_LINKS, "links_to_check": 1, "check_seconds": None},
        "now",
        "asking where 1 link leads",
        id="a link whose site has an unknown delay",
    ),
    pytest.param(
        {"activity": Activity.ENDING}, "now", "ending after the pages in progress; Ctrl-C again ends at once", id="after Ctrl-C"
    ),
    pytest.param({"activity": Activity.JUDGING}, "now", "judging the links", id="the end"),
    pytest.param({}, "time", "4 minutes, at most about 59 minutes left", id="a crawl with a budget"),
    pytest.param({"longest_seconds": None}, "time", "4 minutes", id="a crawl without a budget says nothing of its end"),
    pytest.param({"activity": Activity.ENDING}, "time", "4 minutes", id="a crawl that ends says nothing of its budget"),
    pytest.param({"longest_seconds": 7.2e5}, "time", "4 minutes, at most about 200 hours left", id="a week"),
]


@pytest.mark.parametrize(("change", "label", "text"), ROWS)
def test_a_row_says(change: dict[str, Any], label: str, text: str) -> None:
    assert dict(progress_rows(replace(READING, **change)))[label] == text


def test_the_log_says_the_same_in_one_line() -> None:
    assert progress_line(READING) == "; ".join(f"{label} {text}" for label, text in progress_rows(READING))


def test_a_row_fits_into_80_columns() -> None:
    for activity in Activity:
        for label, text in progress_rows(replace(READING, activity=activity, reads_target=True, links_to_check=10_000)):
            assert len(f"{label}  {text}") <= 80
