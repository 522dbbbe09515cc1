"""Keeps two crawls from writing to one feed: the first that ends would put a finished file in its place, without the other."""

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
    """A file that, as long as it is open, keeps a feed for this crawl; the feed is made if it is not there.

    None for what is no file, such as a pipe. It is a lock of the system, which ends with the process however that ends; where
    there are none, as on some network drives, nothing is locked. Raises FeedError where another has it, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while not path.exists() or path.is_file():
        file = path.open("ab")
        try:
            _lock(file)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass  # As in the case of another file: one took its place before it was locked.
        except BaseException:
            file.close()
            raise
        file.close()
    return None


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        return
    # Where the drive has no locks.
    with suppress(OSError):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FeedError("a crawl writes to it already; take another file: `scrapy merge` brings both together") from None
