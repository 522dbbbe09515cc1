"""Round robin over the sites that have requests waiting."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.downloader.compat import wake_engine
from backlinkspider.request_meta import slot_of

_ACTIVE_MAXIMUM = 2
"""Requests of a site in progress: one on its way, and the next, so that the connection does not wait. More would be chosen before
the pages before them have been read, and would hold places that other sites could use."""

_DEAR_SECONDS = 0.05
"""Seconds of the processor from which on a page is charged to its site, some ten times those of an ordinary page."""

_FREE_SECONDS = 1.0
"""Seconds of such pages that no site is held back for."""

_LOOKED_AT_AGAIN = 16
"""Sites with enough in progress that are looked at again when no other is left: a middleware may have ended a request."""


class PausedSites:
    """The sites of the targets while their own pages are read: they get no turn. The crawl takes the responses that came then.

    So no URL is requested twice, and what is said of links to a target does not depend on who was there first. What is queued
    for a paused site stays in its queue; a request for a site of another process does not enter one (`SiteOwnership`).
    """

    def __init__(self) -> None:
        self._sites: frozenset[str] = frozenset()
        self._listeners: list[Callable[[frozenset[str]], None]] = []

    @classmethod
    def from_context(cls, _: CrawlContext) -> Self:
        return cls()

    @property
    def has_sites(self) -> bool:
        return bool(self._sites)

    def is_paused(self, site: str) -> bool:
        return site in self._sites

    def pause(self, sites: Iterable[str]) -> None:
        """Pause sites; what waits for them waits on."""
        self._tell(frozenset(sites))

    def resume(self) -> None:
        """Pause no site any more."""
        self._tell(frozenset())

    def listen(self, note_change: Callable[[frozenset[str]], None]) -> None:
        """Have a function called with the sites that were paused until now, or are from now on."""
        self._listeners.append(note_change)

    def _tell(self, sites: frozenset[str]) -> None:
        changed, self._sites = self._sites ^ sites, sites
        for note_change in self._listeners if changed else ():
            note_change(changed)


class SiteRotation:
    """Count the waiting requests of each site, and say which site comes next.

    Among the sites with the fewest requests in progress, the one that has been there longest comes next: so the number of
    requests in progress follows the number of sites that have something to ask, and a slow site does not hold places of others.
    Each step takes the same time with ten sites as with ten thousand. A site whose pages have taken more of the processor than
    its share comes after the others. A paused site does not come (`PausedSites`).
    """

    def __init__(self, crawler: Crawler, waiting: Mapping[str, int] | None = None, *, paused: PausedSites | None = None) -> None:
        self._crawler = crawler
        self._paused = paused or PausedSites()
        self._paused.listen(self._note_paused)
        self._waiting = Counter(waiting)
        self._in_progress: defaultdict[str, list[Request]] = defaultdict(list)
        # Sites with waiting requests by how many of theirs are in progress, in the order in which they came there.
        self._queues = tuple(OrderedDict[str, None]() for _ in range(_ACTIVE_MAXIMUM + 1))
        for site in self._waiting:
            self._place(site)
        self._seconds = 0.0
        self._charged: defaultdict[str, float] = defaultdict(float)

    def __len__(self) -> int:
        """Return the number of sites with waiting requests."""
        return len(self._waiting)

    def waiting_requests(self) -> int:
        """Return the number of waiting requests of all sites."""
        return self._waiting.total()

    def push(self, site: str) -> None:
        """Count one more waiting request of a site."""
        self._waiting[site] += 1
        # It may be a retry, for which nobody else says that the first try has ended.
        self._look_again(site)

    def begin(self, site: str, request: Request) -> None:
        """Note that a request of a site is in progress now."""
        self._in_progress[site].append(request)
        self._place(site)

    def end(self, request: Request, seconds: float) -> None:
        """Note that a page is done, and the seconds of the processor that it took."""
        self._seconds += seconds
        site = slot_of(request)
        if seconds > _DEAR_SECONDS:
            self._charged[site] += seconds
        in_progress = self._in_progress.get(site)
        if in_progress is not None:
            self._keep(site, [other for other in in_progress if other is not request])

    def next_site(self) -> str | None:
        """Return the site that comes next, and count one waiting request less; None while every site has enough in progress."""
        site = self._next()
        if site is None:
            for full in [*islice(self._queues[-1], _LOOKED_AT_AGAIN)]:
                self._queues[-1].move_to_end(full)
                self._look_again(full)
            site = self._next()
        if site is None:
            return None
        for queue in self._queues:
            queue.pop(site, None)
        self._waiting[site] -= 1
        if not self._waiting[site]:
            del self._waiting[site]
        self._place(site)
        return site

    def _next(self) -> str | None:
        limit = max(_FREE_SECONDS, self._seconds / max(1, len(self._waiting)))
        dear: str | None = None
        for site in chain.from_iterable(self._queues[:-1]):
            if self._charged.get(site, 0.0) <= limit:
                return site
            dear = dear or site
        return dear

    def _look_again(self, site: str) -> None:
        """Forget the requests of a site that nobody is busy with any more."""
        engine = self._crawler.engine
        # The downloader's slots know a request only once the middlewares are done with it, which may wait for robots.txt.
        scraping = engine.scraper.slot.active if engine.scraper.slot is not None else ()
        in_progress = self._in_progress.get(site, ())
        self._keep(site, [request for request in in_progress if request in engine.downloader.active or request in scraping])

    def _keep(self, site: str, requests: list[Request]) -> None:
        if requests:
            self._in_progress[site] = requests
        else:
            self._in_progress.pop(site, None)
        self._place(site)

    def _note_paused(self, sites: frozenset[str]) -> None:
        for site in sites:
            self._place(site)
        wake_engine(self._crawler)

    def _place(self, site: str) -> None:
        """Put a site last among those with as many requests in progress, unless it is among them."""
        number = min(len(self._in_progress.get(site, ())), _ACTIVE_MAXIMUM)
        right = self._queues[number] if site in self._waiting and not self._paused.is_paused(site) else None
        for queue in self._queues:
            if queue is not right:
                queue.pop(site, None)
        if right is not None:
            right.setdefault(site)
