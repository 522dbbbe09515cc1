"""How long a crawl may still take, by its budget and the delays of its sites, and how fast it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_RATE_SECONDS = 20.0
"""The time over which pages a second are measured."""


class SiteLeft(NamedTuple):
    """What may still be requested of a site."""

    requests: int
    delay_seconds: float
    sites: int = 1
    """How many sites are like this one."""

    @property
    def seconds(self) -> float:
        """How long that takes, one request after the other."""
        return self.requests * self.delay_seconds


def longest_seconds(sites: Iterable[SiteLeft], at_once: int) -> float:
    """Return how long sites take at most when so many are asked at a time, each as fast as its delay allows.

    Whatever their order, it is not longer than their mean and the longest one together (R. L. Graham, "Bounds on
    Multiprocessing Timing Anomalies", 1969).

    >>> longest_seconds([SiteLeft(10, 1.0)], 4), longest_seconds([SiteLeft(10, 1.0, sites=8)], 4)
    (10.0, 27.5)
    """
    found = [site for site in sites if site.sites]
    longest = max((site.seconds for site in found), default=0.0)
    if sum(site.sites for site in found) <= at_once:
        return longest
    return (sum(site.sites * site.seconds for site in found) - longest) / at_once + longest


class PageRate:
    """Measures pages a second over the last 20 seconds, from the first page on.

    >>> rate = PageRate()
    >>> [rate.measure(seconds, pages) for seconds, pages in ((0.0, 0), (90.0, 0), (100.0, 5), (120.0, 35), (140.0, 35))]
    [None, None, 0.5, 1.5, 0.0]
    """

    def __init__(self) -> None:
        self._seen: deque[Sequence[float]] = deque()

    def measure(self, seconds: float, pages: int) -> float | None:
        """Return the pages a second, given the number read by now; None before the first one. `seconds` never decrease."""
        if len(self._seen) == 1 and self._seen[0][1] == pages:
            self._seen.clear()
        self._seen.append((seconds, pages))
        while len(self._seen) > 2 and self._seen[1][0] <= seconds - _RATE_SECONDS:
            self._seen.popleft()
        first_seconds, first_pages = self._seen[0]
        return (pages - first_pages) / (seconds - first_seconds) if seconds > first_seconds else None
