"""Reads local files of any size, compressed or not, as blocks of whole lines."""

from __future__ import annotations

import glob
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from backlinkspider.core.decompression import DecompressionError, StreamDecompressor
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.text import truncate_for_message

_READ_BYTES = 256 * 1024
_LINE_MAXIMUM = 1024 * 1024
"""Bytes of a line; a longer one is cut into several, none of which means anything."""


def find_files(pattern: str) -> list[Path]:
    """Return the files that a path or a pattern such as `access.log*` names, in order. Raises SourceError for none."""
    path = Path(pattern).expanduser()
    found = [path] if path.exists() else [Path(name) for name in sorted(glob.glob(str(path)))]  # noqa: PTH207 - an absolute one
    if not found:
        raise SourceError(f"'{truncate_for_message(pattern)}' is not a file, and matches none")
    if folder := next((path for path in found if not path.is_file()), None):
        raise SourceError(f"'{truncate_for_message(str(folder))}' is not a file")
    return found


def read_bytes(path: Path, stopped: threading.Event) -> Iterator[bytes]:
    """Yield the bytes of a file, decompressed. Raises SourceError, also where a compressed file breaks off."""
    decompressor = StreamDecompressor()
    try:
        with path.open("rb") as file:
            while not stopped.is_set() and (data := file.read(_READ_BYTES)):
                yield from decompressor.decompress(data)
    except OSError as error:
        raise SourceError(f"'{truncate_for_message(path.name)}' cannot be read: {error.strerror or error}") from None
    except DecompressionError as error:
        raise SourceError(f"'{truncate_for_message(path.name)}' is damaged: {error}") from None
    if not decompressor.is_complete and not stopped.is_set():
        raise SourceError(f"'{truncate_for_message(path.name)}' breaks off: its end is missing")


def whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""Yield the bytes in blocks that end where a line ends; the last line need not end.

    >>> list(whole_lines([b"a\nb", b"c\n", b"d"]))
    [b'a\n', b'bc\n', b'd']
    """
    rest: list[bytes] = []
    waiting = 0
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end or waiting > _LINE_MAXIMUM:
            yield b"".join([*rest, piece[:end]])
            rest, waiting = [], 0
        rest.append(piece[end:])
        waiting += len(piece) - end
    if waiting:
        yield b"".join(rest)
