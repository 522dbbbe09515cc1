"""Whether a crawl failed, judged by its stats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

QUEUE_PROBLEM = "backlinks/queue/problem"
"""The stat that says in one line why a crawl stopped using its queue."""

_FAILURES = {
    "a feed could not be written": ("backlinks/feeds/failed", "feedexport/failed_count/"),
    "the job cannot be resumed": ("backlinks/job/failed",),
    "a process that shared the sites has failed": ("backlinks/processes/failed",),
    "exceptions in a spider or pipeline": ("spider_exceptions/count", "backlinks/errors"),
}
"""Each kind of failure, with the prefixes of the stats that count it."""


def crawl_failure(stats: Mapping[str, Any], *, needs_seeds: bool) -> str | None:
    """Return why a crawl failed, in one line; None for success. With `needs_seeds`, at least one seed must have been read.

    >>> crawl_failure({"backlinks/feeds/failed": 1}, needs_seeds=True)
    'a feed could not be written (1); see the log'
    >>> crawl_failure({"backlinks/seeds/fetched": 1}, needs_seeds=True)
    """
    for what, counts in _FAILURES.items():
        count = sum(number for name, number in stats.items() if name.startswith(counts))
        if count:
            return f"{what} ({count}); see the log"
    if problem := stats.get(QUEUE_PROBLEM):
        return str(problem)
    # Other workers had claimed the whole queue.
    had_nothing_to_do = stats.get("backlinks/queue/claimed") == 0 and not stats.get("backlinks/queue/given_up")
    had_nothing_to_do = had_nothing_to_do or stats.get("backlinks/known_links/due") == 0
    if needs_seeds and not had_nothing_to_do and not stats.get("backlinks/seeds/fetched"):
        return "no seed could be read; the log says why for each"
    return None
