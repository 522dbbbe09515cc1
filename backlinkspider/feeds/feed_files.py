"""Opens the files of feeds; what a line of them says is for `core.feed_rows`."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from backlinkspider.core.exceptions import FeedError, FeedRowError
from backlinkspider.core.feed_rows import CsvRowReader, FeedRow, read_json_row
from backlinkspider.core.seeds import BadLine

JSON_LINES_ENDINGS = (".jsonl", ".jl", ".jsonlines")
CSV_ENDING = ".csv"
JSON_ARRAY_ENDING = ".json"

LINE_MAXIMUM = 32 * 1024 * 1024
"""Bytes of a line: twice those of the largest page that is read (DOWNLOAD_MAXSIZE), whose whole text may be one anchor."""

_CHUNK = 1024 * 1024
_CHANGED = "it changed while it was read; try again when nothing writes to it"


Wants = Callable[[bytes], bool]
"""Whether a line is to be read at all, by its bytes."""


class FeedLine(NamedTuple):
    """A line of a feed, or a piece of one that is longer than is read."""

    number: int
    """From 1; the pieces of a line have the same."""
    raw: bytes
    """With its end and, of the first, its byte order mark."""
    offset: int
    """Where it begins in the file."""
    is_whole: bool


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

    def rows(self, wants: Wants = lambda _: True) -> Iterator[FeedRow | BadLine]:
        """The rows and bad lines from the beginning that is meant, of lines that are wanted, read lazily.

        Raises FeedError, with the path.
        """
        try:
            yield from _read_rows(self, wants)
        except FeedError as error:
            raise named(self.path, error) from None

    def lines(self) -> Iterator[FeedLine]:
        """The lines of the whole file, read lazily. Raises FeedError, without the path."""
        try:
            with Path(self.path).open("rb") as file:
                if not self.is_at(os.fstat(file.fileno())):
                    raise FeedError(_CHANGED)
                yield from _lines_of(file, self.size)
        except OSError as error:
            raise FeedError(error.strerror or str(error)) from None

    def is_at(self, status: os.stat_result) -> bool:
        """Whether a file is still this one, with all that it had."""
        return _identity_of(status) == self.identity and status.st_size >= self.size


NoteBadLine = Callable[[FeedFile, BadLine], None]
"""Is told of each line that is no row."""


def look_at_feed(path: str) -> FeedFile:
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


def text_of_line(line: FeedLine) -> bytes:
    """What a line says: without the byte order mark of the first."""
    return line.raw.removeprefix(codecs.BOM_UTF8) if line.number == 1 else line.raw


def line_without_end(number: int) -> BadLine:
    """What is said of a line that is too long to be read."""
    return BadLine(number, f"it has more than {LINE_MAXIMUM:,} bytes")


def read_array_row(line: bytes) -> FeedRow:
    """The row that a line of a JSON array is, one row a line. Raises FeedRowError."""
    return read_json_row(line.rstrip().removesuffix(b","))


def is_array_bracket(line: FeedLine) -> bool:
    """Whether a line of a JSON array is its beginning or end."""
    return line.raw.strip() == (b"[" if line.number == 1 else b"]")


def first_line(lines: Iterator[FeedLine]) -> FeedLine | None:
    """The first line that is not blank; those before it are gone then."""
    return next((line for line in lines if text_of_line(line).strip()), None)


def _read_rows(feed: FeedFile, wants: Wants) -> Iterator[FeedRow | BadLine]:
    lines = feed.lines()
    read: Callable[[bytes], FeedRow] = read_json_row
    is_array = feed.ending == JSON_ARRAY_ENDING
    if is_array:
        read = read_array_row
    elif feed.ending == CSV_ENDING:
        header = first_line(lines)
        if header is None:
            return
        read = CsvRowReader(text_of_line(header)).read
    last = 0
    for line in lines:
        if line.offset < feed.begin or (is_array and is_array_bracket(line)):
            continue
        if not line.is_whole:
            if line.number != last:
                yield line_without_end(line.number)
            last = line.number
            continue
        text = text_of_line(line)
        if not wants(line.raw) or not text.strip():
            continue
        try:
            row = read(text)
        except FeedRowError as error:
            yield BadLine(line.number, str(error))
            continue
        yield row


def _lines_of(file: IO[bytes], size: int) -> Iterator[FeedLine]:
    number = 0
    offset = 0
    goes_on = False
    while offset < size and (raw := file.readline(min(size - offset, _CHUNK if goes_on else LINE_MAXIMUM))):
        number += not goes_on
        has_end = raw.endswith(b"\n")
        yield FeedLine(number, raw, offset, is_whole=not goes_on and (has_end or len(raw) < LINE_MAXIMUM))
        goes_on = not has_end
        offset += len(raw)
    if offset < size:
        raise FeedError(_CHANGED)


def file_identity(path: str) -> tuple[int, int] | None:
    """What is the same for two paths to one file; None for a file that is not there."""
    try:
        return _identity_of(Path(path).stat())
    except OSError:
        return None


def _identity_of(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
