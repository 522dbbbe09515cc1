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

_DRAFT = re.compile(r"\.([0-9a-f]{16})-[0-9a-f]{16}\.part")


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its name, and the place of a file of that name, when the context ends without an error.

    Raises OSError when it cannot be written; before the context begins, where that can be told by then.
    """
    with temp_file_for(path) as draft:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        replace_file(draft, path)


@contextmanager
def temp_file_for(path: Path) -> Iterator[Path]:
    """A path beside a file for one that is to take its place; what is there when the context ends goes away.

    Raises OSError where the file may not be replaced.
    """
    place = _place_of(path)
    if place.exists():
        _check_replaceable(place)
    draft = place.with_name(f".{_mark_of(place)}-{secrets.token_hex(8)}.part")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def remove_temp_files(path: Path) -> None:
    """Removes the drafts for a file that processes left which were killed: for one who knows that no other is at work on it."""
    place = _place_of(path)
    with suppress(OSError):
        for draft in place.parent.glob(f".{_mark_of(place)}-*.part"):
            draft.unlink(missing_ok=True)


def replace_file(draft: Path, path: Path) -> None:
    """Gives a draft the name, and the rights, of the file that it is to replace. Raises OSError."""
    place = _place_of(path)
    if place.exists():
        shutil.copymode(place, draft)
    draft.replace(place)


def _mark_of(place: Path) -> str:
    """What the names of all drafts for a file have, and of drafts for these."""
    found = _DRAFT.fullmatch(place.name)
    return found[1] if found else blake2b(os.fsencode(place.name), digest_size=8).hexdigest()


def _place_of(path: Path) -> Path:
    """Where a file is: a link stays one, to the new file."""
    return Path(os.path.realpath(path))


def _check_replaceable(place: Path) -> None:
    """Raises OSError for what may be renamed over and should not."""
    if not place.is_file():
        raise OSError(errno.EISDIR, "it is a folder or device")
    if not os.access(place, os.W_OK):
        raise OSError(errno.EACCES, "it is write-protected")
