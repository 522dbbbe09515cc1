"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO

_TEMP_FILE = re.compile(r"\.([0-9a-f]{16})-[0-9a-f]{16}\.part")


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces the one at `path` when the context ends without an error.

    Raises OSError when it cannot be written, before the context begins where possible.
    """
    with temp_file_for(path) as draft:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        replace_file(draft, path)


@contextmanager
def temp_file_for(path: Path) -> Iterator[Path]:
    """Give a temporary path in the folder of `path`; a file there is deleted when the context ends.

    Raises OSError where `path` may not be replaced.
    """
    place = _real_path(path)
    if place.exists():
        _check_replaceable(place)
    draft = place.with_name(f".{_mark_of(place)}-{secrets.token_hex(8)}.part")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def remove_temp_files(path: Path) -> None:
    """Remove the temporary files that killed processes left for a file. Only call it while no other process writes the file."""
    place = _real_path(path)
    with suppress(OSError):
        for draft in place.parent.glob(f".{_mark_of(place)}-*.part"):
            draft.unlink(missing_ok=True)


def replace_file(draft: Path, path: Path) -> None:
    """Move a temporary file to `path` with the permissions of the file there. Raises OSError."""
    place = _real_path(path)
    if place.exists():
        shutil.copymode(place, draft)
    draft.replace(place)


def _mark_of(place: Path) -> str:
    """Return the part of the name that all temporary files for a file share, and those for temporary files too."""
    found = _TEMP_FILE.fullmatch(place.name)
    return found[1] if found else blake2b(os.fsencode(place.name), digest_size=8).hexdigest()


def _real_path(path: Path) -> Path:
    """Return the real path: a symbolic link stays one and leads to the new file."""
    return Path(os.path.realpath(path))


def _check_replaceable(place: Path) -> None:
    """Raise OSError for a file that a rename could replace but should not."""
    if not place.is_file():
        raise OSError(errno.EISDIR, "it is a folder or device")
    if not os.access(place, os.W_OK):
        raise OSError(errno.EACCES, "it is write-protected")
