"""Which of the addresses that a crawl comes to know it asks for, in which order, and why not the others."""

from __future__ import annotations

from typing import cast

from scrapy import Request
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.linkextractors import IGNORED_EXTENSIONS
from scrapy.utils.datatypes import LocalCache

from backlinkspider.core.arguments import Arguments
from backlinkspider.core.domains import site_of
from backlinkspider.core.sameness import fingerprint
from backlinkspider.core.url_shapes import lists_pages, path_of, series_of, trap_word
from backlinkspider.core.urls import file_extension, host_of
from backlinkspider.downloadermiddlewares import PageBudgetMiddleware
from backlinkspider.dupefilter import SeenUrls
from backlinkspider.items import Page
from backlinkspider.request_meta import is_seed
from backlinkspider.skips import REDIRECTED_OFF_SITE, REDIRECTED_TO_KNOWN, TOO_MANY_REDIRECTS

LISTINGS_FIRST = 2
"""The priority of a sitemap or feed: before any page, and before a redirect to one."""

_GROUPS_COUNTED = 50_000
"""Listings, calendars and paths with queries, and kinds of pages, that are counted at one time, some 200 bytes each; the
first is forgotten for the next."""

_LOOKED_ALIKE = 2
"""Pages of a site with one title and number of links, before their texts are compared."""

_SAME_PAGES = 5
"""Pages of a site with the same text that are followed: one may have several addresses."""


class Admission:
    """Decides about one address after the other, and remembers how many of a kind it let pass.

    Reads: the arguments max_depth, max_pagination and max_queries; the budget of each site; the addresses seen before.
    """

    def __init__(self, arguments: Arguments, crawler: Crawler) -> None:
        self._crawler = crawler
        self._arguments = arguments
        self._redirects_maximum = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._let_pass: LocalCache[str, int] = LocalCache(_GROUPS_COUNTED)
        self._alike: LocalCache[tuple[str, str | None, int | bytes], int] = LocalCache(_GROUPS_COUNTED)

    @property
    def seen(self) -> SeenUrls:
        """The addresses that were asked for before."""
        return cast("SeenUrls", cast("Scheduler", self._crawler.engine.scheduler).df)

    @property
    def budget(self) -> PageBudgetMiddleware:
        """The pages that each site has left."""
        return cast("PageBudgetMiddleware", self._crawler.get_downloader_middleware(PageBudgetMiddleware))

    def obstacle_of_page(self, page: Page, body: bytes) -> str | None:
        """The word for why no link of a page is followed: `nofollow`, or `same_page` on a site that answers everything."""
        if page.nofollow_by:
            return "nofollow"
        alike = self._count_alike((page.domain_from, page.page_from_title, len(page.links)))
        if alike <= _LOOKED_ALIKE:
            return None
        same = self._count_alike((page.domain_from, None, fingerprint(body, page.url_from)))
        return "same_page" if same > _SAME_PAGES else None

    def obstacle(self, url: str, site: str, depth: int) -> str | None:
        """The word for why an address on a site is left alone; None for one that is asked for, which is counted."""
        if file_extension(url) in IGNORED_EXTENSIONS:
            return "file"
        if depth > self._arguments.max_depth:
            return "depth"
        trap = trap_word(url)
        if trap is not None:
            return trap
        if not self.budget.has_room(site):
            return "budget"
        groups = (
            ("pagination", series_of(url), self._arguments.max_pagination),
            ("queries", path_of(url), self._arguments.max_queries),
        )
        for word, group, maximum in groups:
            if group is not None and maximum and self._let_pass.get(group, 0) >= maximum:
                return word
        for _, group, _ in groups:
            if group is not None:
                self._let_pass[group] = self._let_pass.get(group, 0) + 1
        return None

    def obstacle_of_redirect(self, following: Request) -> str | None:
        """The word for why a redirect is not followed. Only a seed itself may lead to another site."""
        meta = following.meta
        host = host_of(following.url)
        is_foreign = site_of(host) != meta["site"]
        is_off_host = meta["search"] is None and meta["host"] not in (None, host)
        if not is_seed(meta) and (is_foreign or is_off_host):
            return REDIRECTED_OFF_SITE
        leads_back = following.url.partition("#")[0] in {hop[0].partition("#")[0] for hop in meta["hops"]}
        if leads_back or len(meta["hops"]) > self._redirects_maximum:
            return TOO_MANY_REDIRECTS
        # Of another site a single page is read; if that site is a seed too, its own crawl begins there.
        is_known = self.seen.has_seen(following.url) if is_foreign else self.seen.request_seen(following)
        return REDIRECTED_TO_KNOWN if is_known else None

    def _count_alike(self, kind: tuple[str, str | None, int | bytes]) -> int:
        self._alike[kind] = self._alike.get(kind, 0) + 1
        return self._alike[kind]


def priority_of(url: str, depth: int) -> int:
    """The place of a page in the queue: breadth first, and of one depth what only lists pages behind the others."""
    return -2 * depth - lists_pages(url)
