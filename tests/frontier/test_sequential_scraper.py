"""One page after the other, and what is used of Scrapy for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.scraper import Scraper
from scrapy.utils.test import get_crawler

from backlinkspider.frontier.sequential_scraper import SequentialScraper
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
    SequentialScraper.from_crawler(crawler).begin()

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
