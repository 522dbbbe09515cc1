"""One page after the other, and word of each that is done; a large one in a thread, so that the others do not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.defer import aiter_errback
from twisted.python.failure import Failure

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.downloader.responses import ReadingLimits, is_large, read_ahead
from backlinkspider.items import Page
from backlinkspider.request_meta import find_context
from backlinkspider.scraper.compat import check_scraper, process_output, replace_scrape
from backlinkspider.signals import response_processed

_OUTPUTS_AT_ONCE = 100
"""Outputs processed before other tasks may run: a list may hold a million seeds."""

_IDLE_SHARE = 0.3
"""The share of the time in which pages are processed, below which a large one may begin: it halves the speed of the others."""

_LOOK_SECONDS = 0.25
_IDLE_LOOKS = 2
"""Looks in a row: at its beginning a crawl has little to read for a moment."""

_SECONDS_PER_BYTE = 0.2e-6
"""The time for the largest pages: 3 seconds of processor time for 16 MB."""

_SITES_BESIDE = 32
"""Sites that a large page may let go first, at most."""

_BYTES_BESIDE = 64 * 1024 * 1024
"""Bytes of large pages that may wait to be read while other requests are sent, beyond SCRAPER_SLOT_MAX_ACTIVE_SIZE."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Aside(NamedTuple):
    """What a callback yields to have a function called that takes long and changes nothing that other pages see.

    Of a large response it is called in a thread, while others are processed (`SequentialScraper.stand_aside`).
    """

    call: Callable[[], object]


