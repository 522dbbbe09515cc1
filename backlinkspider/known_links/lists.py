"""Opens the lists of known links: exports of other tools, tables of any form, and feeds of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from backlinkspider.checks.seed_files import path_of_list
from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.exceptions import FeedError, SeedListError, TableError
from backlinkspider.core.monitor.changes import shown_value
from backlinkspider.core.monitor.columns import OTHERS_MAXIMUM, ListColumns, known_links, list_columns, rename_columns
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.tables.encoding import decode_lines
from backlinkspider.core.tables.table import open_table
from backlinkspider.feeds.reader import JSON_LINES_ENDINGS, open_feed

_HEAD_BYTES = 65_536
_CHUNK_BYTES = 1024 * 1024
_JSON_SAMPLE = 1_000
"""Rows of JSON lines whose columns are those of the list."""


@dataclass(frozen=True)
class KnownLists:
    """The lists of a crawl."""

    sources: Sequence[SeedFile | NamedList]
    folder: str | None
    """BACKLINKS_LISTS_DIR."""
    own_sites: Collection[str] = ()
    """The sites of the targets, which are not those of the pages."""
    named: Mapping[str, str] | None = None
    """The columns that the user names (`core.monitor.columns.parse_map`)."""

    def links(self) -> Iterator[KnownLink]:
        """Yield the links of all lists in their order, read lazily. Raises SeedListError."""
        spellings: dict[str, str] = {}
        for source in self.sources:
            yield from self._read(source, spellings)

    def other_columns(self) -> list[str]:
        """Return the columns of the lists that have no name here. Raises SeedListError."""
        found: dict[str, None] = {}
        spellings: dict[str, str] = {}
        for source in self.sources:
            with _one_line(source), self._open(source, spellings) as (columns, _):
                found |= dict.fromkeys(columns.others.values())
        if len(found) > OTHERS_MAXIMUM:
            raise SeedListError(f"the lists have {len(found)} columns that have no name here; {OTHERS_MAXIMUM} are carried over")
        return list(found)

    def check(self) -> None:
        """Read each list up to its first link. Raises SeedListError where there is none."""
        for source in self.sources:
            if not any(link.page for link in self._read(source, {})):
                raise SeedListError(f"{source} names no page: no row has an http(s) URL where the pages should be")

    def identity(self) -> list[list[object]]:
        """Return what tells whether the lists have changed: the name, size and time of each file. Raises SeedListError."""
        found: list[list[object]] = []
        for source in self.sources:
            with _one_line(source):
                status = path_of_list(source, self.folder).stat()
                found.append([str(source), status.st_size, status.st_mtime_ns])
        return found

    def _read(self, source: SeedFile | NamedList, spellings: dict[str, str]) -> Iterator[KnownLink]:
        with _one_line(source), self._open(source, spellings) as (_, links):
            yield from links

    @contextmanager
    def _open(self, source: SeedFile | NamedList, spellings: dict[str, str]) -> Iterator[tuple[ListColumns, Iterator[KnownLink]]]:
        path = path_of_list(source, self.folder)
        if path.suffix in JSON_LINES_ENDINGS:
            yield _open_feed(path, _name_of(source), spellings)
            return
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            lines = decode_lines(chain([head], iter(lambda: file.read(_CHUNK_BYTES), b"")))
            table = open_table(rename_columns(lines, self.named or {}), self.own_sites)
            columns = list_columns(table, _name_of(source), spellings)
            yield columns, known_links(table, columns)


def _name_of(source: SeedFile | NamedList) -> str:
    return source.path if isinstance(source, SeedFile) else source.name


def _open_feed(path: Path, source: str, spellings: dict[str, str]) -> tuple[ListColumns, Iterator[KnownLink]]:
    """Return the columns and links of JSON lines that we wrote. Raises FeedError."""
    feed = open_feed(str(path))
    header: dict[str, None] = {}
    for number, row in enumerate(feed.rows()):
        if number == _JSON_SAMPLE:
            break
        if not isinstance(row, BadLine):
            header |= dict.fromkeys(row)
    names = list(header)
    columns = ListColumns(names, {}, source, spellings)

    def links() -> Iterator[KnownLink]:
        for number, row in enumerate(feed.rows(), 1):
            # A line that a killed crawl has torn is a row too, of which nothing is known.
            cells = [] if isinstance(row, BadLine) else [shown_value(row.get(name)) for name in names]
            yield columns.read(number, cells)

    return columns, links()


@contextmanager
def _one_line(source: SeedFile | NamedList) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: ~name of nobody here.
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SeedListError(f"{source} cannot be read: {why}") from None
    except TableError as error:
        raise SeedListError(f"{source} cannot be used: {error}; or pass -a map=page:COLUMN,url:COLUMN") from None
    except FeedError as error:
        raise SeedListError(f"{source} cannot be used: {error}") from None
