"""`scrapy crawl`, with exit codes that say what happened.

0 finished; 1 failed; 2 wrong arguments, one line on standard error; 130 interrupted. Scrapy's own ends with 0 after an
error in a callback, after SIGTERM and when nothing was fetched.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from functools import partial
from types import FrameType
from typing import Any, NoReturn

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawlCommand
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from backlinkspider.base_spider import ArgumentsSpider
from backlinkspider.core.exceptions import BacklinkSpiderError

FINISHED, FAILED, WRONG_ARGUMENTS, INTERRUPTED = 0, 1, 2, 130


class Command(ScrapyCrawlCommand):
    """Runs a spider of this project; arguments are checked before anything else happens."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options, and ends the process at the first that is wrong."""
        try:
            super().process_options(args, opts)
            self._check(args, opts)
        except UsageError as error:
            _refuse(str(error) or "name one spider, for example: scrapy crawl backlinks -a target=example.com")
        except BacklinkSpiderError as error:
            _refuse(str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls, and sets the exit code."""
        assert self.crawler_process is not None, "requires_crawler_process"
        crawler = self._create_crawler(args[0])
        self.exitcode, why = run_crawl(self.crawler_process, crawler, **opts.spargs)
        if why:
            print(f"scrapy crawl: {why}", file=sys.stderr)

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None, "set by scrapy.cmdline"
        if len(args) != 1:
            raise UsageError
        loader = get_spider_loader(self.settings)
        if args[0] not in loader.list():
            raise UsageError(f"no spider is named '{args[0]}'; there is {', '.join(loader.list())}")
        spider = loader.load(args[0])
        if issubclass(spider, ArgumentsSpider):
            spider.check_arguments(opts.spargs, self.settings)


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
    is_cut_off = crawler.stats.get_value("finish_reason") in (None, "shutdown")
    if watch.has_received and is_cut_off:
        return INTERRUPTED, "interrupted: what was found until then is written"
    if is_cut_off:
        return FAILED, "failed: an error ended the crawl; the log says more"
    return judge_crawl(crawler)


def judge_crawl(crawler: Crawler) -> tuple[int, str | None]:
    """The exit code for a crawl that came to its end and, unless it finished, why in one line."""
    stats = crawler.stats
    failures = {
        "a feed could not be written": _sum(crawler, "backlinks/feeds/failed", "feedexport/failed_count/"),
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


def _refuse(problem: str) -> NoReturn:
    print(f"scrapy crawl: {problem}", file=sys.stderr)
    sys.exit(WRONG_ARGUMENTS)
