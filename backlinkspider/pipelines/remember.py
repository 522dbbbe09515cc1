"""What pages are called, for the links that lead to them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from backlinkspider.core.html import read_headline
from backlinkspider.core.urls import comparison_key, host_of
from backlinkspider.items import Page

_PAGES = 10_000
"""Pages that are remembered, about a kilobyte each: those that were read, or linked to, last."""

_HEADING_CHARACTERS = 300


class RememberHeadingsPipeline:
    """Remembers title and headline of the pages that were read; of one that was not, nothing is known."""

    def __init__(self) -> None:
        self._headings: dict[str, tuple[str, ...]] = {}
        self._pages_by_host: Counter[str] = Counter()

    def process_item(self, item: Any) -> Any:
        """The page as it is."""
        if isinstance(item, Page) and item.document is not None:
            headings = (item.page_from_title, read_headline(item.document))
            self._forget(_key(item.url_from))
            self._note(_key(item.url_from), tuple(heading[:_HEADING_CHARACTERS] for heading in headings if heading))
        return item

    def headings_of(self, url: str) -> tuple[str, ...]:
        """Title and headline of the page at an address; empty when it was not read, or long ago."""
        # Most links lead to sites of which no page was read.
        if not self._pages_by_host[host_of(url).removeprefix("www.")]:
            return ()
        key = _key(url)
        headings = self._forget(key)
        if headings is None:
            return ()
        self._note(key, headings)
        return headings

    def _note(self, key: str, headings: tuple[str, ...]) -> None:
        self._headings[key] = headings
        self._pages_by_host[_host_in(key)] += 1
        if len(self._headings) > _PAGES:
            self._forget(next(iter(self._headings)))

    def _forget(self, key: str) -> tuple[str, ...] | None:
        headings = self._headings.pop(key, None)
        if headings is not None:
            host = _host_in(key)
            self._pages_by_host[host] -= 1
            if not self._pages_by_host[host]:
                del self._pages_by_host[host]
        return headings


def _host_in(key: str) -> str:
    return host_of(f"https://{key}")


def _key(url: str) -> str:
    # Over http or https, with www or without: where both exist, one leads to the other.
    return comparison_key(url).partition("://")[2].removeprefix("www.")
