"""A process that shares a crawl: it reads the sites of its share, and tells the main process how far it is."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import sys
from io import FileIO
from threading import Thread
from typing import IO, Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from backlinkspider.context.crawl_context import context_of
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.job.outcome import crawl_failure
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.ledger.findings import Findings
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.processes.messages import ENDED, FOUND, STOP, Terms

_REPORTED_EVERY_SECONDS = 0.5


class ProgressMessages:
    """Writes how far the crawl of this process is, and in the end with which reason it was closed."""

    def __init__(self, crawler: Crawler, output: IO[bytes]) -> None:
        self._crawler = crawler
        self._output = output
        self._timer = LoopingCall(self.report)
        self._reason = "start_error"
        self._is_stopped = False
        self._delay = 0.0
        crawler.signals.connect(self.start, signals.engine_started)
        crawler.signals.connect(self.note_end, signals.spider_closed)
        crawler.signals.connect(self.stop_timer, signals.engine_stopped)

    def start(self) -> None:
        """Report from now on."""
        self._timer.start(_REPORTED_EVERY_SECONDS)
        if self._is_stopped:
            self.stop()

    def stop(self) -> None:
        """Close the crawl, now or as soon as it has begun."""
        self._is_stopped = True
        deferred_from_coro(self._crawler.stop_async())

    def report(self) -> None:
        """Write how far the crawl is."""
        context = context_of(self._crawler)
        ledger, findings = context.get(Ledger), context.get(Findings)
        stats = self._crawler.stats
        links = context.find(LinkChecks)
        if links is not None and (found := links.pop_found()):
            self._write(**{FOUND: found})
        self._write(
            seeds=ledger.seeds,
            open_seeds=ledger.open_seeds,
            pages=stats.get_value("backlinks/pages", 0),
            rows=stats.get_value("backlinks/rows", 0),
            waiting=len(self._crawler.engine.scheduler),  # type: ignore[arg-type]
            sites=len(context.get(PageBudget).queued_urls()),
            backlinks=findings.originals.total(),
            referring_domains=findings.referring_domains,
        )

    def note_end(self, reason: str) -> None:
        """Note why the crawl is closed."""
        self._reason = reason
        self._delay = SiteDelays(self._crawler).longest()

    def stop_timer(self) -> None:
        """Report no more."""
        if self._timer.running:
            self._timer.stop()

    def end(self) -> None:
        """Write that the crawl has ended, and its job is closed."""
        # A share may have no seed that could be read.
        has_failed = crawl_failure(self._crawler.stats.get_stats(), needs_seeds=False) is not None
        self._write(**{ENDED: self._reason, "delay": self._delay, "has_failed": has_failed})

    def _write(self, **said: Any) -> None:
        self._output.write(json.dumps(said).encode() + b"\n")
        self._output.flush()


def main() -> None:
    """Crawl by the terms that come from the main process."""
    # A terminal or a service tells all processes at once; the main one says what to do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    output = _take_output()
    # Without a buffer, whose lock a thread that waits for a line would hold when the process ends.
    source = FileIO(sys.stdin.fileno(), closefd=False)
    terms = _read_terms(source)
    # Scrapy says of each process what the main one has said.
    logging.getLogger("scrapy.utils.log").setLevel(logging.WARNING)
    process = AsyncCrawlerProcess(terms.settings)
    if terms.settings["LOG_LEVEL"] != "DEBUG":
        logging.getLogger("scrapy").setLevel(logging.WARNING)
    crawler = process.create_crawler(terms.spider)
    messages = ProgressMessages(crawler, output)
    process.crawl(crawler, **terms.arguments)
    Thread(target=_obey, args=(source, messages), daemon=True).start()
    process.start(install_signal_handlers=False)
    if process.bootstrap_failed:
        sys.exit(1)
    messages.end()


def _read_terms(source: FileIO) -> Terms:
    header = json.loads(source.readline())
    sys.path[:] = header["path"]
    packed = bytearray()
    while len(packed) < header["bytes"]:
        piece = source.read(header["bytes"] - len(packed))
        if not piece:
            sys.exit("the main process has ended before it said what to do")
        packed += piece
    terms: Terms = pickle.loads(bytes(packed))  # noqa: S301 - from the process that started this one
    return terms


def _take_output() -> IO[bytes]:
    """Return standard output, and send what others print there to standard error."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output


def _obey(source: FileIO, messages: ProgressMessages) -> None:
    from twisted.internet import reactor  # noqa: PLC0415 - the crawl installs it

    for line in source:
        if line == STOP:
            reactor.callFromThread(messages.stop)
    # The main process is gone. What this one has noted is safe.
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


if __name__ == "__main__":
    main()
