"""Private names of Scrapy's scraper, all of them in one place."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import scrapy
from scrapy.core.scraper import Scraper

CHECKED_WITH: Mapping[str, str] = {"scrapy": "2.19"}
"""The version of which the names below were read."""

PRIVATE_NAMES: Mapping[str, str] = {
    "_scrape": "wrap whatever Scraper calls for one response: from its start to its end no other may be processed",
    "_process_spidermw_output_async": "call whatever sends an item to the pipelines and a request to the engine",
}
"""What is used, and what to do when it goes; a test finds each use."""

_PARAMETERS = {
    "_scrape": ["self", "result", "request"],
    "handle_spider_output_async": ["self", "result", "request", "response"],
    "_process_spidermw_output_async": ["self", "output", "response"],
}

Scrape = Callable[[Any, Any], Awaitable[None]]


def check_scraper() -> None:
    """Raise RuntimeError where the scraper does not have the methods that are replaced."""
    for name, parameters in _PARAMETERS.items():
        method = getattr(Scraper, name, None)
        if not inspect.iscoroutinefunction(method) or list(inspect.signature(method).parameters) != parameters:
            made_for = CHECKED_WITH["scrapy"]
            raise RuntimeError(f"made for Scrapy {made_for}: Scraper.{name} of Scrapy {scrapy.__version__} is another")


def replace_scrape(scraper: Scraper, replacement: Scrape) -> Scrape:
    """Let a scraper process each response by another function; return its own."""
    own = scraper._scrape  # noqa: SLF001
    scraper._scrape = replacement  # type: ignore[method-assign, assignment]  # noqa: SLF001
    return own


async def process_output(scraper: Scraper, output: Any, response: Any) -> None:
    """Send an item through the pipelines, or a request to the engine."""
    await scraper._process_spidermw_output_async(output, response)  # noqa: SLF001
