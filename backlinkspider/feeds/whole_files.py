"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its name, and the place of a file of that name, when the context ends without an error.

    Raises OSError when it cannot be written; before the context begins, where that can be told by then.
    """
    # A link stays one, to the new file.
    place = Path(os.path.realpath(path))
    if place.exists():
        _check_replaceable(place)
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, draft)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _check_replaceable(place: Path) -> None:
    """Raises OSError for what may be renamed over and should not."""
    if not place.is_file():
        raise OSError(errno.EISDIR, "it is a folder or device")
    if not os.access(place, os.W_OK):
        raise OSError(errno.EACCES, "it is write-protected")
