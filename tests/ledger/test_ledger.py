"""Every URL of a crawl ends once, and what is counted of it is read from one place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.arguments import parse_arguments
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.request_meta import RequestContext, request_context
from backlinkspider.signals import response_processed, seed_done

SEED = "a.example"


class Crawl:
    """A ledger with its budget and stats, without a network."""

    def __init__(self) -> None:
        self.signals = SignalManager()
        self.stats = MemoryStatsCollector(get_crawler())
        crawler: Any = SimpleNamespace(settings=Settings(), signals=self.signals, stats=self.stats)
        context = CrawlContext(crawler, parse_arguments({"target": "target.example", "seeds": SEED}))
        self.ledger, self.budget = context.get(Ledger), context.get(PageBudget)
        self.done: list[str] = []
        self.signals.connect(self.note_done, seed_done)

    def note_done(self, seed: str) -> None:
        self.done.append(seed)

    def enter(self, number: int = 0) -> Request:
        """A request that waits."""
        meta = RequestContext(SEED, SEED, depth=min(number, 1)).meta()
        return self.ledger.enter(Request(f"https://{SEED}/{number}", meta=meta))

    def finish(self, request: Request) -> None:
        self.signals.send_catch_log(response_processed, request=request, seconds=0.0)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """The URLs that were found, those that are open, and the requests that wait."""
        ((_, entry),) = self.ledger.entries()
        return entry.account.addresses, entry.account.open_urls, entry.waiting


@pytest.mark.parametrize("ending", Ending)
def test_a_url_that_ends_is_no_longer_open(ending: Ending) -> None:
    crawl = Crawl()
    request = crawl.enter()
    assert crawl.numbers == (1, 1, 1)
    crawl.ledger.record(request, ending, None if ending is Ending.PAGE else "http_404")
    crawl.finish(request)
    assert crawl.numbers == (1, 0, 0)
    assert crawl.done == [SEED]


def test_a_url_whose_page_raised_an_error_ends_too() -> None:
    crawl = Crawl()
    crawl.finish(crawl.enter())
    assert crawl.numbers == (1, 0, 0)
    assert crawl.stats.get_value("backlinks/fetch_failed/error") == 1


def test_a_request_in_the_place_of_another_is_for_the_same_url() -> None:
    crawl = Crawl()
    first = crawl.enter()
    second = crawl.ledger.replace(first, Request(f"http://{SEED}/", meta=RequestContext(SEED, SEED).meta()))
    crawl.finish(first)
    assert crawl.numbers == (1, 1, 1)
    crawl.ledger.record(second, Ending.PAGE)
    crawl.finish(second)
    assert crawl.numbers == (1, 0, 0)
    assert crawl.stats.get_value("backlinks/seeds/fetched") == 1


def test_what_enters_waits_in_the_budget_unless_it_costs_nothing() -> None:
    crawl = Crawl()
    request = crawl.enter()
    assert crawl.budget.queued_urls() == {SEED: 1}
    hop: Any = SimpleNamespace(url_to=f"https://{SEED}/new")
    crawl.ledger.enter(Request(hop.url_to, meta=request_context(request).after_redirect(hop).meta()))
    assert crawl.budget.queued_urls() == {SEED: 1}


@given(st.lists(st.sampled_from(["page", "fail", "error", "replace", "refuse", "duplicate", "wait"])))
def test_the_equation_of_coverage_holds_whatever_happens(events: list[str]) -> None:
    crawl = Crawl()
    found = waiting = 0
    for number, event in enumerate(events):
        if event == "refuse":
            crawl.ledger.refuse(SEED, "depth")
            found += 1
            continue
        request = crawl.enter(number)
        found += event != "duplicate"
        if event == "duplicate":
            crawl.ledger.note_dropped(request)
            continue
        if event == "wait":
            waiting += 1
            continue
        if event == "replace":
            again = Request(request.url, meta=RequestContext(SEED, SEED, depth=1).meta())
            crawl.ledger.replace(request, again)
            waiting += 1
        elif event != "error":
            crawl.ledger.record(request, Ending.PAGE if event == "page" else Ending.FAILED, None if event == "page" else "dns")
        crawl.finish(request)
    if events:
        assert crawl.numbers == (found, waiting, waiting)
        ((_, entry),) = crawl.ledger.entries()
        assert entry.account.endings[Ending.PAGE] == (crawl.stats.get_value("backlinks/pages") or 0)
    assert crawl.ledger.open_seeds == (waiting > 0)
