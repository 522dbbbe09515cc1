"""Cache the titles of pages, for the links that lead to them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from scrapy.crawler import Crawler

from backlinkspider.base_spiders.base_spider import get_demand
from backlinkspider.core.html.parser import read_headline
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.urls.canonicalize import page_id
from backlinkspider.items import Page
from backlinkspider.target_profile.extension import profiles_of

_PAGES = 10_000
"""Pages that are remembered, about a kilobyte each: those that were read, or linked to, last."""

_HEADING_CHARACTERS = 300


class _Headings(NamedTuple):
    """The titles of a page."""

    site: str
    texts: tuple[str, ...]


class CacheHeadingsPipeline:
    """Remembers title and headline of the pages that were read, those of the profile too; of others nothing is known.

    Where no anchor is classified, no page of the crawl is remembered.
    """

    def __init__(self, demand: ColumnDemand = EVERYTHING) -> None:
        self._is_read = demand.has_verdicts or demand.wants({"anchor_type"})
        self._headings: OrderedDict[str, _Headings] = OrderedDict()
        self._pages_by_site: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(get_demand(crawler))
        profiles_of(crawler).on_headings(pipeline.remember)
        return pipeline

    def process_item(self, item: Any) -> Any:
        if self._is_read and isinstance(item, Page) and item.document is not None:
            self.remember(item.url_from, item.domain_from, (item.page_from_title, read_headline(item.document)))
        return item

    def remember(self, url: str, site: str, headings: Iterable[str | None]) -> None:
        """Notes title and headline of the page at an address of a site."""
        known = tuple(heading[:_HEADING_CHARACTERS] for heading in headings if heading)
        key = bounded_key(page_id(url))
        self._forget(key)
        self._headings[key] = _Headings(site, known)
        self._pages_by_site[site] += 1
        if len(self._headings) > _PAGES:
            self._forget(next(iter(self._headings)))

    def headings_of(self, url: str, site: str) -> tuple[str, ...]:
        """Title and headline of the page at an address of a site; empty when it was not read, or long ago."""
        # Most links lead to sites of which no page was read.
        if site not in self._pages_by_site:
            return ()
        key = bounded_key(page_id(url))
        headings = self._headings.get(key)
        if headings is None:
            return ()
        self._headings.move_to_end(key)
        return headings.texts

    def _forget(self, key: str) -> None:
        headings = self._headings.pop(key, None)
        if headings is not None:
            self._pages_by_site[headings.site] -= 1
            if not self._pages_by_site[headings.site]:
                del self._pages_by_site[headings.site]
