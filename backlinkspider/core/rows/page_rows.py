"""The rows of a page, before any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import astuple

from backlinkspider.core.rows.columns import COLUMNS, DEFERRED_COLUMNS, LINK_COLUMNS
from backlinkspider.items import Cell, Link, Page


class PageRows:
    """Reads the values of chosen columns: those of a page once, those of its links a column at a time."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.link_columns = tuple(column for column in columns if column in LINK_COLUMNS)
        """The columns that `of_links` returns, in its order."""
        self._places = [Link.__struct_fields__.index(column) for column in columns if column in LINK_COLUMNS]
        self._of_page = [column for column in columns if column not in LINK_COLUMNS and column not in DEFERRED_COLUMNS]
        self._later = dict.fromkeys(column for column in columns if column in DEFERRED_COLUMNS)

    def of_page(self, page: Page) -> Mapping[str, Cell]:
        """Return the values that all rows of a page share, by column; None for columns that are filled when the crawl ends."""
        return {**self._later, **{column: getattr(page, column) for column in self._of_page}}

    def of_links(self, links: Iterable[Link]) -> list[Sequence[Cell]]:
        """Return the values of the other columns for some links: one sequence a column, in order."""
        # Reading all fields of a struct takes half the time of reading the wanted ones one by one.
        every = list(zip(*map(astuple, links), strict=True))
        return [every[place] for place in self._places] if every else []


def rows_of_page(page: Page) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a page: one for each of its links, by column; None for columns that only the end of a crawl fills."""
    reader = PageRows(COLUMNS)
    of_page: dict[str, Cell] = {**dict.fromkeys(COLUMNS), **reader.of_page(page)}
    # All columns of the links are there at once, one sequence a column.
    for cells in zip(*reader.of_links(page.links), strict=True):
        yield {**of_page, **dict(zip(reader.link_columns, cells, strict=True))}