class SequentialScraper:
    """Process responses strictly one at a time, and send `response_processed` after each.

    Between two responses the state is consistent: requests queued, rows written, counters updated. Scrapy itself processes
    several at once, with two tasks and a queue for each, and does not say when the last row of one has been written.
    A large page (`downloader.responses.is_large`) is parsed and described in a thread. Meanwhile others are processed, which
    `is_amid_page` tells. There is one large page at a time, for its memory, and it begins when the others leave time for it, or
    when it has waited so long that it takes no more than the share of a site.
    Reads: BACKLINKS_MAX_LINKS_PER_PAGE, DOWNLOAD_MAXSIZE, CONCURRENT_REQUESTS. Raises: RuntimeError when Scrapy's scraper does
    not have the methods that this replaces.
    """

    def __init__(self, crawler: Crawler) -> None:
        check_scraper()
        self._crawler = crawler
        settings = crawler.settings
        self._limits = ReadingLimits(settings.getint("BACKLINKS_MAX_LINKS_PER_PAGE"), settings.getint("DOWNLOAD_MAXSIZE"))
        self._sites_at_once = min(crawler.settings.getint("CONCURRENT_REQUESTS"), _SITES_BESIDE)
        self._one_page = asyncio.Lock()
        self._one_large_page = asyncio.Lock()
        self._turn: _Turn | None = None
        self._stands_aside = False
        self._bytes_beside = 0
        self._busy_seconds = 0.0

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        scraper = cls(context.crawler)
        context.crawler.signals.connect(scraper.begin, signals.spider_opened)
        return scraper

    @property
    def is_busy(self) -> bool:
        return self._one_page.locked() or self._stands_aside

    @property
    def is_amid_page(self) -> bool:
        """Return whether a large page is half processed while others are: only a part of what comes of it has been queued."""
        return self._stands_aside

    def begin(self) -> None:
        self._scraper = self._crawler.engine.scraper
        self._scrape = replace_scrape(self._scraper, self._scrape_one)
        self._scraper.handle_spider_output_async = self._process_outputs  # type: ignore[method-assign]

    async def stand_aside(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function for the page in progress: for a large page in a thread, while other pages are processed."""
        turn = self._turn
        if turn is None or not turn.is_large:
            return function(*args, **kwargs)
        async with self._standing_aside(turn):
            return await turn.in_thread(function, *args, **kwargs)

    @asynccontextmanager
    async def _standing_aside(self, turn: _Turn) -> AsyncIterator[None]:
        """Let the pages that wait be processed, and those that come meanwhile."""
        turn.pause()
        self._turn, self._stands_aside = None, True
        self._one_page.release()
        try:
            yield
        finally:
            await self._one_page.acquire()
            self._turn, self._stands_aside = turn, False
            turn.go_on()

    async def let_others(self) -> None:
        """Let other tasks run, and where the page in progress is a large one, other pages be processed."""
        turn = self._turn
        if turn is None or not turn.is_large:
            await asyncio.sleep(0)
            return
        async with self._standing_aside(turn):
            # Where no page waits, nothing else would run in between.
            await asyncio.sleep(0)

    async def _scrape_one(self, result: Any, request: Request) -> None:
        if not isinstance(result, Response) or not is_large(result):
            await self._take_turn(result, request, _Turn())
            return
        turn = _Turn(is_large=True)
        with self._sending_others(len(result.body)):
            async with self._one_large_page:
                await self._wait_until_idle(at_most=_SECONDS_PER_BYTE * len(result.body) * self._sites_at_once)
                if find_context(request) is not None:
                    await turn.in_thread(read_ahead, result, request, self._limits)
                await self._take_turn(result, request, turn)

    async def _wait_until_idle(self, *, at_most: float) -> None:
        """Wait until the pages of other sites take a small part of the time."""
        begun = before = monotonic()
        idle_looks = 0
        while idle_looks < _IDLE_LOOKS and before - begun < at_most:
            busy = self._busy_seconds
            await asyncio.sleep(_LOOK_SECONDS)
            now = monotonic()
            is_idle = self._busy_seconds - busy < _IDLE_SHARE * (now - before)
            before, idle_looks = now, idle_looks + 1 if is_idle else 0

    async def _take_turn(self, result: Any, request: Request, turn: _Turn) -> None:
        async with self._one_page:
            self._turn = turn
            turn.go_on()
            begun = monotonic()
            try:
                await self._scrape(result, request)
            finally:
                self._busy_seconds += monotonic() - begun
                turn.pause()
                self._turn = None
                self._crawler.signals.send_catch_log(response_processed, request=request, seconds=turn.seconds)

    @contextmanager
    def _sending_others(self, size: int) -> Iterator[None]:
        """Keep a large page out of the bytes at which Scrapy sends no more requests, as long as there are few."""
        beside = size if self._bytes_beside + size <= _BYTES_BESIDE else 0
        slot = self._scraper.slot
        assert slot is not None, "a crawl that has responses is open"
        self._bytes_beside += beside
        slot.active_size -= beside
        try:
            yield
        finally:
            self._bytes_beside -= beside
            slot.active_size += beside

    async def _process_outputs(
        self, result: Iterable[Any] | AsyncIterator[Any], request: Request, response: Response | Failure
    ) -> None:
        """Queue each request, and send each item through the pipelines, in the order in which the spider yields them."""
        number = 0
        # They end at the first error in the code of the callback.
        async for output in aiter_errback(as_async_generator(result), self._scraper.handle_spider_error, request, response):
            number += 1
            is_large = self._turn is not None and self._turn.is_large
            if not number % _OUTPUTS_AT_ONCE or (is_large and isinstance(output, Page)):
                await self.let_others()
            if isinstance(output, Aside):
                await self.stand_aside(output.call)
            else:
                await process_output(self._scraper, output, response)


@dataclass
class _Turn:
    """The time that a page takes of the processor."""

    is_large: bool = False
    seconds: float = 0.0
    _begun: float = 0.0

    def go_on(self) -> None:
        self._begun = thread_time()

    def pause(self) -> None:
        self.seconds += thread_time() - self._begun

    async def in_thread(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function in a thread, whose time counts."""

        def call() -> Result:
            begun = thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += thread_time() - begun

        return await asyncio.to_thread(call)
