"""What pages are called, for the links that lead to them."""

from __future__ import annotations

from typing import Any

from backlinkspider.core.html import read_headline
from backlinkspider.core.urls import comparison_key
from backlinkspider.items import Page

_PAGES = 10_000
"""Pages that are remembered, about a kilobyte each: those that were read, or linked to, last."""

_HEADING_CHARACTERS = 300


class RememberHeadingsPipeline:
    """Remembers title and headline of the pages that were read; of one that was not, nothing is known."""

    def __init__(self) -> None:
        self._headings: dict[str, tuple[str, ...]] = {}

    def process_item(self, item: Any) -> Any:
        """The page as it is."""
        if isinstance(item, Page) and item.document is not None:
            headings = (item.page_from_title, read_headline(item.document))
            self._note(_key(item.url_from), tuple(heading[:_HEADING_CHARACTERS] for heading in headings if heading))
        return item

    def headings_of(self, url: str) -> tuple[str, ...]:
        """Title and headline of the page at an address; empty when it was not read, or long ago."""
        key = _key(url)
        headings = self._headings.pop(key, None)
        if headings is None:
            return ()
        self._note(key, headings)
        return headings

    def _note(self, key: str, headings: tuple[str, ...]) -> None:
        self._headings[key] = headings
        if len(self._headings) > _PAGES:
            del self._headings[next(iter(self._headings))]


def _key(url: str) -> str:
    # Over http or https, with www or without: where both exist, one leads to the other.
    return comparison_key(url).partition("://")[2].removeprefix("www.")
