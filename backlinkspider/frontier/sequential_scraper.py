"""One page after the other, and word of each that is done."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterable
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.defer import aiter_errback, iter_errback
from twisted.python.failure import Failure

from backlinkspider.signals import response_processed

_MADE_FOR = "2.19"
_PARAMETERS = {
    "_scrape": ["self", "result", "request"],
    "handle_spider_output_async": ["self", "result", "request", "response"],
    "_process_spidermw_output_async": ["self", "output", "response"],
}
"""What is used of Scrapy's scraper, which promises none of it."""

_OUTPUTS_AT_ONCE = 100
"""Outputs processed before other tasks may run: a list may hold a million seeds."""


class SequentialScraper:
    """Process responses strictly one at a time, and send `response_processed` after each.

    Between two responses the state is consistent: requests queued, rows written, counters updated. Scrapy itself processes
    several at once, with two tasks and a queue for each, and does not say when the last row of one has been written.
    Raises: RuntimeError when Scrapy's scraper does not have the methods that this replaces.
    """

    def __init__(self, crawler: Crawler) -> None:
        _check_scraper()
        self._crawler = crawler
        self._one_page = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.begin, signals.spider_opened)
        return extension

    @property
    def is_busy(self) -> bool:
        """Whether a response is being processed."""
        return self._one_page.locked()

    def begin(self) -> None:
        """Replace the scraper's methods."""
        self._scraper = self._crawler.engine.scraper
        self._scrape = self._scraper._scrape  # noqa: SLF001 - checked when this was built
        self._scraper._scrape = self._scrape_one  # type: ignore[method-assign]  # noqa: SLF001
        self._scraper.handle_spider_output_async = self._process_outputs  # type: ignore[method-assign]

    async def _scrape_one(self, result: Any, request: Request) -> None:
        async with self._one_page:
            try:
                await self._scrape(result, request)
            finally:
                self._crawler.signals.send_catch_log(response_processed, request=request)

    async def _process_outputs(
        self, result: Iterable[Any] | AsyncIterator[Any], request: Request, response: Response | Failure
    ) -> None:
        """Queue each request, and send each item through the pipelines, in the order in which the spider yields them."""
        number = 0
        async for output in self._errors_counted(result, request, response):
            await self._scraper._process_spidermw_output_async(output, response)  # noqa: SLF001
            number += 1
            if not number % _OUTPUTS_AT_ONCE:
                await asyncio.sleep(0)

    def _errors_counted(
        self, result: Iterable[Any] | AsyncIterator[Any], request: Request, response: Response | Failure
    ) -> AsyncIterator[Any]:
        """The output of a callback, up to the first error in its code."""
        count_error = self._scraper.handle_spider_error
        if isinstance(result, AsyncIterator):
            return aiter_errback(result, count_error, request, response)
        return as_async_generator(iter_errback(result, count_error, request, response))


def _check_scraper() -> None:
    for name, parameters in _PARAMETERS.items():
        method = getattr(Scraper, name, None)
        if not inspect.iscoroutinefunction(method) or list(inspect.signature(method).parameters) != parameters:
            raise RuntimeError(f"made for Scrapy {_MADE_FOR}: Scraper.{name} of Scrapy {scrapy.__version__} is another")
