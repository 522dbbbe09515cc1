"""Stats that a resumed crawl continues to count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.job.store import JobStore
from backlinkspider.signals import job_opened

_PERSISTENT = ("backlinks/", "spider_exceptions/")
_PER_PROCESS = (
    *("backlinks/feeds/", "backlinks/job/", "backlinks/outcome", "backlinks/seeds/bad_lines"),
    *("backlinks/verdicts/", "backlinks/to_do/"),
)
"""Stats that start anew: how this process ended, and what is counted each time a list is read."""


class StatsPersistence:
    """Persists the stats of this project in a job. Scrapy's own stats belong to one process."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._stored: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        persistence = cls(crawler.stats)
        crawler.signals.connect(persistence.register, job_opened)
        return persistence

    def register(self, job: JobStore) -> None:
        """Restore the stats of a job and persist them from now on."""
        job.register("stats", self)

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        for name, count in entries:
            self._stats.inc_value(name, count)
        self._stored = self._ours()

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """Return the counts that changed since the last call."""
        before, self._stored = self._stored, self._ours()
        yield from ((name, count) for name, count in self._stored.items() if before.get(name) != count)

    def _ours(self) -> dict[str, int]:
        stats = self._stats.get_stats().items()
        return {name: count for name, count in stats if name.startswith(_PERSISTENT) and not name.startswith(_PER_PROCESS)}
