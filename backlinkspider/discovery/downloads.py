"""Large files that are read while they are downloaded; with a folder to keep them in, from there the next time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Protocol, TypeVar

from backlinkspider.core.decompression import DecompressionError, StreamDecompressor
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.text import truncate_for_message
from backlinkspider.discovery.web import FileReplacedError, Web
from backlinkspider.feeds.atomic_files import replace_file, temp_file_for

logger = logging.getLogger(__name__)

_PART_BYTES = 8 * 1024 * 1024
_BEGINNINGS = 3
"""Times that a file is begun: the server may replace it meanwhile."""


class Scanner(Protocol):
    """Looks through a file."""

    @property
    def is_done(self) -> bool:
        """Return whether the rest of the file is of no interest."""

    def scan(self, block: bytes) -> None:
        """Look through the next block of whole lines."""


AnyScanner = TypeVar("AnyScanner", bound=Scanner)


async def scan_file(url: str, make_scanner: Callable[[], AnyScanner], web: Web, *, keep: str | None) -> AnyScanner:
    """Let a new scanner look through the gzip file at a URL, and return it. Raises SourceError."""
    for _ in range(_BEGINNINGS):
        scanner = make_scanner()
        try:
            async with aclosing(_parts_of(url, web, keep)) as parts:
                await _scan_parts(parts, scanner, url)
        except FileReplacedError:
            logger.info("%s has been replaced while it was read; beginning anew", url)
            continue
        return scanner
    raise SourceError(f"{truncate_for_message(url)} was replaced again and again while it was read")


def is_kept(url: str, keep: str | None) -> bool:
    """Return whether the file at a URL is in the folder."""
    return keep is not None and _kept_path(url, keep).is_file()


async def _scan_parts(parts: AsyncIterator[bytes], scanner: Scanner, url: str) -> None:
    decompressor, lines = StreamDecompressor(), _LineJoiner()
    total = 0
    async for part in parts:
        total += len(part)
        # In a thread, while the next part is downloaded.
        await asyncio.to_thread(_scan_part, part, decompressor, lines, scanner)
        logger.info("%s: %d MB read", url, total // 1_000_000)
        if scanner.is_done:
            return
    if not decompressor.is_complete:
        raise SourceError(f"{truncate_for_message(url)} breaks off: its end is missing")
    if rest := lines.rest():
        scanner.scan(rest)


def _scan_part(part: bytes, decompressor: StreamDecompressor, lines: _LineJoiner, scanner: Scanner) -> None:
    try:
        for piece in decompressor.decompress(part):
            block = lines.join(piece)
            if block:
                scanner.scan(block)
            if scanner.is_done:
                return
    except DecompressionError as error:
        raise SourceError(f"a file of the graph is damaged: {error}") from None


class _LineJoiner:
    """Cuts pieces of text at the end of a line."""

    def __init__(self) -> None:
        self._rest = b""

    def join(self, piece: bytes) -> bytes:
        """Return the whole lines so far."""
        end = piece.rfind(b"\n") + 1
        if not end:
            self._rest += piece
            return b""
        block = self._rest + piece[:end]
        self._rest = piece[end:]
        return block

    def rest(self) -> bytes:
        """Return the last line, if it does not end."""
        return self._rest


async def _parts_of(url: str, web: Web, keep: str | None) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a file, from the folder where it is there; a file that is downloaded whole is put there."""
    if keep is None:
        async with aclosing(web.read_parts(url)) as parts:
            async for part in parts:
                yield part
        return
    path = _kept_path(url, keep)
    try:
        if path.is_file():
            for part in _read_local(path):
                yield part
            return
        with temp_file_for(path) as draft:
            with draft.open("xb") as file:
                async with aclosing(web.read_parts(url)) as parts:
                    async for part in parts:
                        file.write(part)
                        yield part
            replace_file(draft, path)
    except OSError as error:
        raise SourceError(f"'{truncate_for_message(str(path))}' cannot be used: {error.strerror or error}") from None


def _read_local(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART_BYTES):
            yield part


def _kept_path(url: str, keep: str) -> Path:
    return Path(keep).expanduser() / url.rpartition("/")[2]
