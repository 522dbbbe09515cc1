"""Feeds as tables: read by DuckDB, asked by the SQL files beside this module.

DuckDB keeps what it reads in a file of a temporary folder, so that ten million rows need no more memory than its limit.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any, NamedTuple

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.quality.wordings import WORDINGS
from backlinkspider.feeds.reader import feed_error
from backlinkspider.items import Cell
from backlinkspider.report.changes import SIGHTING_COLUMNS, Sightings, write_changes
from backlinkspider.report.columns import CANDIDATE_TYPES, COVERAGE_TYPES, LINK_TYPES, LONG_COLUMNS, RELIED_ON
from backlinkspider.report.loading import (
    OBJECT_MAXIMUM,
    USUAL_OBJECT_MAXIMUM,
    Reading,
    is_object_too_large,
    parquet_columns,
    reading_of,
)
from backlinkspider.report.sources import Form, Source, count_lines, find_candidates, find_sources

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MEGABYTES = 1024
"""What DuckDB may hold in memory; the rest goes to its temporary folder."""

SUMMARY_COLUMNS = tuple(column for column in LINK_TYPES if column not in LONG_COLUMNS)
"""The columns that summaries and the page need."""

_THREADS = 2
"""Threads of DuckDB. Each has buffers of its own, so that with the cores of a large machine the memory would not be enough."""

_LARGE_ROWS_MEGABYTES = 512
"""What DuckDB needs at least to read rows of up to `OBJECT_MAXIMUM` bytes."""

_ROWS_AT_ONCE = 1_000


class Summary(StrEnum):
    """The summaries that are files of their own too; each is a SQL file of this name."""

    DOMAINS = "domains"
    """Referring domains."""
    ANCHORS = "anchors"
    """The words of links."""
    PAGES = "pages"
    """The pages that are linked to."""
    TODO = "todo"
    """What to do, link by link."""
    NETWORKS = "networks"
    """Sites of link farms."""
    SOURCES = "sources"
    """The sources of candidates, and how many of theirs hold a link."""
    VENDORS = "vendors"
    """The lists of known links, and how right each was."""


class FeedFacts(NamedTuple):
    """What was read of a file."""

    path: str
    is_coverage: bool
    rows: int
    skipped: int
    """Lines that are not rows: torn, or not of this form."""
    missing: tuple[str, ...] = ()
    """Columns that summaries rest on (`RELIED_ON`) and no row has."""
    has_verdicts: bool = False
    """False for a feed from before the verdicts, and for one whose crawl was killed before it gave them."""
    is_monitored: bool = False
    """True for known links that were looked at again: nothing judges them."""


class Table(NamedTuple):
    """The answer to a query. `rows` can be read once, and only before the feeds are closed."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]

    def dicts(self) -> Iterator[dict[str, Cell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@contextmanager
def open_tables(
    feeds: Sequence[str],
    *,
    before: Sequence[str] = (),
    candidates: str | None = None,
    columns: Sequence[str] = SUMMARY_COLUMNS,
    memory_megabytes: int = MEMORY_MEGABYTES,
) -> Iterator[FeedTables]:
    """Read feeds and coverage files (names or globs) for as long as the context lasts.

    Of a page that was fetched several times, the latest fetch counts. `before` are feeds of an earlier crawl, for
    `FeedTables.earlier` and the table `changes`; `candidates` is the list that was crawled. `columns` are those of `LINK_TYPES`
    that `FeedTables.links` is to give; the others are NULL. Raises FeedError, with the path, also where there is neither a row
    nor coverage; OSError and sqlite3.Error where temporary files cannot be written, also while rows are read.
    """
    with _loaded(find_sources(feeds), columns, memory_megabytes) as tables:
        tables.check_rows()
        if candidates is not None:
            tables.add_candidates(find_candidates(candidates))
        if before:
            with open_tables(before, memory_megabytes=memory_megabytes) as earlier:
                tables.compare_with(earlier)
        tables.lock()
        yield tables


@contextmanager
def open_sources(
    sources: Sequence[Source], *, columns: Sequence[str] = SUMMARY_COLUMNS, memory_megabytes: int = MEMORY_MEGABYTES
) -> Iterator[FeedTables]:
    """Read files that are known, and that may have no rows, like `open_tables`."""
    with _loaded(sources, columns, memory_megabytes) as tables:
        tables.lock()
        yield tables


@contextmanager
def _loaded(sources: Sequence[Source], columns: Sequence[str], memory_megabytes: int) -> Iterator[FeedTables]:
    with open_database(memory_megabytes) as database:
        tables = FeedTables(database, memory_megabytes)
        for source in sources:
            tables.add(source, columns)
        tables.keep_latest()
        yield tables


class FeedTables:
    """The feeds of a report, ready to be asked. `open_tables` makes it."""

    def __init__(self, database: DuckDBPyConnection, memory_megabytes: int) -> None:
        self._database = database
        self._memory_megabytes = memory_megabytes
        self._object_maximum = USUAL_OBJECT_MAXIMUM
        self.feeds: list[FeedFacts] = []
        self.earlier: Mapping[str, Cell] | None = None
        """The counters (`summary`) of the earlier feed, if there is one."""
        database.execute(_sql("macros"))
        for table, types in (("links", LINK_TYPES), ("coverage", COVERAGE_TYPES), ("candidates", CANDIDATE_TYPES)):
            columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
            database.execute(f"CREATE TABLE {table} (feed INTEGER, {columns})")
        database.execute(_sql("schema"))
        rows = [(signal, level, text) for signal, levels in WORDINGS.items() for level, text in levels.items()]
        database.executemany("INSERT INTO wordings VALUES (?, ?, ?)", rows)

    def query(self, name: str, parameters: Mapping[str, Cell] | None = None) -> Table:
        """Run a SQL file of this package. Its rows are read as they are asked for."""
        return self._stream(_sql(name), parameters)

    def one(self, name: str) -> dict[str, Any]:
        """Return the only row of a query, by column."""
        (row,) = self.query(name).dicts()
        return row

    def links(self, columns: Sequence[str]) -> Table:
        """Return columns of the backlinks, those on copies of pages too: domain by domain, the best link first."""
        return self._stream(f"SELECT {', '.join(columns)} FROM listed_backlinks ORDER BY {_FOR_READERS}")  # noqa: S608 - our own names

    def other_links(self, columns: Sequence[str]) -> Table:
        """Return columns of the links that are not backlinks, relation by relation."""
        query = f"SELECT {', '.join(columns)} FROM links WHERE {_IS_OTHER} "  # noqa: S608 - our own names
        return self._stream(f"{query} ORDER BY relation, url_from, link_index, url_to")

    def has_other_links(self) -> bool:
        return bool(self._fetch(f"SELECT count(*) FROM links WHERE {_IS_OTHER}")[0])  # noqa: S608 - our own names

    def has_lists(self) -> bool:
        """Return whether there are links that the monitor read from a list."""
        return bool(self._fetch("SELECT count(from_list) FROM links")[0])

    def filled_columns(self) -> frozenset[str]:
        """Return the columns of `LINK_TYPES` in which some backlink has a value."""
        filled = {"VARCHAR": "nullif({}, '')", "VARCHAR[]": "nullif(len({}), 0)"}
        counts = ", ".join(f"count({filled.get(kind, '{}').format(column)})" for column, kind in LINK_TYPES.items())
        numbers = self._fetch(f"SELECT {counts} FROM listed_backlinks")  # noqa: S608 - our own names
        return frozenset(column for column, number in zip(LINK_TYPES, numbers, strict=True) if number)

    def targets(self) -> list[str]:
        """Return what the links were judged against."""
        (found,) = self._fetch("SELECT list(DISTINCT target ORDER BY target) FROM links WHERE target IS NOT NULL")
        return [*(found or ())]

    def add(self, source: Source, columns: Sequence[str]) -> None:
        """Read a file. Raises FeedError, with the path."""
        import duckdb  # noqa: PLC0415

        try:
            facts = self._load(source, columns)
        except duckdb.Error as error:
            raise feed_error(source.path, _first_line(error)) from None
        self.feeds.append(facts)

    def _load(self, source: Source, columns: Sequence[str]) -> FeedFacts:
        import duckdb  # noqa: PLC0415

        load = self._load_coverage if source.is_coverage else self._load_links
        try:
            return load(source, columns)
        except duckdb.Error as error:
            if self._object_maximum == OBJECT_MAXIMUM or not is_object_too_large(error):
                raise
        self._object_maximum = OBJECT_MAXIMUM
        self._database.execute(f"SET memory_limit = '{max(self._memory_megabytes, _LARGE_ROWS_MEGABYTES)}MB'")
        return load(source, columns)

    def add_candidates(self, source: Source) -> None:
        """Read a list of candidates. Raises FeedError, with the path."""
        import duckdb  # noqa: PLC0415

        reading = reading_of(source, CANDIDATE_TYPES, dict.fromkeys(source.columns, "VARCHAR"))
        try:
            self._insert("candidates", reading, "candidate IS NOT NULL AND sources IS NOT NULL")
        except duckdb.Error as error:
            raise feed_error(source.path, _first_line(error)) from None

    def check_rows(self) -> None:
        """Raise FeedError where there is nothing to tell."""
        if not any(feed.rows for feed in self.feeds):
            names = ", ".join(f"'{feed.path}'" for feed in self.feeds)
            raise FeedError(f"nothing to report: there are no rows in {names}")

    def keep_latest(self) -> None:
        """Keep the rows of the latest fetch of each page."""
        self._database.execute(_sql("keep_latest"))

    def compare_with(self, earlier: FeedTables) -> None:
        """Compare with an earlier crawl, and keep what changed. Raises FeedError, OSError, sqlite3.Error."""
        self.earlier = earlier.one("summary")
        with TemporaryDirectory(prefix="backlinkspider-") as folder:
            output = Path(folder) / "changes.jsonl"
            write_changes(self._sightings(), earlier._sightings(), output)
            types = ", ".join(f"{name}: '{kind}'" for name, kind in self._columns_of_table("changes").items())
            if output.stat().st_size:
                self._database.execute(
                    f"INSERT INTO changes BY NAME FROM read_json(?, format = 'newline_delimited', columns = {{{types}}})",
                    [str(output)],
                )

    def lock(self) -> None:
        """Let no query touch a file from now on."""
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    def _sightings(self) -> Sightings:
        """Return what a comparison needs."""
        links = self._stream(f"SELECT {', '.join(SIGHTING_COLUMNS)} FROM known_links")  # noqa: S608 - our own names
        coverage = self._stream(f"SELECT {', '.join(COVERAGE_TYPES)} FROM coverage")  # noqa: S608 - our own names
        return Sightings(links.dicts(), coverage.dicts(), has_unread_lines=any(feed.skipped for feed in self.feeds))

    def _columns_of_table(self, table: str) -> dict[str, str]:
        found = self._database.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table])
        return dict(found.fetchall())

    def _load_coverage(self, source: Source, _: Sequence[str]) -> FeedFacts:
        reading = reading_of(source, COVERAGE_TYPES, self._columns_of(source), self._object_maximum)
        rows, kept = self._insert("coverage", reading, "seed IS NOT NULL")
        return FeedFacts(source.path, is_coverage=True, rows=kept, skipped=_skipped(source, rows, kept))

    def _load_links(self, source: Source, columns: Sequence[str]) -> FeedFacts:
        present = self._columns_of(source)
        if source.form is Form.CSV and not present:
            return FeedFacts(source.path, is_coverage=False, rows=0, skipped=0)
        if "url_from" not in present:
            raise feed_error(source.path, "it has no column url_from")
        wanted = {column: kind for column, kind in present.items() if column in columns}
        reading = reading_of(source, LINK_TYPES, wanted, self._object_maximum)
        rows, kept = self._insert("links", reading, "is_page(url_from)")
        if rows and not kept:
            raise feed_error(source.path, "none of its lines is a row with a url_from")
        counts = ", ".join(f"count({column})" for column in ("verdict", "last_checked", *RELIED_ON))
        verdicts, checked, *known = self._fetch(f"SELECT {counts} FROM links WHERE feed = {len(self.feeds)}")  # noqa: S608 - a number
        missing = tuple(column for column, count in zip(RELIED_ON, known, strict=True) if kept and not count)
        return FeedFacts(
            source.path,
            is_coverage=False,
            rows=kept,
            skipped=_skipped(source, rows, kept),
            missing=missing,
            has_verdicts=verdicts > 0,
            is_monitored=checked > 0,
        )

    def _insert(self, table: str, reading: Reading, condition: str) -> tuple[int, int]:
        """Insert what a reading finds; how many rows it found, and how many of them meet the condition and stay."""
        feed = len(self.feeds)
        query = f"INSERT INTO {table} BY NAME SELECT {feed} AS feed, * FROM ({reading.query})"  # noqa: S608 - our own names
        self._database.execute(query, reading.parameters)
        rows, kept = self._fetch(
            f"SELECT count(*), count(*) FILTER ({condition}) FROM {table} WHERE feed = {feed}"  # noqa: S608 - our own names
        )
        if rows > kept:
            self._database.execute(f"DELETE FROM {table} WHERE feed = {feed} AND ({condition}) IS NOT TRUE")  # noqa: S608
        return rows, kept

    def _columns_of(self, source: Source) -> Mapping[str, str]:
        """Return the columns that a file may have, with their types: JSON does not say before it is read."""
        if source.form is Form.PARQUET:
            reading = parquet_columns(source)
            found = self._database.execute(reading.query, reading.parameters).fetchall()
            return {name: kind for name, kind, *_ in found}
        if source.form is Form.CSV:
            return dict.fromkeys(source.columns, "VARCHAR")
        return {**LINK_TYPES, **COVERAGE_TYPES}

    def _stream(self, query: str, parameters: Mapping[str, Cell] | None = None) -> Table:
        with _temporary_files():
            cursor = self._database.cursor().execute(query, dict(parameters or {}))
        names = tuple(column[0] for column in cursor.description or ())

        def rows() -> Iterator[tuple[Cell, ...]]:
            with _temporary_files():
                while some := cursor.fetchmany(_ROWS_AT_ONCE):
                    yield from (tuple(tuple(cell) if type(cell) is list else cell for cell in row) for row in some)

        return Table(names, rows())

    def _fetch(self, query: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._database.execute(query).fetchone()
        assert row is not None, "an aggregate has one row"
        return row


_IS_OTHER = "relation <> 'backlink'"
_FOR_READERS = "domain_from, verdict_rank(verdict), quality DESC NULLS LAST, url_from, link_index, url_to"


@contextmanager
def open_database(memory_megabytes: int) -> Iterator[DuckDBPyConnection]:
    """Open a database in a temporary folder, which is deleted at the end. Raises FeedError for what DuckDB raises in between."""
    import duckdb  # noqa: PLC0415

    with TemporaryDirectory(prefix="backlinkspider-", ignore_cleanup_errors=True) as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_megabytes}MB",
            "threads": _THREADS,
            "temp_directory": str(Path(folder) / "spill"),
            "preserve_insertion_order": False,
            # No feed, however it is named, makes DuckDB fetch anything.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        database = duckdb.connect(str(Path(folder) / "feeds.duckdb"), config=settings)
        try:
            yield database
        except duckdb.Error as error:
            raise FeedError(_first_line(error)) from None
        finally:
            database.close()


@contextmanager
def _temporary_files() -> Iterator[None]:
    """Raise OSError for what DuckDB raises when it answers: the queries are right, so the disk or the memory is full."""
    import duckdb  # noqa: PLC0415

    try:
        yield
    except duckdb.Error as error:
        raise OSError(errno.EIO, f"temporary files in {gettempdir()}: {_first_line(error)}") from None


def _sql(name: str) -> str:
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _skipped(source: Source, rows: int, kept: int) -> int:
    """Return how many lines are not rows. DuckDB drops those of CSV that do not fit without counting them."""
    return max(0, count_lines(source.path) - 1 - kept) if source.form is Form.CSV else rows - kept
