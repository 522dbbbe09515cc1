"""How long a crawl goes without a look at its connections: the longest time between two calls that are due every 10 ms.

An extension for the crawls of other benchmarks, which adds a line to a file:

    -s EXTENSIONS='{"reactor_blocks.LongestBlock": 0}' -s LONGEST_BLOCK_FILE=blocks.txt

It is measured in processor time of all threads of the process, which other programs disturb less than the clock. A thread that
works beside the reactor counts too, so this is rather too much. The time before the first item is not measured: a crawl loads
what it needs with its first page.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import AsyncioLoopingCall

_INTERVAL_SECONDS = 0.01


class LongestBlock:
    """Measures how long the reactor is busy with one thing. Reads: LONGEST_BLOCK_FILE."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._longest = 0.0
        self._last = 0.0
        self._calls: AsyncioLoopingCall | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(Path(crawler.settings["LONGEST_BLOCK_FILE"]))
        crawler.signals.connect(extension.begin, signals.item_scraped)
        crawler.signals.connect(extension.end, signals.spider_closed)
        return extension

    def begin(self) -> None:
        if self._calls is None:
            self._last = time.process_time()
            self._calls = AsyncioLoopingCall(self._look)
            self._calls.start(_INTERVAL_SECONDS, now=False)

    def _look(self) -> None:
        now = time.process_time()
        self._longest = max(self._longest, now - self._last)
        self._last = now

    def end(self) -> None:
        if self._calls is not None:
            self._calls.stop()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{self._longest:.3f}\n")
