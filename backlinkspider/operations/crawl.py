"""What `scrapy crawl` does."""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.log import configure_logging

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.checks.seed_queue import apply_queue
from backlinkspider.command_line.crawl_run import keep_result_out_of_log, print_result, run_crawl
from backlinkspider.command_line.exit_codes import FAILED, FINISHED, INTERRUPTED, WRONG_ARGUMENTS
from backlinkspider.command_line.operation import Operation
from backlinkspider.command_line.program import say
from backlinkspider.command_line.refusal import one_line, refuse
from backlinkspider.core.exceptions import JobError, SeedQueueError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.progress.wordings import count
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.job.store import job_folder, read_job
from backlinkspider.progress.terminal import send_log_to_file
from backlinkspider.whole_files.storage import WORKING_ENDING

logger = logging.getLogger(__name__)

_UNKNOWN_FORMAT = "the output must be named .csv, .jsonl, .json, .xlsx or .parquet, in lower case"


class Crawl(Operation):
    """Runs a spider of this project; arguments are checked before anything else happens."""

    _log_file: Path | None = None
    """Where the log goes to be out of the way of the display."""

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:
        _check_words(args, opts.spargs)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments as the spider does."""
        check_arguments(args[0], opts.spargs, self.settings)
        self._log_file = send_log_to_file(self.settings)

    def refuse(self, problem: Exception) -> NoReturn:
        """End the process for what cannot be crawled; a log has the reason too."""
        text = _UNKNOWN_FORMAT if isinstance(problem, UsageError) and "output format" in str(problem) else str(problem)
        self._log(logging.ERROR, f"crawl failed: {one_line(text)}")
        refuse(self.command, text, exit_code=FAILED if isinstance(problem, JobError | SeedQueueError) else WRONG_ARGUMENTS)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Crawl, and say how it ended."""
        assert self.crawler_process is not None, "requires_crawler_process"
        if self._has_finished():
            return FINISHED
        crawler = self.crawler_process.create_crawler(args[0])
        if not crawler.settings["FEEDS"]:
            say(self.command, "no output file given, so rows are discarded; add -O backlinks.csv")
        # Scrapyd passes its job id, and shows its users only the log.
        prints_result = "_job" not in opts.spargs and not crawler.settings.getbool("BACKLINKS_QUIET")
        if prints_result and not crawler.settings["LOG_FILE"]:
            keep_result_out_of_log()
        code, why = run_crawl(self.crawler_process, crawler, **opts.spargs)
        if prints_result:
            print_result(crawler)
            if self._log_file is not None:
                say(self.command, f"the log is in {self._log_file}")
        folder = job_folder(crawler.settings)
        if folder is not None and _may_go_on(code, folder):
            why = f"{why or 'not finished'}; the same command goes on with the job in {folder}"
        if why:
            say(self.command, why)
        if code == INTERRUPTED and folder is None:
            feeds = list(map(str, crawler.settings["FEEDS"]))
            for step in next_steps(feeds, crawler.stats.get_stats(), has_verdicts=not _awaits_verdicts(crawler)):
                say(self.command, step)
        return code

    def _has_finished(self) -> bool:
        """Return whether the job has nothing left to do; a message says so."""
        folder = job_folder(self.settings)
        finished = read_job(folder).get("finished") if folder is not None else None
        if finished is None:
            return False
        feeds = ", ".join(strip_credentials(str(name)) for name in self.settings["FEEDS"]) or "no feed"
        line = f"the job in {folder} finished at {finished}; its rows are in {feeds}. Nothing is left to do"
        say(self.command, f"{line}: for a new crawl take another folder for JOBDIR")
        self._log(logging.INFO, f"crawl finished: {line}")
        return True

    def _log(self, level: int, line: str) -> None:
        """Write the only line of a log: the owner of a job under Scrapyd sees nothing else."""
        if self.settings["LOG_FILE"]:
            configure_logging(self.settings)
            logger.log(level, line)


def check_arguments(name: str, given: Mapping[str, str], settings: BaseSettings) -> None:
    """Check the arguments of a spider. Raises UsageError, BacklinkSpiderError."""
    loader = get_spider_loader(settings)
    if name not in loader.list():
        raise UsageError(f"no spider is named '{name}'; there is {', '.join(loader.list())}")
    spider = loader.load(name)
    if issubclass(spider, BaseSpider) and spider.check_arguments(given, settings).queue is not None:
        apply_queue(settings)


def _may_go_on(exit_code: int, folder: Path) -> bool:
    """Return whether something is left to do; only the job knows when a setting such as CLOSESPIDER_PAGECOUNT ended the crawl."""
    return exit_code == INTERRUPTED or (exit_code == FINISHED and not read_job(folder).get("finished"))


def _check_words(words: list[str], pairs: list[str]) -> None:
    """Raise UsageError for stray words and for arguments that are given twice."""
    if not words:
        raise UsageError("name a spider, for example: scrapy crawl backlinks -a target=example.com")
    if len(words) > 1:
        raise UsageError(
            f"unexpected argument '{words[1]}': pass arguments as -a target=example.com, in quotes if they have spaces"
        )
    names = Counter(pair.partition("=")[0] for pair in pairs)
    for name, times in names.items():
        if times > 1:
            raise UsageError(f"argument '{name}' is given {times} times; separate several values by commas")


def _awaits_verdicts(crawler: Crawler) -> bool:
    """Return whether the rows are backlinks that a crawl would have judged at its end, and did not."""
    spider, stats = crawler.spider, crawler.stats.get_stats()
    if not isinstance(spider, BaseSpider) or spider.arguments.known or Relation.BACKLINK not in spider.arguments.keep:
        return False
    if not spider.context.get(OutputColumns).demand.has_verdicts:
        return False
    return bool(stats.get("backlinks/rows")) and not any(name.startswith("backlinks/verdicts/") for name in stats)


def next_steps(feeds: Sequence[str], stats: Mapping[str, Any], *, has_verdicts: bool) -> Iterator[str]:
    """Yield what there is after a crawl that was interrupted and has no job, and how to go on."""
    pages, rows = stats.get("backlinks/pages", 0), stats.get("backlinks/rows", 0)
    # A workbook is written at the end, from a table that can be judged too.
    names = [f"{name}{WORKING_ENDING}" if not has_verdicts and name.endswith((".xlsx", ".parquet")) else name for name in feeds]
    if feeds:
        yield f"{count(rows, 'row')} written to {', '.join(map(strip_credentials, names))}, {count(pages, 'page')} read"
    tables = [name for name in names if name.endswith((".csv", ".jsonl")) and "://" not in name and "%" not in name]
    if tables and not has_verdicts:
        yield f"the rows have no verdicts: scrapy rescore {tables[0]} adds them"
    yield "this crawl cannot go on where it ended; one that is started with -s JOBDIR=job can"
