"""What pages are called, for the links that lead to them."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from backlinkspider.core.html import read_headline
from backlinkspider.core.urls import comparison_key
from backlinkspider.items import Page

_PAGES = 10_000
"""Pages that are remembered, about a kilobyte each: those that were read, or linked to, last."""

_HEADING_CHARACTERS = 300


class _Headings(NamedTuple):
    """What a page is called."""

    site: str
    texts: tuple[str, ...]


class RememberHeadingsPipeline:
    """Remembers title and headline of the pages that were read; of one that was not, nothing is known."""

    def __init__(self) -> None:
        self._headings: dict[str, _Headings] = {}
        self._pages_by_site: Counter[str] = Counter()

    def process_item(self, item: Any) -> Any:
        """The page as it is."""
        if isinstance(item, Page) and item.document is not None:
            headings = (item.page_from_title, read_headline(item.document))
            known = tuple(heading[:_HEADING_CHARACTERS] for heading in headings if heading)
            key = _key(item.url_from)
            self._forget(key)
            self._note(key, _Headings(item.domain_from, known))
        return item

    def headings_of(self, url: str, site: str) -> tuple[str, ...]:
        """Title and headline of the page at an address of a site; empty when it was not read, or long ago."""
        # Most links lead to sites of which no page was read.
        if not self._pages_by_site[site]:
            return ()
        key = _key(url)
        headings = self._forget(key)
        if headings is None:
            return ()
        self._note(key, headings)
        return headings.texts

    def _note(self, key: str, headings: _Headings) -> None:
        self._headings[key] = headings
        self._pages_by_site[headings.site] += 1
        if len(self._headings) > _PAGES:
            self._forget(next(iter(self._headings)))

    def _forget(self, key: str) -> _Headings | None:
        headings = self._headings.pop(key, None)
        if headings is not None:
            self._pages_by_site[headings.site] -= 1
            if not self._pages_by_site[headings.site]:
                del self._pages_by_site[headings.site]
        return headings


def _key(url: str) -> str:
    # Over http or https, with www or without: where both exist, one leads to the other.
    return comparison_key(url).partition("://")[2].removeprefix("www.")
