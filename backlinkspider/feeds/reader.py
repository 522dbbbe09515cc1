"""Opens feed files and reads their rows; `core.rows.row_parser` parses a line."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.csv_cells import CsvDialect
from backlinkspider.core.rows.row_parser import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.line_reader import (
    CHANGED,
    EVERY_LINE,
    Chunk,
    LineFilter,
    first_line,
    is_array_bracket,
    line_without_end,
    read_chunks,
)

JSON_LINES_ENDINGS = (".jsonl", ".jl", ".jsonlines")
CSV_ENDING = ".csv"
JSON_ARRAY_ENDING = ".json"


class FeedReading(NamedTuple):
    """How a feed is read."""

    wanted: LineFilter = EVERY_LINE
    check_time: Callable[[], None] = lambda: None
    """Called for each chunk of the file; may raise."""


WHOLE = FeedReading()


@dataclass(frozen=True)
class FeedFile:
    """A feed as it was when it was opened; rows appended later are not read."""

    path: str
    identity: tuple[int, int]
    """See `file_identity`."""
    size: int
    ending: str
    """Names the format: `.csv`, `.json`; anything else means JSON lines."""
    begin: int = 0
    """The byte, at the start of a line, from which rows are read; the header is at the start of the file."""
    dialect: CsvDialect | None = None
    """How new cells of a CSV feed are written; None for what its header shows (`CsvRowReader.dialect`)."""

    def rows(self, reading: FeedReading = WHOLE) -> Iterator[FeedRow | BadLine]:
        """Yield the rows and bad lines of the wanted lines from `begin` on.

        Raises FeedError, with the path, and what `check_time` raises.
        """
        try:
            yield from _read_rows(self, self.chunks(reading))
        except FeedError as error:
            raise feed_error(self.path, error) from None

    def chunks(self, reading: FeedReading) -> Iterator[Chunk]:
        """Yield the whole file in chunks (`read_chunks`). Raises FeedError, without the path, and what `check_time` raises."""
        try:
            with Path(self.path).open("rb") as file:
                if not self.is_at(os.fstat(file.fileno())):
                    raise FeedError(CHANGED)
                for chunk in read_chunks(file, self.size, reading.wanted, begin=self.begin):
                    reading.check_time()
                    yield chunk
        except OSError as error:
            raise FeedError(error.strerror or str(error)) from None

    def is_at(self, status: os.stat_result) -> bool:
        """Return whether a file is still this one and has not become shorter."""
        return _identity_of(status) == self.identity and status.st_size >= self.size


OnBadLine = Callable[[FeedFile, BadLine], None]
"""Called for each line that is not a row."""


def open_feed(path: str) -> FeedFile:
    """Open a feed whose name tells its format. Raises FeedError, with the path."""
    if not path.endswith((CSV_ENDING, *JSON_LINES_ENDINGS)):
        raise FeedError(f"feed '{path}' must be named .csv or .jsonl, in lower case, and be one")
    return open_format(path, Path(path).suffix)


def open_format(path: str, ending: str) -> FeedFile:
    """Open a feed in the format of `ending`, whatever its name. Raises FeedError, with the path."""
    try:
        # Opening a pipe would wait for its writer.
        status = Path(path).stat()
        _check_kind(status.st_mode)
        with Path(path).open("rb"):
            return FeedFile(path, _identity_of(status), status.st_size, ending)
    except OSError as error:
        raise feed_error(path, error.strerror or error) from None
    except FeedError as error:
        raise feed_error(path, error) from None


def feed_error(path: str, why: object) -> FeedError:
    """Return the error that names a feed and why it cannot be read."""
    return FeedError(f"feed '{path}' cannot be read: {why}")


def _check_kind(mode: int) -> None:
    """Raise FeedError for a folder, or for a pipe, which cannot be read twice."""
    if not stat.S_ISREG(mode):
        raise FeedError("it is a folder" if stat.S_ISDIR(mode) else "it is not a file that can be read twice")


def read_array_row(line: bytes) -> FeedRow:
    """Parse a line of a JSON array that has one row a line. Raises FeedRowError."""
    return read_json_row(line.rstrip().removesuffix(b","))


def _read_rows(feed: FeedFile, chunks: Iterator[Chunk]) -> Iterator[FeedRow | BadLine]:
    read: Callable[[bytes], FeedRow] = read_json_row
    is_array = feed.ending == JSON_ARRAY_ENDING
    if is_array:
        read = read_array_row
    elif feed.ending == CSV_ENDING:
        header = first_line(chunks)
        if header is None:
            return
        read = CsvRowReader(header.text).read
    last = 0
    for chunk in chunks:
        if not chunk.is_wanted or (is_array and is_array_bracket(chunk)):
            continue
        if not chunk.is_whole:
            if chunk.number != last:
                yield line_without_end(chunk.number)
            last = chunk.number
            continue
        text = chunk.text
        if not text.strip():
            continue
        try:
            row = read(text)
        except FeedRowError as error:
            yield BadLine(chunk.number, str(error))
            continue
        yield row


def file_identity(path: str) -> tuple[int, int] | None:
    """Return a key that is equal for two paths to one file; None for a missing file."""
    try:
        return _identity_of(Path(path).stat())
    except OSError:
        return None


def _identity_of(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
