"""One page after the other, and what is used of Scrapy for it."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.scraper import Scraper
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from backlinkspider.downloader.responses import is_large
from backlinkspider.scraper import sequential_scraper
from backlinkspider.scraper.sequential_scraper import Aside, SequentialScraper
from backlinkspider.signals import response_processed


def test_scrapy_has_what_is_used_of_it() -> None:
    SequentialScraper(get_crawler())


async def other_scrape(self: Scraper, answer: Any) -> None:
    """As another version of Scrapy might have it."""


@pytest.mark.parametrize("name", ["_scrape", "handle_spider_output_async", "_process_spidermw_output_async"])
def test_another_scraper_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Scraper, name, other_scrape)
    with pytest.raises(RuntimeError, match=rf"made for Scrapy 2\.19: Scraper\.{name} of Scrapy"):
        SequentialScraper(get_crawler())


class SlowScraper:
    """Stands in for Scrapy's, and notes what it is at."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def _scrape(self, result: str, request: Request) -> None:
        self.steps.append(f"begins {result}")
        await asyncio.sleep(0)
        if result == "broken":
            raise ValueError(result)
        self.steps.append(f"ends {result}")

    async def handle_spider_output_async(self) -> None:
        """Its place is taken."""


def test_a_page_begins_when_the_one_before_is_done_also_after_an_error() -> None:
    crawler = get_crawler()
    scraper = SlowScraper()
    crawler.engine = type("Engine", (), {"scraper": scraper})()
    done: list[str] = []

    def note(request: Request) -> None:
        done.append(request.url)
        scraper.steps.append("done")

    crawler.signals.connect(note, response_processed)
    SequentialScraper(crawler).begin()

    async def scrape_three() -> list[Any]:
        requests = [Request(f"https://a.example/{number}") for number in range(3)]
        names = ["first", "broken", "last"]
        pages = [scraper._scrape(name, request) for name, request in zip(names, requests, strict=True)]
        return await asyncio.gather(*pages, return_exceptions=True)

    outcomes = asyncio.run(scrape_three())
    assert scraper.steps == [
        "begins first",
        "ends first",
        "done",
        "begins broken",
        "done",
        "begins last",
        "ends last",
        "done",
    ]
    assert done == ["https://a.example/0", "https://a.example/1", "https://a.example/2"]
    assert isinstance(outcomes[1], ValueError)


LARGE = 1_100_000


class LargePages(SlowScraper):
    """Reads a large page until a small one is done."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = SimpleNamespace(active_size=LARGE)
        self.sizes: list[int] = []
        self.large_begins = asyncio.Event()
        self.small_is_done = threading.Event()
        self.pages: SequentialScraper

    async def _scrape(self, result: Any, request: Request) -> None:
        self.sizes.append(self.slot.active_size)
        if result == "small":
            self.steps.append(f"small, amid a page: {self.pages.is_amid_page}")
            self.small_is_done.set()
            return
        self.steps.append("large begins")
        self.large_begins.set()
        assert await self.pages.stand_aside(self.small_is_done.wait, timeout=60)
        self.steps.append(f"large ends, amid a page: {self.pages.is_amid_page}")


def test_a_large_page_waits_while_others_take_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequential_scraper, "_LOOK_SECONDS", 0.01)
    pages = SequentialScraper(get_crawler())
    has_waited: list[str] = []

    async def wait(name: str, at_most: float) -> None:
        await pages._wait_until_idle(at_most=at_most)
        has_waited.append(name)

    async def be_busy() -> None:
        long, short = asyncio.ensure_future(wait("long", 60)), asyncio.ensure_future(wait("short", 0.03))
        while not short.done():
            pages._busy_seconds += 1
            await asyncio.sleep(0)
        assert not long.done()
        await long

    asyncio.run(be_busy())
    assert has_waited == ["short", "long"]


def test_others_are_processed_while_a_large_page_is_read() -> None:
    crawler = get_crawler()
    scraper = LargePages()
    crawler.engine = type("Engine", (), {"scraper": scraper})()
    scraper.pages = pages = SequentialScraper(crawler)
    costs: list[tuple[str, float]] = []

    def note(request: Request, seconds: float) -> None:
        costs.append((request.url[-1], seconds))

    crawler.signals.connect(note, response_processed)
    pages.begin()

    async def scrape() -> None:
        large = HtmlResponse("https://a.example/", body=b"x" * LARGE)
        reading = asyncio.ensure_future(scraper._scrape(large, Request("https://a.example/l")))
        await scraper.large_begins.wait()
        await scraper._scrape("small", Request("https://b.example/s"))
        await reading

    asyncio.run(scrape())
    assert scraper.steps == ["large begins", "small, amid a page: True", "large ends, amid a page: False"]
    assert scraper.sizes == [0, 0]
    assert scraper.slot.active_size == LARGE
    assert [name for name, _ in costs] == ["s", "l"]
    assert all(seconds >= 0 for _, seconds in costs)


class TalkativePage(SlowScraper):
    """Lets others have their turn while it reads a large page, and looks what they did."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = SimpleNamespace(active_size=LARGE)
        self.pages: SequentialScraper

    async def _scrape(self, result: Any, request: Request) -> None:
        asyncio.get_running_loop().call_soon(self.steps.append, "answer of a server")
        await self.pages.let_others()
        self.steps.append("goes on")


def test_a_large_page_lets_answers_come_in_where_no_page_waits() -> None:
    crawler = get_crawler()
    scraper = TalkativePage()
    crawler.engine = type("Engine", (), {"scraper": scraper})()
    scraper.pages = SequentialScraper(crawler)
    scraper.pages.begin()
    large = HtmlResponse("https://a.example/", body=b"x" * LARGE)
    asyncio.run(scraper._scrape(large, Request("https://a.example/")))
    assert scraper.steps == ["answer of a server", "goes on"]


def test_for_an_ordinary_page_nobody_else_has_a_turn() -> None:
    pages = SequentialScraper(get_crawler())
    assert asyncio.run(pages.stand_aside(threading.get_ident)) == threading.get_ident()


def test_what_is_large() -> None:
    assert not is_large(HtmlResponse("https://a.example/", body=b"<p>" * 9_000))
    assert is_large(HtmlResponse("https://a.example/", body=b"<p>text." * 10_001))
    assert not is_large(HtmlResponse("https://a.example/", body=b"text " * 100_000))
    assert is_large(HtmlResponse("https://a.example/", body=b"text " * 300_000))
    assert is_large(HtmlResponse("https://a.example/", body=b"\x1f\x8b" + bytes(60_000)))


class Callbacks:
    """Stands in for Scrapy's scraper, and takes outputs."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []
        self.handle_spider_error = self.outputs.append

    async def _process_spidermw_output_async(self, output: Any, response: Any) -> None:
        self.outputs.append(output)

    async def _scrape(self, result: Any, request: Request) -> None:
        """Its place is taken."""


def test_a_function_that_a_callback_yields_is_called_in_its_turn() -> None:
    crawler = get_crawler()
    scraper = Callbacks()
    crawler.engine = type("Engine", (), {"scraper": scraper})()
    pages = SequentialScraper(crawler)
    pages.begin()
    outputs = ["first", Aside(lambda: scraper.outputs.append("aside")), "last"]
    response = HtmlResponse("https://a.example/")
    asyncio.run(pages._process_outputs(outputs, Request("https://a.example/"), response))
    assert scraper.outputs == ["first", "aside", "last"]
