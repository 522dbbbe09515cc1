"""The rows of a page, in whatever format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import astuple

from backlinkspider.core.rows.columns import DEFERRED_COLUMNS, LINK_COLUMNS
from backlinkspider.items import Cell, Link, Page


class RowReader:
    """Reads the values of the rows of pages, of the same columns.

    What holds for the page is read once, not for each of its links; what holds for the links, a column at a time.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._places = [Link.__struct_fields__.index(column) for column in columns if column in LINK_COLUMNS]
        self._of_page = [column for column in columns if column not in LINK_COLUMNS and column not in DEFERRED_COLUMNS]
        self._later = dict.fromkeys(column for column in columns if column in DEFERRED_COLUMNS)

    def of_page(self, page: Page) -> Mapping[str, Cell]:
        """The values that all rows of a page have, by column; None for what is not known before the crawl ends."""
        return {**self._later, **{column: getattr(page, column) for column in self._of_page}}

    def of_links(self, links: Iterable[Link]) -> list[Sequence[Cell]]:
        """The values of the other columns, in their order: of each column those of some links."""
        # All values of a link come in half of the time of those that are wanted one by one.
        every = list(zip(*map(astuple, links), strict=True))
        return [every[place] for place in self._places] if every else []
