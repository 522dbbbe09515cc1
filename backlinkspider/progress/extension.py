"""Says how far a crawl is, to the person in front of it or in the log."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.core.progress.wordings import progress_line, progress_rows
from backlinkspider.progress.meter import Clock, CrawlMeter
from backlinkspider.progress.terminal import has_display

if TYPE_CHECKING:
    from backlinkspider.progress.display import TerminalDisplay

logger = logging.getLogger(__name__)

_DRAWN_EVERY_SECONDS = 0.5
_WARNINGS_SHOWN = 10


class ProgressReport:
    """Shows how far the crawl is: in a display on a terminal that no log goes to, and in a line a minute in the log.

    Warnings of this project stand above the display. Reads: BACKLINKS_QUIET, LOGSTATS_INTERVAL, LOG_FILE, LOG_ENABLED.
    Raises: NotConfigured when BACKLINKS_QUIET is on, and for another spider.
    """

    def __init__(self, meter: CrawlMeter, display: TerminalDisplay | None, *, log_file: str | None, spider: str) -> None:
        self._meter = meter
        self._loggers = [logging.getLogger(name) for name in ("backlinkspider", spider)]
        self._display = display
        self._log_file = log_file
        self._warnings = _ShownWarnings(display) if display is not None else None
        self._drawing = LoopingCall(self.draw)
        self._logging = LoopingCall(self.log)

    @classmethod
    def from_crawler(cls, crawler: Crawler, clock: Clock = monotonic) -> Self:
        settings = crawler.settings
        if settings.getbool("BACKLINKS_QUIET"):
            raise NotConfigured("BACKLINKS_QUIET is on")
        if not isinstance(crawler.spider, BaseSpider):
            raise NotConfigured
        display = _display() if has_display(settings) else None
        report = cls(
            CrawlMeter(crawler, crawler.spider, clock), display, log_file=settings["LOG_FILE"], spider=crawler.spider.name
        )
        # A feed that cannot be opened is named before the engine starts.
        report.show_warnings()
        interval = settings.getfloat("LOGSTATS_INTERVAL")
        crawler.signals.connect(lambda: report.start(interval), signals.engine_started, weak=False)
        crawler.signals.connect(report.note_closed, signals.spider_closed)
        crawler.signals.connect(report.stop, signals.engine_stopped)
        return report

    def start(self, log_seconds: float) -> None:
        """Begin; `log_seconds` lie between two lines of the log, and 0 writes none."""
        self._meter.start()
        if log_seconds:
            self._logging.start(log_seconds, now=False)
        if self._display is None:
            return
        from twisted.internet import reactor  # noqa: PLC0415 - what imports it too early has another one installed

        # Without it a second Ctrl-C would leave the terminal as it is.
        reactor.addSystemEventTrigger("before", "shutdown", self.stop)  # type: ignore[arg-type]
        self._display.start()
        self._drawing.start(_DRAWN_EVERY_SECONDS).addErrback(self._note_failure)

    def show_warnings(self) -> None:
        """Let warnings stand above the display, until `stop`."""
        if self._warnings is not None:
            for heard in self._loggers:
                heard.addHandler(self._warnings)

    def draw(self) -> None:
        assert self._display is not None, "start() asks"
        rows = [*progress_rows(self._meter.read())]
        if self._log_file:
            rows.append(("log", self._log_file))
        self._display.draw(rows)

    def log(self) -> None:
        logger.info(progress_line(self._meter.read()))

    def note_closed(self) -> None:
        self._meter.has_closed = True

    def stop(self) -> None:
        """Erase the display and write nothing more."""
        self._meter.stop()
        for timer in (self._logging, self._drawing):
            if timer.running:
                timer.stop()
        if self._display is not None and self._warnings is not None:
            for heard in self._loggers:
                heard.removeHandler(self._warnings)
            with suppress(OSError):  # The terminal is gone.
                self._display.stop()

    def _note_failure(self, failure: Failure) -> None:
        logger.error("the display stopped: %s", failure.getErrorMessage())


def _display() -> TerminalDisplay:
    from backlinkspider.progress.display import TerminalDisplay  # noqa: PLC0415 - rich takes 40 ms, for terminals alone

    return TerminalDisplay(sys.stderr)


class _ShownWarnings(logging.Handler):
    """Prints the first warnings of this project above the display, for the log goes to a file."""

    def __init__(self, display: TerminalDisplay) -> None:
        super().__init__(logging.WARNING)
        self._display = display
        self._shown = 0

    def emit(self, record: logging.LogRecord) -> None:
        self._shown += 1
        if self._shown > _WARNINGS_SHOWN + 1:
            return
        is_last = self._shown == _WARNINGS_SHOWN + 1
        with suppress(OSError):  # The terminal is gone.
            self._display.print_line("more warnings are in the log" if is_last else record.getMessage())
