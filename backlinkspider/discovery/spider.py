"""Runs the sources side by side inside a Scrapy process, and hands what they give to the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider

from backlinkspider import default_settings
from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.discovery.secrets import SecretFilter, hide_in_log
from backlinkspider.discovery.source import Completeness, FileSource, NetworkSource, Question, Source
from backlinkspider.discovery.store import CandidateStore
from backlinkspider.discovery.web import Web

logger = logging.getLogger(__name__)

_BATCH_SIZE = 1_000
"""Candidates that are added to the store at once."""

_NO_REQUESTS: tuple[Request, ...] = ()
"""Scrapy wants a generator."""

_NOT_HERE = ("backlinkspider.ledger.", "backlinkspider.downloader.middlewares.prefetched.")
"""Middlewares that are about the pages of seeds."""


class DiscoverySpider(Spider):
    """Reads all sources. Its requests go through the downloader of a crawl; it schedules none and yields no page."""

    name = "discovery"
    custom_settings: dict[str, Any] = {  # noqa: RUF012 - Scrapy's own type for it
        "DOWNLOADER_MIDDLEWARES": {
            path: None if path.startswith(_NOT_HERE) else place for path, place in default_settings.DOWNLOADER_MIDDLEWARES.items()
        },
        "EXTENSIONS": dict.fromkeys(default_settings.EXTENSIONS),
        "ITEM_PIPELINES": dict.fromkeys(default_settings.ITEM_PIPELINES),
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "JOBDIR": None,
    }

    def __init__(self, sources: Sequence[Source], store: CandidateStore, question: Question) -> None:
        super().__init__()
        self._sources = sources
        self._store = store
        self._question = question
        # One each: none waits for another.
        self._threads = ThreadPoolExecutor(max_workers=len(sources), thread_name_prefix="source")

    def closed(self, reason: str) -> None:
        """Wait for the sources that are read in threads, which end soon: what they found belongs to the output."""
        self._question.stopped.set()
        self._threads.shutdown()

    async def start(self) -> AsyncIterator[Any]:
        """Read every source to its end; an exception is an error in the code of one of them, and the others go on."""
        # Not before: Scrapy makes a new handler when a crawl begins.
        hide_in_log(SecretFilter(self._question.secrets))
        web = Web(self.crawler)
        results = await asyncio.gather(*(self._read(source, web) for source in self._sources), return_exceptions=True)
        for source, result in zip(self._sources, results, strict=True):
            if isinstance(result, BaseException):
                logger.error("source %s failed", source.name, exc_info=result)
                self.crawler.stats.inc_value("backlinks/errors")
                source.report.failure = f"an error in its code ({type(result).__name__}); see the log"
                source.report.complete = Completeness.NO
        for request in _NO_REQUESTS:
            yield request

    async def _read(self, source: Source, web: Web) -> None:
        source.report.read_at = datetime.now(UTC)
        try:
            if isinstance(source, FileSource):
                await asyncio.get_running_loop().run_in_executor(self._threads, self._drain, source)
            elif isinstance(source, NetworkSource):
                await self._follow(source, web)
        except SourceError as error:
            source.report.failure = str(error)
            source.report.complete = Completeness.NO
            logger.warning("source %s failed: %s", source.name, error)

    def _drain(self, source: FileSource) -> None:
        batch = _Batch(self._store, source.name)
        try:
            for candidate in source.read():
                batch.add(candidate)
        finally:
            batch.flush()
            if self._question.stopped.is_set():
                source.report.complete = Completeness.NO

    async def _follow(self, source: NetworkSource, web: Web) -> None:
        batch = _Batch(self._store, source.name)
        try:
            async for candidate in source.read(web):
                batch.add(candidate)
        except asyncio.CancelledError:
            source.report.complete = Completeness.NO
            raise
        finally:
            batch.flush()


class _Batch:
    """Candidates of one source on their way to the store."""

    def __init__(self, store: CandidateStore, source: str) -> None:
        self._store = store
        self._source = source
        self._candidates: list[Candidate] = []

    def add(self, candidate: Candidate) -> None:
        self._candidates.append(candidate)
        if len(self._candidates) >= _BATCH_SIZE:
            self.flush()

    def flush(self) -> None:
        self._store.add(self._source, self._candidates)
        self._candidates = []
