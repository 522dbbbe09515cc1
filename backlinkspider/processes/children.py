"""The processes that share a crawl, as the main process sees them: it starts them, and takes what has come of them."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Self

from scrapy import signals
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.settings import Settings
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from backlinkspider.base_spiders.base_spider import SHARE
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.context.process_share import ChildTerms, ProcessShare
from backlinkspider.core.exceptions import JobError
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.downloader.compat import is_shutting_down, wake_engine
from backlinkspider.frontier.ownership import SiteOwnership
from backlinkspider.frontier.request_table import decode_request, postponed_requests, waiting_seeds
from backlinkspider.job.outcome import crawl_failure
from backlinkspider.job.store import JobStore, job_folder, opened_job
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.processes.messages import CHILD_MODULE, ENDED, FOUND, STOP, Terms
from backlinkspider.signals import child_ended, job_finished, job_opened
from backlinkspider.target_profile.profiler import TargetProfiler

logger = logging.getLogger(__name__)

_STARTS_MAXIMUM = 3
"""How often a process is started whose predecessors died."""

_CANNOT_BE_SENT = (pickle.PicklingError, AttributeError, TypeError)
"""Raised for settings with values that belong to this process alone, such as a function within another."""

_USUAL_REASONS = frozenset({"finished", "shutdown"})

_MAIN_PROCESS_ONLY = (
    "backlinkspider.extensions.coverage.SeedCoverage",
    "backlinkspider.extensions.summary.Summary",
    "backlinkspider.progress.extension.ProgressReport",
)
"""Extensions that speak of the whole crawl."""


@dataclass
class _Child:
    """A process that shares the crawl."""

    number: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    has_ended: bool = False
    progress: Mapping[str, int] = field(default_factory=dict)
    """How far it is."""
    end: Mapping[str, Any] = field(default_factory=dict)
    """What it said last."""


class ChildProcesses:
    """Starts the processes that share the sites with this one, and joins what they have read to its own at the end.

    Each keeps a job of its own, in the folder of this crawl's job or among the temporary files. When all have ended, their rows
    and accounts are added, and what is left to do elsewhere is done here: pages of other sites that seeds lead to, checks of
    linked URLs. A process that dies is started again, and resumes its job. A child ends when this process dies.
    Counts: backlinks/processes/failed. Raises: NotConfigured for a crawl of one process; DontCloseSpider.
    """

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._crawler = context.crawler
        self._ownership = context.get(SiteOwnership)
        self._ownership.end_others = self.end
        folder = job_folder(context.crawler.settings)
        self._has_job = folder is not None
        self._folder = folder
        self._children: list[_Child] = []
        self._requests_taken = PersistentDict[int]()
        self._is_stopping = False
        self._all_ended = asyncio.Event()
        self._joining: asyncio.Future[None] | None = None
        self._has_joined = False

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        if context.share.count == 1 or context.share.child is not None:
            raise NotConfigured
        children = cls(context)
        context.crawler.signals.connect(children.restore, job_opened)
        context.crawler.signals.connect(children.delay_close, signals.spider_idle)
        context.crawler.signals.connect(children.delete_jobs, job_finished)
        return children

    def restore(self, job: JobStore) -> None:
        job.register("requests_taken", self._requests_taken)

    def start(self) -> None:
        """Start the other processes."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="backlinks-", dir=self._crawler.settings["FEED_TEMPDIR"]))
        count = self._context.share.count
        logger.info("%d processes share the sites; the others keep what they read in %s until the end", count, self._folder)
        self._children = [_Child(number, self._folder / f"process-{number}") for number in range(1, count)]
        for child in self._children:
            self._start(child)

    def progress(self) -> Iterator[Mapping[str, int]]:
        """Yield how far each of the other processes is, until what it has read is counted here."""
        yield from (child.progress for child in self._children if child.progress and not self._has_joined)

    @property
    def are_running(self) -> bool:
        """Return whether other processes are at work, or what they have left to do waits."""
        return bool(self._children) and not self._ownership.owns_all

    def delay_close(self) -> None:
        """Keep the crawl open while other processes are at work, or have left something to do."""
        if self.are_running:
            raise DontCloseSpider

    async def end(self) -> None:
        """Let the other processes end where they are, and join what they have read."""
        if self._joining is not None:
            self._joining.cancel()
        if self._has_joined or not self._children:
            return
        self._stop()
        if not all(child.has_ended for child in self._children):
            await self._all_ended.wait()
        self._join()

    def delete_jobs(self) -> None:
        """Delete the jobs of the other processes, of which nothing is needed once that of the crawl has finished."""
        for child in self._children:
            shutil.rmtree(child.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the other processes at once, and take the rows that they have written."""
        self._is_stopping = True
        for child in self._children:
            if child.process is not None:
                child.process.kill()
                child.process.wait()
                _close_pipes(child.process)
        if not self._has_joined:
            self._join()

    def _start(self, child: _Child) -> None:
        child.starts += 1
        terms = self._terms(child)
        try:
            packed = pickle.dumps(terms)
            child.process = subprocess.Popen([sys.executable, "-m", CHILD_MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own interpreter and module
        except (OSError, *_CANNOT_BE_SENT) as error:
            logger.error("process %d cannot be started: %s", child.number, error)  # noqa: TRY400 - what the system says helps
            child.has_ended = True
            self._close("process_failed", is_failure=True)
            return
        loop = asyncio.get_running_loop()
        # A daemon, so that this process can end at once.
        Thread(target=self._attend, args=(child, child.process, packed, loop), daemon=True).start()

    def _terms(self, child: _Child) -> Terms:
        context, share = self._context, self._context.share
        profiles = context.get(TargetProfiler).export()
        child_share = ProcessShare(child.number, share.count, share.own_sites, ChildTerms(child.folder, profiles))
        arguments = {**context.arguments.texts, **context.own_arguments, SHARE: child_share}
        return Terms(self._settings(child.number), self._crawler.spidercls, arguments)

    def _settings(self, number: int) -> Settings:
        settings = self._crawler.settings.copy()
        settings.frozen = False
        extensions = {**settings.getdict("EXTENSIONS"), **dict.fromkeys(_MAIN_PROCESS_ONLY)}
        line = settings["LOG_FORMAT"].replace("%(message)s", f"process {number}: %(message)s")
        own = {"JOBDIR": None, "EXTENSIONS": extensions, "LOG_FORMAT": line, "LOG_FILE_APPEND": True}
        # The main process ends all of them.
        own |= {"CLOSESPIDER_TIMEOUT": 0, "CLOSESPIDER_TIMEOUT_NO_ITEM": 0}
        for name, value in own.items():
            settings.set(name, value, priority="cmdline")
        return settings

    def _attend(self, child: _Child, process: subprocess.Popen[bytes], terms: bytes, loop: asyncio.AbstractEventLoop) -> None:
        """Send a process its terms and hear what it says, in a thread."""
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):  # It has died, which its end tells.
            process.stdin.write(json.dumps({"path": sys.path, "bytes": len(terms)}).encode() + b"\n" + terms)
            process.stdin.flush()
        with suppress(RuntimeError):  # The loop has ended, as after a second Ctrl-C.
            for line in process.stdout:
                loop.call_soon_threadsafe(self._hear, child, json.loads(line))
            code = process.wait()
            loop.call_soon_threadsafe(self._note_end, child, code)

    def _hear(self, child: _Child, said: Mapping[str, Any]) -> None:
        if ENDED in said:
            child.end = said
        elif FOUND in said:
            links = self._context.find(LinkChecks)
            if links is not None:
                links.add_found(said[FOUND])
        else:
            child.progress = said
        if is_shutting_down(self._crawler):
            self._stop()

    def _stop(self) -> None:
        """Ask the other processes to end after the pages in progress."""
        if self._is_stopping:
            return
        self._is_stopping = True
        for child in self._children:
            if child.process is not None and child.process.stdin is not None:
                with suppress(OSError):  # It has ended.
                    child.process.stdin.write(STOP)
                    child.process.stdin.flush()

    def _note_end(self, child: _Child, code: int) -> None:
        assert child.process is not None
        _close_pipes(child.process)
        if is_shutting_down(self._crawler):
            self._stop()
        if not child.end and not self._is_stopping and child.starts < _STARTS_MAXIMUM:
            logger.warning("process %d %s; another goes on with its sites", child.number, _death(code))
            self._start(child)
            return
        child.has_ended = True
        if not child.end:
            self._note_death(child, code)
        elif child.end[ENDED] not in _USUAL_REASONS and not self._is_stopping:
            self._close(child.end[ENDED], is_failure=child.end["has_failed"])
        if all(other.has_ended for other in self._children):
            self._all_ended.set()
            if not is_shutting_down(self._crawler):
                self._joining = asyncio.ensure_future(self._go_on_alone())
                self._joining.add_done_callback(self._note_error_of_ours)

    def _note_death(self, child: _Child, code: int) -> None:
        if self._is_stopping:
            logger.warning("process %d %s; what it had noted counts", child.number, _death(code))
            return
        logger.error("process %d %s again; its sites are not read to the end", child.number, _death(code))
        self._close("process_failed", is_failure=True)

    def _close(self, reason: str, *, is_failure: bool) -> None:
        if is_failure:
            self._crawler.stats.inc_value("backlinks/processes/failed")
        if not is_shutting_down(self._crawler):
            deferred_from_coro(self._crawler.engine.close_spider_async(reason=reason))

    async def _go_on_alone(self) -> None:
        """Join what the others have read, and do here what they have left, after the longest delay of any site."""
        self._join()
        if self._ownership.is_awaited:
            seconds = max(child.end.get("delay", 0.0) for child in self._children)
            logger.info("the other processes have ended; what they have left is asked for in %g seconds", seconds)
            await asyncio.sleep(seconds)
        self._ownership.take_all()
        wake_engine(self._crawler)

    def _note_error_of_ours(self, joining: asyncio.Future[None]) -> None:
        error = joining.exception() if not joining.cancelled() else None
        if error is not None:
            logger.error("what other processes have read is not taken, for an error in the code", exc_info=error)
            self._has_joined = True
            self._close("process_failed", is_failure=True)

    def _join(self) -> None:
        for child in self._children:
            try:
                with opened_job(child.folder) as job:
                    self._take(child, job)
            except JobError as error:
                logger.error("what process %d has read is lost: %s", child.number, error)  # noqa: TRY400 - it says it all
                self._crawler.stats.inc_value("backlinks/processes/failed")
        self._has_joined = True
        if self._has_job or self._folder is None:
            return
        if crawl_failure(self._crawler.stats.get_stats(), needs_seeds=False) is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            logger.warning("what the other processes have written is kept in %s", self._folder)

    def _take(self, child: _Child, job: JobStore) -> None:
        connection, key = job.connection, str(child.number)
        results = self._crawler.signals.send_catch_log(child_ended, job=job, waiting=waiting_seeds(connection))
        for _, result in results:
            if isinstance(result, Failure):
                result.raiseException()
        scheduler, spider = self._crawler.engine.scheduler, self._crawler.spider
        assert scheduler is not None
        assert spider is not None
        for row, stored in postponed_requests(connection, after=self._requests_taken.get(key, 0)):
            self._requests_taken[key] = row
            scheduler.enqueue_request(decode_request(stored, spider))


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close the pipes to a process that has ended."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # What it did not read is lost with it.
            if pipe is not None:
                pipe.close()


def _death(code: int) -> str:
    """Return how a process ended, in words."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
