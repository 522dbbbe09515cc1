"""Which columns the outputs of a crawl have: what none of them has, and no verdict rests on, is not computed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from backlinkspider.core.rows.columns import COLUMNS, CRAWL_LEVEL_COLUMNS
from backlinkspider.items import Link

_NEEDS = {
    "text_pre": {"anchor"},
    "text_post": {"anchor"},
    "anchor_type": {"anchor", "link_type"},
    "hidden": {"anchor", "link_type"},
    "topic_relevance": {"anchor", "text_pre", "text_post", "page_from_language", "page_from_words"},
}
"""The columns that are read to compute a column, where these are more than what the page itself says."""


@dataclass(frozen=True)
class ColumnDemand:
    """The columns that are needed for all links, and whether links to the target are judged, for which every column is."""

    columns: frozenset[str]
    has_verdicts: bool
    """Whether an output has a column that only the whole crawl can fill."""

    @classmethod
    def of(cls, columns: Iterable[str]) -> ColumnDemand:
        """Return the demand of outputs that together have these columns.

        >>> demand = ColumnDemand.of(["url_from", "url_to", "anchor_type"])
        >>> sorted(demand.columns), demand.has_verdicts
        (['anchor', 'anchor_type', 'link_type', 'url_from', 'url_to'], False)
        """
        chosen = frozenset(columns)
        needed = chosen.union(*(_NEEDS.get(column, ()) for column in chosen))
        return cls(needed, has_verdicts=not chosen.isdisjoint(CRAWL_LEVEL_COLUMNS))

    def wants(self, columns: Collection[str], links: Iterable[Link] = ()) -> bool:
        """Return whether one of some columns is needed for a page with these links, which the crawl keeps."""
        return not self.columns.isdisjoint(columns) or (self.has_verdicts and any(map(self.judges, links)))

    def judges(self, link: Link) -> bool:
        """Return whether a link is judged when the crawl ends."""
        return self.has_verdicts and (link.needs_rating or link.relation == "internal_backlink")

    def select(self, links: Sequence[Link], columns: Collection[str]) -> Sequence[Link]:
        """Return the links for which one of some columns is needed."""
        return links if not self.columns.isdisjoint(columns) else self.judged(links)

    def judged(self, links: Sequence[Link]) -> Sequence[Link]:
        return [link for link in links if self.judges(link)] if self.has_verdicts else []


EVERYTHING = ColumnDemand.of(COLUMNS)
"""The demand of a crawl whose outputs are not known."""
