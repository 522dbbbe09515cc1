"""The columns of a monitored link, and how those of a list become ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from backlinkspider.core.exceptions import ArgumentError, TableError
from backlinkspider.core.monitor.contracts import parse_follow
from backlinkspider.core.monitor.known_link import CONTRACT_NAMES, KnownLink, known_link
from backlinkspider.core.monitor.list_check import LIST_COLUMNS, Claim
from backlinkspider.core.rows.columns import COLUMNS, DEFERRED_COLUMNS
from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR, unescape_formula
from backlinkspider.core.tables.headers import Role, normalize_name
from backlinkspider.core.tables.table import Row, Table

STATE_COLUMNS = (
    "status",
    "status_reason",
    "status_before",
    "status_since",
    "misses",
    "first_seen",
    "last_seen",
    "last_checked",
    "url_from",
    "url_to",
    "url_from_now",
    "anchor",
    "changes",
)
"""What is said of every known link."""

CONTRACT_COLUMNS = (*CONTRACT_NAMES, "broken_promises")
DOMAIN_COLUMNS = ("unresolved_runs", "unresolved_since")

_OF_TARGET = frozenset({"url_to_status_code", "url_to_redirect_target", "is_broken"})

LINK_COLUMNS = tuple(
    column
    for column in COLUMNS
    if column not in STATE_COLUMNS
    and (column not in DEFERRED_COLUMNS or column in _OF_TARGET)
    and column not in ("seed", "depth")
)
"""What is known of the link as it was found. What needs a whole crawl, such as a verdict, is not."""

MONITOR_COLUMNS = (*STATE_COLUMNS, *CONTRACT_COLUMNS, *LINK_COLUMNS, *DOMAIN_COLUMNS, *LIST_COLUMNS)
"""The columns of a monitored link; those of the list that have no name here follow."""

OTHERS = "known_"
"""What stands before the name of a column of the list that has no name here."""

OTHERS_MAXIMUM = 200
"""The most such columns, over all lists."""

_ROLES = {
    Role.PAGE: "url_from",
    Role.TARGET: "url_to",
    Role.ANCHOR: "anchor",
    Role.FIRST_SEEN: "first_seen",
    Role.LAST_SEEN: "last_seen",
}
_MAPPED = {"page": "url_from", "url": "url_to", "anchor": "anchor"}
_HEADER_LINES = 30
_DELIMITERS = ("\t", ";", ",", "|")


def _not(text: str) -> str:
    says = parse_follow(text)
    return "" if says is None else str(not says).lower()


def _only_if_true(text: str) -> str:
    return "false" if parse_follow(text) else ""


def _if_known(text: str) -> str:
    says = parse_follow(text)
    return "" if says is None else str(says).lower()


_FOLLOW: Mapping[str, Callable[[str], str]] = {
    "nofollow": _not,
    "flagnofollow": _not,
    "ugc": _only_if_true,
    "sponsored": _only_if_true,
    "follow": _if_known,
    "dofollow": _if_known,
}
"""Columns of other tools that say whether a link is followed; they stay columns of the list too."""


_LOST_NAMES = frozenset({"lost", "lost status", "lost link", "drop reason", "date lost", "lost date", "flagdeleted", "deleted"})
"""Columns of other tools that hold something where a link is lost: Ahrefs, Semrush, Majestic."""
_NOT_LOST = frozenset({"", "false", "no", "0", "-", "live", "none", "null", "n/a", "not lost"})
_LOST_STATUSES = frozenset({"lost", "removed", "deleted", "lnf"})
"""Words of a column `Status`; the last one is Linkody's "link not found"."""


def _is_lost_by(name: str, cell: str) -> bool:
    word = cell.strip().lower()
    return word in _LOST_STATUSES if name == "status" else word not in _NOT_LOST


