"""The queue in memory: whose turn it is, and what comes first within a site."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import FormRequest

from backlinkspider.frontier.memory_scheduler import MemoryScheduler
from backlinkspider.frontier.site_rotation import SiteRotation
from backlinkspider.request_meta import RequestContext, request_context


def crawler_with(active: Mapping[str, int]) -> Crawler:
    """A crawl that asks for so many pages of each site at the moment."""
    requests = {request(f"https://{site}/{page}") for site, number in active.items() for page in range(number)}
    engine = SimpleNamespace(downloader=SimpleNamespace(active=requests), scraper=SimpleNamespace(slot=None), _slot=None)
    return cast("Crawler", SimpleNamespace(engine=engine))


def request(url: str, **more: Any) -> Request:
    return Request(url, meta={"download_slot": url.split("/")[2]}, **more)


def taken(frontier: MemoryScheduler) -> list[str]:
    urls = []
    while (following := frontier.next_request()) is not None:
        urls.append(following.url.removeprefix("https://"))
    return urls


def page_request(**more: Any) -> Request:
    """A request as the spider makes it for a page that another one names."""
    meta = RequestContext("a.example", "a.example", "www.a.example", depth=2).meta()
    return Request("https://www.a.example/1", print, headers={"Referer": "https://a.example/"}, meta=meta, **more)


def page_request_between(priority: float) -> Request:
    """One whose priority somebody has set to what Scrapy would not take of a new request."""
    request = page_request()
    request.priority = priority  # type: ignore[assignment]
    return request


def attributes_of(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.attributes}


def test_sites_take_turns() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for url in ("a.example/1", "a.example/2", "a.example/3", "b.example/1", "c.example/1", "c.example/2"):
        assert frontier.enqueue_request(request(f"https://{url}"))
    assert taken(frontier) == ["a.example/1", "b.example/1", "c.example/1", "a.example/2", "c.example/2", "a.example/3"]
    assert not frontier.has_pending_requests()


def test_of_a_site_the_highest_priority_comes_first_and_then_the_first() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for path, priority in (("deep", -4), ("list", -3), ("one", -2), ("two", -2), ("sitemap", 2)):
        frontier.enqueue_request(request(f"https://a.example/{path}", priority=priority))
    assert taken(frontier) == [f"a.example/{path}" for path in ("sitemap", "one", "two", "list", "deep")]


def test_an_address_is_asked_for_once_unless_it_is_to_be_asked_again() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    outcomes = [frontier.enqueue_request(request("https://a.example/")) for _ in range(2)]
    outcomes.append(frontier.enqueue_request(request("https://a.example/", dont_filter=True)))
    assert outcomes == [True, False, True]
    assert len(taken(frontier)) == 2


def test_a_request_without_a_slot_waits_with_its_site() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for url in ("a.example/1", "b.example/1"):
        frontier.enqueue_request(request(f"https://{url}"))
    frontier.enqueue_request(Request("https://www.a.example/login", priority=1))
    assert taken(frontier) == ["www.a.example/login", "b.example/1", "a.example/1"]


def test_a_site_that_comes_back_is_last() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for url in ("a.example/1", "b.example/1", "b.example/2"):
        frontier.enqueue_request(request(f"https://{url}"))
    assert frontier.next_request() is not None
    frontier.enqueue_request(request("https://a.example/2"))
    assert taken(frontier) == ["b.example/1", "a.example/2", "b.example/2"]


def in_progress(crawler: Crawler, rotation: SiteRotation, url: str) -> Request:
    """A request that the crawl is busy with."""
    begun = request(f"https://{url}")
    rotation.begin(url.split("/", maxsplit=1)[0], begun)
    crawler.engine.downloader.active.add(begun)
    return begun


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        pytest.param({"a.example": 1}, "b.example", id="one that is not asked"),
        pytest.param({"a.example": 2, "b.example": 1, "c.example": 1}, "b.example", id="else the first of those asked for least"),
        pytest.param({"a.example": 1, "b.example": 1, "c.example": 1}, "a.example", id="else the first"),
        pytest.param(
            {"a.example": 2, "b.example": 2, "c.example": 2}, None, id="none while each has one on its way and the next"
        ),
    ],
)
def test_the_next_site_is(active: Mapping[str, int], expected: str | None) -> None:
    crawler = crawler_with({})
    turns = SiteRotation(crawler, {"a.example": 2, "b.example": 1, "c.example": 1})
    for site, number in active.items():
        for page in range(number):
            in_progress(crawler, turns, f"{site}/{page}")
    assert turns.next_site() == expected
    assert (turns.waiting_requests(), len(turns)) == (4 if expected is None else 3, 2 if expected == "b.example" else 3)


def test_a_site_has_its_turn_again_when_one_of_its_pages_is_done() -> None:
    crawler = crawler_with({})
    turns = SiteRotation(crawler, {"a.example": 3})
    first, _ = (in_progress(crawler, turns, f"a.example/{page}") for page in range(2))
    assert turns.next_site() is None
    turns.end(first, 0.01)
    assert turns.next_site() == "a.example"


def test_a_retry_takes_the_place_of_its_first_try() -> None:
    crawler = crawler_with({})
    turns = SiteRotation(crawler, {"b.example": 1})
    first = in_progress(crawler, turns, "a.example/1")
    in_progress(crawler, turns, "b.example/1")
    crawler.engine.downloader.active.remove(first)
    turns.push("a.example")
    assert turns.next_site() == "a.example"


def test_a_request_that_ended_unheard_holds_no_place() -> None:
    crawler = crawler_with({})
    turns = SiteRotation(crawler, {"a.example": 1})
    for page in range(2):
        in_progress(crawler, turns, f"a.example/{page}")
    crawler.engine.downloader.active.clear()
    assert turns.next_site() == "a.example"


def test_a_request_for_a_page_is_made_again_as_it_was() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    asked = page_request(errback=repr, priority=-4)
    frontier.enqueue_request(asked)
    following = frontier.next_request()
    assert following is not None
    assert following is not asked
    assert attributes_of(following) == attributes_of(asked)


def test_a_request_that_is_made_again_knows_its_group() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    frontier.enqueue_request(page_request())
    following = frontier.next_request()
    assert following is not None
    assert request_context(following).group == "www.a.example/#"


def test_requests_of_one_page_share_nothing_that_somebody_changes() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for number in range(2):
        frontier.enqueue_request(page_request().replace(url=f"https://www.a.example/{number}"))
    first, second = frontier.next_request(), frontier.next_request()
    assert first is not None
    assert second is not None
    first.headers["User-Agent"] = "one"
    request_context(first).budget_released = True
    assert "User-Agent" not in second.headers
    assert second.meta == page_request().meta


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(page_request(method="POST"), id="with another method"),
        pytest.param(page_request(body="q=1"), id="with a body"),
        pytest.param(page_request(cookies={"a": "b"}), id="with cookies"),
        pytest.param(page_request(flags=["again"]), id="with flags"),
        pytest.param(page_request(cb_kwargs={"page": 1}), id="with arguments of its callback"),
        pytest.param(page_request(dont_filter=True), id="that is asked again"),
        pytest.param(page_request_between(0.5), id="with half a priority"),
        pytest.param(page_request(encoding="cp1252"), id="in another encoding"),
        pytest.param(page_request().replace(meta={**page_request().meta, "retry_times": 1}), id="that carries more"),
        pytest.param(page_request().replace(cls=FormRequest), id="of another class"),
        pytest.param(Request("https://a.example/login"), id="of somebody else"),
        pytest.param(Request("https://a.example/login", meta={"seed": "a.example"}), id="of somebody else, with a word of ours"),
    ],
)
def test_any_other_request_is_kept_whole(asked: Request) -> None:
    frontier = MemoryScheduler(crawler_with({}))
    frontier.enqueue_request(asked)
    assert frontier.next_request() is asked


def test_after_many_that_are_left_out_the_engine_has_its_turn_and_goes_on() -> None:
    crawler = crawler_with({})
    frontier = MemoryScheduler(crawler)
    turns: list[int] = []
    nextcall = SimpleNamespace(schedule=lambda: turns.append(len(frontier)))
    cast("Any", crawler.engine)._slot = SimpleNamespace(nextcall=nextcall)
    for number in range(250):
        frontier.enqueue_request(request(f"https://spent.example/{number}"))
    frontier.enqueue_request(request("https://spent.example/wanted"))
    frontier._should_drop = lambda waiting: "wanted" not in waiting.url
    assert [taken(frontier) for _ in range(3)] == [[], [], ["spent.example/wanted"]]
    assert turns == [151, 51]


def test_what_is_left_out_does_not_hold_up_others() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    for number in range(5):
        frontier.enqueue_request(request(f"https://spent.example/{number}"))
    frontier.enqueue_request(request("https://b.example/1"))
    frontier._should_drop = lambda waiting: "spent" in waiting.url
    assert taken(frontier) == ["b.example/1"]
    assert not frontier.has_pending_requests()


def test_a_site_whose_pages_cost_more_than_its_share_comes_after_the_others() -> None:
    crawler = crawler_with({})
    rotation = SiteRotation(crawler)
    for page in range(2):
        in_progress(crawler, rotation, f"c.example/{page}")
    for site in ("a.example", "b.example", "c.example") * 3:
        rotation.push(site)
    rotation.end(request("https://b.example/1"), 0.9)
    assert rotation.next_site() == "a.example"
    assert rotation.next_site() == "b.example"
    rotation.end(request("https://a.example/1"), 0.9)
    rotation.end(request("https://b.example/2"), 0.9)
    assert [rotation.next_site() for _ in range(3)] == ["a.example", "a.example", "b.example"]
    # The third has enough in progress, so that the dear one has its turn all the same.
    assert rotation.next_site() == "b.example"
    assert rotation.next_site() is None


def test_cheap_pages_are_not_charged() -> None:
    rotation = SiteRotation(crawler_with({}))
    for site in ("a.example", "b.example") * 2:
        rotation.push(site)
    for _ in range(1_000):
        rotation.end(request("https://a.example/1"), 0.01)
    assert [rotation.next_site() for _ in range(2)] == ["a.example", "b.example"]


def found_request(path: str, link_text: str | None, **more: Any) -> Request:
    """A request for a page that was found before the topics of the targets are known."""
    context = RequestContext("a.example", "a.example", depth=1, link_text=link_text)
    return Request(f"https://a.example/{path}", meta=context.meta(), priority=-2, **more)


def test_what_waits_is_ranked_once_by_the_words_of_the_topics() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    waiting = [("bread", ""), ("1", "An old clock"), ("clock", None), ("clocks", "")]
    for path, text in waiting:
        frontier.enqueue_request(found_request(path, text))
    # One that Scrapy's middleware has asked for again waits as it is.
    frontier.enqueue_request(found_request("clock-again", "", dont_filter=True))
    assert taken_paths(frontier, 1) == ["bread"]
    frontier.learn_topics(frozenset({"clock"}))
    frontier.enqueue_request(found_request("late-clock", ""))
    frontier.learn_topics(frozenset({"clock"}))
    assert taken_paths(frontier) == ["1", "clocks", "clock-again", "late-clock", "clock"]


def taken_paths(frontier: MemoryScheduler, number: int = 10) -> list[str]:
    requests = [frontier.next_request() for _ in range(number)]
    return [request.url.removeprefix("https://a.example/") for request in requests if request is not None]


def test_requests_keep_their_link_text_until_the_topics_are_known() -> None:
    frontier = MemoryScheduler(crawler_with({}))
    frontier.enqueue_request(found_request("clock", "Tower"))
    request = frontier.next_request()
    assert request is not None
    assert request_context(request).link_text == "Tower"
    frontier.learn_topics(frozenset({"clock"}))
    frontier.enqueue_request(request.replace(dont_filter=True))
    again = frontier.next_request()
    assert again is not None
    assert (again.priority, request_context(again).link_text) == (1, None)
