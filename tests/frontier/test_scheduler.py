"""The queue of a job: which pages it notes together, and how many a kill may cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from backlinkspider.frontier import scheduler as frontier_module
from backlinkspider.frontier.scheduler import JobScheduler
from backlinkspider.request_meta import RequestContext, request_context
from backlinkspider.spiders.backlinks import BacklinksSpider

AT_ONCE = 16
ADDRESSES = 100


@pytest.fixture
def frontier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobScheduler]:
    """The queue of a new job with some addresses, for which time stands still."""
    monkeypatch.setattr(frontier_module, "_NOTED_AFTER_SECONDS", 1_000)
    settings = Settings({"JOBDIR": str(tmp_path)})
    settings.setmodule("backlinkspider.default_settings")
    settings.set("CONCURRENT_REQUESTS", AT_ONCE)
    crawler = Crawler(BacklinksSpider, settings)
    spider = crawler.spider = BacklinksSpider.from_crawler(crawler, target="target.example", seeds="site.example")
    crawler.stats = StatsCollector(crawler)
    downloader = SimpleNamespace(active=set())
    crawler.engine = cast("ExecutionEngine", SimpleNamespace(downloader=downloader, scraper=SimpleNamespace(slot=None)))
    crawler.extensions = SimpleNamespace(middlewares=())  # type: ignore[assignment]
    frontier = JobScheduler(crawler, tmp_path)
    frontier.open(spider)
    for number in range(ADDRESSES):
        url = f"https://site.example/{number}"
        assert frontier.enqueue_request(
            Request(
                url, callback=spider.parse, errback=spider.errback, meta=RequestContext("site.example", "site.example").meta()
            )
        )
    frontier._noted = monotonic()
    yield frontier
    frontier._job.close()


@pytest.fixture
def notes(frontier: JobScheduler, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many requests were left in the queue each time that the job noted all."""
    left: list[int] = []

    def commit() -> None:
        left.append(*frontier._job.connection.execute("SELECT COUNT(*) FROM requests").fetchone())

    monkeypatch.setattr(frontier._job, "commit", commit)
    return left


def take(frontier: JobScheduler) -> list[Request]:
    """As many as the queue gives."""
    return list(iter(frontier.next_request, None))


def test_pages_that_come_quickly_are_noted_together(frontier: JobScheduler, notes: list[int]) -> None:
    for request in take(frontier)[: AT_ONCE - 1]:
        frontier.acknowledge(request)
    assert notes == [ADDRESSES - done for done in (4, 8, 12)]


def test_the_last_that_is_in_progress_is_noted_at_once(frontier: JobScheduler, notes: list[int]) -> None:
    first, *others = take(frontier)
    for request in others[:3]:
        frontier.acknowledge(request)
    assert notes == []
    for request in (*others[3:], first):
        frontier.acknowledge(request)
    assert notes[-1] == ADDRESSES - AT_ONCE


def test_what_is_not_noted_counts_as_in_progress(frontier: JobScheduler, notes: list[int]) -> None:
    requests = take(frontier)
    assert len(requests) == AT_ONCE
    for request in requests[:3]:
        frontier.acknowledge(request)
    assert frontier.next_request() is None
    frontier.acknowledge(requests[3])
    assert len(notes) == 1
    assert len(take(frontier)) == 4


def test_a_page_that_comes_late_is_noted_at_once(frontier: JobScheduler, notes: list[int]) -> None:
    request, *_ = take(frontier)
    frontier._noted = monotonic() - 2_000
    frontier.acknowledge(request)
    assert notes == [ADDRESSES - 1]


def test_nothing_is_noted_while_a_large_page_is_half_processed(frontier: JobScheduler, notes: list[int]) -> None:
    pages = frontier._pages
    assert pages is not None
    requests = take(frontier)
    pages._stands_aside = True
    for request in requests[:-1]:
        frontier.acknowledge(request)
    frontier._noted = monotonic() - 2_000
    assert frontier.next_request() is None
    assert notes == []
    pages._stands_aside = False
    frontier.acknowledge(requests[-1])
    assert notes == [ADDRESSES - AT_ONCE]


def test_what_was_left_is_noted_when_the_next_is_asked_for(frontier: JobScheduler, notes: list[int]) -> None:
    request, *_ = take(frontier)
    frontier.acknowledge(request)
    assert notes == []
    frontier._noted = monotonic() - 2_000
    assert frontier.next_request() is not None
    assert notes == [ADDRESSES - 1]


def test_a_request_that_is_taken_knows_its_group_and_a_seed_has_none(frontier: JobScheduler) -> None:
    spider = frontier._crawler.spider
    assert isinstance(spider, BacklinksSpider)
    meta = RequestContext("other.example", "other.example", depth=1).meta()
    frontier.enqueue_request(Request("https://other.example/blog/oak", callback=spider.parse, errback=spider.errback, meta=meta))
    groups = {request.url.split("/")[2]: request_context(request).group for request in take(frontier)}
    assert groups == {"site.example": None, "other.example": "other.example/blog/*"}


def test_what_is_left_out_is_gone_and_notes_nothing(frontier: JobScheduler, notes: list[int]) -> None:
    wanted = ["https://site.example/7", "https://site.example/17"]
    frontier._should_drop = lambda request: request.url not in wanted
    assert [request.url for request in take(frontier)] == wanted
    assert notes == []
    assert sum(frontier._requests.by_site().values()) == 2
    assert not frontier.has_pending_requests()


def test_what_waits_is_ranked_by_the_words_of_the_topics_in_a_resumed_job_too(frontier: JobScheduler) -> None:
    spider, crawler = frontier._crawler.spider, frontier._crawler
    assert isinstance(spider, BacklinksSpider)
    # More than are read ahead of the others.
    for path, text in (*((f"bread-{number}", "") for number in range(100)), ("1", "An old clock"), ("clocks", "")):
        context = RequestContext("other.example", "other.example", depth=1, link_text=text)
        request = Request(f"https://other.example/{path}", spider.parse, errback=spider.errback, meta=context.meta(), priority=-2)
        assert frontier.enqueue_request(request)
    frontier._commit()
    frontier._job.close()
    resumed = JobScheduler(crawler, frontier._folder)
    resumed.open(spider)
    first = [request for request in take(resumed) if "other.example" in request.url]
    assert {request_context(request).link_text for request in first} == {""}
    resumed.learn_topics(frozenset({"clock"}))
    for request in first:
        resumed.acknowledge(request)
    following = [request for request in take(resumed) if "other.example" in request.url]
    assert [request.url.rpartition("/")[2] for request in following][:2] == ["1", "clocks"]
    assert {request_context(request).link_text for request in following} == {None}
    resumed._job.close()
