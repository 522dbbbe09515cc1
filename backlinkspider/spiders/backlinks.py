"""Crawl the sites of the seeds; the pipelines judge their links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.arguments import Arguments, Follow, UseSitemaps
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.html.walls import absence_reason
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.ranking.page_worth import is_copy
from backlinkspider.core.seeds.seeds import Seed, site_seed
from backlinkspider.core.urls.canonicalize import host_of
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.responses import is_page, is_redirect, parse_page, redirects_before
from backlinkspider.exceptions import BudgetSpent
from backlinkspider.items import NOT_FOLLOWED, Page
from backlinkspider.job.store import JobStore
from backlinkspider.processes.children import ChildProcesses
from backlinkspider.request_meta import RequestContext, request_context, request_of
from backlinkspider.scraper.sequential_scraper import Aside
from backlinkspider.signals import job_opened
from backlinkspider.skip_reasons import OTHER_SHARD, REDIRECTED_TO_KNOWN
from backlinkspider.spiders.foreign_pages import ForeignPages
from backlinkspider.spiders.link_hints import link_texts, nofollow_urls
from backlinkspider.spiders.page_learning import PageLearning
from backlinkspider.spiders.site_spider import context_of_page
from backlinkspider.spiders.sitemaps import SitemapSpider
from backlinkspider.target_profile.profiler import TargetProfiler
from backlinkspider.workers.claims import SiteClaims

_SITES_AT_ONCE = 4_000
"""Sites with waiting requests, before further seeds are read: more than can be asked at a time."""

_WITHOUT_SEEDS = "no seeds are given: the site of %s is read, then every site that it links to; scrapy discover finds more places"
_LEFT_OUT = "%s has about %d links: the first %d are read (setting BACKLINKS_MAX_LINKS_PER_PAGE)"


class BacklinksSpider(SitemapSpider):
    """Reads the pages of the seeds' sites, those that look like content first, and yields each as an item.

    Without seeds it reads the targets' own sites and takes each site that they link to as a seed.
    Counts: backlinks/truncated (pages of which only a part came), backlinks/links_left_out. The ledger counts what becomes of
    URLs.
    """

    name = "backlinks"
    parts: ClassVar = (*SitemapSpider.parts, ForeignPages)

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(arguments)
        self._sites_taken = PersistentDict[bool]()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.restore, job_opened)
        return spider

    @cached_property
    def _foreign_pages(self) -> ForeignPages:
        return self.context.get(ForeignPages)

    @cached_property
    def _learning(self) -> PageLearning:
        return PageLearning(self._scope, self.arguments.target_sites)

    def restore(self, job: JobStore) -> None:
        job.register("sites_taken", self._sites_taken)
        job.register("seeds_read", self.seeds_read)

    async def start(self) -> AsyncIterator[Request]:
        """Request each seed in the order of the list, which is read lazily, while the targets are read."""
        if not self.arguments.seeds:
            self.logger.info(_WITHOUT_SEEDS, ", ".join(target.text for target in self.arguments.targets))
        profiles, children = self.context.get(TargetProfiler), self.context.find(ChildProcesses)
        targets = profiles.begin()
        if profiles.is_read_first or children is not None:
            await targets
        if children is not None:
            # They take what is known of the targets.
            children.start()
        async for seed, maybe_seed_list in self._seeds():
            # Every shard reads what may be a seed list: it may name sites of each.
            is_ours = self._is_in_process(seed) and (maybe_seed_list or self._is_in_shard(seed))
            if is_ours:
                await self._scope.budget.wait_for_capacity(_SITES_AT_ONCE)
            # No other task runs between here and the queue.
            self.seeds_read.add(seed.text)
            if not is_ours:
                continue
            if self._scope.budget.has_capacity(site_of_url(seed.urls[0])):
                yield self._seed_request(seed, maybe_seed_list=maybe_seed_list)
            else:
                self._ledger.refuse_seed(seed.text, BudgetSpent.reason)
        # The crawl is not done before the targets are known.
        await targets

    async def _seeds(self) -> AsyncIterator[tuple[Seed, bool]]:
        for seed_of_list in self.unread_seeds():
            yield seed_of_list
        claims = self.context.find(SiteClaims)
        if claims is not None:
            async for seed in claims.seeds():
                yield seed, False

    def _dispatch(self, response: Response) -> Iterator[Any]:
        context = request_context(response)
        if is_redirect(response):
            yield from self._follow_redirect(response)
            return
        if context.maybe_seed_list and is_page(response) and not self.arguments.shard.owns(context.site):
            # It is not a list, and the crawl of another shard reads it.
            self._ledger.record(request_of(response), Ending.NOT_FOLLOWED, OTHER_SHARD)
            return
        yield from redirects_before(context)
        is_sitemap = context.sitemap_search is not None
        requests = self._list_requests(response) if is_sitemap or not is_page(response) else None
        if requests is not None:
            yield from requests
            return
        if is_sitemap:
            self._scope.budget.spend(context.site)
            yield from self._continue_sitemaps(context)
        yield from self._parse_page(response)

    def _follow_redirect(self, response: Response) -> Iterator[Any]:
        """Request the page that a redirect leads to; if it is not followed, yield the redirects so far."""
        step = self._take_redirect(response)
        if step.following is not None:
            yield step.following
            return
        if step.reason == REDIRECTED_TO_KNOWN:
            self._learning.learn_redundant(request_of(response))
        yield from redirects_before(step.context)
        yield from self._continue_sitemaps(step.context)

    def _parse_page(self, response: Response) -> Iterator[Any]:
        page = parse_page(response, self.settings.getint("BACKLINKS_MAX_LINKS_PER_PAGE"))
        if "dataloss" in response.flags:
            self.count("truncated")
        # The links of a page of which nothing was seen are links all the same.
        reason = absence_reason(page)
        self._ledger.record(request_of(response), Ending.PAGE if reason is None else Ending.FAILED, reason)
        self._note_links(page, request_context(response))
        yield from self._learning.of_page(page, response, self._follow(page, response))
        if not self.arguments.seeds:
            yield from self._follow_sites(page, response)
        if self._foreign_pages.is_new(page, request_context(response)):
            yield page

    def _follow(self, page: Page, response: Response) -> Iterator[Request | Aside]:
        """Request the pages on the seed's site that the page links to, within budget and depth."""
        if self.arguments.follow is Follow.NONE:
            return
        context = context_of_page(request_context(response), page)
        reject_reason = self._scope.page_reject_reason(page, response.body)
        if self._scope.robots is not None:
            # Most of its links lead where the page is.
            self._scope.robots.read_rules_for(page.url_from)
        addresses = [link.url_to for link in page.links if link.link_type not in NOT_FOLLOWED and link.domain_to == context.site]
        if is_copy(page) and page.page_from_canonical is not None:
            addresses.append(page.page_from_canonical)
        search = self._start_sitemap_search(page, context)
        if search is not None and self.arguments.sitemaps is UseSitemaps.TRUE and reject_reason is None:
            # Its links wait for what the sitemaps name.
            search.linked = addresses
            yield from self._search_on(search, context)
            return
        yield from self._follow_urls(
            addresses,
            context,
            depth=context.depth + 1,
            page_url=page.url_from,
            reject_reason=reject_reason,
            nofollow=nofollow_urls(page),
            is_likely=self._learning.links_to_target(page),
            text_of=link_texts(page),
        )
        if search is not None:
            yield from self._search_on(search, context)

    def _follow_sites(self, page: Page, response: Response) -> Iterator[Request]:
        """Request each site that a page of the target's own site links to, once."""
        own = self.arguments.target_sites
        if request_context(response).site not in own or page.nofollow_by:
            return
        for link in page.links:
            if link.is_hyperlink and link.domain_to not in own and link.domain_to not in self._sites_taken:
                self._sites_taken[link.domain_to] = True
                yield self._seed_request(site_seed(host_of(link.url_to)))

    def _note_links(self, page: Page, context: RequestContext) -> None:
        seed = context.seed
        self._ledger.count_links(seed, "links", len(page.links))
        if context.is_seed and page.domain_from != context.site and absence_reason(page) is None:
            self.logger.warning("seed %s leads to another site, %s: only that page is read", seed, page.url_from)
        if page.links_left_out:
            self.count("links_left_out", page.links_left_out)
            self._ledger.count_links(seed, "links_left_out", page.links_left_out)
            self.logger.warning(_LEFT_OUT, page.url_from, len(page.links) + page.links_left_out, len(page.links))
