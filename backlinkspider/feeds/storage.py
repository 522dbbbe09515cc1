"""Where the rows of a crawl go: to a file, page by page; when the crawl ends, finished, to where they were asked for."""

from __future__ import annotations

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
from backlinkspider.feeds.atomic_files import remove_temp_files, replace_file, temp_file_for
from backlinkspider.feeds.lock import lock_feed
from backlinkspider.job.store import JobStore

Finish = Callable[[Path, int, Path], Awaitable[bool]]
"""Writes the feed at a path, whose rows begin at a byte, with what only the whole crawl can say to a draft; whether it did."""

_BEGINNINGS = "feed_beginnings"
"""The name under which a job notes at which byte its rows begin in each feed."""


NoteFailure = Callable[[str], None]
"""Is told why rows are stored as they were found."""


class DeferredFeedStorage:
    """A storage of Scrapy's for rows that are in a file while they are found, and finished before they are stored.

    The rows of a job are in the local file itself; of a feed that is stored elsewhere, in a file in the job's folder, which
    stays as it is for a crawl that goes on. Raises what the storage raises; FeedError for a local file that a crawl writes to.
    """

    def __init__(self, storage: Any, uri: str, finish: Finish, note_failure: NoteFailure, *, job: JobStore | None) -> None:
        self._storage = storage
        self._uri = uri
        self._finish = finish
        self._note_failure = note_failure
        self._job = job
        self._is_local = isinstance(storage, FileFeedStorage)
        self._begins_at = 0
        self._lock: IO[bytes] | None = None
        self.path: Path | None = None
        """Where the rows are; None for a temporary file."""
        if self._is_local:
            self.path = Path(storage.path).absolute()
        elif job is not None:
            self.path = (job.folder / f"feed-{slug_of(uri)}").absolute()

    def open(self, spider: Spider) -> IO[bytes]:
        """The file, at its end; a feed that the job has not written to before is opened as it was asked for."""
        if self._is_local and self.path is not None:
            self._lock = lock_feed(self.path)
        if self.path is not None and (self._lock is not None or not self._is_local):
            remove_temp_files(self.path)
        try:
            file = self._open(spider)
        except BaseException:
            self._release_lock()
            raise
        self._begins_at = self._beginning(file)
        return file

    def store(self, file: IO[bytes]) -> Deferred[None]:
        """Finishes the rows; stores them, unless they are in their place."""
        return deferred_from_coro(self._store(file))

    async def _store(self, file: IO[bytes]) -> None:
        if not self._is_local:
            await self._store_elsewhere(file)
            return
        assert self.path is not None
        try:
            self._close(file)
            if self._lock is not None and not self._is_abandoned():
                await self._finish_in_place(self.path, os.fstat(self._lock.fileno()))
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

    def _beginning(self, file: IO[bytes]) -> int:
        begins_at = file.tell() if file.seekable() else 0
        if self._job is None or self.path is None:
            return begins_at
        known: dict[str, int] = self._job.read(_BEGINNINGS) or {}
        begins_at = known.setdefault(str(self.path), begins_at)
        self._job.write(_BEGINNINGS, known)
        return begins_at

    async def _finish_in_place(self, path: Path, written: os.stat_result) -> None:
        try:
            _check_untouched(path, written)
        except FeedError as error:
            self._note_failure(f"feed {self._uri} is not finished: {error}")
            return
        try:
            with temp_file_for(path) as draft:
                if not await self._finish(path, self._begins_at, draft):
                    return
                _check_untouched(path, written)
                if sys.platform == "win32":
                    # Nothing takes the place of an open file there.
                    self._release_lock()
                self._put_in_place(draft, path)
        except (FeedError, OSError, sqlite3.Error) as error:
            self._note_failure(f"feed {self._uri} has its rows, but no verdicts: {error}")

    def _close(self, file: IO[bytes]) -> None:
        try:
            file.close()
        except OSError:
            # Rows that the job has not noted are cut off, whether or not a disk has room for them.
            if not self._is_abandoned():
                raise

    def _is_abandoned(self) -> bool:
        """Whether the job goes on from where it was, for which the feed must stay as it was."""
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
            # Such as standard output.
            await ensure_awaitable(self._storage.store(file))
            return
        with temp_file_for(path) as draft:
            if await self._is_finished(path, draft):
                # The storage closes what it is given.
                file.close()
                file = draft.open("rb")
            await ensure_awaitable(self._storage.store(file))

    async def _is_finished(self, path: Path, draft: Path) -> bool:
        """Whether there is a draft."""
        try:
            return await self._finish(path, self._begins_at, draft)
        except (FeedError, OSError, sqlite3.Error) as error:
            self._note_failure(f"feed {self._uri} is stored without verdicts: {error}")
            return False


def _check_untouched(path: Path, written: os.stat_result) -> None:
    """Raises FeedError where a file is not as it was closed: somebody moved it, or wrote to it."""
    try:
        there = path.stat()
    except FileNotFoundError:
        raise FeedError("it is gone, moved or removed while the crawl wrote to it") from None
    if not os.path.samestat(there, written):
        raise FeedError("another file is in its place; the one that was moved has the rows")
    if there.st_size != written.st_size:
        raise FeedError("somebody else wrote to it")
