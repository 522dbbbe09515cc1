"""Where rows go: to a file page by page, and when the crawl ends, enriched, to the storage that the user named."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage
from scrapy.utils.defer import deferred_from_coro, ensure_awaitable
from twisted.internet.defer import Deferred

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.slugs import slug_of
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.feeds.atomic_files import remove_temp_files, replace_file, temp_file_for
from backlinkspider.feeds.lock import lock_feed
from backlinkspider.job.store import JobStore

logger = logging.getLogger(__name__)

EnrichFeed = Callable[[Path, int, Path], Awaitable[bool]]
"""Writes the enriched feed to a draft and returns whether it did. Takes the path, the byte where its rows start, the draft."""

_START_OFFSETS = "feed_beginnings"
"""The name under which a job stores the byte at which its rows start in each feed."""


OnFailure = Callable[[str], None]
"""Called with the reason why rows are stored without verdicts."""


class DeferredFeedStorage:
    """Wraps a storage of Scrapy: rows are written to a local file first, enriched at the end, then stored.

    A job writes a local feed in place; for any other storage it keeps a file in its folder, which a resumed crawl continues.
    Raises: what the storage raises; FeedError for a local file that another crawl writes to.
    """

    def __init__(self, storage: Any, uri: str, finish: EnrichFeed, note_failure: OnFailure, *, job: JobStore | None) -> None:
        self._storage = storage
        self._uri = uri
        self._finish = finish
        self._note_failure = note_failure
        self._job = job
        self._is_local = isinstance(storage, FileFeedStorage)
        self._start_offset = 0
        self._lock: IO[bytes] | None = None
        self.path: Path | None = None
        """The local file with the rows; None for a temporary file."""
        if self._is_local:
            self.path = Path(storage.path).absolute()
        elif job is not None:
            self.path = self.path_in_job(job)

    def path_in_job(self, job: JobStore) -> Path:
        return (job.folder / f"feed-{slug_of(self._uri)}").absolute()

    def open(self, spider: Spider) -> IO[bytes]:
        """Return the open file, positioned at its end. A feed that is new to the job is opened as the user asked."""
        if self._is_local and self.path is not None:
            self._lock = lock_feed(self.path)
        if self.path is not None and (self._lock is not None or not self._is_local):
            remove_temp_files(self.path)
        try:
            file = self._open(spider)
        except BaseException:
            self._release_lock()
            raise
        self._start_offset = self._read_start_offset(file)
        return file

    def store(self, file: IO[bytes]) -> Deferred[None]:
        """Enrich the rows, and store them unless they are in place already."""
        return deferred_from_coro(self._store_and_log(file))

    async def _store_and_log(self, file: IO[bytes]) -> None:
        await self._store(file)
        logger.info("feed %s is stored", strip_credentials(self._uri))

    async def _store(self, file: IO[bytes]) -> None:
        if not self._is_local:
            await self._store_elsewhere(file)
            return
        assert self.path is not None
        try:
            self._close(file)
            if self._lock is not None and not self._is_abandoned():
                await self._enrich_in_place(self.path, os.fstat(self._lock.fileno()))
        finally:
            self._release_lock()

    def _open(self, spider: Spider) -> IO[bytes]:
        if self._job is not None and self.path is not None:
            if self._job.feeds.knows(self.path):
                return self.path.open("ab+")
            if not self._is_local:
                return self.path.open("wb+")
        file: IO[bytes] = self._storage.open(spider)
        return file

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _read_start_offset(self, file: IO[bytes]) -> int:
        start_offset = file.tell() if file.seekable() else 0
        if self._job is None or self.path is None:
            return start_offset
        known: dict[str, int] = self._job.read(_START_OFFSETS) or {}
        start_offset = known.setdefault(str(self.path), start_offset)
        self._job.write(_START_OFFSETS, known)
        return start_offset

    async def _enrich_in_place(self, path: Path, written: os.stat_result) -> None:
        try:
            _check_untouched(path, written)
        except FeedError as error:
            self._note_failure(f"feed {self._uri} has no verdicts: {error}")
            return
        try:
            with temp_file_for(path) as draft:
                if not await self._finish(path, self._start_offset, draft):
                    return
                _check_untouched(path, written)
                if sys.platform == "win32":
                    # Windows cannot replace an open file.
                    self._release_lock()
                self._put_in_place(draft, path)
        except (FeedError, OSError, sqlite3.Error) as error:
            self._note_failure(f"feed {self._uri} has its rows, but no verdicts: {error}")

    def _close(self, file: IO[bytes]) -> None:
        try:
            file.close()
        except OSError:
            # A resumed crawl cuts off rows that the job has not committed, so it does not matter that they were not flushed.
            if not self._is_abandoned():
                raise

    def _is_abandoned(self) -> bool:
        """Return whether the job was abandoned; its feed must then stay as it is, for the resumed crawl."""
        return self._job is not None and self._job.is_abandoned

    def _put_in_place(self, draft: Path, path: Path) -> None:
        if self._job is None:
            replace_file(draft, path)
        elif not self._job.is_abandoned:
            self._job.begin_replace(path, draft.stat().st_size)
            replace_file(draft, path)
            self._job.commit_replace(path)

    async def _store_elsewhere(self, file: IO[bytes]) -> None:
        file.flush()
        path = self.path or Path(str(getattr(file, "name", "")))
        if not path.is_file():
            # For example standard output.
            await ensure_awaitable(self._storage.store(file))
            return
        with temp_file_for(path) as draft:
            if await self._is_enriched(path, draft):
                # The storage closes the file that it is given.
                file.close()
                file = draft.open("rb")
            await ensure_awaitable(self._storage.store(file))

    async def _is_enriched(self, path: Path, draft: Path) -> bool:
        """Enrich the feed into a draft; return whether there is one."""
        try:
            return await self._finish(path, self._start_offset, draft)
        except (FeedError, OSError, sqlite3.Error) as error:
            self._note_failure(f"feed {self._uri} is stored without verdicts: {error}")
            return False


class SharedFeedStorage(DeferredFeedStorage):
    """Keeps the rows of a process that shares a crawl in its job, from which the main process takes them."""

    def store(self, file: IO[bytes]) -> Deferred[None]:
        """Close the file; the feed is stored by the main process."""
        return deferred_from_coro(self._close_file(file))

    async def _close_file(self, file: IO[bytes]) -> None:
        self._close(file)


def path_in_job(job: JobStore, feed: str) -> Path:
    """Return the path of a file for a feed in the folder of a job. A resumed job must give the feed the same name."""
    return (job.folder / f"feed-{slug_of(feed)}").absolute()


def _check_untouched(path: Path, written: os.stat_result) -> None:
    """Raise FeedError where somebody moved the file or wrote to it after it was closed."""
    try:
        there = path.stat()
    except FileNotFoundError:
        raise FeedError("it is gone, moved or removed while the crawl wrote to it") from None
    if not os.path.samestat(there, written):
        raise FeedError("another file is in its place; the one that was moved has the rows")
    if there.st_size != written.st_size:
        raise FeedError("somebody else wrote to it")
