"""The lines of a feed: wanted ones one by one, the rest in large chunks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.seeds.seeds import BadLine

LINE_MAXIMUM = 32 * 1024 * 1024
"""Bytes of a line: twice DOWNLOAD_MAXSIZE, because the whole text of a page may be one anchor."""

CHANGED = "it changed while it was read; try again when nothing writes to it"

_CHUNK = 1024 * 1024


class Chunk(NamedTuple):
    """One wanted line of a feed, several unwanted ones, or a part of a line that is too long to read."""

    number: int
    """The number of its first line, from 1; all parts of a line share it."""
    raw: bytes
    """The bytes with line ends and, in the first line, the byte order mark."""
    is_wanted: bool
    is_whole: bool
    """False for a part of a line."""

    @property
    def text(self) -> bytes:
        """The bytes without the byte order mark of the first line."""
        return self.raw.removeprefix(codecs.BOM_UTF8) if self.number == 1 else self.raw

    def lines(self) -> Iterator[Chunk]:
        if self.is_wanted or not self.is_whole:
            yield self
            return
        for number, raw in enumerate(BytesIO(self.raw), self.number):
            yield Chunk(number, raw, is_wanted=False, is_whole=True)

    def count_lines(self) -> int:
        """Return how many of its lines are not blank."""
        return sum(1 for line in self.raw.split(b"\n") if line.strip())


class LineFilter:
    """Selects the lines that start with a regular expression.

    With `keep=all` one line in a thousand does. Searching blocks takes 0.3 ms a megabyte, looking at each line 2.5.
    """

    def __init__(self, beginning: bytes = b"") -> None:
        self._first = re.compile(beginning)
        # Starts with the end of the line before, which the search finds quickly.
        self._next = re.compile(b"\n(?=" + beginning + b")")

    def cut(self, block: bytes) -> Iterator[tuple[bytes, bool]]:
        """Split whole lines into wanted lines and what stands between them; True marks a wanted line."""
        done = 0
        for start in self._starts(block):
            if start > done:
                yield block[done:start], False
            done = (block.find(b"\n", start) + 1) or len(block)
            yield block[start:done], True
        if done < len(block):
            yield block[done:], False

    def _starts(self, block: bytes) -> Iterator[int]:
        if self._first.match(block):
            yield 0
        for found in self._next.finditer(block):
            if found.end() < len(block):
                yield found.end()


EVERY_LINE = LineFilter()


def read_chunks(file: IO[bytes], size: int, wanted: LineFilter, *, begin: int = 0) -> Iterator[Chunk]:
    """Yield the first `size` bytes of a file in chunks; no line before the byte `begin` is wanted.

    The first line that is not blank, such as a header, is a chunk of its own. Memory: two megabytes, or three times the
    longest line. Raises FeedError when the file is shorter.
    """
    number = 1
    offset = 0
    for block, is_whole in _read_blocks(file, size, begin):
        is_meant = offset >= begin
        for raw, is_wanted in wanted.cut(block) if is_meant and is_whole else [(block, is_meant)]:
            yield Chunk(number, raw, is_wanted, is_whole)
            number += raw.count(b"\n")
        offset += len(block)


def first_line(chunks: Iterator[Chunk]) -> Chunk | None:
    """Take the first line that is not blank, and the blank ones before it."""
    return next((chunk for chunk in chunks if chunk.text.strip()), None)


def line_without_end(number: int) -> BadLine:
    """Return the error for a line that is too long to read."""
    return BadLine(number, f"it has more than {LINE_MAXIMUM:,} bytes")


def is_array_bracket(line: Chunk) -> bool:
    """Return whether a line of a JSON array is its first or last bracket."""
    return line.raw.strip() == (b"[" if line.number == 1 else b"]")


def _read_blocks(file: IO[bytes], size: int, begin: int) -> Iterator[tuple[bytes, bool]]:
    """Yield about a megabyte of whole lines at a time; parts of a line that is too long, with False. No block crosses `begin`."""
    is_leading = True
    while (offset := file.tell()) < size:
        end = begin if offset < begin else size
        block = file.read(0 if is_leading else min(_CHUNK, LINE_MAXIMUM, end - offset))
        if not block.endswith(b"\n"):
            broken_off = len(block) - (block.rfind(b"\n") + 1)
            block += file.readline(min(LINE_MAXIMUM - broken_off, size - file.tell()))
        if not block:
            raise FeedError(CHANGED)
        is_leading = is_leading and not block.removeprefix(codecs.BOM_UTF8).strip()
        last = block.rfind(b"\n") + 1
        if len(block) - last < LINE_MAXIMUM:
            yield block, True
            continue
        if last:
            yield block[:last], True
        yield block[last:], False
        yield from _read_rest(file, size)


def _read_rest(file: IO[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the remaining parts of a line."""
    part = b""
    while file.tell() < size and not part.endswith(b"\n"):
        part = file.readline(min(_CHUNK, size - file.tell()))
        if not part:
            raise FeedError(CHANGED)
        yield part, False
