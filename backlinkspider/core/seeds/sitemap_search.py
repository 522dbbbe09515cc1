"""Search a site's sitemaps and feeds for pages, newest first, for as long as the page budget has room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from backlinkspider.core.ranking.url_groups import group_of
from backlinkspider.core.seeds.sitemaps import Sitemap, SitemapUrl
from backlinkspider.core.urls.patterns import is_archive_url

_MAX_SITEMAPS = 100
"""Sitemaps and feeds read per seed: each costs its host a request before any page."""

_MAX_ENTRIES = 200_000
"""Pages named by sitemaps, after which no further sitemap is read: they may repeat the same pages."""

_MAX_PENDING = 1_000
"""Sitemaps that wait to be read; the newest are kept."""


@dataclass
class SitemapSearch:
    """Read one sitemap after the other; the state travels with the request for the next one."""

    wanted: int | None
    """How many pages are needed; None for any number, in which case pages are not collected."""
    is_mixed: bool = False
    """Whether pages are taken from each part of the site in turn, and sitemaps of each kind; else the newest of all."""
    pending: list[SitemapUrl] = field(default_factory=list)
    """Sitemaps not requested yet, newest first."""
    pages: list[SitemapUrl] = field(default_factory=list)
    """The newest pages so far, newest first."""
    linked: list[str] = field(default_factory=list)
    """Links of the seed's page; they are followed after the pages found here."""
    requested: int = 0
    entries: int = 0
    """Pages named so far, repeats included."""
    over_budget: int = 0
    """Pages and sitemaps dropped because the budget has no room."""

    @classmethod
    def start(cls, urls: Iterable[str], wanted: int | None, *, is_mixed: bool = False) -> SitemapSearch:
        """A search that begins with the sitemaps that a site declares."""
        return cls(wanted, is_mixed, [SitemapUrl(url, None) for url in dict.fromkeys(urls)][:_MAX_PENDING])

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> SitemapSearch:
        """The search that `store` turned into plain values."""
        pending, pages = ([SitemapUrl(*entry) for entry in stored[group]] for group in ("pending", "pages"))
        return cls(**{**stored, "pending": pending, "pages": pages})

    def store(self) -> dict[str, Any]:
        """The search as plain values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def add(self, sitemap: Sitemap) -> None:
        self.entries += len(sitemap.pages)
        self.pending = self._newest([*self.pending, *sitemap.sitemaps], _MAX_PENDING)
        self.pages = self._newest([*self.pages, *sitemap.pages], self.wanted)

    def _newest(self, entries: Iterable[SitemapUrl], count: int | None) -> list[SitemapUrl]:
        """The newest entries, each URL once; undated ones come last, in their order."""
        distinct = {entry.url: entry for entry in entries}
        newest = sorted(distinct.values(), key=lambda entry: entry.last_modified or "", reverse=True)
        if self.is_mixed:
            newest = list(_in_turn(newest))
        self.over_budget += len(newest[count:]) if count is not None else 0
        return newest[:count]

    def next_sitemap(self) -> str | None:
        """The URL of the next sitemap to read; None when enough pages were found or no sitemap is left."""
        has_enough = self.wanted is not None and len(self.pages) >= self.wanted
        if not self.pending or has_enough or self.requested >= _MAX_SITEMAPS or self.entries >= _MAX_ENTRIES:
            self.over_budget += len(self.pending)
            self.pending = []
            return None
        self.requested += 1
        return self.pending.pop(0).url


def _in_turn(entries: Iterable[SitemapUrl]) -> Iterator[SitemapUrl]:
    """The entries of each part of a site in turn, in their order: `/product/1, /blog/1, /product/2, …`; lists come last."""
    parts: dict[str, list[SitemapUrl]] = {}
    lists: list[SitemapUrl] = []
    for entry in entries:
        is_list = is_archive_url(entry.url) or _LISTS_OF_LISTS.search(entry.url) is not None
        (lists if is_list else parts.setdefault(group_of(entry.url), [])).append(entry)
    # A part that is through is not looked at again: there may be a thousand beside one of 50,000 entries.
    turn, remaining = 0, [*parts.values()]
    while remaining:
        yield from (part[turn] for part in remaining)
        turn += 1
        remaining = [part for part in remaining if turn < len(part)]
    yield from lists


_LISTS_OF_LISTS = re.compile(r"sitemap[^/]*(?:tax|categor|tag|author|user|image|video)[^/]*\.xml", re.IGNORECASE)
"""Sitemaps of lists or of files, by their names. `/wp-sitemap-taxonomies-category-1.xml`"""
