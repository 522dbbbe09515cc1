"""Stats that a resumed crawl continues to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.job.store import JobStore
from backlinkspider.signals import child_ended, job_opened

_PERSISTENT = ("backlinks/", "spider_exceptions/")
_PER_PROCESS = (
    *("backlinks/feeds/", "backlinks/job/", "backlinks/outcome", "backlinks/processes/", "backlinks/seeds/bad_lines"),
    *("backlinks/verdicts/", "backlinks/to_do/"),
)
"""Stats that start anew: how this process ended, and what is counted each time a list is read."""

_OF_MAIN_PROCESS = "backlinks/link_check/waiting"
"""A stat that the main process of a crawl counts again when it takes what waits."""


class StatsPersistence:
    """Persists the stats of this project in a job. Scrapy's own stats belong to one process."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._stored: dict[str, int] = {}
        self._of_children = Counter[str]()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        persistence = cls(crawler.stats)
        crawler.signals.connect(persistence.register, job_opened)
        crawler.signals.connect(persistence.join, child_ended)
        return persistence

    def register(self, job: JobStore) -> None:
        """Restore the stats of a job and persist them from now on."""
        job.register("stats", self)

    def join(self, job: JobStore) -> None:
        """Add what another process of the crawl has counted; it persists that itself."""
        for name, count in job.entries("stats"):
            if not name.startswith(_OF_MAIN_PROCESS):
                self._stats.inc_value(name, count)
                self._of_children[name] += count

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
        ours = {name: count for name, count in stats if name.startswith(_PERSISTENT) and not name.startswith(_PER_PROCESS)}
        return {name: count - self._of_children[name] for name, count in ours.items()} if self._of_children else ours
