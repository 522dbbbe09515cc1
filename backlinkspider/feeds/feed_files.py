"""Opens the files of feeds; what a line of them says is for `core.feed_rows`."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.feed_rows import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds import BadLine

JSON_LINES_ENDINGS = (".jsonl", ".jl", ".jsonlines")
CSV_ENDING = ".csv"

LINE_MAXIMUM = 32 * 1024 * 1024
"""Bytes of a line: twice those of the largest page that is read (DOWNLOAD_MAXSIZE), whose whole text may be one anchor."""

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class FeedFile:
    """A feed as it was when it was looked at: what a crawl appends to it later is not read."""

    path: str
    identity: tuple[int, int]
    """As `file_identity` has it."""
    size: int

    def rows(self) -> Iterator[FeedRow | BadLine]:
        """The rows and bad lines, read lazily. Raises FeedError, with the path."""
        try:
            with Path(self.path).open("rb") as file:
                self._check_same(os.fstat(file.fileno()))
                yield from _read_rows(_bounded_lines(file, self.size), is_csv=self.path.endswith(CSV_ENDING))
        except (OSError, FeedError) as error:
            raise _named(self.path, error) from None

    def _check_same(self, status: os.stat_result) -> None:
        if _identity_of(status) != self.identity or status.st_size < self.size:
            raise FeedError("it changed while it was read; try again when nothing writes to it")


def look_at_feed(path: str) -> FeedFile:
    """A feed that is there and can be opened. Raises FeedError, with the path."""
    if not path.endswith((CSV_ENDING, *JSON_LINES_ENDINGS)):
        raise FeedError(f"feed '{path}' must be named .csv or .jsonl, in lower case, and be one")
    try:
        # Before it is opened: a pipe would wait for its writer.
        status = Path(path).stat()
        _check_kind(status.st_mode)
        with Path(path).open("rb"):
            return FeedFile(path, _identity_of(status), status.st_size)
    except (OSError, FeedError) as error:
        raise _named(path, error) from None


def _check_kind(mode: int) -> None:
    """Raises FeedError for what is no file, such as a pipe, which cannot be read twice."""
    if not stat.S_ISREG(mode):
        raise FeedError("it is a folder" if stat.S_ISDIR(mode) else "it is no file that can be read twice")


def _read_rows(lines: Iterator[tuple[int, bytes | None]], *, is_csv: bool) -> Iterator[FeedRow | BadLine]:
    read: Callable[[bytes], FeedRow] = read_json_row
    if is_csv:
        header = next(lines, None)
        if header is None:
            return
        read = CsvRowReader(header[1] or b"").read
    for number, line in lines:
        if line is None:
            yield BadLine(number, f"it has more than {LINE_MAXIMUM:,} bytes")
            continue
        try:
            row = read(line)
        except FeedRowError as error:
            yield BadLine(number, str(error))
            continue
        yield row


def _bounded_lines(file: IO[bytes], size: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines of the first `size` bytes that are not blank, with their numbers from 1; None for one that is too long."""
    number = 0
    left = size
    while left > 0 and (line := file.readline(min(left, LINE_MAXIMUM))):
        number += 1
        left -= len(line)
        if len(line) == LINE_MAXIMUM and not line.endswith(b"\n"):
            left -= _skip_line(file, left)
            yield number, None
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.strip():
            yield number, line


def _skip_line(file: IO[bytes], left: int) -> int:
    """Reads to the end of a line; how many bytes that were."""
    skipped = 0
    while skipped < left and (chunk := file.readline(min(left - skipped, _CHUNK))):
        skipped += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return skipped


def file_identity(path: str) -> tuple[int, int] | None:
    """What is the same for two paths to one file; None for a file that is not there."""
    try:
        return _identity_of(Path(path).stat())
    except OSError:
        return None


def _identity_of(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _named(path: str, error: Exception) -> FeedError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return FeedError(f"feed '{path}' cannot be read: {why}")
