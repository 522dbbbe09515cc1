"""Request the URLs of a seed's site, and count those that are not requested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from backlinkspider.base_spiders.base_spider import BaseSpider
from backlinkspider.context.crawl_context import Part
from backlinkspider.core.arguments import Follow
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.links.redirects import TOO_MANY_REDIRECTS
from backlinkspider.core.ranking.site_memory import CrawlOrder
from backlinkspider.core.ranking.url_kinds import TEXT_MAXIMUM, has_words, is_link_page, kind_of, priority_of
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.urls.canonicalize import host_of, strip_credentials
from backlinkspider.core.urls.domains import site_of, site_of_url, www_urls
from backlinkspider.core.urls.patterns import is_further_page
from backlinkspider.downloader.resolver import proxy_hosts
from backlinkspider.downloader.responses import redirect_hop, redirects_before
from backlinkspider.exceptions import HostUnreachable
from backlinkspider.frontier.ownership import SiteOwnership
from backlinkspider.frontier.scope import CrawlScope
from backlinkspider.items import Page
from backlinkspider.ledger.findings import Findings
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.processes.children import ChildProcesses
from backlinkspider.request_meta import CONTEXT, RequestContext, request_context, request_of
from backlinkspider.scraper.sequential_scraper import Aside, SequentialScraper
from backlinkspider.site_graph.domain_graph import DomainGraph
from backlinkspider.skip_reasons import CONNECTION_FAILURES, UNKNOWN, failure_reason, may_lack_server
from backlinkspider.target_profile.early_pages import EarlyPages
from backlinkspider.target_profile.profiler import TargetProfiler
from backlinkspider.workers.claims import SiteClaims

URLS_AT_ONCE = 1_000
"""URLs looked at before others have their turn, about 30 ms."""


def _no_text(_: str) -> str:
    return ""


LET_OTHERS = Aside(lambda: None)
"""Lets other pages be processed, where a large response is."""


class Redirected(NamedTuple):
    """What came of a redirect."""

    following: Request | None
    """The request for the URL that it leads to, where that is requested."""
    context: RequestContext
    """That of this request; that of the redirect where it leads to no URL."""
    reason: str | None
    """Why it is not followed."""
    url_to: str | None = None
    """The URL that it leads to."""


class SiteSpider(BaseSpider):
    """A spider that stays within the site of each seed.

    Counts: backlinks/queued/<kind> (URLs by what they look like, see `core.ranking.url_kinds`). The ledger counts what becomes of
    URLs.
    """

    parts: ClassVar[Sequence[type[Part]]] = (
        *(SequentialScraper, Ledger, SiteClaims, DomainGraph, LinkChecks, TargetProfiler, EarlyPages, Findings),
        ChildProcesses,
    )

    @cached_property
    def _scope(self) -> CrawlScope:
        return self.context.get(CrawlScope)

    @cached_property
    def _ownership(self) -> SiteOwnership:
        return self.context.get(SiteOwnership)

    @cached_property
    def _ledger(self) -> Ledger:
        return self.context.get(Ledger)

    def parse(self, response: Response) -> Iterator[Any]:
        """Yield what a response gives: a page, and requests for what it leads to."""
        # Not a generator itself: Scrapy reads the source text of a generator callback for every page.
        return self._dispatch(response) if CONTEXT in response.meta else self._adopt(response)

    def _adopt(self, response: Response) -> Iterator[Any]:
        """Parse what somebody else requested, such as `scrapy parse`, as if it were a seed."""
        host = host_of(response.url) if self.arguments.follow is Follow.HOST else None
        # Nobody has reserved anything for it.
        context = RequestContext(response.url, site_of_url(response.url), host, budget_released=True)
        response.meta.update(context.meta())
        self._ledger.enter(request_of(response))
        # Scrapy's own scraper takes what it does not know for an item.
        return (output for output in self._dispatch(response) if not isinstance(output, Aside))

    def _dispatch(self, response: Response) -> Iterator[Any]:
        """Yield what the response to a request of the crawl gives."""
        raise NotImplementedError

    def errback(self, failure: Failure) -> Iterator[Any]:
        """Count a page that could not be read; for a seed, try its next URL."""
        return self._handle_failure(cast("Request", failure.request), failure)  # type: ignore[attr-defined]

    def _handle_failure(self, request: Request, failure: Failure) -> Iterator[Any]:
        context = request_context(request)
        yield from redirects_before(context)
        assert failure.value is not None, "a failure has a cause"
        reason = failure_reason(failure.value)
        has_fallback = isinstance(failure.value, (*CONNECTION_FAILURES, HostUnreachable)) and context.fallback_urls
        urls = context.fallback_urls if has_fallback else self._www_urls(request, reason)
        if urls:
            again = self._first_request(context.seed, urls, maybe_seed_list=context.maybe_seed_list)
            yield self._ledger.replace(request, again)
            return
        if reason == UNKNOWN:
            self.logger.warning("%s was not read: %r", request.url, failure.value)
        self._ledger.record(request, Ending.FAILED, reason)

    def _take_redirect(self, response: Response) -> Redirected:
        """Request the URL that a redirect leads to, where that is in scope, and record the redirect."""
        request = request_of(response)
        hop = redirect_hop(response)
        if hop is None:
            reason = f"http_{response.status}"
            self._ledger.record(request, Ending.FAILED, reason)
            return Redirected(None, request_context(request), reason)
        context = request_context(request)
        if context.is_seed and not self._ownership.owns(site_of_url(hop.url_to)):
            return Redirected(self._leave(request), context, None, hop.url_to)
        context = context.after_redirect(hop)
        # Its budget is spent, and what it leads to tells what the others of its form are.
        priority = max(priority_of(hop.url_to, context.depth), request.priority) + 2
        following = self._request(hop.url_to, context, priority=priority, dont_filter=True)
        reason_not = self._scope.redirect_reject_reason(following)
        is_endless = reason_not == TOO_MANY_REDIRECTS
        self._ledger.record(request, Ending.FAILED if is_endless else Ending.REDIRECT, reason_not)
        return Redirected(self._ledger.enter(following) if reason_not is None else None, context, reason_not, hop.url_to)

    def _leave(self, request: Request) -> Request:
        """Return the request that asks the same again once the main process is alone: only that knows where it leads then."""
        context = replace(request_context(request), budget_released=True, is_left=True)
        return self._ledger.replace(request, self._request(request.url, context, priority=request.priority, dont_filter=True))

    def _www_urls(self, request: Request, reason: str) -> Sequence[str]:
        """Return where a bare domain may answer instead of at its own name, which is unknown or refuses the connection."""
        context = request_context(request)
        is_bare = context.is_seed and "://" not in context.seed and not context.redirect_chain
        is_last = is_bare and not context.fallback_urls
        urls = www_urls(request.url) if is_last and may_lack_server(reason, has_proxy=bool(proxy_hosts())) else ()
        if urls:
            self.logger.info("seed %s does not answer (%s); trying %s", context.seed, reason, host_of(urls[0]))
        return urls

    def _seed_request(self, seed: Seed, *, maybe_seed_list: bool = False) -> Request:
        return self._ledger.enter(self._first_request(seed.text, seed.urls, maybe_seed_list=maybe_seed_list))

    def _first_request(self, seed_text: str, urls: Sequence[str], *, maybe_seed_list: bool) -> Request:
        url, *others = urls
        host = host_of(url)
        site = site_of(host)
        only_host = host if self.arguments.follow is Follow.HOST else None
        return self._request(
            url, RequestContext(seed_text, site, only_host, fallback_urls=tuple(others), maybe_seed_list=maybe_seed_list)
        )

    def _request(self, url: str, context: RequestContext, *, priority: int = 0, dont_filter: bool = False) -> Request:
        # Credentials are sent to no site and written to no log.
        url = strip_credentials(url)
        # What a redirect leads to may be on another site, with a connection and delay of its own.
        meta = context.meta(site_of_url(url) if context.redirect_chain else None)
        return Request(url, callback=self.parse, errback=self.errback, meta=meta, priority=priority, dont_filter=dont_filter)

    def _follow_urls(  # noqa: PLR0913 - what a page says of its URLs
        self,
        urls: Iterable[str],
        context: RequestContext,
        *,
        depth: int,
        page_url: str | None = None,
        reject_reason: str | None = None,
        nofollow: Collection[str] = (),
        is_likely: bool = False,
        text_of: Callable[[str], str] = _no_text,
    ) -> Iterator[Request | Aside]:
        """Request the URLs that are in scope and that nothing speaks against, those of `nofollow` last.

        A page names them: further pages of its own list are as far from the seed as it is, the others one link further, at
        `depth`. `is_likely` says that it links to the target, and `text_of` what it calls them.
        """
        seed, site, host = context.seed, context.site, context.host
        topic_terms = self.context.get(TargetProfiler).topic_terms
        rank = self._ranking(nofollow, topic_terms or frozenset(), is_likely=is_likely, text_of=text_of)
        is_ranked_later = topic_terms is None and self._scope.learner.order is CrawlOrder.LIKELY
        found: list[tuple[int, int, str]] = []
        for url in self._new_urls(urls, site, host):
            is_as_far = page_url is not None and depth > 1 and is_further_page(url, page_url)
            found.append((rank(url, depth - is_as_far), depth - is_as_far, url))
            if not len(found) % URLS_AT_ONCE:
                yield LET_OTHERS
        not_followed: Counter[str] = Counter()
        # The first request is downloaded while the other URLs are still checked.
        for number, (priority, depth_of_url, url) in enumerate(sorted(found, key=itemgetter(0), reverse=True), 1):
            if not number % URLS_AT_ONCE:
                yield LET_OTHERS
            why_not = reject_reason or self._scope.reject_reason(url, site, depth_of_url)
            if why_not is not None:
                not_followed[why_not] += 1
                continue
            kind = kind_of(url)
            self.count(f"queued/{kind}")
            self.logger.debug("queued %s as %s, %d links from the seed, priority %d", url, kind, depth_of_url, priority)
            following = RequestContext(seed, site, host, depth_of_url)
            if is_ranked_later:
                following.link_text = text_of(url)[:TEXT_MAXIMUM]
            yield self._ledger.enter(self._request(url, following, priority=priority))
        for reason, number in not_followed.items():
            self._ledger.refuse(seed, reason, number)

    def _ranking(
        self,
        nofollow: Collection[str],
        topic_terms: AbstractSet[str],
        *,
        is_likely: bool,
        text_of: Callable[[str], str],
    ) -> Callable[[str, int], int]:
        """Return the function that gives a URL at a depth its priority, in the order of this crawl."""
        order = self._scope.learner.order
        if order is CrawlOrder.BREADTH:
            return lambda _, depth: -2 * depth
        if order is CrawlOrder.CONTENT:
            return lambda url, depth: priority_of(url, depth, is_nofollow=url in nofollow)
        return lambda url, depth: priority_of(
            url,
            depth,
            is_nofollow=url in nofollow,
            is_likely=is_likely or is_link_page(url),
            is_topical=bool(topic_terms) and has_words(url, text_of(url), topic_terms),
        )

    def _new_urls(self, urls: Iterable[str], site: str, host: str | None) -> Iterator[str]:
        """Yield the URLs that were not requested yet and are on the site, or on the only host to crawl."""
        is_seen = self._scope.seen.is_seen
        for url in dict.fromkeys(strip_credentials(url.partition("#")[0]) for url in urls):
            # Most URLs are seen already, so this check is first.
            if is_seen(url):
                continue
            named = host_of(url)
            if site_of(named) == site and host in (None, named):
                yield url

    def _is_in_process(self, seed: Seed) -> bool:
        return self._ownership.owns(site_of_url(seed.urls[0]))

    def _is_in_shard(self, seed: Seed) -> bool:
        return self.arguments.shard.owns(site_of_url(seed.urls[0]))


def context_of_page(context: RequestContext, page: Page) -> RequestContext:
    """Return the context for what a page names: where a seed redirects to another host of its site, that is the only one."""
    if context.host is None or context.depth > 0 or page.domain_from != context.site:
        return context
    return replace(context, host=host_of(page.url_from))
