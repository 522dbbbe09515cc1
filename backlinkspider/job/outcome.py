"""Whether a crawl that came to its end failed, by its statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

QUEUE_PROBLEM = "backlinks/queue/problem"
"""The statistic that says in one line why a crawl could not go on with its queue."""

_FAILURES = {
    "a feed could not be written": ("backlinks/feeds/failed", "feedexport/failed_count/"),
    "the job cannot be gone on with": ("backlinks/job/failed",),
    "errors in the code of a spider or pipeline": ("spider_exceptions/count", "backlinks/errors"),
}
"""What went wrong, with the beginnings of the counts that say so."""


def crawl_failure(stats: Mapping[str, Any], *, needs_seeds: bool) -> str | None:
    """Why a crawl failed, in one line; None for one that did not. Where seeds are needed, one must have been read.

    >>> crawl_failure({"backlinks/feeds/failed": 1}, needs_seeds=True)
    'a feed could not be written (1); the log says more'
    >>> crawl_failure({"backlinks/seeds/fetched": 1}, needs_seeds=True)
    """
    for what, counts in _FAILURES.items():
        count = sum(number for name, number in stats.items() if name.startswith(counts))
        if count:
            return f"{what} ({count}); the log says more"
    if problem := stats.get(QUEUE_PROBLEM):
        return str(problem)
    # Of a queue: the other workers were there first.
    had_nothing_to_do = stats.get("backlinks/queue/claimed") == 0 and not stats.get("backlinks/queue/given_up")
    if needs_seeds and not had_nothing_to_do and not stats.get("backlinks/seeds/fetched"):
        return "no seed could be read; the log says why for each"
    return None
