"""The scheduler of a crawl with JOBDIR: requests wait in a database, where a killed crawl finds them again."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.core.scheduler import BaseScheduler, Scheduler
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.core.arguments import Arguments
from backlinkspider.core.resume import raised_limits
from backlinkspider.downloader.compat import wake_engine
from backlinkspider.feeds.uris import absolute_feed, is_coverage
from backlinkspider.frontier.dupefilter import UrlDupeFilter
from backlinkspider.frontier.memory_scheduler import MemoryScheduler
from backlinkspider.frontier.ownership import SiteOwnership, requeue_postponed
from backlinkspider.frontier.queue_drops import MAX_DROPS_PER_CALL, QueueDrops
from backlinkspider.frontier.request_table import RequestTable, SeenUrls
from backlinkspider.frontier.site_learner import SiteLearner
from backlinkspider.frontier.site_order import TopicRanks
from backlinkspider.frontier.site_rotation import PausedSites, SiteRotation
from backlinkspider.job.outcome import crawl_failure
from backlinkspider.job.store import JobStore, job_folder, now
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import ROW
from backlinkspider.scraper.sequential_scraper import SequentialScraper
from backlinkspider.signals import job_finished, job_opened, response_processed, topics_known

logger = logging.getLogger(__name__)

_PAGES_NOTED_AT_ONCE = 8
"""Pages that the job notes together when they come quickly: to note each by itself took a tenth of the time of a crawl."""

_NOTED_AFTER_SECONDS = 0.1

JOB_FAILED = "job_failed"
"""The reason with which a crawl closes when it cannot write to the job folder."""


class JobScheduler(BaseScheduler):
    """Queue each URL of a job once. A request stays in the database until its page is processed and its rows are committed.

    Sites take turns, and within a site the group of URLs that promises most comes first, as in `MemoryScheduler`, which takes
    its place without JOBDIR. A spider of others, such as that of `scrapy shell`, has Scrapy's scheduler.
    Reads: JOBDIR, CONCURRENT_REQUESTS. Sends: job_opened, job_finished. Counts: backlinks/job/failed.
    Raises: JobError when it is opened.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self._crawler = crawler
        self._folder = folder
        # A killed crawl requests again what was in progress: responses that wait to be parsed count, and pages that were
        # processed and not committed.
        self._at_once = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._not_noted = 0
        self._noted = 0.0
        self._topics = TopicRanks()
        self._ends_as: str | None = None
        self._has_stored_feeds = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BaseScheduler:  # type: ignore[override]
        if not isinstance(crawler.spider, BaseSpider):
            return Scheduler.from_crawler(crawler)
        terms = crawler.spider.context.share.child
        folder = terms.folder if terms is not None else job_folder(crawler.settings)
        if folder is None:
            return MemoryScheduler.from_crawler(crawler)
        return cls(crawler, folder)

    def open(self, spider: BaseSpider) -> None:  # type: ignore[override]
        """Open the job, and let every component restore its state."""
        self._job = JobStore.open(self._folder)
        self._begin(spider.arguments)
        context = spider.context
        self.df, self.learner = context.get(UrlDupeFilter), context.get(SiteLearner)
        self._should_drop = context.get(QueueDrops).should_drop
        self._ownership, self._budget = context.get(SiteOwnership), context.get(PageBudget)
        self._is_child = context.share.child is not None
        self._pages = context.get(SequentialScraper)
        self.df.keep_in(SeenUrls(self._job.connection, self._failing))
        self.learner.restore(self._job)
        self._requests = RequestTable(self._job.connection, spider, self.learner)
        self._rotation = SiteRotation(self._crawler, self._requests.by_site(), paused=context.get(PausedSites))
        self._ownership.when_alone(self._take_postponed, waits=lambda: self._requests.has_postponed)
        connect = self._crawler.signals.connect
        connect(self.acknowledge, response_processed)
        connect(self._rotation.end, response_processed)
        connect(self.learn_topics, topics_known)
        connect(self._note_feeds, signals.feed_exporter_closed)
        # By then nobody else holds this.
        connect(self._end, signals.engine_stopped, weak=False)
        results = self._crawler.signals.send_catch_log(job_opened, job=self._job, frontier=self)
        for _, result in results:
            if isinstance(result, Failure):
                result.raiseException()
        pages = self._crawler.stats.get_value("backlinks/pages", 0)
        logger.info("job in %s: %d pages were read, %d requests wait", self._folder, pages, self._rotation.waiting_requests())

    def waiting_sites(self) -> dict[str, int]:
        """Return the number of waiting requests of each site that its budget was not charged for yet."""
        return self._requests.waiting_sites()

    def waiting_seeds(self) -> dict[str, int]:
        return self._requests.waiting_seeds()

    def __len__(self) -> int:
        return self._rotation.waiting_requests()

    def has_pending_requests(self) -> bool:
        return not self._job.is_abandoned and bool(self._rotation)

    def enqueue_request(self, request: Request) -> bool:
        """Queue a request, unless its URL was requested before; a retry takes the place of its request."""
        if self._job.is_abandoned:
            return True
        with self._failing():
            self._topics.rank(request)
            row = request.meta.pop(ROW, None)
            if row is not None:
                self._put_back(row, request)
                return True
            if self._ownership.is_postponed(request):
                self._requests.postpone(request)
                # It has no turn here.
                self._budget.release(request)
                return True
            if not request.dont_filter and self.df.request_seen(request):
                return False
            self._requests.add(request)
            self._rotation.push(request.meta["download_slot"])
        return True

    def _take_postponed(self) -> None:
        """Queue what was postponed, for this process is alone now."""
        with self._failing():
            for request in self._requests.pop_postponed():
                requeue_postponed(self, request, self._budget, self._crawler)

    def next_request(self) -> Request | None:
        """Return a request of the site whose turn it is (`SiteRotation`)."""
        if self._not_noted and monotonic() - self._noted > _NOTED_AFTER_SECONDS:
            self.note_progress()
        for _ in range(MAX_DROPS_PER_CALL):
            request = self._take()
            if request is None:
                return None
            if not self._is_dropped(request):
                self._rotation.begin(request.meta["download_slot"], request)
                return request
        wake_engine(self._crawler)
        return None

    def _take(self) -> Request | None:
        if not self.has_pending_requests() or self._requests.in_progress + self._not_noted >= self._at_once:
            return None
        site = self._rotation.next_site()
        taken: Request | None = None
        if site is not None:
            with self._failing():
                if self._topics.begin(site):
                    self._requests.rank(site, self._topics)
                taken = self._requests.take(site)
        return taken

    def learn_topics(self, terms: AbstractSet[str]) -> None:
        """Let what waits be ranked by the words of the topics of the targets."""
        self._topics.learn(terms, self._requests.by_site())

    def close(self, reason: str) -> Deferred[None]:
        """Note how the crawl ends, and let the other processes end; feeds and coverage are written after this."""
        self._ends_as = reason
        return deferred_from_coro(self._ownership.end_others())

    def _begin(self, arguments: Arguments) -> None:
        before = self._job.read("arguments")
        for change in raised_limits(before, arguments.texts) if before is not None else ():
            logger.info("resuming the job with a higher limit: %s", change)
        self._job.start(arguments=dict(arguments.texts), feeds=_plain_feeds(self._crawler.settings.getdict("FEEDS")))

    def _is_dropped(self, request: Request) -> bool:
        """Return whether a request is dropped. The job commits that with the next page, because one may be in progress now."""
        is_dropped = self._should_drop(request)
        if is_dropped:
            with self._failing():
                self._requests.delete(request)
        return is_dropped

    def _put_back(self, row: int, request: Request) -> None:
        self._requests.put_back(row, request)
        self._rotation.push(request.meta["download_slot"])
        self._not_noted += 1
        # With nothing but retries, no page is processed for a long time.
        self._commit_between_pages()

    def note_progress(self) -> None:
        """Commit what changed between pages, unless a page is in progress, which will commit it soon."""
        if not self._job.is_abandoned:
            with self._failing():
                self._commit_between_pages()

    def _commit_between_pages(self) -> None:
        if not self._pages.is_busy:
            self._commit()

    def acknowledge(self, request: Request) -> None:
        """Delete a request whose page is processed, and commit, together with others where pages come quickly."""
        if self._job.is_abandoned:
            return
        with self._failing():
            self.learner.note_processed(request)
            self._requests.delete(request)
            self._not_noted += 1
            if self._is_to_be_noted():
                self._commit()

    def _is_to_be_noted(self) -> bool:
        # A quarter, so that the others are enough to go on with.
        enough = min(_PAGES_NOTED_AT_ONCE, self._at_once // 4)
        if self._pages.is_amid_page:
            return False
        is_late = monotonic() - self._noted > _NOTED_AFTER_SECONDS
        return is_late or self._not_noted >= enough or not self._requests.in_progress

    def _commit(self) -> None:
        """Commit, and note which requests in progress the budget was charged for, so that it is not charged again."""
        self._requests.store_charges()
        self._job.commit()
        self._not_noted = 0
        self._noted = monotonic()

    def _note_feeds(self) -> None:
        self._has_stored_feeds = True

    def _end(self) -> None:
        """Close the job once everything is written, and note whether it is finished."""
        if self._job.is_abandoned:
            return
        if not self._has_stored_feeds and self._crawler.get_extension(FeedExporter) is not None:
            # A signal came while they were finished: the same command does that again.
            self._ends_as = "shutdown"
        # The same command says again why it failed.
        has_failed = crawl_failure(self._crawler.stats.get_stats(), needs_seeds=True) is not None
        has_finished = self._ends_as == "finished" and not has_failed and not self._is_child
        with self._failing():
            if has_finished:
                self._job.write("finished", now())
            self._commit()
            self._job.close()
            if has_finished:
                self._crawler.signals.send_catch_log(job_finished)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """End the crawl when the job folder cannot be written; what was committed stays."""
        try:
            self._job.check_transaction()
            yield
        except (sqlite3.Error, OSError) as error:
            if not self._job.is_abandoned:
                self._crawler.stats.inc_value("backlinks/job/failed")
                logger.error(  # noqa: TRY400 - what a disk says helps its owner, where we are does not
                    "cannot write to the job folder %s: %s", self._folder, error
                )
                self._job.abandon()
                if self._crawler.engine.spider is not None:
                    deferred_from_coro(self._crawler.engine.close_spider_async(reason=JOB_FAILED))


def _plain_feeds(feeds: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the feeds of rows with those options that can be stored; the command line has no others."""
    rows = {absolute_feed(name): options for name, options in feeds.items() if not is_coverage(options)}
    return {name: {key: value for key, value in options.items() if _is_plain(value)} for name, options in rows.items()}


def _is_plain(value: Any) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True
