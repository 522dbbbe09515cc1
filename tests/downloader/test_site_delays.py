"""Politeness measured in the log of the servers, not believed. A machine that is busy makes gaps longer, not shorter."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from backlinkspider.core.html.headers import parse_retry_after
from tests.support.miniweb import Answer, MiniWeb, html, text
from tests.support.scrapy_command import crawl

TARGET_LINK = '<a href="https://target.example/">t</a>'
SLACK = 0.75
"""What a request may arrive before its time, as a share of the delay: the one before it was longer on the way."""


def gaps(web: MiniWeb, host: str) -> list[float]:
    """The seconds between the requests that a host got, one after the other."""
    times = [request.seconds for request in web.requests if request.url.split("/")[2] == host]
    return [later - earlier for earlier, later in pairwise(times)]


def site(host: str, pages: int, robots: str = "") -> dict[str, Answer | str]:
    links = "".join(f"<a href=/{number}>x</a>" for number in range(pages))
    site_pages: dict[str, Answer | str] = {f"http://{host}/{number}": f"{TARGET_LINK}{links}" for number in range(pages)}
    return {**site_pages, f"http://{host}/robots.txt": text(robots)}


@pytest.mark.parametrize("requests", [3, 30, 2_000])
def test_a_crawl_of_twenty_sites_keeps_its_delays(tmp_path: Path, requests: int) -> None:
    delays = {f"s{number}.example": 0.6 if number % 2 else 1.5 for number in range(20)}
    pages: dict[str, Answer | str] = {}
    for host, delay in delays.items():
        pages.update(site(host, 4, "User-agent: *\nCrawl-delay: 1.5\n" if delay > 1 else ""))
    with MiniWeb(pages) as web:
        seeds = ",".join(f"http://{host}/0" for host in delays)
        settings = ("DOWNLOAD_DELAY=0.6", f"CONCURRENT_REQUESTS={requests}")
        done = crawl(web, tmp_path, *settings, target="target.example", seeds=seeds)
        assert done.code == 0, done.log
        assert len(done.rows) == 80
        for host, delay in delays.items():
            assert web.most_open(host) == 1
            # robots.txt is asked for before its delay is known.
            assert min(gaps(web, host)) >= SLACK * delay, host


def test_a_crawl_delay_is_kept_up_to_a_limit(tmp_path: Path) -> None:
    robots = "User-agent: backlinkspider\nCrawl-delay: 3600\n\nUser-agent: *\nCrawl-delay: 0\n"
    with MiniWeb(site("slow.example", 3, robots)) as web:
        done = crawl(web, tmp_path, "BACKLINKS_MAX_DELAY_SECONDS=0.8", target="target.example", seeds="http://slow.example/0")
        assert done.code == 0, done.log
        assert len(done.rows) == 3
        assert min(gaps(web, "slow.example")) >= SLACK * 0.8


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_left_alone_as_long_as_it_asks_for(tmp_path: Path, status: int) -> None:
    pages: dict[str, Answer | str] = {
        **site("busy.example", 1),
        "http://busy.example/0": f"<a href=/busy>b</a>{TARGET_LINK}",
        "http://busy.example/busy": html("", status=status, headers=(("Retry-After", "1"),)),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="http://busy.example/0")
        assert f"http_{status} 1" in done.log
        assert web.fetched("http://busy.example/busy") == 2
        assert gaps(web, "busy.example")[-1] >= SLACK


def test_a_busy_host_that_asks_for_an_hour_is_not_waited_for(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        **site("busy.example", 1),
        "http://busy.example/0": html("", status=503, headers=(("Retry-After", "3600"),)),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, "BACKLINKS_MAX_DELAY_SECONDS=0.5", target="target.example", seeds="http://busy.example/0")
    assert done.code == 1
    assert "http_503 1" in done.log


NOW = datetime(2026, 11, 21, 8, tzinfo=UTC).timestamp()
RETRY_AFTER = [
    pytest.param("120", 120, id="seconds"),
    pytest.param(" 5 ", 5, id="spaces"),
    pytest.param("Sat, 21 Nov 2026 08:00:30 GMT", 30, id="a date"),
    pytest.param("Sat, 21 Nov 2026 10:00:30 +0200", 30, id="a date of another zone"),
    pytest.param("Saturday, 21-Nov-26 08:00:30 GMT", 30, id="an old kind of date"),
    pytest.param("Fri, 20 Nov 2026 08:00:00 GMT", 0, id="a date that is over"),
    pytest.param("9" * 5_000, 9_999_999_999, id="a number without end"),
    pytest.param("Sat, 99 Nov 99999 99:99:99 GMT", None, id="a date that is none"),
    pytest.param("soon", None, id="a word"),
    pytest.param("", None, id="nothing"),
    pytest.param("-5", None, id="a negative number"),
    pytest.param("٥", None, id="another digit"),
]


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds
