"""Outputs that hold so many pages each, and are written when the crawl ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec
from scrapy.extensions.feedexport import FileFeedStorage

from backlinkspider.core.exceptions import FeedError
from backlinkspider.feeds.atomic_files import temp_file_for
from backlinkspider.whole_files.storage import WholeFileStorage


class _PageOfRow(msgspec.Struct):
    """What tells the rows of one page from those of the next."""

    url_from: str
    fetched_at: str | None = None


class PageBatches:
    """Cuts the rows of a working file into batches of so many pages; the rows of a page stay together."""

    def __init__(self, rows: IO[bytes], pages: int) -> None:
        self._rows = rows
        self._pages = pages
        self._next_line = rows.readline()
        self._read_page = msgspec.json.Decoder(_PageOfRow).decode

    @property
    def has_rows(self) -> bool:
        """Return whether there are rows that are in no batch yet."""
        return bool(self._next_line)

    def write_next(self, batch: Path) -> None:
        """Write the next batch to a file."""
        pages, before = 0, None
        with batch.open("wb") as file:
            while self._next_line:
                page = self._read_page(self._next_line)
                pages += page != before
                if pages > self._pages:
                    return
                file.write(self._next_line)
                self._next_line, before = self._rows.readline(), page


class BatchStorage(WholeFileStorage):
    """Keeps rows in a working file; at the end writes an output for each batch of pages, one at least.

    Raises what `WholeFileStorage` raises.
    """

    def __init__(self, storage: Any, *args: Any, pages: int, storage_of: Callable[[int], Any], **kwargs: Any) -> None:
        super().__init__(storage, *args, **kwargs)
        self._pages = pages
        self._storage_of = storage_of

    async def _write_rows(self, rows: Path, working: Path) -> bool:
        with rows.open("rb") as file:
            batches = PageBatches(file, self._pages)
            number = 1
            while number == 1 or batches.has_rows:
                if number > 1:
                    self._use(self._storage_of(number))
                with temp_file_for(working) as batch:
                    await asyncio.to_thread(batches.write_next, batch)
                    if not await super()._write_rows(batch, working):
                        return False
                number += 1
        return True

    def _use(self, storage: Any) -> None:
        """Take the storage of the next batch. Raises FeedError, OSError."""
        self._storage = storage
        if not isinstance(storage, FileFeedStorage):
            return
        self._output = output = Path(storage.path).absolute()
        if storage.write_mode == "ab" and output.is_file() and output.stat().st_size:
            raise FeedError(f"{output} cannot be appended to: take -O for new files")
        output.parent.mkdir(parents=True, exist_ok=True)
