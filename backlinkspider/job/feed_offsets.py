"""How far each feed of a job is written, so that a resumed crawl can cut off rows of pages that were not finished."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from backlinkspider.core.exceptions import JobError
from backlinkspider.job.values import read_value, write_value

_PENDING_REPLACEMENTS = "announced_feeds"


class FeedOffsets:
    """The feeds of a job in its table `feeds`: path, columns, bytes written. Raises: sqlite3.Error, OSError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._files: dict[bytes, IO[bytes]] = {}

    def knows(self, path: Path) -> bool:
        """Return whether the job has written to a feed before."""
        return self._row(path) is not None

    def track(self, path: Path, file: IO[bytes], form: Sequence[str]) -> None:
        """Record from now on how far a feed is written.

        `form` says how: its headers, and for CSV the delimiter and decimal sign. Raises JobError where that has changed.
        """
        known = self._row(path)
        if known is not None and json.loads(known[0]) != list(form):
            raise JobError("its columns or delimiters are not those that the job began with; take another folder for JOBDIR")
        row = (os.fsencode(path), json.dumps(list(form)), file.tell())
        self._connection.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", row)
        self._files[row[0]] = file

    def flush(self) -> None:
        """Flush the open feeds and record their sizes. A closed feed keeps its size: nothing was written to it since."""
        for path, file in self._files.items():
            if not file.closed:
                file.flush()
                self._connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (file.tell(), path))

    def sync(self) -> None:
        """Put the rows of every feed on the disk."""
        for (path,) in self._connection.execute("SELECT path FROM feeds").fetchall():
            with open(path, "rb+") as file:  # noqa: PTH123 - a path of bytes
                os.fsync(file.fileno())

    def announce_replacement(self, path: Path, size: int) -> None:
        """Record that a file of `size` bytes is about to replace a feed: after a kill either may be there."""
        pending = read_value(self._connection, _PENDING_REPLACEMENTS) or ()
        write_value(self._connection, _PENDING_REPLACEMENTS, [*pending, [os.fsencode(path).hex(), size]])

    def settle_replacement(self, path: Path) -> None:
        """Record that the announced file has replaced the feed."""
        self._connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (file_size(path), os.fsencode(path)))
        pending = read_value(self._connection, _PENDING_REPLACEMENTS)
        remaining = [entry for entry in pending if entry[0] != os.fsencode(path).hex()]
        write_value(self._connection, _PENDING_REPLACEMENTS, remaining)

    def are_missing_rows(self) -> bool:
        """Return whether a feed is shorter than the database says, as after a power cut."""
        return any(not _reaches(path, size) for path, size in self._sizes())

    def cut(self) -> None:
        """Cut off what was written after the last finished page. Raises JobError where somebody else wrote to a feed."""
        was_closed = read_value(self._connection, "closed") is not None
        for path, size in [*self._sizes()]:
            if not _reaches(path, size) or (was_closed and file_size(path) != size):
                raise JobError(f"feed {path} is not as the job left it: put it back, or take another folder for JOBDIR")
            os.truncate(path, size)
            self._connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (size, os.fsencode(path)))
        self._connection.execute("DELETE FROM job WHERE name = ?", (_PENDING_REPLACEMENTS,))

    def _row(self, path: Path) -> tuple[str, int] | None:
        query = "SELECT headers, bytes FROM feeds WHERE path = ?"
        row: tuple[str, int] | None = self._connection.execute(query, (os.fsencode(path),)).fetchone()
        return row

    def _sizes(self) -> Iterator[tuple[Path, int]]:
        """The size of each feed; none for a finished job, whose feeds belong to the user."""
        if read_value(self._connection, "finished") is None:
            announced = dict(read_value(self._connection, _PENDING_REPLACEMENTS) or ())
            for name, size in self._connection.execute("SELECT path, bytes FROM feeds").fetchall():
                path, replacement = Path(os.fsdecode(name)), announced.get(name.hex())
                yield path, size if replacement is None or file_size(path) != replacement else replacement


def file_size(path: Path) -> int:
    """Return the number of bytes in a file; 0 where there is no file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _reaches(path: Path, size: int) -> bool:
    """Return whether a feed has the rows that were written to it: `size` bytes that end with a line."""
    if not size:
        return path.exists()
    if file_size(path) < size:
        return False
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"
