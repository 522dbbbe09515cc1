"""The folder of a crawl that can be resumed: queued requests, counts, and how far the feeds are written.

The folder holds an SQLite database with a write-ahead log. It changes only between two pages, so a kill leaves it as it was
after the last finished page, and the feeds are cut back to that point. After a power cut the log may know rows that never
reached the disk; the log is then discarded, and the crawl resumes from the last sync.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from scrapy.settings import BaseSettings

from backlinkspider.core.exceptions import JobError
from backlinkspider.job.feed_offsets import FeedOffsets, file_size
from backlinkspider.job.values import read_value, write_value

FILE = "job.sqlite"

_FORMAT = 3
"""The version of the tables."""

_TABLES = """
CREATE TABLE job (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE feeds (path BLOB PRIMARY KEY, headers TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE kept (part TEXT NOT NULL, key BLOB NOT NULL, value TEXT NOT NULL, UNIQUE (part, key));
CREATE TABLE seen (key INTEGER PRIMARY KEY);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, family TEXT NOT NULL, priority INTEGER NOT NULL, seed BLOB NOT NULL,
    waits INTEGER NOT NULL, request TEXT NOT NULL
);
CREATE INDEX next_of_family ON requests (site, family, priority DESC, id);
"""

_SYNC_SECONDS = 5.0
"""The work that a power cut may cost."""

_LOG_BYTES = 16 * 1024 * 1024
"""The size at which the write-ahead log is merged into the database."""

_LOCK_SECONDS = 2.0
"""How long to wait for a process that only reads the job."""

_CACHE_KIBIBYTES = 8_192


class PersistentState(Protocol):
    """Values by key that a job persists; `core.persistent_dict.PersistentDict` is one."""

    def restore(self, entries: Iterator[tuple[str, Any]]) -> None:
        """Load the persisted values."""

    def pop_changes(self) -> Iterator[tuple[str, Any]]:
        """Return what changed since the last call; None for a deleted value."""


@dataclass(frozen=True)
class _Registered:
    name: str
    state: PersistentState
    encode: Callable[[Any], Any]


class JobStore:
    """The store of one job, locked by one process. Raises: JobError from `open`; sqlite3.Error and OSError from each change."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self._registered: list[_Registered] = []
        self.feeds = FeedOffsets(connection)
        self.is_abandoned = False
        self._synced = monotonic()

    @classmethod
    def open(cls, folder: Path) -> JobStore:
        """Open the job in a folder, which is created where it is missing, and cut its feeds back to the last finished page."""
        with _one_line(folder):
            folder.mkdir(parents=True, exist_ok=True)
            job = cls(folder, _connect(folder))
            if job.feeds.are_missing_rows():
                job = cls(folder, _discard_wal(folder, job.connection))
            job.feeds.cut()
            job.connection.execute("DELETE FROM job WHERE name = 'closed'")
            job.connection.execute("BEGIN")
            return job

    def read(self, name: str) -> Any:
        """Return the value that was stored under a name; None where there is none."""
        return read_value(self.connection, name)

    def write(self, name: str, value: Any) -> None:
        """Store a plain value under a name."""
        write_value(self.connection, name, value)

    def start(self, **values: Any) -> None:
        """Store the values that a job is started or resumed with, and when it began."""
        for name, value in values.items():
            self.write(name, value)
        if self.read("begun") is None:
            self.write("begun", now())
        self.commit(is_synced=True)

    def register(
        self,
        name: str,
        state: PersistentState,
        *,
        encode: Callable[[Any], Any] = lambda value: value,
        decode: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        """Restore a state and persist it from now on; `encode` turns each of its values into a plain one, `decode` back."""
        state.restore(self.entries(name, decode))
        self._registered.append(_Registered(name, state, encode))

    def entries(self, name: str, decode: Callable[[Any], Any] = lambda value: value) -> Iterator[tuple[str, Any]]:
        """Yield what a state that was registered under a name has persisted."""
        rows = self.connection.execute("SELECT key, value FROM kept WHERE part = ? ORDER BY rowid", (name,))
        return ((_text(key), decode(json.loads(value))) for key, value in rows)

    def begin_replace(self, path: Path, size: int) -> None:
        """Commit that a file of `size` bytes is about to replace a feed."""
        self.feeds.announce_replacement(path, size)
        self.commit(is_synced=True)

    def commit_replace(self, path: Path) -> None:
        """Commit that the file has replaced the feed."""
        self.feeds.settle_replacement(path)
        self.commit(is_synced=True)

    def commit(self, *, is_synced: bool = False) -> None:
        """Commit the present state, which outlives the process; a synced one outlives a power cut too."""
        if self.is_abandoned:
            return
        self.feeds.flush()
        for registered in self._registered:
            self._store(registered)
        self.connection.execute("COMMIT")
        try:
            if is_synced or monotonic() - self._synced > _SYNC_SECONDS or file_size(self.folder / f"{FILE}-wal") > _LOG_BYTES:
                self._sync()
        finally:
            self.connection.execute("BEGIN")

    def check_transaction(self) -> None:
        """Raise sqlite3.OperationalError where the database ended the transaction by itself, as it may when a disk fails."""
        if not self.connection.in_transaction:
            raise sqlite3.OperationalError("the transaction was rolled back")

    def abandon(self) -> None:
        """Persist nothing from now on; a resumed crawl does it again."""
        if not self.is_abandoned:
            self.is_abandoned = True
            with suppress(sqlite3.Error):  # A disk that is full or gone.
                self.connection.rollback()
                # Later changes by others belong to a transaction that never commits.
                self.connection.execute("BEGIN")

    def close(self) -> None:
        """Commit, sync and unlock the job."""
        if not self.is_abandoned:
            self.write("closed", now())
            self.connection.execute("COMMIT")
            self._sync()
        self.connection.close()
        # Feeds may still be stored before the process ends.
        self.is_abandoned = True

    def _store(self, registered: _Registered) -> None:
        for key, value in registered.state.pop_changes():
            row = (registered.name, _bytes(key))
            if value is None:
                self.connection.execute("DELETE FROM kept WHERE part = ? AND key = ?", row)
            else:
                self.connection.execute(
                    "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                    (*row, json.dumps(registered.encode(value))),
                )

    def _sync(self) -> None:
        """Put the rows on the disk before the database that says they are written."""
        self.feeds.sync()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._synced = monotonic()


def job_folder(settings: BaseSettings) -> Path | None:
    """The folder that JOBDIR names; None for a crawl that cannot be resumed."""
    return Path(settings["JOBDIR"]).expanduser() if settings["JOBDIR"] else None


def now() -> str:
    """Return the current time as feeds write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_job(folder: Path) -> Mapping[str, Any]:
    """Return the named values of the job in a folder; nothing for a new folder. Raises JobError."""
    if not (folder / FILE).exists():
        return {}
    job = JobStore.open(folder)
    with _one_line(folder):
        values = {name: json.loads(value) for name, value in job.connection.execute("SELECT name, value FROM job")}
        job.close()
    return values


@contextmanager
def opened_job(folder: Path) -> Iterator[JobStore]:
    """Open the job of a process that has ended, to read it. Raises JobError."""
    job = JobStore.open(folder)
    with _one_line(folder):
        try:
            yield job
        finally:
            job.close()


def check_job(folder: Path) -> None:
    """Raise JobError where a folder cannot hold a job."""
    job = JobStore.open(folder)
    with _one_line(folder):
        job.close()


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise JobError(f"another crawl is using the job in {folder}") from None
        raise JobError(f"the job in {folder} cannot be used: {error}") from None
    except (sqlite3.Error, json.JSONDecodeError) as error:
        raise JobError(f"the job in {folder} cannot be read, it is damaged: {error}") from None
    except OSError as error:
        raise JobError(f"the job in {folder} cannot be used: {error.strerror or error}") from None


def _connect(folder: Path) -> sqlite3.Connection:
    """Open the database for this process alone, by a system lock that ends with the process however it ends."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None, timeout=_LOCK_SECONDS)
    # It holds the user's arguments, among them URLs with passwords.
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
    """Return the database as it was at the last sync.

    Closing merges the log into the file, so the file is set aside first. It is complete: `_sync` syncs the feeds before it
    touches the file, so a feed that lacks rows means that no sync was under way.
    """
    aside = folder / f"{FILE}-synced"
    shutil.copyfile(folder / FILE, aside)
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    connection.close()
    aside.replace(folder / FILE)
    return _connect(folder)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(key: bytes) -> str:
    return key.decode("utf-8", "surrogatepass")
