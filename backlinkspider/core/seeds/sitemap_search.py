"""The search for pages in the sitemaps and feeds of a site, the newest first, as long as the budget has room for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from backlinkspider.core.seeds.sitemaps import ListedAddress, Listing

_LISTINGS_READ = 100
"""Sitemaps and feeds that are read of one seed, at most: each costs its host a request before any page."""

_ENTRIES_READ = 200_000
"""Pages that listings name, at most, after which no further one is read: they may be the same again and again."""

_LISTINGS_WAITING = 1_000
"""Sitemaps that wait to be read, at most: the newest."""


@dataclass
class ListingSearch:
    """Reads one listing after the other; what it has found travels with the request for the next."""

    wanted: int | None
    """How many pages can be made use of; None for any number, which are then not collected."""
    waiting: list[ListedAddress] = field(default_factory=list)
    """Listings that were not asked for yet, the newest first."""
    pages: list[ListedAddress] = field(default_factory=list)
    """The newest pages so far, the newest first."""
    linked: list[str] = field(default_factory=list)
    """What the page of the seed links to, which comes after the pages that are found."""
    asked_for: int = 0
    entries: int = 0
    """Pages that were named, the same again too."""
    left_out: int = 0
    """Pages and listings that were left out for want of budget."""

    @classmethod
    def begin(cls, urls: Iterable[str], wanted: int | None) -> ListingSearch:
        """A search in the listings that a site names itself."""
        return cls(wanted, [ListedAddress(url, None) for url in dict.fromkeys(urls)][:_LISTINGS_WAITING])

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> ListingSearch:
        """The search that `store` made plain values of."""
        waiting, pages = ([ListedAddress(*address) for address in stored[group]] for group in ("waiting", "pages"))
        return cls(**{**stored, "waiting": waiting, "pages": pages})

    def store(self) -> dict[str, Any]:
        """The search as plain values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def add(self, listing: Listing) -> None:
        """Takes note of what a listing lists."""
        self.entries += len(listing.pages)
        self.waiting = self._newest([*self.waiting, *listing.listings], _LISTINGS_WAITING)
        self.pages = self._newest([*self.pages, *listing.pages], self.wanted)

    def _newest(self, addresses: Iterable[ListedAddress], count: int | None) -> list[ListedAddress]:
        """The newest of some addresses, each once; those without a date come last, in their order."""
        distinct = {address.url: address for address in addresses}
        newest = sorted(distinct.values(), key=lambda address: address.changed or "", reverse=True)
        self.left_out += len(newest[count:]) if count is not None else 0
        return newest[:count]

    def next_listing(self) -> str | None:
        """The address of the listing to read next; None when enough is found, or nothing is left."""
        has_enough = self.wanted is not None and len(self.pages) >= self.wanted
        if not self.waiting or has_enough or self.asked_for >= _LISTINGS_READ or self.entries >= _ENTRIES_READ:
            self.left_out += len(self.waiting)
            self.waiting = []
            return None
        self.asked_for += 1
        return self.waiting.pop(0).url
