"""Lists and exports of other tools to seeds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from backlinkspider.core.exceptions import SeedError, SeedListError, TableError
from backlinkspider.core.seeds.bookmarks import is_bookmarks, read_bookmarks
from backlinkspider.core.seeds.seeds import BadLine, Seed, parse_seed
from backlinkspider.core.seeds.sitemaps import is_sitemap, read_entries
from backlinkspider.core.tables.cells import DISAVOWED, split_addresses
from backlinkspider.core.tables.headers import Role
from backlinkspider.core.tables.records import Record
from backlinkspider.core.tables.table import Row, Table, open_records, open_table

_ROWS_THAT_TELL = 1_000
"""Rows of a table that are read before the first seed is given out: if most of them are bad, the table is not used."""

_END_OF_ADDRESS = re.compile(r"[^\s/:.=&?]*+[./=&?][^\s:]*+\Z")
"""What may be the rest of an address that was cut at a comma: `x.html`, `b=2`."""
_BULLET = re.compile(r"(?:[-*+\u2022\u2013]|\d{1,6}[.)])\Z")


def parse_seed_list(lines: Iterable[str], own_sites: Collection[str] = ()) -> Iterator[Seed | BadLine]:
    """The seeds of a list and its bad lines, read lazily.

    A list is text with `#` comments and one seed or several a line, a table (`core.tables.table`), rows of ours in JSON lines, a
    disavow file, a sitemap or feed, or bookmarks that a browser exported. `own_sites` are the sites of the targets.
    Raises SeedListError for a list that cannot name seeds.
    """
    rest = iter(lines)
    head = list(_until_text(rest))
    if head and head[-1].lstrip("\ufeff \t").startswith("<"):
        yield from _read_markup(chain(("\n" for _ in head[:-1]), head[-1:], rest))
        return
    try:
        yield from _read_table(open_table(chain(head, rest), own_sites))
    except TableError as error:
        raise SeedListError(str(error)) from None


def parse_seed_records(records: Iterable[Record], own_sites: Collection[str] = ()) -> Iterator[Seed | BadLine]:
    """The seeds of a table whose cells are known, and its bad rows. Raises SeedListError."""
    try:
        yield from _read_table(open_records(records, own_sites))
    except TableError as error:
        raise SeedListError(str(error)) from None


def _until_text(lines: Iterator[str]) -> Iterator[str]:
    """The lines up to the first that is neither blank nor a comment."""
    for line in lines:
        yield line
        if line.strip() and not line.lstrip().startswith("#"):
            return


def _read_table(table: Table) -> Iterator[Seed | BadLine]:
    rows = table.rows()
    if Role.PAGE not in table.roles:
        if next(rows, None) is not None:
            raise SeedListError(_no_column(table))
        return
    found = (seed for row in rows for seed in _seeds_of_row(row, table))
    if table.is_text:
        yield from found
        return
    first = list(islice(found, _ROWS_THAT_TELL))
    _check_most(first, table)
    yield from chain(first, found)


def _no_column(table: Table) -> str:
    if Role.TARGET not in table.roles:
        return "no column of it holds domains or http(s) addresses"
    name = table.header[table.roles[Role.TARGET]]
    return f"it lists your own pages (column '{name}'), not who links to them; export the linking pages or sites instead"


def _check_most(first: list[Seed | BadLine], table: Table) -> None:
    bad_lines = [line for line in first if isinstance(line, BadLine)]
    if len(bad_lines) * 2 <= len(first):
        return
    column = table.roles[Role.PAGE]
    name = f"'{table.header[column]}'" if column < len(table.header) and table.header[column] else f"{column + 1}"
    raise SeedListError(
        f"{len(bad_lines)} of its first {len(first)} rows have no domain or http(s) address in column {name}; "
        f"line {bad_lines[0].number}: {bad_lines[0].problem}"
    )


def _seeds_of_row(row: Row, table: Table) -> Iterator[Seed | BadLine]:
    column = table.roles[Role.PAGE]
    behind = row.cells[column + 1] if column + 1 < len(row.cells) else ""
    if 0 < len(table.header) < len(row.cells) and _END_OF_ADDRESS.match(behind):
        yield BadLine(row.number, "it has more cells than the header, perhaps as its address has a comma and no quotation marks")
        return
    yield from _seeds_in(row.number, row.get(Role.PAGE) or "")


def _seeds_in(number: int, text: str) -> Iterator[Seed | BadLine]:
    """The seeds of a cell or line, and what between them is not one; the whole text as a bad line, if it has no seed.

    The bullet or number of a list is not named.
    """
    parts = split_addresses(text)
    found = [_seed_or_bad_line(number, part) for part in parts if part is parts[-1] or not _BULLET.match(part)]
    yield from found if any(isinstance(seed, Seed) for seed in found) else [_seed_or_bad_line(number, text)]


def _seed_or_bad_line(number: int, text: str) -> Seed | BadLine:
    try:
        return parse_seed(DISAVOWED.sub("", text, count=1) if text[:7].lower() == "domain:" else text)
    except SeedError as error:
        return BadLine(number, str(error))


def _read_markup(lines: Iterable[str]) -> Iterator[Seed | BadLine]:
    text = "".join(lines)
    if is_bookmarks(text):
        yield from (_seed_or_bad_line(number, href) for number, href in read_bookmarks(text))
    elif is_sitemap(text):
        yield from (_seed_or_bad_line(entry.line, entry.href) for entry in read_entries(text))
    else:
        raise SeedListError("it is markup, but neither a sitemap nor a feed, nor exported bookmarks")
