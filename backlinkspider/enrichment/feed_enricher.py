"""Enriches the feeds of a crawl when it ends."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedSlot

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.checks.weights import load_weights
from backlinkspider.context.crawl_context import context_or_none
from backlinkspider.core.links.relation import TO_TARGET
from backlinkspider.core.rows.columns import COLUMNS, CRAWL_LEVEL_COLUMNS
from backlinkspider.core.slugs import slug_of
from backlinkspider.feeds.atomic_files import remove_temp_files, temp_file_for
from backlinkspider.feeds.exporters import JsonLinesRowsExporter, RowsExporter
from backlinkspider.feeds.reader import JSON_LINES_ENDINGS, FeedFile, open_format
from backlinkspider.feeds.uris import is_monitored
from backlinkspider.job.store import JobStore
from backlinkspider.ledger.findings import Findings
from backlinkspider.whole_files.exporter import WholeFileExporter
from backlinkspider.whole_files.final import export_rows

if TYPE_CHECKING:
    from backlinkspider.enrichment.verdicts import CrawlEvidence, EnrichmentResult

logger = logging.getLogger(__name__)

_ENDINGS = {"csv": ".csv", "json": ".json"}
_PIECE = 1024 * 1024
_FACTS_ENDING = JSON_LINES_ENDINGS[0]


Result = TypeVar("Result")


class _StoppedError(Exception):
    """Raised while a feed is enriched when the process must end at once."""


@dataclass
class _ShadowFeed:
    """All columns of the rows of a feed that shows only some of them, in a file beside it."""

    file: Any
    exporter: RowsExporter

    @property
    def path(self) -> Path:
        return Path(self.file.name)


class _Feed(NamedTuple):
    """A feed with chosen columns, as it was written page by page."""

    path: Path
    start_offset: int
    exporter: RowsExporter


class FeedEnricher:
    """Fills the columns that need the whole crawl, one feed after the other, in a thread.

    The rows themselves hold the evidence; a feed with chosen columns gets a shadow feed that has all of them. Feeds of other
    spiders and exporters are left as they are.
    Reads: BACKLINKS_WEIGHTS. Counts, for the first feed: backlinks/verdicts/<verdict>, backlinks/to_do/<what>, and in
    backlinks/rows the links that turned out to be wanted.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        # Those of a file are those that it had when the crawl began.
        self._weights = load_weights(path) if (path := crawler.settings["BACKLINKS_WEIGHTS"]) else None
        self._facts: dict[str, _ShadowFeed] = {}
        self._begun: set[str] = set()
        self._one_feed = asyncio.Lock()
        self._is_stopped = threading.Event()
        self._has_counted = False
        context = context_or_none(crawler)
        self._has_verdicts = context is not None and context.get(OutputColumns).demand.has_verdicts
        from twisted.internet import reactor  # noqa: PLC0415 - what imports it too early has another one installed

        # The process waits for its threads, so the thread must learn that it should stop.
        reactor.addSystemEventTrigger("before", "shutdown", self._is_stopped.set)  # type: ignore[arg-type]

    def begin(self, slot: FeedSlot, job: JobStore | None) -> None:
        """Open a shadow feed for a feed that needs one. Raises OSError, JobError."""
        exporter = slot.exporter
        self._begun.add(slot.uri)
        if not self._is_enriched(slot) or not isinstance(exporter, RowsExporter) or exporter.has_all_columns:
            return
        if CRAWL_LEVEL_COLUMNS.isdisjoint(exporter.columns):
            return
        if job is None:
            file: Any = tempfile.NamedTemporaryFile(prefix="facts-", dir=self._crawler.settings["FEED_TEMPDIR"])  # noqa: SIM115
        else:
            path = facts_path(job, slot.uri)
            remove_temp_files(path)
            file = path.open("ab+" if job.feeds.knows(path) else "wb+")
            job.feeds.track(path, file, COLUMNS)
        self._facts[slot.uri] = _ShadowFeed(file, JsonLinesRowsExporter(file))

    def shadow_exporter(self, slot: FeedSlot) -> RowsExporter | None:
        """Return the exporter of the shadow feed of a feed; None for one that has none."""
        facts = self._facts.get(slot.uri)
        return facts.exporter if facts is not None else None

    def note(self, item: Any, slots: list[FeedSlot]) -> None:
        """Write an item to the shadow feeds of its feeds. Raises OSError."""
        for slot in slots:
            if slot.exporter is not None and slot.uri not in self._begun:
                # A feed that opens with its first row; a job has none of these.
                self.begin(slot, None)
            if slot.uri in self._facts and slot.filter.accepts(item):
                self._facts[slot.uri].exporter.export_item(item)

    async def finish(self, slot: FeedSlot, path: Path, start_offset: int, draft: Path) -> bool:
        """Write the enriched feed to a draft; return whether there is one. Its rows start at the byte `start_offset`.

        Raises FeedError, OSError, sqlite3.Error.
        """
        facts = self._facts.pop(slot.uri, None)
        if not self._is_enriched(slot) or not isinstance(slot.exporter, RowsExporter):
            return False
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._one_feed)
            try:
                if facts is not None:
                    stack.enter_context(facts.file)
                    feed = _Feed(path, start_offset, slot.exporter)
                    finish = partial(self._enrich_by_shadow, facts, feed, draft)
                elif slot.exporter.has_all_columns:
                    feed_file = open_format(str(path), _ENDINGS.get(slot.format, _FACTS_ENDING))
                    rows = replace(feed_file, begin=start_offset, dialect=slot.exporter.dialect)
                    finish = partial(self._enrich_rows, rows, draft)
                else:
                    return False
                finished = await asyncio.to_thread(self._run, finish, draft)
            except _StoppedError:
                return False
        self._count(finished)
        if finished.bad_lines:
            logger.warning(
                "feed %s has %d lines without verdicts, because they cannot be read back", slot.uri, finished.bad_lines
            )
        return True

    async def write_whole(self, slot: FeedSlot, rows: Path, draft: Path) -> bool:
        """Write the rows of a working file to a draft of a whole file; return False where the process must end before.

        Raises FeedError, OSError.
        """
        assert isinstance(slot.exporter, WholeFileExporter)
        if self._is_stopped.is_set():
            return False
        write = partial(slot.exporter.write_file, rows, draft, self._check_time)
        try:
            async with self._one_feed:
                await asyncio.to_thread(self._run, write, draft)
        except _StoppedError:
            return False
        return True

    def _run(self, finish: Callable[[], Result], draft: Path) -> Result:
        """Write a draft; remove the draft on an error, because nobody comes back for it when the process ends."""
        try:
            finished = finish()
            self._check_time()
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return finished

    @cached_property
    def _evidence(self) -> CrawlEvidence:
        """Collect the evidence of the finished crawl once for all feeds."""
        from backlinkspider.enrichment.evidence import collect_evidence  # noqa: PLC0415 - as below

        return collect_evidence(self._crawler)

    def _enrich_rows(self, feed: FeedFile, draft: Path) -> EnrichmentResult:
        # Verdicts bring words and names in many languages, which would delay the first request.
        from backlinkspider.enrichment.verdicts import enrich_feed  # noqa: PLC0415

        weights = self._weights or load_weights(None)
        return enrich_feed(feed, draft, evidence=self._evidence, weights=weights, check_time=self._check_time)

    def _enrich_by_shadow(self, facts: _ShadowFeed, feed: _Feed, draft: Path) -> EnrichmentResult:
        """Enrich the shadow feed and write its rows in the form of the feed, after what was there before."""
        with temp_file_for(facts.path) as rows:
            finished = self._enrich_rows(open_format(str(facts.path), _FACTS_ENDING), rows)
            with feed.path.open("rb") as old, draft.open("xb") as file:
                _copy(old, file, feed.start_offset)
                export_rows(rows, feed.exporter.for_file(file), self._check_time)
        return finished

    def _count(self, finished: EnrichmentResult) -> None:
        spider = self._crawler.spider
        if self._has_counted or not isinstance(spider, BaseSpider):
            return
        self._has_counted = True
        stats = self._crawler.stats
        for group, counts in (("verdicts", finished.verdicts), ("to_do", finished.to_do)) if self._has_verdicts else ():
            for word, number in counts.items():
                stats.set_value(f"backlinks/{group}/{word}", number)
        spider.context.get(Findings).note_copies(finished.copies, finished.dofollow_copies)
        # The others were counted when they were written.
        resolved = sum(number for relation, number in finished.resolved.items() if relation not in spider.arguments.keep)
        if resolved:
            stats.inc_value("backlinks/rows", resolved)

    def _is_enriched(self, slot: FeedSlot) -> bool:
        """Return whether the end of the crawl adds to the rows of a feed."""
        spider = self._crawler.spider
        if is_monitored(slot.feed_options) or not isinstance(spider, BaseSpider):
            return False
        # Links with other relations get no columns, unless a short link turns out to lead to the target.
        is_judged = self._has_verdicts and not spider.arguments.keep.isdisjoint(TO_TARGET)
        return is_judged or bool(spider.arguments.shorteners)

    def _check_time(self) -> None:
        if self._is_stopped.is_set():
            raise _StoppedError


def facts_path(job: JobStore, uri: str) -> Path:
    """Return where the shadow feed of a feed is in the folder of a job."""
    return (job.folder / f"facts-{slug_of(uri)}").absolute()


def _copy(source: Any, target: Any, number: int) -> None:
    while number > 0 and (piece := source.read(min(number, _PIECE))):
        target.write(piece)
        number -= len(piece)
    target.flush()
