"""The titles of pages, for the links that lead to them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import NamedTuple, Self

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.urls.canonicalize import page_id
from backlinkspider.items import Link

_PAGES = 10_000
"""Pages that are remembered, about a kilobyte each: those that were read, or linked to, last."""

_HEADING_CHARACTERS = 300


class _Headings(NamedTuple):
    """The titles of a page."""

    site: str
    texts: tuple[str, ...]


class HeadingCache:
    """Remembers title and headline of the pages that were read, those of the profile too; of others nothing is known."""

    def __init__(self) -> None:
        self._headings: OrderedDict[str, _Headings] = OrderedDict()
        self._pages_by_site: Counter[str] = Counter()

    @classmethod
    def from_context(cls, _: CrawlContext) -> Self:
        return cls()

    def remember(self, url: str, site: str, headings: Iterable[str | None]) -> None:
        """Remember title and headline of the page at a URL of a site."""
        known = tuple(heading[:_HEADING_CHARACTERS] for heading in headings if heading)
        key = bounded_key(page_id(url))
        self._forget(key)
        self._headings[key] = _Headings(site, known)
        self._pages_by_site[site] += 1
        if len(self._headings) > _PAGES:
            self._forget(next(iter(self._headings)))

    def headings_of(self, link: Link) -> tuple[str, ...]:
        """Return title and headline of the page that a link leads to; nothing when it was not read, or long ago."""
        # Most links lead to sites of which no page was read.
        if link.domain_to not in self._pages_by_site:
            return ()
        key = bounded_key(page_id(link.url_to))
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
