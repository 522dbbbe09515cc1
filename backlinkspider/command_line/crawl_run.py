"""Run a crawl to its end, and say how it ended: as an exit code, in the stats, and in the last line of the log."""

from __future__ import annotations

import logging
import shutil
import signal
import sys
from functools import partial
from types import FrameType
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.extensions.feedexport import FeedExporter

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.command_line.exit_codes import BROKEN_CONTRACTS, FAILED, FINISHED, INTERRUPTED
from backlinkspider.extensions.coverage import send_coverage
from backlinkspider.extensions.summary import summary_text
from backlinkspider.job.outcome import crawl_failure
from backlinkspider.processes.children import ChildProcesses
from backlinkspider.progress.terminal import STDOUT_FEEDS

logger = logging.getLogger(__name__)

_WORDS = {FINISHED: "finished", FAILED: "failed", BROKEN_CONTRACTS: "finished", INTERRUPTED: "interrupted"}
_LEVELS = {
    FINISHED: logging.INFO,
    FAILED: logging.ERROR,
    BROKEN_CONTRACTS: logging.WARNING,
    INTERRUPTED: logging.WARNING,
}

_FINISHED_REASON = "finished"
"""The reason with which Scrapy closes a crawl that has nothing left to do."""

_LIMITS = "closespider_"
"""What the reasons of Scrapy's CloseSpider begin with, each of which is the name of a setting."""


class OutcomeTracker:
    """Tracks how a crawl ends, and whether somebody asked the process to stop; Scrapy's own reaction is unchanged.

    Counts: backlinks/outcome (finished, failed or interrupted) and backlinks/outcome_reason, before Scrapy prints the stats.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._has_received = False
        self._reason: str | None = None
        self._has_stored_feeds = False
        self._is_over = False
        crawler.signals.connect(self._begin, signals.engine_started)
        crawler.signals.connect(self._note_end, signals.spider_closed)
        crawler.signals.connect(self._note_feeds, signals.feed_exporter_closed)
        crawler.signals.connect(self._note_stop, signals.engine_stopped)

    @property
    def was_killed(self) -> bool:
        """Return whether the process was asked to stop twice, so that Scrapy did not get to close the crawl."""
        return self._has_received and self._reason is None

    def judge(self) -> tuple[int, str | None]:
        """Return the exit code and, unless the crawl finished, why in one line."""
        if self.was_killed:
            return INTERRUPTED, (
                "interrupted by force: the rows of every page until then are written, a .json array is left open, "
                "those of a .xlsx or .parquet are in .rows.jsonl beside it"
            )
        if self._has_received and not self._has_stored_feeds and self._crawler.get_extension(FeedExporter) is not None:
            # When a signal comes after the last page, Scrapy does not wait for the enrichment of feeds, nor for an upload.
            return (
                INTERRUPTED,
                "interrupted while the feeds were stored: a feed may have no verdicts, or not be sent where it belongs",
            )
        if self._has_received and self._reason == "shutdown":
            return INTERRUPTED, "interrupted: what was found until then is written"
        if self._reason in (None, "shutdown"):
            return FAILED, "failed: an error ended the crawl; see the log"
        code, why = judge_crawl(self._crawler)
        if code != FAILED and self._reason != _FINISHED_REASON:
            return INTERRUPTED, f"interrupted by {_closer(self._reason)}: what was found until then is written"
        return code, why

    def _begin(self) -> None:
        """Run before the signal handlers that Scrapy has installed."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, partial(self._note, signal.getsignal(number)))

    def _note(self, handler: Any, number: int, frame: FrameType | None) -> None:
        self._has_received = True
        handler(number, frame)

    def _note_end(self, reason: str) -> None:
        self._reason = reason
        self._count()

    def _note_feeds(self) -> None:
        # A job does not store anything after this.
        self._has_stored_feeds = not self._is_over
        self._count()

    def _note_stop(self) -> None:
        self._is_over = True

    def _count(self) -> None:
        code, why = self.judge()
        self._crawler.stats.set_value("backlinks/outcome", _WORDS[code])
        self._crawler.stats.set_value("backlinks/outcome_reason", why)


def run_crawl(process: CrawlerProcessBase, crawler: Crawler, **arguments: Any) -> tuple[int, str | None]:
    """Crawl to the end, which the last line of the log reports. Return the exit code and, unless it finished, why in one line."""
    watch = OutcomeTracker(crawler)
    # Scrapy warns of every invalid certificate, which does not concern the user.
    logging.getLogger("scrapy.core.downloader.tls").setLevel(logging.ERROR)
    process.crawl(crawler, **arguments)
    process.start()
    code, why = watch.judge()
    if process.bootstrap_failed:
        code, why = FAILED, "failed: the crawl could not be started; the log says why"
    elif watch.was_killed:
        # Scrapy did not get to close the crawl; its feeds are still open.
        _end_children(crawler)
        _send_coverage(crawler)
    logger.log(_LEVELS[code], "crawl %s", why or _WORDS[code])
    return code, why


def _end_children(crawler: Crawler) -> None:
    children = crawler.spider.context.find(ChildProcesses) if isinstance(crawler.spider, BaseSpider) else None
    if children is not None:
        children.kill()


def _send_coverage(crawler: Crawler) -> None:
    if isinstance(crawler.spider, BaseSpider):
        send_coverage(crawler, crawler.spider)


def judge_crawl(crawler: Crawler) -> tuple[int, str | None]:
    """Return the exit code of a crawl that came to its end and, unless it finished, why in one line."""
    failure = crawl_failure(crawler.stats.get_stats(), needs_seeds=issubclass(crawler.spidercls, BaseSpider))
    if failure is not None:
        return FAILED, f"failed: {failure}"
    broken = crawler.stats.get_value("backlinks/contracts/broken", 0)
    if broken and isinstance(crawler.spider, BaseSpider) and crawler.spider.arguments.strict:
        contracts = "1 contract is" if broken == 1 else f"{broken} contracts are"
        return BROKEN_CONTRACTS, f"{contracts} broken; the log and the column broken_promises say which"
    return FINISHED, None


def _closer(reason: str | None) -> str:
    """Return what closed a crawl before its end: a setting, or the code of somebody who gave that reason."""
    return f"the setting {reason.upper()}" if reason and reason.startswith(_LIMITS) else f"'{reason}'"


def keep_result_out_of_log() -> None:
    """Let a log that goes to the terminal say nothing of what is printed there."""
    logging.getLogger(summary_text.__module__).setLevel(logging.WARNING)


def print_result(crawler: Crawler) -> None:
    """Print the summary of a crawl that has begun on standard output, or on standard error where rows go to the former."""
    if not isinstance(crawler.spider, BaseSpider):
        return
    has_rows = any(str(name).startswith(STDOUT_FEEDS) for name in crawler.settings.getdict("FEEDS"))
    stream = sys.stderr if has_rows else sys.stdout
    columns = shutil.get_terminal_size().columns if stream.isatty() else None
    print(summary_text(crawler, columns), file=stream, flush=True)
