"""Which column of a table holds what: by its header, and by what its cells hold over some dozen rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.cells import Kind, kind_of, split_addresses
from backlinkspider.core.tables.headers import LINKING_NAMES, PLACE_NAMES, Role, columns_by_name, export_of, normalize_name
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.urls.domains import site_of_url

_NAME_SHOWN = 60
"""Characters of a column's name in a message."""


@dataclass(frozen=True)
class Column:
    """What the sampled cells of a column hold."""

    index: int
    sites: tuple[str | None, ...]
    """The site of each row's address; None where the cell holds none."""
    filled: int
    urls: int
    hosts: int

    @property
    def is_of_addresses(self) -> bool:
        """Return whether at least half of its cells, and one in four rows, have addresses and nothing else."""
        addresses = self.urls + self.hosts
        return addresses > 0 and addresses * 2 >= self.filled and addresses * 4 >= len(self.sites)

    @property
    def is_of_urls(self) -> bool:
        """Return whether most of its addresses have a scheme."""
        return self.is_of_addresses and self.urls >= self.hosts

    def is_within(self, own_sites: Collection[str]) -> bool:
        """Return whether all its addresses are on the targets' sites."""
        named = [site for site in self.sites if site is not None]
        return bool(named) and all(site in own_sites for site in named)

    @property
    def is_of_one_site(self) -> bool:
        """Return whether all its addresses, of two rows at least, are on one site."""
        named = [site for site in self.sites if site is not None]
        return len(named) > 1 and len(set(named)) == 1


def find_columns(header: Sequence[str], sample: Sequence[Sequence[str]], own_sites: Collection[str] = ()) -> dict[Role, int]:
    """The columns by what they are about, as far as it can be told; PAGE is missing where no column can hold linking pages.

    The exact header of a known export counts first, then names that say "links to us", then names of any URL, then what the cells
    hold. A column whose cells are no addresses is none of linking pages if another has some; one that names the target throughout
    (`own_sites`, or, where no name says what it is, one site in all rows beside a column of many) is none either.
    Raises TableError where two are equally good.
    """
    names = [normalize_name(cell) for cell in header]
    columns = columns_by_name(names)
    judged = judge_columns(sample, max([len(names), *map(len, sample)], default=0))
    export = export_of(names)
    if export is not None:
        columns |= {role: names.index(name) for role, name in export.columns.items() if name in names}
        if not sample or _is_usable(judged[columns[Role.PAGE]], judged):
            return columns
        del columns[Role.PAGE]
    not_pages = set(columns.values())
    page = _find_page(header, names, [column for column in judged if column.index not in not_pages], own_sites)
    if page is not None:
        columns[Role.PAGE] = page
        _add_target(columns, judged, own_sites)
    return columns


def _is_usable(column: Column, judged: Sequence[Column]) -> bool:
    return column.is_of_addresses or not any(other.is_of_addresses for other in judged)


def judge_columns(sample: Sequence[Sequence[str]], width: int) -> list[Column]:
    """Return what each of the first `width` columns holds."""
    return [_judge_column(index, [_cell(row, index) for row in sample]) for index in range(width)]


def _cell(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _judge_column(index: int, cells: Sequence[str]) -> Column:
    kinds = [kind_of(cell) for cell in cells]
    sites = [_site_of(cell) if kind in (Kind.URL, Kind.HOST) else None for cell, kind in zip(cells, kinds, strict=True)]
    return Column(
        index,
        tuple(sites),
        filled=sum(kind is not Kind.BLANK for kind in kinds),
        urls=kinds.count(Kind.URL),
        hosts=kinds.count(Kind.HOST),
    )


def _site_of(cell: str) -> str | None:
    address = split_addresses(cell)[0]
    url = absolute_url(address if "://" in address else f"http://{address}", "http://x/")
    return site_of_url(url) if url is not None else None


def _find_page(header: Sequence[str], names: Sequence[str], columns: Sequence[Column], own_sites: Collection[str]) -> int | None:
    good = without_targets([column for column in columns if column.is_of_addresses], own_sites)
    tiers = (
        [column for column in good if _name(names, column) in LINKING_NAMES],
        [column for column in good if _name(names, column) in PLACE_NAMES],
        _varied(good),
    )
    for tier in tiers:
        # A column of URLs beats one of bare hosts.
        best = _distinct([column for column in tier if column.is_of_urls] or tier)
        if len(best) > 1:
            raise TableError(_two_columns(header, best))
        if best:
            return best[0].index
    # Nothing is an address: the name alone says where they should be.
    return next((names.index(name) for name in (*LINKING_NAMES, *PLACE_NAMES) if name in names), None)


def _name(names: Sequence[str], column: Column) -> str:
    return names[column.index] if column.index < len(names) else ""


def without_targets(columns: list[Column], own_sites: Collection[str]) -> list[Column]:
    """The columns that do not name the target throughout; all, if all do. A target that is not known is one site in all rows."""
    if not own_sites:
        return _varied(columns)
    return [column for column in columns if not column.is_within(own_sites)] or columns


def _varied(columns: list[Column]) -> list[Column]:
    """The columns that have several sites; all, if none has."""
    return [column for column in columns if not column.is_of_one_site] or columns


def _distinct(columns: Sequence[Column]) -> list[Column]:
    """The columns without those that name, row by row, the sites of another: the page and its site; the first of them stays."""
    kept: list[Column] = []
    for column in columns:
        if not any(_agree(column, other) for other in kept):
            kept.append(column)
    return kept


def _agree(one: Column, other: Column) -> bool:
    pairs = [pair for pair in zip(one.sites, other.sites, strict=True) if None not in pair]
    return bool(pairs) and all(site == beside for site, beside in pairs)


def _two_columns(header: Sequence[str], columns: Sequence[Column]) -> str:
    one, other = (_said(header, column.index) for column in columns[:2])
    return f"{one} and {other} could both hold the linking pages; name the right one url_from in the header, or remove the other"


def _said(header: Sequence[str], index: int) -> str:
    name = " ".join(header[index].split())[:_NAME_SHOWN] if index < len(header) else ""
    return f"column '{name}'" if name else f"column {index + 1}"


def _add_target(columns: dict[Role, int], judged: Sequence[Column], own_sites: Collection[str]) -> None:
    """Note a column that names the target throughout, where no header says which it is."""
    if Role.TARGET in columns:
        return
    named = [column for column in judged if column.is_of_urls and column.index not in columns.values()]
    targets = [column for column in named if column.is_of_one_site or (own_sites and column.is_within(own_sites))]
    if len(targets) == 1:
        columns[Role.TARGET] = targets[0].index
