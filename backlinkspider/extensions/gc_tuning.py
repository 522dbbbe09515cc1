"""Python's search for cycles, as seldom as a crawl needs it."""

from __future__ import annotations

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

_NEW_OBJECTS = 5_000
"""Objects made between two searches; Python's own number is 700, which the links of seven pages are."""


class GcTuning:
    """Lets Python search for cycles of objects less often, and never among what is there when the crawl begins.

    A page is some hundred objects that nothing holds when its rows are written; searching again and again for cycles among
    those of the pages that are read just then took a tenth of the time of a crawl. Memory: 3 MB more.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        collector = cls()
        crawler.signals.connect(collector.begin, signals.spider_opened)
        return collector

    def begin(self) -> None:
        """From now on."""
        # Without a search before, which took 33 ms and found a hundred objects.
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS, 20, 20)
