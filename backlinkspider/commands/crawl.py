"""`scrapy crawl`, with exit codes that say what happened.

0 finished; 1 failed; 2 wrong arguments, one line on standard error; 130 interrupted. Scrapy's own ends with 0 after an
error in a callback, after SIGTERM and when nothing was fetched.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawlCommand
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from backlinkspider.base_spider import ArgumentsSpider, feeds_of_job
from backlinkspider.core.exceptions import BacklinkSpiderError, JobError
from backlinkspider.core.text import printable
from backlinkspider.extensions.coverage import SeedCoverage
from backlinkspider.job import read_job

_UNKNOWN_FORMAT = "the output must be named .csv, .jsonl or .json, in lower case"

_LINE_CHARACTERS = 1_000
"""Characters of an error that are printed."""

FINISHED, FAILED, WRONG_ARGUMENTS, INTERRUPTED = 0, 1, 2, 130


class Command(ScrapyCrawlCommand):
    """Runs a spider of this project; arguments are checked before anything else happens."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options, and ends the process at the first that is wrong."""
        try:
            _check_words(args, opts.spargs)
            super().process_options(args, opts)
            self._check_arguments(args[0], opts.spargs)
        except UsageError as error:
            refuse("crawl", _UNKNOWN_FORMAT if "output format" in str(error) else str(error))
        except JobError as error:
            refuse("crawl", str(error), exit_code=FAILED)
        except BacklinkSpiderError as error:
            refuse("crawl", str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls, and sets the exit code."""
        assert self.crawler_process is not None, "requires_crawler_process"
        if self._has_finished():
            return
        crawler = self._create_crawler(args[0])
        if not crawler.settings["FEEDS"]:
            print("scrapy crawl: no output was asked for, so no rows are kept; add -O backlinks.csv", file=sys.stderr)
        self.exitcode, why = run_crawl(self.crawler_process, crawler, **opts.spargs)
        if self.exitcode == INTERRUPTED and crawler.settings["JOBDIR"]:
            why = f"{why}; the same command goes on with the job in {crawler.settings['JOBDIR']}"
        if why:
            print(f"scrapy crawl: {why}", file=sys.stderr)

    def _has_finished(self) -> bool:
        """Whether a job has nothing left to do, which is then said."""
        assert self.settings is not None, "set by scrapy.cmdline"
        folder = self.settings["JOBDIR"]
        finished = read_job(Path(folder)).get("finished") if folder else None
        if finished is None:
            return False
        feeds = ", ".join(self.settings["FEEDS"]) or "no feed"
        print(
            f"scrapy crawl: the job in {folder} finished at {finished}; its rows are in {feeds}. Nothing is left to do:"
            " for a new crawl take another folder for JOBDIR",
            file=sys.stderr,
        )
        return True

    def _check_arguments(self, name: str, given: Mapping[str, str]) -> None:
        assert self.settings is not None, "set by scrapy.cmdline"
        loader = get_spider_loader(self.settings)
        if name not in loader.list():
            raise UsageError(f"no spider is named '{name}'; there is {', '.join(loader.list())}")
        spider = loader.load(name)
        if issubclass(spider, ArgumentsSpider):
            spider.check_arguments(given, self.settings)
            self.settings.set("FEEDS", feeds_of_job(self.settings), priority="cmdline")


def _check_words(words: list[str], pairs: list[str]) -> None:
    """Raises UsageError for words that are no option and arguments that are given twice."""
    if not words:
        raise UsageError("name a spider, for example: scrapy crawl backlinks -a target=example.com")
    if len(words) > 1:
        raise UsageError(
            f"'{words[1]}' stands alone: arguments are given as -a target=example.com, in quotes if they have spaces"
        )
    names = Counter(pair.partition("=")[0] for pair in pairs)
    for name, times in names.items():
        if times > 1:
            raise UsageError(f"argument '{name}' is given {times} times; separate several values by commas")


class SignalWatch:
    """Knows whether somebody asked the process to end; what Scrapy does about it stays as it is."""

    def __init__(self) -> None:
        self.has_received = False

    def begin(self) -> None:
        """Puts itself in front of the handlers that Scrapy has installed."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, partial(self._note, signal.getsignal(number)))

    def _note(self, handler: Any, number: int, frame: FrameType | None) -> None:
        self.has_received = True
        handler(number, frame)


def run_crawl(process: CrawlerProcessBase, crawler: Crawler, **arguments: str) -> tuple[int, str | None]:
    """Crawls to the end; the exit code and, unless the crawl finished, why in one line."""
    watch = SignalWatch()
    crawler.signals.connect(watch.begin, signals.engine_started)
    # A site's certificate is no news to the user, and Scrapy warns of each.
    logging.getLogger("scrapy.core.downloader.tls").setLevel(logging.ERROR)
    process.crawl(crawler, **arguments)
    process.start()
    if process.bootstrap_failed:
        return FAILED, "failed: the crawl could not be started; the log says why"
    reason = crawler.stats.get_value("finish_reason")
    if watch.has_received and reason is None:
        _send_coverage(crawler)
        return INTERRUPTED, "interrupted by force: the rows of every page until then are written, a .json array is left open"
    if watch.has_received and reason == "shutdown":
        return INTERRUPTED, "interrupted: what was found until then is written"
    if reason in (None, "shutdown"):
        return FAILED, "failed: an error ended the crawl; the log says more"
    return judge_crawl(crawler)


def _send_coverage(crawler: Crawler) -> None:
    """Writes what was seen of each seed after a crawl that Scrapy did not get to close; its feeds are still open."""
    coverage = crawler.get_extension(SeedCoverage)
    if coverage is not None and crawler.spider is not None:
        coverage.send(crawler.spider)


def judge_crawl(crawler: Crawler) -> tuple[int, str | None]:
    """The exit code for a crawl that came to its end and, unless it finished, why in one line."""
    stats = crawler.stats
    failures = {
        "a feed could not be written": _sum(crawler, "backlinks/feeds/failed", "feedexport/failed_count/"),
        "the job cannot be gone on with": _sum(crawler, "backlinks/job/failed"),
        "errors in the code of a spider or pipeline": _sum(crawler, "spider_exceptions/count", "backlinks/errors"),
    }
    for what, count in failures.items():
        if count:
            return FAILED, f"failed: {what} ({count}); the log says more"
    if issubclass(crawler.spidercls, ArgumentsSpider) and not stats.get_value("backlinks/seeds/fetched"):
        return FAILED, "failed: no seed could be read; the log says why for each"
    return FINISHED, None


def _sum(crawler: Crawler, *prefixes: str) -> int:
    return sum(count for name, count in crawler.stats.get_stats().items() if name.startswith(prefixes))


def refuse(command: str, problem: str, *, exit_code: int = WRONG_ARGUMENTS) -> NoReturn:
    """Ends the process, with one line that says what is wrong with what the user gave a command."""
    print(f"scrapy {command}: {printable(problem)[:_LINE_CHARACTERS]}", file=sys.stderr)
    sys.exit(exit_code)
