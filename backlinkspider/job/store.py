"""The folder of a crawl that goes on after a kill: what waits, what was counted, and how far the feeds are written.

It is a database (SQLite, with a write-ahead log) that changes only between two pages. A kill leaves it as it was after the
last page that was through; the feeds are cut back to where they were then. After a power cut the log may know of rows that
did not reach the disk: then the log is let go, and the crawl goes on from the last time that all was on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import IO, Any, Protocol

from scrapy.settings import BaseSettings

from backlinkspider.core.exceptions import JobError

FILE = "job.sqlite"

_FORMAT = 2
"""The version of the tables."""

_TABLES = """
CREATE TABLE job (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE feeds (path BLOB PRIMARY KEY, headers TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE kept (part TEXT NOT NULL, key BLOB NOT NULL, value TEXT NOT NULL, UNIQUE (part, key));
CREATE TABLE seen (key INTEGER PRIMARY KEY);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, priority INTEGER NOT NULL, seed BLOB NOT NULL, waits INTEGER NOT NULL,
    request TEXT NOT NULL
);
CREATE INDEX next_of_site ON requests (site, priority DESC, id);
"""

_ANNOUNCED = "announced_feeds"

_SYNC_SECONDS = 5.0
"""What a power cut may cost."""

_LOG_BYTES = 16 * 1024 * 1024
"""The size of the write-ahead log at which it is worked into the database."""

_LOCK_SECONDS = 2.0
"""How long another process may have the job that is only looking."""

_CACHE_KIBIBYTES = 8_192


class Part(Protocol):
    """Something of which a job keeps the values, by key (`core.persistent_dict.PersistentDict` is one)."""

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Takes what was kept."""

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """What is new since this was last asked; None for what is gone."""


@dataclass(frozen=True)
class _Kept:
    name: str
    part: Part
    encode: Callable[[Any], Any]


class Job:
    """One process has it at a time. Raises: JobError from `open`, sqlite3.Error and OSError from whatever changes it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self._parts: list[_Kept] = []
        self._feeds: dict[bytes, IO[bytes]] = {}
        self.is_given_up = False
        self._synced = monotonic()

    @classmethod
    def open(cls, folder: Path) -> Job:
        """The job in a folder, which is made if it is not there, with its feeds cut back to what was done."""
        with _one_line(folder):
            folder.mkdir(parents=True, exist_ok=True)
            job = cls(folder, _connect(folder))
            if job._is_missing_rows():
                job.connection = _discard_wal(folder, job.connection)
            job._cut_feeds()
            job.connection.execute("DELETE FROM job WHERE name = 'closed' OR name = ?", (_ANNOUNCED,))
            job.connection.execute("BEGIN")
            return job

    def read(self, name: str) -> Any:
        """What was noted of the job under a name; None for nothing."""
        row = self.connection.execute("SELECT value FROM job WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row is not None else None

    def note(self, name: str, value: Any) -> None:
        """Notes a plain value of the job."""
        self.connection.execute("INSERT OR REPLACE INTO job VALUES (?, ?)", (name, json.dumps(value)))

    def begin(self, **values: Any) -> None:
        """Notes when a new job began, and with what; of one that is gone on with, only the values."""
        for name, value in values.items():
            self.note(name, value)
        if self.read("begun") is None:
            self.note("begun", now())
        self.commit(is_synced=True)

    def keep(
        self,
        name: str,
        part: Part,
        *,
        encode: Callable[[Any], Any] = lambda value: value,
        decode: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        """Gives a part what was kept of it, and keeps it from now on; `encode` makes a plain value of each of its values."""
        rows = self.connection.execute("SELECT key, value FROM kept WHERE part = ? ORDER BY rowid", (name,))
        part.restore((_text(key), decode(json.loads(value))) for key, value in rows)
        self._parts.append(_Kept(name, part, encode))

    def knows_feed(self, path: Path) -> bool:
        """Whether the job has written to a feed before."""
        return self._feed(path) is not None

    def write_feed(self, path: Path, file: IO[bytes], headers: Sequence[str]) -> None:
        """Keeps account of how far a feed is written. Raises JobError where its columns have changed."""
        known = self._feed(path)
        if known is not None and json.loads(known[0]) != list(headers):
            raise JobError("its columns are not those that the job began with; take another folder for JOBDIR")
        row = (os.fsencode(path), json.dumps(list(headers)), file.tell())
        self.connection.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", row)
        self._feeds[row[0]] = file

    def begin_replace(self, path: Path, written: int) -> None:
        """Notes that a whole file of so many bytes is about to take the place of a feed: after a kill either may be there."""
        self.note(_ANNOUNCED, [*(self.read(_ANNOUNCED) or ()), [os.fsencode(path).hex(), written]])
        self.commit(is_synced=True)

    def commit_replace(self, path: Path) -> None:
        """Notes that the file that was announced is in the place of the feed."""
        self.connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (_size(path), os.fsencode(path)))
        self.note(_ANNOUNCED, [entry for entry in self.read(_ANNOUNCED) if entry[0] != os.fsencode(path).hex()])
        self.commit(is_synced=True)

    def commit(self, *, is_synced: bool = False) -> None:
        """Notes that nothing is half done: what is known and written now outlives the process; synced, the machine too."""
        if self.is_given_up:
            return
        for path, file in self._feeds.items():
            if file.closed:
                continue  # As far as it was when the last page was through: nothing was written since.
            file.flush()
            self.connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (file.tell(), path))
        for kept in self._parts:
            self._store(kept)
        self.connection.execute("COMMIT")
        try:
            if is_synced or monotonic() - self._synced > _SYNC_SECONDS or _size(self.folder / f"{FILE}-wal") > _LOG_BYTES:
                self._sync()
        finally:
            self.connection.execute("BEGIN")

    def check_transaction(self) -> None:
        """Raises sqlite3.OperationalError where the database ended the transaction by itself, as it may when a disk fails."""
        if not self.connection.in_transaction:
            raise sqlite3.OperationalError("what was half done was rolled back")

    def give_up(self) -> None:
        """What happens from now on is not kept: it will be done again."""
        if not self.is_given_up:
            self.is_given_up = True
            with suppress(sqlite3.Error):  # Of a disk that is full or gone nothing more is to be had.
                self.connection.rollback()
                # What others still do to the database is part of a transaction that never ends.
                self.connection.execute("BEGIN")

    def close(self) -> None:
        """Puts everything on the disk and lets others have the job."""
        if not self.is_given_up:
            self.note("closed", now())
            self.connection.execute("COMMIT")
            self._sync()
        self.connection.close()
        # Feeds may still be stored in a process that is to end.
        self.is_given_up = True

    def _store(self, kept: _Kept) -> None:
        for key, value in kept.part.pop_changes():
            row = (kept.name, _bytes(key))
            if value is None:
                self.connection.execute("DELETE FROM kept WHERE part = ? AND key = ?", row)
            else:
                self.connection.execute(
                    "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                    (*row, json.dumps(kept.encode(value))),
                )

    def _sync(self) -> None:
        """Puts the rows on the disk before the database that says they are written."""
        for (path,) in self.connection.execute("SELECT path FROM feeds").fetchall():
            with open(path, "rb+") as file:  # noqa: PTH123 - a path of bytes
                os.fsync(file.fileno())
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._synced = monotonic()

    def _feed(self, path: Path) -> tuple[str, int] | None:
        query = "SELECT headers, bytes FROM feeds WHERE path = ?"
        row: tuple[str, int] | None = self.connection.execute(query, (os.fsencode(path),)).fetchone()
        return row

    def _written(self) -> Iterator[tuple[Path, int]]:
        """How far each feed was written; none of a job that has finished, whose feeds are the user's."""
        if self.read("finished") is None:
            announced = dict(self.read(_ANNOUNCED) or ())
            for name, written in self.connection.execute("SELECT path, bytes FROM feeds").fetchall():
                path, instead = Path(os.fsdecode(name)), announced.get(name.hex())
                yield path, written if instead is None or _size(path) != instead else instead

    def _is_missing_rows(self) -> bool:
        return any(not _reaches(path, written) for path, written in self._written())

    def _cut_feeds(self) -> None:
        """Cuts off what was written since the last page that is done. Raises JobError where somebody else wrote to a feed."""
        was_closed = self.read("closed") is not None
        for path, written in [*self._written()]:
            if not _reaches(path, written) or (was_closed and _size(path) != written):
                raise JobError(f"feed {path} is not as the job left it: put it back, or take another folder for JOBDIR")
            os.truncate(path, written)
            self.connection.execute("UPDATE feeds SET bytes = ? WHERE path = ?", (written, os.fsencode(path)))


def job_folder(settings: BaseSettings) -> Path | None:
    """The folder of the job that the user asked for; None for a crawl without one."""
    return Path(settings["JOBDIR"]).expanduser() if settings["JOBDIR"] else None


def now() -> str:
    """The time, as feeds write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_job(folder: Path) -> Mapping[str, Any]:
    """What was noted of the job in a folder; nothing where there is none yet. Raises JobError."""
    if not (folder / FILE).exists():
        return {}
    job = Job.open(folder)
    with _one_line(folder):
        noted = {name: json.loads(value) for name, value in job.connection.execute("SELECT name, value FROM job")}
        job.close()
    return noted


def check_job(folder: Path) -> None:
    """Raises JobError where a folder cannot have a job."""
    job = Job.open(folder)
    with _one_line(folder):
        job.close()


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise JobError(f"another crawl is at work on the job in {folder}") from None
        raise JobError(f"the job in {folder} cannot be used: {error}") from None
    except (sqlite3.Error, json.JSONDecodeError) as error:
        raise JobError(f"the job in {folder} cannot be read, it is damaged: {error}") from None
    except OSError as error:
        raise JobError(f"the job in {folder} cannot be used: {error.strerror or error}") from None


def _connect(folder: Path) -> sqlite3.Connection:
    """The database, for this process alone: a lock of the system, which ends with the process however that ends."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None, timeout=_LOCK_SECONDS)
    # What the user names, a password in an address too, is for the user alone.
    (folder / FILE).chmod(0o600)
    for pragma in (
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "wal_autocheckpoint = 0",
        f"cache_size = -{_CACHE_KIBIBYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
    elif version != _FORMAT:
        raise JobError(f"the job in {folder} was made by another version of backlinkspider: finish it with that one")
    connection.execute("COMMIT")
    return connection


def _discard_wal(folder: Path, connection: sqlite3.Connection) -> sqlite3.Connection:
    """The database as it was when all was last put on the disk.

    Closing works the log into the file, so that the file is set aside meanwhile. It is whole: `_sync` puts feeds on the disk
    before it touches the file, so that a feed that lacks rows means that it was not at work.
    """
    aside = folder / f"{FILE}-synced"
    shutil.copyfile(folder / FILE, aside)
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    connection.close()
    aside.replace(folder / FILE)
    return _connect(folder)


def _reaches(path: Path, written: int) -> bool:
    """Whether a feed has the rows that were written to it; where a disk lost them, others would not end there."""
    if not written:
        return path.exists()
    if _size(path) < written:
        return False
    with path.open("rb") as file:
        file.seek(written - 1)
        return file.read(1) == b"\n"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(key: bytes) -> str:
    return key.decode("utf-8", "surrogatepass")
