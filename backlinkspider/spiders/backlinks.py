"""Crawl the sites of the seeds; the pipelines judge their links."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.arguments import Arguments, Follow, UseSitemaps
from backlinkspider.core.html.walls import absence_reason
from backlinkspider.core.links import redirects
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.ranking.page_worth import Turnout, Worth, is_copy, worth_of
from backlinkspider.core.ranking.url_kinds import UrlKind, kind_of, priority_of
from backlinkspider.core.seeds.seeds import Seed, site_seed
from backlinkspider.core.urls.canonicalize import canonical_url, host_of
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.downloader.responses import (
    is_page,
    lacks_location,
    parse_page,
    redirect_hop,
    redirects_before,
)
from backlinkspider.exceptions import BudgetSpent
from backlinkspider.frontier.sequential_scraper import Aside
from backlinkspider.items import NOT_FOLLOWED, Page
from backlinkspider.job.store import JobStore
from backlinkspider.request_meta import is_seed, page_context, redirect_context
from backlinkspider.signals import job_opened
from backlinkspider.skip_reasons import (
    OTHER_SHARD,
    REDIRECTED_TO_KNOWN,
    TOO_MANY_REDIRECTS,
)
from backlinkspider.spiders.sitemaps import SitemapSpider
from backlinkspider.target_profile.extension import profiles_of
from backlinkspider.workers.claims import SiteClaims

_SITES_AT_ONCE = 1_000
"""Sites with waiting requests, before further seeds are read: picking the next site takes longer with each."""

_WITHOUT_SEEDS = (
    "no seeds are given: the site of %s is read, then every site that it links to; "
    "scrapy discover finds more places that may link"
)


class BacklinksSpider(SitemapSpider):
    """Read the pages of the seeds' sites, those that look like content first, and yields each as an item.

    Without seeds it reads the targets' own sites and takes each site that they link to as a seed.
    Counts: backlinks/pages (read), backlinks/truncated (pages of which only a part came), backlinks/redirects,
    backlinks/seeds/fetched, backlinks/seeds/failed, backlinks/fetch_failed/<reason> (addresses that were not read),
    backlinks/sitemaps (sitemaps, feeds and lists of seeds), backlinks/not_followed/<reason> (addresses that pages and sitemaps
    name and that were left alone).
    """

    name = "backlinks"

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(arguments)
        self._sites_taken = PersistentDict[bool]()
        self._foreign_pages = PersistentDict[bool]()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.restore, job_opened)
        return spider

    def restore(self, job: JobStore) -> None:
        self._scope.restore(job)
        job.register("sites_taken", self._sites_taken)
        job.register("foreign_pages", self._foreign_pages)
        job.register("seeds_read", self.seeds_read)

    async def start(self) -> AsyncIterator[Request]:
        """Read the targets, then request each seed in the order of the list, which is read lazily."""
        self._scope.queue.should_drop = self._drop
        if not self.arguments.seeds:
            self.logger.info(_WITHOUT_SEEDS, ", ".join(target.text for target in self.arguments.targets))
        await profiles_of(self.crawler).read()
        async for seed, maybe_seed_list in self._seeds():
            # Every shard reads what may be a seed list: it may name sites of each.
            is_ours = maybe_seed_list or self._is_in_shard(seed)
            if is_ours:
                await self._scope.budget.wait_for_capacity(_SITES_AT_ONCE)
            # No other task runs between here and the queue.
            self.seeds_read.add(seed.text)
            if not is_ours:
                continue
            if self._scope.budget.has_capacity(site_of_url(seed.urls[0])):
                yield self._seed_request(seed, maybe_seed_list=maybe_seed_list)
            else:
                self.count("fetch_failed/budget")
                self.count("seeds/failed")
                self._coverage.note(seed.text, "addresses")
                self._coverage.note_reason(seed.text, "budget")

    async def _seeds(self) -> AsyncIterator[tuple[Seed, bool]]:
        for seed_of_list in self.unread_seeds():
            yield seed_of_list
        claims = self.crawler.get_extension(SiteClaims)
        if claims is not None:
            async for seed in claims.seeds():
                yield seed, False

    def parse(self, response: Response) -> Iterator[Any]:
        """Yield the page, and requests for the pages on its site that it links to."""
        # Not a generator itself: Scrapy reads the source text of a generator callback for every page.
        return self._dispatch(response) if "seed" in response.meta else self._adopt(response)

    def _adopt(self, response: Response) -> Iterator[Any]:
        """Parse what somebody else requested, such as `scrapy parse`, as if it were a seed."""
        host = host_of(response.url) if self.arguments.follow is Follow.HOST else None
        response.meta.update(page_context(response.url, site=site_of_url(response.url), host=host))
        self._coverage.note(response.url, "addresses")
        # Scrapy's own scraper takes what it does not know for an item.
        return (output for output in self._dispatch(response) if not isinstance(output, Aside))

    def _dispatch(self, response: Response) -> Iterator[Any]:
        if response.status in redirects.STATUSES and not (is_page(response) and lacks_location(response)):
            yield from self._follow_redirect(response)
            return
        if response.meta["maybe_seed_list"] and is_page(response) and not self.arguments.shard.owns(response.meta["site"]):
            # It is not a list, and the crawl of another shard reads it.
            self.count("seeds/duplicate")
            self.count(f"not_followed/{OTHER_SHARD}")
            self._coverage.note(response.meta["seed"], "duplicate")
            self._coverage.note_not_followed(response.meta["seed"], OTHER_SHARD)
            return
        yield from redirects_before(response.meta)
        is_sitemap = response.meta["sitemap_search"] is not None
        requests = self._list_requests(response) if is_sitemap or not is_page(response) else None
        if requests is not None:
            yield from requests
            return
        if is_sitemap:
            self._scope.budget.spend(response.meta["site"])
            yield from self._continue_sitemaps(response.meta)
        yield from self._parse_page(response)

    def _parse_page(self, response: Response) -> Iterator[Any]:
        page = parse_page(response, self.settings.getint("BACKLINKS_MAX_LINKS_PER_PAGE"))
        if "dataloss" in response.flags:
            self.count("truncated")
        reason = absence_reason(page)
        if reason is not None:
            # Its links are links all the same, but of the site nothing was seen.
            self._skip(reason, response.request)
        else:
            self.count("pages")
            self._coverage.note(response.meta["seed"], "pages")
            if is_seed(response.meta):
                self._note_seed(response, page)
        self._coverage.note(response.meta["seed"], "links", len(page.links))
        if page.links_left_out:
            self._note_left_out(page, response)
        yield from self._learn_from(page, response, self._follow(page, response))
        if not self.arguments.seeds:
            yield from self._follow_sites(page, response)
        if not self._already_exported(page, response):
            yield page

    def _follow_redirect(self, response: Response) -> Iterator[Any]:
        """Request the page that a redirect leads to; if it is not followed, yield the redirects so far."""
        hop = redirect_hop(response)
        if hop is None:
            yield from redirects_before(response.meta)
            self._skip(f"http_{response.status}", response.request)
            yield from self._continue_sitemaps(response.meta)
            return
        self.count("redirects")
        meta = redirect_context(response.meta, hop)
        assert response.request is not None, "a response knows its request"
        # Its budget is spent, and what it leads to tells what the others of its form are.
        priority = max(priority_of(hop.url_to, meta["depth"]), response.request.priority) + 2
        following = self._request(hop.url_to, meta, priority=priority, dont_filter=True)
        reject_reason = self._scope.redirect_reject_reason(following)
        if reject_reason != TOO_MANY_REDIRECTS:
            self._coverage.note(meta["seed"], "redirects")
        if reject_reason is None:
            self._coverage.enter(meta["seed"])
            self._coverage.note(meta["seed"], "addresses")
            yield following
            return
        if reject_reason == REDIRECTED_TO_KNOWN:
            self._learn_redundant(response)
        yield from redirects_before(meta)
        self._skip(reject_reason, response.request)
        yield from self._continue_sitemaps(meta)

    def _already_exported(self, page: Page, response: Response) -> bool:
        """Whether a page was exported before, because the seed of another site leads to it."""
        key = bounded_key(canonical_url(page.url_from))
        if key in self._foreign_pages:
            return True
        if page.domain_from != response.meta["site"]:
            self._foreign_pages[key] = True
        return False

    def _follow(self, page: Page, response: Response) -> Iterator[Request | Aside]:
        """Request the pages on the seed's site that the page links to, within budget and depth."""
        if self.arguments.follow is Follow.NONE:
            return
        meta = {**response.meta, "host": _allowed_host(response.meta, page)}
        reject_reason = self._scope.page_reject_reason(page, response.body)
        if self._scope.robots is not None:
            # Most of its links lead where the page is.
            self._scope.robots.read_rules_for(page.url_from)
        addresses = [link.url_to for link in page.links if link.link_type not in NOT_FOLLOWED and link.domain_to == meta["site"]]
        if is_copy(page) and page.page_from_canonical is not None:
            addresses.append(page.page_from_canonical)
        search = self._start_sitemap_search(page, meta)
        waits_for_search = self.arguments.sitemaps is UseSitemaps.TRUE and reject_reason is None
        if search is not None and waits_for_search:
            search.linked = addresses
            yield from self._search_on(search, meta)
            return
        yield from self._follow_urls(
            addresses,
            meta,
            depth=meta["depth"] + 1,
            reject_reason=reject_reason,
            nofollow=_nofollow_urls(page),
            is_likely=self._links_to_target(page),
        )
        if search is not None:
            yield from self._search_on(search, meta)

    def _learn_from(self, page: Page, response: Response, requests: Iterable[Request | Aside]) -> Iterator[Request | Aside]:
        """Pass on the requests that a page leads to, and record what the page turned out to be."""
        request, learner = response.request, self._scope.learner
        assert request is not None, "a response knows its request"
        if page.domain_from != response.meta["site"] or not learner.is_to_be_judged(request):
            yield from requests
            return
        worth = worth_of(page)
        is_redundant = worth is Worth.COPY and self._scope.seen.is_seen(page.page_from_canonical or "")
        # A login in place of the page, for example.
        leads_to_form = bool(response.meta["redirect_chain"]) and kind_of(page.url_from) in {UrlKind.VARIANT, UrlKind.ACTION}
        is_redundant |= leads_to_form and worth is Worth.THIN
        new_pages = 0
        for following in requests:
            new_pages += isinstance(following, Request) and learner.may_promise(following)
            yield following
        worth_beside_others = learner.worth_of_text(response.meta["site"], response.body, worth)
        learner.learn(request, Turnout(worth_beside_others, new_pages, self._links_to_target(page), is_redundant))
        learner.learn_parameters(page, response.body, worth)

    def _learn_redundant(self, response: Response) -> None:
        """Record that a URL only leads to a page that was known before."""
        request, learner = response.request, self._scope.learner
        assert request is not None, "a response knows its request"
        if learner.is_to_be_judged(request):
            learner.learn(request, Turnout(Worth.COPY, 0, has_backlink=False, is_redundant=True))

    def _links_to_target(self, page: Page) -> bool:
        """Whether a page links to the site of a target, for the order of the crawl."""
        targets = self.arguments.target_sites
        return page.domain_from not in targets and any(link.domain_to in targets for link in page.links)

    def _follow_sites(self, page: Page, response: Response) -> Iterator[Request]:
        """Request each site that a page of the target's own site links to, once."""
        own = self.arguments.target_sites
        if response.meta["site"] not in own or page.nofollow_by:
            return
        for link in page.links:
            if link.is_hyperlink and link.domain_to not in own and link.domain_to not in self._sites_taken:
                self._sites_taken[link.domain_to] = True
                yield self._seed_request(site_seed(host_of(link.url_to)))

    def _note_left_out(self, page: Page, response: Response) -> None:
        self.count("links_left_out", page.links_left_out)
        self._coverage.note(response.meta["seed"], "links_left_out", page.links_left_out)
        self.logger.warning(
            "%s has about %d links: the first %d are read (setting BACKLINKS_MAX_LINKS_PER_PAGE)",
            page.url_from,
            len(page.links) + page.links_left_out,
            len(page.links),
        )

    def _note_seed(self, response: Response, page: Page) -> None:
        self.count("seeds/fetched")
        if page.domain_from != response.meta["site"]:
            self.logger.warning("seed %s leads to another site, %s: only that page is read", response.meta["seed"], page.url_from)

    def _drop(self, request: Request) -> bool:
        """Whether a waiting page is not requested after all; it is then counted as if a middleware had refused it."""
        # Refused in the middleware each takes 0.3 ms, which adds up for a site with a thousand pages beyond its budget.
        reason = self._scope.drop_reason(request)
        if reason is None:
            if self.logger.isEnabledFor(logging.DEBUG):
                self.logger.debug("requesting %s: %s", request.url, self._scope.learner.describe(request))
            return False
        if reason == BudgetSpent.reason:
            self._skip(reason, request)
        else:
            self.count(f"not_followed/{reason}")
            self._coverage.note_not_followed(request.meta["seed"], reason)
        self._scope.budget.release(request)
        self._coverage.leave(request)
        claims = self.crawler.get_extension(SiteClaims)
        if claims is not None:
            claims.note_done(request)
        return True


def _allowed_host(meta: dict[str, Any], page: Page) -> str | None:
    """The only host to crawl; for a seed that redirects to another host of its site, the latter."""
    if meta["host"] is None or meta["depth"] > 0 or page.domain_from != meta["site"]:
        return cast("str | None", meta["host"])
    return host_of(page.url_from)


def _nofollow_urls(page: Page) -> set[str]:
    """The URLs that every link of the page marks with rel=nofollow, without their fragments."""
    by_rel: tuple[set[str], set[str]] = set(), set()
    if any("nofollow" in link.rel for link in page.links):
        for link in page.links:
            by_rel["nofollow" in link.rel].add(link.url_to.partition("#")[0])
    followed, nofollow = by_rel
    return nofollow - followed
