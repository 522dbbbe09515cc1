"""The search for pages in the sitemaps and feeds of a site, the newest first, as long as the budget has room for more."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backlinkspider.core.listings import ListedAddress, Listing

_LISTINGS_READ = 100
"""Sitemaps and feeds that are read of one seed, at most: each costs its host a request before any page."""

_LISTINGS_WAITING = 1_000
"""Sitemaps that wait to be read, at most: the newest."""


@dataclass
class ListingSearch:
    """Reads one listing after the other; what it has found travels with the request for the next."""

    wanted: int
    """How many pages can be made use of."""
    waiting: list[ListedAddress] = field(default_factory=list)
    """Listings that were not asked for yet, the newest first."""
    pages: list[ListedAddress] = field(default_factory=list)
    """The newest pages so far, the newest first."""
    linked: list[str] = field(default_factory=list)
    """What the page of the seed links to, which comes after the pages that are found."""
    asked_for: int = 0

    @classmethod
    def begin(cls, urls: Iterable[str], wanted: int) -> ListingSearch:
        """A search in the listings that a site names itself."""
        return cls(wanted, [ListedAddress(url, None) for url in dict.fromkeys(urls)][:_LISTINGS_WAITING])

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> ListingSearch:
        """The search that `store` made plain values of."""
        waiting, pages = ([ListedAddress(*address) for address in stored[group]] for group in ("waiting", "pages"))
        return cls(stored["wanted"], waiting, pages, stored["linked"], stored["asked_for"])

    def store(self) -> dict[str, Any]:
        """The search as plain values."""
        return {name: getattr(self, name) for name in ("wanted", "waiting", "pages", "linked", "asked_for")}

    def add(self, listing: Listing) -> None:
        """Takes note of what a listing lists."""
        self.waiting = _newest([*self.waiting, *listing.listings], _LISTINGS_WAITING)
        self.pages = _newest([*self.pages, *listing.pages], self.wanted)

    def next_listing(self) -> str | None:
        """The address of the listing to read next; None when enough is found, or nothing is left."""
        if not self.waiting or len(self.pages) >= self.wanted or self.asked_for >= _LISTINGS_READ:
            return None
        self.asked_for += 1
        return self.waiting.pop(0).url


def _newest(addresses: Iterable[ListedAddress], count: int) -> list[ListedAddress]:
    """The newest of some addresses, each once; those without a date come last, in their order."""
    distinct = {address.url: address for address in addresses}
    return heapq.nlargest(count, distinct.values(), key=lambda address: address.changed or "")
