"""Counts that go on when a killed crawl does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.job.store import Job
from backlinkspider.signals import job_opened

_KEPT = ("backlinks/", "spider_exceptions/")
_OF_ONE_PROCESS = ("backlinks/feeds/", "backlinks/job/", "backlinks/outcome", "backlinks/seeds/bad_lines", "backlinks/verdicts/")
"""What begins again: how this process ended, and what is said of a list each time it is read."""


class StatsPersistence:
    """Has a job keep the statistics of this project; those of Scrapy are of one process."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._kept: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        kept = cls(crawler.stats)
        crawler.signals.connect(kept.begin, job_opened)
        return kept

    def begin(self, job: Job) -> None:
        """Goes on with the counts of a job."""
        job.keep("stats", self)

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Takes the counts that were kept."""
        for name, count in entries:
            self._stats.inc_value(name, count)
        self._kept = self._ours()

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """The counts that are new since this was last asked."""
        before, self._kept = self._kept, self._ours()
        yield from ((name, count) for name, count in self._kept.items() if before.get(name) != count)

    def _ours(self) -> dict[str, int]:
        stats = self._stats.get_stats().items()
        return {name: count for name, count in stats if name.startswith(_KEPT) and not name.startswith(_OF_ONE_PROCESS)}
