from __future__ import annotations

import asyncio

import pytest
from scrapy import Request

from backlinkspider.exceptions import BudgetSpent, RobotsBlocked
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import RequestContext

SITE = "blog.example"


def request(number: int = 0) -> Request:
    return Request(f"https://blog.example/{number}", meta=RequestContext(SITE, SITE, depth=1).meta())


def test_a_site_has_its_pages_and_no_more() -> None:
    budget = PageBudget(max_pages=2)
    for number in range(2):
        budget.reserve(SITE)
        budget.process_request(request(number))
    budget.reserve(SITE)
    with pytest.raises(BudgetSpent):
        budget.process_request(request(2))


def test_no_limit_is_no_limit() -> None:
    budget = PageBudget(max_pages=0)
    for number in range(5_000):
        budget.reserve(SITE)
        budget.process_request(request(number))
    assert budget.has_capacity(SITE)


def test_a_redirect_or_retry_is_the_page_that_it_started_as() -> None:
    budget = PageBudget(max_pages=1)
    first = request()
    budget.process_request(first)
    budget.process_request(first.replace(url="https://blog.example/redirected"))


def test_what_is_no_page_of_a_site_is_let_through() -> None:
    PageBudget(max_pages=1).process_request(Request("https://blog.example/robots.txt"))


def test_what_robots_txt_forbids_costs_no_page_and_makes_room() -> None:
    budget = PageBudget(max_pages=1)
    for _ in range(1_001):
        assert budget.has_capacity(SITE)
        budget.reserve(SITE)
    assert not budget.has_capacity(SITE)
    budget.process_exception(request(), RobotsBlocked())
    assert budget.has_capacity(SITE)
    budget.process_request(request(1))


def test_a_request_that_is_dropped_makes_room_once() -> None:
    budget = PageBudget(max_pages=1)
    for _ in range(1_001):
        budget.reserve(SITE)
    dropped = request()
    budget.release(dropped)
    budget.release(dropped)
    budget.reserve(SITE)
    assert not budget.has_capacity(SITE)


def test_waiting_ends_when_a_site_has_nothing_left() -> None:
    async def wait() -> bool:
        budget = PageBudget(max_pages=1)
        budget.reserve(SITE)
        waiting = asyncio.ensure_future(budget.wait_for_capacity(1))
        await asyncio.sleep(0)
        was_waiting = not waiting.done()
        budget.release(request())
        await waiting
        return was_waiting

    assert asyncio.run(wait())
