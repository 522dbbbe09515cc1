"""Opens the files of feeds; what a line of them says is for `core.rows.row_parser`."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.rows.row_parser import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.line_reader import (
    CHANGED,
    EVERY_LINE,
    Piece,
    Wanted,
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

    wanted: Wanted = EVERY_LINE
    check_time: Callable[[], None] = lambda: None
    """Is called for each piece of the file, and may raise."""


WHOLE = FeedReading()


@dataclass(frozen=True)
class FeedFile:
    """A feed as it was when it was looked at: what a crawl appends to it later is not read."""

    path: str
    identity: tuple[int, int]
    """As `file_identity` has it."""
    size: int
    ending: str
    """What the format is by: `.csv`, `.json`; anything else is JSON lines."""
    begin: int = 0
    """Where the rows begin that are meant, in bytes, at the beginning of a line; the header is at the beginning of the file."""

    def rows(self, reading: FeedReading = WHOLE) -> Iterator[FeedRow | BadLine]:
        """The rows and bad lines from the beginning that is meant, of lines that are wanted, read lazily.

        Raises FeedError, with the path, and what `check_time` raises.
        """
        try:
            yield from _read_rows(self, self.pieces(reading))
        except FeedError as error:
            raise named(self.path, error) from None

    def pieces(self, reading: FeedReading) -> Iterator[Piece]:
        """The whole file, read lazily (`read_chunks`). Raises FeedError, without the path, and what `check_time` raises."""
        try:
            with Path(self.path).open("rb") as file:
                if not self.is_at(os.fstat(file.fileno())):
                    raise FeedError(CHANGED)
                for piece in read_chunks(file, self.size, reading.wanted, begin=self.begin):
                    reading.check_time()
                    yield piece
        except OSError as error:
            raise FeedError(error.strerror or str(error)) from None

    def is_at(self, status: os.stat_result) -> bool:
        """Whether a file is still this one, with all that it had."""
        return _identity_of(status) == self.identity and status.st_size >= self.size


NoteBadLine = Callable[[FeedFile, BadLine], None]
"""Is told of each line that is no row."""


def open_feed(path: str) -> FeedFile:
    """A feed that is there and can be opened, by its name. Raises FeedError, with the path."""
    if not path.endswith((CSV_ENDING, *JSON_LINES_ENDINGS)):
        raise FeedError(f"feed '{path}' must be named .csv or .jsonl, in lower case, and be one")
    return look_at_format(path, Path(path).suffix)


def look_at_format(path: str, ending: str) -> FeedFile:
    """A feed of a format that is known, whatever its name, that is there and can be opened. Raises FeedError, with the path."""
    try:
        # Before it is opened: a pipe would wait for its writer.
        status = Path(path).stat()
        _check_kind(status.st_mode)
        with Path(path).open("rb"):
            return FeedFile(path, _identity_of(status), status.st_size, ending)
    except OSError as error:
        raise named(path, error.strerror or error) from None
    except FeedError as error:
        raise named(path, error) from None


def named(path: str, why: object) -> FeedError:
    """The error that names the feed that cannot be read."""
    return FeedError(f"feed '{path}' cannot be read: {why}")


def _check_kind(mode: int) -> None:
    """Raises FeedError for what is no file, such as a pipe, which cannot be read twice."""
    if not stat.S_ISREG(mode):
        raise FeedError("it is a folder" if stat.S_ISDIR(mode) else "it is no file that can be read twice")


def read_array_row(line: bytes) -> FeedRow:
    """The row that a line of a JSON array is, one row a line. Raises FeedRowError."""
    return read_json_row(line.rstrip().removesuffix(b","))


def _read_rows(feed: FeedFile, pieces: Iterator[Piece]) -> Iterator[FeedRow | BadLine]:
    read: Callable[[bytes], FeedRow] = read_json_row
    is_array = feed.ending == JSON_ARRAY_ENDING
    if is_array:
        read = read_array_row
    elif feed.ending == CSV_ENDING:
        header = first_line(pieces)
        if header is None:
            return
        read = CsvRowReader(header.text).read
    last = 0
    for piece in pieces:
        if not piece.is_wanted or (is_array and is_array_bracket(piece)):
            continue
        if not piece.is_whole:
            if piece.number != last:
                yield line_without_end(piece.number)
            last = piece.number
            continue
        text = piece.text
        if not text.strip():
            continue
        try:
            row = read(text)
        except FeedRowError as error:
            yield BadLine(piece.number, str(error))
            continue
        yield row


def file_identity(path: str) -> tuple[int, int] | None:
    """What is the same for two paths to one file; None for a file that is not there."""
    try:
        return _identity_of(Path(path).stat())
    except OSError:
        return None


def _identity_of(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
