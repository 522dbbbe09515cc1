"""Keeps two crawls from writing to one feed: the first to end would replace it by a file without the rows of the other."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from backlinkspider.core.exceptions import FeedError

if sys.platform != "win32":
    import fcntl


def lock_feed(path: Path) -> IO[bytes] | None:
    """Return a file that locks a feed for this crawl as long as it is open; a missing feed is created.

    None for anything but a file, such as a pipe. The system's lock ends with the process however it ends; drives without
    locks, such as some network drives, are not locked. Raises FeedError where another crawl has the lock, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while not path.exists() or path.is_file():
        file = path.open("ab")
        try:
            _lock(file)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass  # Another file took its place before it was locked; lock that one.
        except BaseException:
            file.close()
            raise
        file.close()
    return None


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        return
    # The drive has no locks.
    with suppress(OSError):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FeedError("another crawl writes to it; write to another file and join both with `scrapy merge`") from None
