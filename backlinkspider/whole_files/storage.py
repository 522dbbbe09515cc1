"""Where the rows of a file wait until it can be written whole, and where it goes then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from scrapy import Spider
from scrapy.utils.defer import ensure_awaitable

from backlinkspider.core.exceptions import ArgumentError, FeedError
from backlinkspider.feeds.atomic_files import remove_temp_files, replace_file, temp_file_for
from backlinkspider.feeds.storage import DeferredFeedStorage, EnrichFeed, OnFailure, path_in_job
from backlinkspider.job.store import JobStore

WORKING_ENDING = ".rows.jsonl"
"""What the name of a working file ends with: `backlinks.xlsx.rows.jsonl`, a feed like any other."""

WriteFile = Callable[[Path, Path], Awaitable[bool]]
"""Writes the rows of a working file to a draft. Returns False where the process must end before."""


class WholeFileStorage(DeferredFeedStorage):
    """Keeps rows in a working file, which outlives a kill; at the end writes the output from it, whole or not at all.

    The working file is beside the output, in the folder of the job, or for an output elsewhere among the temporary files.
    Raises: ArgumentError for an output that would have to be appended to, OSError for one that cannot be written.
    """

    def __init__(
        self, storage: Any, uri: str, finish: EnrichFeed, note_failure: OnFailure, *, write: WriteFile, job: JobStore | None
    ) -> None:
        super().__init__(storage, uri, finish, note_failure, job=job)
        self._write = write
        self._output = self.path if self._is_local else None
        if self._output is not None:
            self.path = self._output.with_name(f"{self._output.name}{WORKING_ENDING}")
            if job is not None:
                # A job goes on with the absolute path of what it began with.
                self.path = path_in_job(job, str(self._output))

    def _open(self, spider: Spider) -> IO[bytes]:
        is_resumed = self._job is not None and self.path is not None and self._job.feeds.knows(self.path)
        if self._output is not None:
            self._check_output(self._output, is_resumed=is_resumed)
        if self.path is None:
            return NamedTemporaryFile(
                prefix="backlinks-", suffix=WORKING_ENDING, dir=spider.crawler.settings["FEED_TEMPDIR"], delete=False
            )
        return self.path.open("ab+" if is_resumed else "wb+")

    def _check_output(self, output: Path, *, is_resumed: bool) -> None:
        """Find out before the crawl whether the output can be written at its end."""
        is_appended_to = self._storage.write_mode == "ab" and not is_resumed
        if is_appended_to and output.is_file() and output.stat().st_size:
            raise ArgumentError("it cannot be appended to: take -O for a new file, or .csv or .jsonl, which can")
        output.parent.mkdir(parents=True, exist_ok=True)
        remove_temp_files(output)
        with temp_file_for(output) as draft:
            draft.touch()

    async def _store(self, file: IO[bytes]) -> None:
        working = self.path or Path(file.name)
        try:
            self._close(file)
            if not self._is_abandoned():
                await self._write_output(working)
        finally:
            self._release_lock()

    async def _write_output(self, working: Path) -> None:
        try:
            with temp_file_for(working) as enriched:
                rows = enriched if await self._is_enriched(working, enriched) else working
                if not await self._write_rows(rows, working):
                    return
        except (FeedError, OSError) as error:
            self._note_failure(f"feed {self._uri} cannot be written: {error}; its rows are in {working}")
            return
        if self._job is None:
            await asyncio.to_thread(working.unlink, missing_ok=True)

    async def _write_rows(self, rows: Path, working: Path) -> bool:
        """Write rows to the output; return False where the process must end before."""
        with temp_file_for(self._output or working) as draft:
            if not await self._write(rows, draft):
                return False
            await self._put(draft)
        return True

    async def _put(self, draft: Path) -> None:
        if self._output is not None:
            replace_file(draft, self._output)
        else:
            # The storage closes the file.
            await ensure_awaitable(self._storage.store(draft.open("rb")))
