"""Follow the sitemaps and feeds of a site, and read seed lists from URLs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from backlinkspider.core.arguments import Follow, UseSitemaps
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.html.parser import declared_sitemaps, feed_addresses
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.seeds.sitemap_search import SitemapSearch
from backlinkspider.core.seeds.sitemaps import Sitemap, SitemapUrl
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.core.urls.patterns import trap_reason
from backlinkspider.downloader.responses import is_page, parse_sitemap, unzipped_body
from backlinkspider.frontier.scope import LISTINGS_FIRST
from backlinkspider.items import Page
from backlinkspider.request_meta import RequestContext, request_context, request_of
from backlinkspider.scraper.sequential_scraper import Aside
from backlinkspider.skip_reasons import NOT_A_SITEMAP, NOT_HTML
from backlinkspider.spiders.site_spider import LET_OTHERS, URLS_AT_ONCE, SiteSpider


class SitemapSpider(SiteSpider):
    """A spider that reads the sitemaps and feeds of a seed's site one after the other, then requests the pages they name."""

    def _handle_failure(self, request: Request, failure: Failure) -> Iterator[Any]:
        yield from super()._handle_failure(request, failure)
        yield from self._continue_sitemaps(request_context(request))

    def _list_requests(self, response: Response) -> Iterator[Request | Aside] | None:
        """Return the requests that a sitemap, feed or seed list leads to; None for an HTML page, whatever robots.txt calls it."""
        context = request_context(response)
        if "dataloss" in response.flags:
            # The last name in a truncated list may be cut short.
            self._ledger.record(request_of(response), Ending.FAILED, "truncated")
            return self._continue_sitemaps(context)
        if context.maybe_seed_list and (seeds := self._listed_seeds(response)):
            self._ledger.record(request_of(response), Ending.SEED_LIST)
            return (self._seed_request(seed) for seed in seeds if self._is_in_shard(seed))
        sitemap = parse_sitemap(response, self.settings.getint("DOWNLOAD_MAXSIZE"))
        if sitemap is not None:
            self._ledger.record(request_of(response), Ending.SITEMAP)
            return self._read_sitemap(sitemap, context)
        if is_page(response):
            return None
        reason = NOT_HTML if context.sitemap_search is None else NOT_A_SITEMAP
        self._ledger.record(request_of(response), Ending.FAILED, reason)
        return self._continue_sitemaps(context)

    def _read_sitemap(self, sitemap: Sitemap, context: RequestContext) -> Iterator[Request | Aside]:
        if self.arguments.follow is Follow.NONE:
            self.logger.warning("seed %s is a sitemap or feed: with follow=none its pages are not read", context.seed)
            named = len(sitemap.pages) + len(sitemap.sitemaps)
            if named:
                self._ledger.refuse(context.seed, "follow", named)
            return
        if context.sitemap_search is None:
            urls = (entry.url for entry in (*sitemap.pages, *sitemap.sitemaps))
            yield from self._follow_urls(urls, context, depth=context.depth + 1)
            return
        search = SitemapSearch.restore(context.sitemap_search)
        pages: list[SitemapUrl] = []
        for page in self._new_pages(sitemap, context):
            pages.append(page)
            if not len(pages) % URLS_AT_ONCE:
                yield LET_OTHERS
        yield Aside(lambda: search.add(Sitemap(pages, sitemap.sitemaps)))
        yield from self._search_on(search, context)

    def _new_pages(self, sitemap: Sitemap, context: RequestContext) -> Iterator[SitemapUrl]:
        """Yield the pages of a sitemap that may be requested; a URL that never is takes no place in the search."""
        dates = {entry.url: entry.last_modified for entry in sitemap.pages}
        for url in self._new_urls(dates, context.site, context.host):
            reject_reason = self._scope.url_reject_reason(url)
            if reject_reason is None:
                yield SitemapUrl(url, dates.get(url))
            else:
                self._ledger.refuse(context.seed, reject_reason)

    def _listed_seeds(self, response: Response) -> Iterator[Seed] | None:
        body = unzipped_body(response, self.settings.getint("DOWNLOAD_MAXSIZE"))
        seeds = self.read_seed_list(body, response.url)
        try:
            first = next(seeds, None)
        except SeedListError as error:
            self.logger.warning("%s is not a list of seeds: %s", response.url, error)
            return None
        return chain([first], seeds) if first is not None else None

    def _start_sitemap_search(self, page: Page, context: RequestContext) -> SitemapSearch | None:
        """Begin the search in the sitemaps and feeds that a seed's site declares; return None if it is not to be searched."""
        is_followed = context.is_seed and page.domain_from == context.site and self.arguments.max_depth > 0
        use = self.arguments.sitemaps
        if use is UseSitemaps.FALSE or not is_followed:
            return None
        robots = self._scope.robots
        sitemaps: list[str] = robots.sitemaps_of(page.url_from) if robots is not None else []
        if use is UseSitemaps.AUTO:
            sitemaps += declared_sitemaps(page)
        feeds = [] if page.nofollow_by else feed_addresses(page)
        urls = (absolute_url(address, page.url_from) for address in (*feeds, *sitemaps))
        wanted = self._scope.budget.pages_left(context.site)
        return SitemapSearch.start(filter(None, urls), wanted, is_mixed=use is UseSitemaps.AUTO)

    def _continue_sitemaps(self, context: RequestContext) -> Iterator[Request | Aside]:
        """Continue a sitemap search after a sitemap or feed that could not be read."""
        if context.sitemap_search is not None:
            yield from self._search_on(SitemapSearch.restore(context.sitemap_search), context)

    def _search_on(self, search: SitemapSearch, context: RequestContext) -> Iterator[Request | Aside]:
        """Request the next sitemap or feed; when enough pages are found, request those."""
        if search.wanted is None:
            # All of them will be requested, so none has to wait for newer ones.
            yield from self._follow_urls([entry.url for entry in search.pages], context, depth=1)
            search.pages = []
        while (url := search.next_sitemap()) is not None:
            if site_of_url(url) != context.site:
                self._ledger.refuse(context.seed, "off_site")
            elif not self._scope.seen.is_seen(url) and trap_reason(url) is None:
                following = self._request(url, context.of_sitemap(search.store()), priority=LISTINGS_FIRST)
                yield self._ledger.enter(following)
                return
        if search.over_budget:
            self._ledger.refuse(context.seed, "budget", search.over_budget)
        # Pages in the sitemap come before links.
        urls = (*(entry.url for entry in search.pages), *search.linked)
        yield from self._follow_urls(urls, context, depth=1)