class ListColumns:
    """How the cells of a list become those of a known link.

    `spellings` are the columns of the lists before, by their names in lower case: what one calls `UGC` and another `Ugc` is one
    column. It is added to.
    """

    def __init__(self, header: Sequence[str], roles: Mapping[Role, int], source: str, spellings: dict[str, str]) -> None:
        self._source = source
        self._spellings = spellings
        self._lost: dict[int, str] = {}
        self._ours: dict[int, str] = {}
        self._follow: dict[int, Callable[[str], str]] = {}
        self.others: dict[int, str] = {}
        """The names of the columns that have no name here, by their place."""
        taken = {index: _ROLES[role] for role, index in roles.items() if not _has_own_name(role, _cell(header, index))}
        self._ours |= taken
        for index, cell in enumerate(header):
            self._add(index, cell, taken)

    def _add(self, index: int, cell: str, taken: Mapping[int, str]) -> None:
        name, written = normalize_name(cell), cell.strip()
        ours = taken.get(index) or _contract_name(name)
        if ours is None and written in MONITOR_COLUMNS:
            ours = written
        if ours is not None and (index in taken or ours not in self._ours.values()):
            self._ours[index] = ours
            return
        if name in _FOLLOW:
            self._follow[index] = _FOLLOW[name]
        if name in _LOST_NAMES or name == "status":
            self._lost[index] = name
        other = written if written.startswith(OTHERS) else f"{OTHERS}{written or f'column_{index + 1}'}"
        taken_names = {name.casefold() for name in self.others.values()}
        while other.casefold() in taken_names:
            other += "_2"
        self.others[index] = self._spellings.setdefault(other.casefold(), other)

    def read(self, number: int, cells: Sequence[str]) -> KnownLink:
        ours = {name: unescape_formula(cells[index]).strip() for index, name in self._ours.items() if index < len(cells)}
        for index, read in self._follow.items():
            if index < len(cells) and "dofollow" not in self._ours.values() and (says := read(cells[index])):
                # Any of several flags takes the follow away.
                ours["dofollow"] = "false" if "false" in (says, ours.get("dofollow")) else says
        if "rel" in ours and LIST_SEPARATOR not in ours["rel"]:
            ours["rel"] = LIST_SEPARATOR.join(ours["rel"].lower().split())
        if not ours.get("url_to") and ours.get("expected_url"):
            ours["url_to"] = ours["expected_url"]
        if any(index < len(cells) and _is_lost_by(name, cells[index]) for index, name in self._lost.items()):
            ours.setdefault("list_says", Claim.LOST)
        ours["from_list"] = ours.get("from_list") or self._source
        others = {name: cells[index] for index, name in self.others.items() if index < len(cells)}
        return known_link(number, ours, others)


def _has_own_name(role: Role, cell: str) -> bool:
    """Return whether a column's name says more than its role: what was promised is not what was seen, nor our `last_checked`."""
    is_date = role in (Role.FIRST_SEEN, Role.LAST_SEEN)
    return _contract_name(normalize_name(cell)) is not None or (is_date and cell.strip() in STATE_COLUMNS)


def _cell(header: Sequence[str], index: int) -> str:
    return header[index] if index < len(header) else ""


def _contract_name(name: str) -> str | None:
    return next((ours for ours, names in CONTRACT_NAMES.items() if name in names or name == normalize_name(ours)), None)


def list_columns(table: Table, source: str, spellings: dict[str, str]) -> ListColumns:
    """Return the columns of a table, which is the list `source`. Raises TableError where no column holds pages."""
    if Role.PAGE not in table.roles:
        raise TableError("no column of it holds the linking pages")
    return ListColumns(table.header, table.roles, source, spellings)


def known_links(table: Table, columns: ListColumns) -> Iterator[KnownLink]:
    """Yield the links of a table in its order."""
    row: Row
    for row in table.rows():
        yield columns.read(row.number, row.cells)


def parse_map(text: str) -> Mapping[str, str]:
    """Return the columns that the argument `map` names, by ours. Raises ArgumentError.

    >>> parse_map("page:Meine Seite,url:Ziel")
    {'url_from': 'Meine Seite', 'url_to': 'Ziel'}
    """
    named: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        role, colon, column = (piece.strip() for piece in part.partition(":"))
        if not colon or not column or role not in _MAPPED:
            raise ArgumentError(f"map '{text}' must be page:COLUMN,url:COLUMN or page:COLUMN,url:COLUMN,anchor:COLUMN")
        named[_MAPPED[role]] = column.strip("\"'")
    if text.strip() and "url_from" not in named:
        raise ArgumentError(f"map '{text}' does not say which column holds the pages; write page:COLUMN")
    return named


def rename_columns(lines: Iterable[str], named: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table with our names in its header, where the user says what its columns are.

    Raises TableError where none of the first lines has all of these columns.
    """
    rest = iter(lines)
    first = list(islice(rest, _HEADER_LINES))
    if not named:
        return chain(first, rest)
    for place, line in enumerate(first):
        for delimiter in _DELIMITERS:
            cells = next(csv.reader([line], delimiter=delimiter), [])
            names = [normalize_name(cell) for cell in cells]
            if all(normalize_name(column) in names for column in named.values()):
                first[place] = _renamed(cells, names, named, delimiter)
                return chain(first[place:], rest)
    wanted = " and ".join(f"'{column}'" for column in named.values())
    raise TableError(f"it has no header with {wanted}")


def _renamed(cells: Sequence[str], names: Sequence[str], named: Mapping[str, str], delimiter: str) -> str:
    ours = {names.index(normalize_name(column)): name for name, column in named.items()}
    # Another column of our name would be a second one.
    free = [cell if normalize_name(cell) not in map(normalize_name, named) else f"{cell} (list)" for cell in cells]
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")
    writer.writerow([ours.get(index, cell) for index, cell in enumerate(free)])
    return line.getvalue()
