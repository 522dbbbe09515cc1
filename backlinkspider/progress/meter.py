"""Measures how far a crawl is."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sized
from time import monotonic
from typing import cast

from scrapy.crawler import Crawler

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.checks.seed_files import read_seed_file
from backlinkspider.core.arguments import Arguments, Follow, NamedList, SeedFile
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.progress.estimate import PageRate, SiteLeft, longest_seconds
from backlinkspider.core.progress.wordings import Activity, Progress
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.seeds.shards import EVERYTHING
from backlinkspider.downloader.compat import is_shutting_down
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.ledger.findings import Findings
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.processes.children import ChildProcesses
from backlinkspider.request_meta import find_context
from backlinkspider.target_profile.profiler import TargetProfiler

Clock = Callable[[], float]
"""Returns seconds that never decrease."""


class CrawlMeter:
    """Reads off the components of a crawl how far it is; changes nothing.

    Reads: the arguments; CONCURRENT_REQUESTS, DOWNLOAD_DELAY, BACKLINKS_LISTS_DIR.
    """

    def __init__(self, crawler: Crawler, spider: BaseSpider, clock: Clock = monotonic) -> None:
        self.has_closed = False
        """Whether the last page was read, so that links are judged and feeds stored."""
        self._crawler = crawler
        self._spider = spider
        self._clock = clock
        self._begun = clock()
        self._rate = PageRate()
        self._listed = ListedSeeds(spider.arguments, crawler.settings["BACKLINKS_LISTS_DIR"])
        self._delays = SiteDelays(crawler)
        # Each site takes two places: one request on its way, and one that waits for its delay.
        self._sites_at_once = max(1, crawler.settings.getint("CONCURRENT_REQUESTS") // 2)

    def start(self) -> None:
        """Count the seeds of lists, in a thread."""
        self._listed.start()

    def stop(self) -> None:
        """End the count."""
        self._listed.stop()

    def read(self) -> Progress:
        """Return how far the crawl is now."""
        seconds = self._clock() - self._begun
        stats, arguments = self._crawler.stats, self._spider.arguments
        findings, links = self._spider.context.get(Findings), self._links
        pages = stats.get_value("backlinks/pages", 0)
        sites = self.sites_in_progress()
        others = self._others()
        pages += others["pages"]
        return Progress(
            activity=self._activity(),
            seconds=seconds,
            seeds_done=self._ledger.seeds - self._ledger.open_seeds + others["seeds"] - others["open_seeds"],
            seeds=self._seeds(),
            pages=pages,
            pages_a_second=self._rate.measure(seconds, pages),
            waiting=len(cast("Sized", self._crawler.engine.scheduler)) + others["waiting"],
            sites=len(sites) + others["sites"],
            only_site=next(iter(sites)) if len(sites) == 1 and not others["sites"] else None,
            rows=stats.get_value("backlinks/rows", 0) + others["rows"],
            backlinks=findings.originals.total() + others["backlinks"] if Relation.BACKLINK in arguments.keep else None,
            referring_domains=findings.referring_domains + others["referring_domains"],
            reads_target=self._reads_target,
            links_to_check=links.links_waiting if links is not None else 0,
            check_seconds=links.seconds_left() if links is not None else None,
            longest_seconds=self._longest_seconds(sites),
        )

    @property
    def _children(self) -> ChildProcesses | None:
        return self._spider.context.find(ChildProcesses)

    @property
    def _has_children_at_work(self) -> bool:
        return self._children is not None and self._children.are_running

    def _others(self) -> Counter[str]:
        """Return how far the other processes of the crawl are together."""
        total = Counter[str]()
        for progress in self._children.progress() if self._children is not None else ():
            total.update(progress)
        return total

    @property
    def _ledger(self) -> Ledger:
        return self._spider.context.get(Ledger)

    @property
    def _budget(self) -> PageBudget:
        return self._spider.context.get(PageBudget)

    @property
    def _links(self) -> LinkChecks | None:
        return self._spider.context.find(LinkChecks)

    @property
    def _reads_target(self) -> bool:
        return self._spider.context.get(TargetProfiler).is_reading

    def _activity(self) -> Activity:
        if self.has_closed:
            return Activity.JUDGING
        if is_shutting_down(self._crawler):
            return Activity.ENDING
        reads_target, seeds = self._reads_target, self._ledger.seeds
        if self._ledger.open_seeds or self._has_children_at_work or not (seeds or reads_target):
            return Activity.READING_PAGES
        if reads_target:
            return Activity.READING_TARGET
        links = self._links
        if links is not None and links.links_waiting:
            return Activity.CHECKING_LINKS
        return Activity.READING_PAGES if self._spider.arguments.queue is None else Activity.WAITING_FOR_SEEDS

    def _seeds(self) -> int | None:
        unread = self._unread_seeds()
        return None if unread is None else self._ledger.seeds + self._others()["seeds"] + unread

    def _unread_seeds(self) -> int | None:
        """Return how many seeds of the arguments were not begun; None where that is unknown."""
        listed = self._listed.number
        return None if listed is None else max(0, listed - self._spider.seeds_read.number)

    def sites_in_progress(self) -> dict[str, int]:
        """Return the URLs of each site that are queued or on their way."""
        sites = dict(self._budget.queued_urls())
        for request in self._crawler.engine.downloader.active:
            context = find_context(request)
            if context is not None:
                sites[context.site] = sites.get(context.site, 0) + 1
        return sites

    def _longest_seconds(self, sites: dict[str, int]) -> float | None:
        """Return how long all pages take at most; None without a budget, and where further sites may be found."""
        arguments, unread = self._spider.arguments, self._unread_seeds()
        if not arguments.seeds or unread is None or not (arguments.max_pages or arguments.follow is Follow.NONE):
            return None
        of_unread = 1 if arguments.follow is Follow.NONE else arguments.max_pages
        delay = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        return longest_seconds([*self._sites_left(sites), SiteLeft(of_unread, delay, sites=unread)], self._sites_at_once)

    def _sites_left(self, sites: dict[str, int]) -> Iterator[SiteLeft]:
        for site, urls in sites.items():
            pages = None if self._spider.arguments.follow is Follow.NONE else self._budget.pages_left(site)
            yield SiteLeft(urls if pages is None else pages, self._delays.delay(site))


class ListedSeeds:
    """Counts the seeds that the arguments name; those of files in a thread, because a list may have a million lines."""

    def __init__(self, arguments: Arguments, lists_folder: str | None) -> None:
        self.number: int | None = None
        """The number; None until it is known, and where it never is: for a queue, for known links, and for a part of a list."""
        self._arguments = arguments
        self._lists_folder = lists_folder
        self._is_stopped = threading.Event()
        self.counting: asyncio.Future[None] | None = None
        """The count in the thread, which would be lost if nobody held it."""

    def start(self) -> None:
        """Begin to count."""
        arguments = self._arguments
        if arguments.queue is not None or arguments.known or arguments.shard != EVERYTHING:
            return
        if any(isinstance(seed, SeedFile | NamedList) for seed in arguments.seeds):
            self.counting = asyncio.ensure_future(asyncio.to_thread(self.count))
        else:
            # Without seeds the targets' own sites are the first ones.
            self.number = len(arguments.seeds or arguments.targets)

    def stop(self) -> None:
        """Give up, because the process waits for its threads."""
        self._is_stopped.set()

    def count(self) -> None:
        """Count to the end, unless stopped."""
        number = 0
        try:
            for seed in self._arguments.seeds:
                lines = read_seed_file(seed, self._lists_folder) if isinstance(seed, SeedFile | NamedList) else (seed,)
                for line in lines:
                    number += isinstance(line, Seed)
                    if self._is_stopped.is_set():
                        return
        except SeedListError:
            # The crawl itself says so.
            return
        self.number = number
