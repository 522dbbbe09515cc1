"""Crawls seed sites; what their links are worth is for the pipelines to say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, cast

from scrapy import Request
from scrapy.core.scheduler import Scheduler
from scrapy.http import Response
from scrapy.linkextractors import IGNORED_EXTENSIONS
from twisted.python.failure import Failure

from backlinkspider.answers import answered_hop, answered_page, is_page, redirects_before
from backlinkspider.base_spider import ArgumentsSpider
from backlinkspider.core import redirects
from backlinkspider.core.arguments import Arguments, Follow
from backlinkspider.core.domains import site_of
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.redirects import Hop
from backlinkspider.core.seeds import Seed, site_seed
from backlinkspider.core.urls import comparison_key, file_extension, host_of
from backlinkspider.downloadermiddlewares import PageBudgetMiddleware
from backlinkspider.dupefilter import SeenUrls
from backlinkspider.exceptions import HostUnreachable
from backlinkspider.extensions.coverage import SeedCoverage
from backlinkspider.items import LinkType, Page
from backlinkspider.skips import (
    CONNECTION_FAILURES,
    NOT_HTML,
    REDIRECTED_OFF_SITE,
    REDIRECTED_TO_KNOWN,
    TOO_MANY_REDIRECTS,
    UNKNOWN,
    skip_reason,
)

_NOT_FOLLOWED = frozenset({LinkType.CANONICAL, LinkType.ALTERNATE, LinkType.FORM})
"""Links to what is the same page, or its feed, or does something when it is asked for."""

_SITES_AT_ONCE = 1_000
"""Sites with addresses that wait, before further seeds are read: the queue picks among the waiting hosts one by one."""


class BacklinksSpider(ArgumentsSpider):
    """Reads the pages of the seeds' sites, breadth first, and yields each as an item.

    Without seeds it reads the targets' own sites and takes each site that they link to as a seed.
    Counts: backlinks/pages (read), backlinks/truncated (pages of which only a part came), backlinks/redirects,
    backlinks/seeds/fetched, backlinks/seeds/failed, backlinks/skipped/<reason> (addresses that were not read),
    backlinks/not_followed/<reason> (pages with links that were not followed).
    """

    name = "backlinks"

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(arguments)
        self._sites_taken: set[str] = set()
        self._foreign_pages: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """One request a seed, in the order of the list, read as the crawl gets on."""
        for seed, may_be_list in self.read_seeds():
            await self._budget.wait_for_fewer_sites(_SITES_AT_ONCE)
            if self._budget.has_room(site_of(host_of(seed.urls[0]))):
                yield self._seed_request(seed, may_be_list=may_be_list)
            else:
                self.count("skipped/budget")
                self.count("seeds/failed")
                self._coverage.note_reason(seed.text, "budget")

    def parse(self, response: Response) -> Iterator[Any]:
        """The page, and requests for the pages of its site that it links to."""
        yield from self._take(response)
        self._coverage.leave(response.meta["seed"])

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Counts a page that could not be read; of a seed, tries the next of its addresses."""
        request = cast("Request", failure.request)  # type: ignore[attr-defined]
        yield from self._give_up(request, failure)
        self._coverage.leave(request.meta["seed"])

    def _take(self, response: Response) -> Iterator[Any]:
        if response.status in redirects.STATUSES:
            yield from self._follow_redirect(response)
            return
        yield from redirects_before(response.meta)
        if not is_page(response):
            yield from self._read_other(response)
            return
        page = answered_page(response)
        self.count("pages")
        if "dataloss" in response.flags:
            self.count("truncated")
        self._coverage.note(response.meta["seed"], "pages")
        self._coverage.note(response.meta["seed"], "links", len(page.links))
        if page.depth == 0:
            self._note_seed(response, page)
        yield from self._follow(page, response)
        if not self.arguments.seeds:
            yield from self._linked_sites(page, response)
        if not self._is_written(page, response):
            yield page

    def _give_up(self, request: Request, failure: Failure) -> Iterator[Any]:
        meta = request.meta
        yield from redirects_before(meta)
        if meta["other_urls"] and isinstance(failure.value, (*CONNECTION_FAILURES, HostUnreachable)):
            yield self._first_request(meta["seed"], meta["other_urls"], may_be_list=meta["may_be_list"])
            return
        assert failure.value is not None, "a failure has a cause"
        reason = skip_reason(failure.value)
        if reason == UNKNOWN:
            self.logger.warning("%s was not read: %r", request.url, failure.value)
        self._skip(reason, request)

    @property
    def _budget(self) -> PageBudgetMiddleware:
        return cast("PageBudgetMiddleware", self.crawler.get_downloader_middleware(PageBudgetMiddleware))

    @property
    def _coverage(self) -> SeedCoverage:
        return cast("SeedCoverage", self.crawler.get_extension(SeedCoverage))

    @property
    def _seen(self) -> SeenUrls:
        return cast("SeenUrls", cast("Scheduler", self.crawler.engine.scheduler).df)

    def _seed_request(self, seed: Seed, *, may_be_list: bool = False) -> Request:
        return self._first_request(seed.text, seed.urls, may_be_list=may_be_list)

    def _first_request(self, seed_text: str, urls: Sequence[str], *, may_be_list: bool) -> Request:
        url, *others = urls
        host = host_of(url)
        site = site_of(host)
        self._budget.enter_queue(site)
        self._coverage.enter(seed_text)
        only_host = host if self.arguments.follow is Follow.HOST else None
        return self._request(url, _meta(seed_text, site=site, host=only_host, other_urls=others, may_be_list=may_be_list))

    def _request(self, url: str, meta: dict[str, Any], *, priority: int = 0, dont_filter: bool = False) -> Request:
        return Request(url, callback=self.parse, errback=self.failed, meta=meta, priority=priority, dont_filter=dont_filter)

    def _follow_redirect(self, response: Response) -> Iterator[Any]:
        """A request for the page that a redirect leads to; where it is not followed, the redirects so far."""
        hop = answered_hop(response)
        if hop is None:
            yield from redirects_before(response.meta)
            self._skip(f"http_{response.status}", response.request)
            return
        self.count("redirects")
        self._coverage.note(response.meta["seed"], "redirects")
        meta = _redirected_meta(response.meta, hop)
        following = self._request(hop.url_to, meta, priority=1 - meta["depth"], dont_filter=True)
        obstacle = self._obstacle_of_redirect(following)
        if obstacle is None:
            self._coverage.enter(meta["seed"])
            yield following
            return
        yield from redirects_before(meta)
        self._skip(obstacle, response.request)

    def _obstacle_of_redirect(self, following: Request) -> str | None:
        """Why a redirect is not followed. Only a seed itself may lead to another site."""
        meta = following.meta
        host = host_of(following.url)
        is_foreign = site_of(host) != meta["site"]
        if meta["depth"] and (is_foreign or meta["host"] not in (None, host)):
            return REDIRECTED_OFF_SITE
        leads_back = following.url.partition("#")[0] in {hop[0].partition("#")[0] for hop in meta["hops"]}
        if leads_back or len(meta["hops"]) > self.settings.getint("REDIRECT_MAX_TIMES"):
            return TOO_MANY_REDIRECTS
        # Of another site a single page is read; if that site is a seed too, its own crawl begins there.
        is_known = self._seen.has_seen(following.url) if is_foreign else self._seen.request_seen(following)
        return REDIRECTED_TO_KNOWN if is_known else None

    def _read_other(self, response: Response) -> Iterator[Request]:
        """Seeds, where the answer is no page but a list of them whose address the user gave."""
        found = False
        if "dataloss" in response.flags:
            # Half a list ends with half a name.
            self._skip("truncated", response.request)
            return
        if response.meta["may_be_list"]:
            try:
                for seed in self.read_seed_list(response.body, response.url):
                    found = True
                    yield self._seed_request(seed)
            except SeedListError as error:
                self.logger.warning("%s is no list of seeds: %s", response.url, error)
        if not found:
            self._skip(NOT_HTML, response.request)

    def _is_written(self, page: Page, response: Response) -> bool:
        """Whether a page was read before because the seed of another site leads to it."""
        key = comparison_key(page.url_from)
        if key in self._foreign_pages:
            return True
        if page.domain_from != response.meta["site"]:
            self._foreign_pages.add(key)
        return False

    def _follow(self, page: Page, response: Response) -> Iterator[Request]:
        """Requests for the pages of the seed's site that the page links to, within budget and depth."""
        meta = response.meta
        depth, site, host = meta["depth"] + 1, meta["site"], _crawled_host(meta, page)
        if self.arguments.follow is Follow.NONE:
            return
        obstacle = self._obstacle(page, depth)
        for url in _addresses_on_site(page, site, host):
            if self._seen.has_seen(url):
                continue
            if obstacle is None and not self._budget.has_room(site):
                obstacle = "budget"
            if obstacle is not None:
                self.count(f"not_followed/{obstacle}")
                if obstacle in ("budget", "depth"):
                    self._coverage.note(meta["seed"], f"cut_by_{obstacle}")
                return
            self._budget.enter_queue(site)
            self._coverage.enter(meta["seed"])
            yield self._request(url, _meta(meta["seed"], site=site, host=host, depth=depth), priority=-depth)

    def _obstacle(self, page: Page, depth: int) -> str | None:
        if page.nofollow_by:
            return "nofollow"
        return "depth" if depth > self.arguments.max_depth else None

    def _linked_sites(self, page: Page, response: Response) -> Iterator[Request]:
        """Requests for the sites that a page of a target's own site links to, each once."""
        own = {target.site for target in self.arguments.targets}
        if response.meta["site"] not in own or page.nofollow_by:
            return
        for link in page.links:
            if link.is_hyperlink and link.domain_to not in own and link.domain_to not in self._sites_taken:
                self._sites_taken.add(link.domain_to)
                yield self._seed_request(site_seed(host_of(link.url_to)))

    def _note_seed(self, response: Response, page: Page) -> None:
        self.count("seeds/fetched")
        if page.domain_from != response.meta["site"]:
            self.logger.warning("seed %s leads to another site, %s: only that page is read", response.meta["seed"], page.url_from)

    def _skip(self, reason: str, request: Request | None) -> None:
        assert request is not None, "an answer knows its request"
        self.count(f"skipped/{reason}")
        self._coverage.note_reason(request.meta["seed"], reason)
        if request.meta["depth"] == 0 and reason == REDIRECTED_TO_KNOWN:
            self.count("seeds/repeated")
        elif request.meta["depth"] == 0:
            self.count("seeds/failed")
            self.logger.warning("seed %s was not read (%s): %s", request.meta["seed"], reason, request.url)


def _meta(
    seed: str,
    *,
    site: str,
    host: str | None,
    depth: int = 0,
    other_urls: Sequence[str] = (),
    may_be_list: bool = False,
) -> dict[str, Any]:
    """What a request carries of its seed (`downloadermiddlewares` says what reads it); plain values, so that it can be stored."""
    return {
        "seed": seed,
        "site": site,
        "host": host,
        "depth": depth,
        "other_urls": list(other_urls),
        "may_be_list": may_be_list,
        "hops": [],
        # A redirect is a link, so it is the spider that follows it.
        "handle_httpstatus_list": list(redirects.STATUSES),
    }


def _redirected_meta(meta: dict[str, Any], hop: Hop) -> dict[str, Any]:
    """What the request that a redirect leads to carries: it is the page that it started as, and costs no budget again."""
    of_seed = {key: meta[key] for key in ("seed", "site", "host", "depth", "may_be_list", "handle_httpstatus_list")}
    return {**of_seed, "other_urls": [], "hops": [*meta["hops"], hop], "left_queue": True}


def _addresses_on_site(page: Page, site: str, host: str | None) -> Iterable[str]:
    """The distinct addresses on a site that the page links to and that may be pages, in document order."""
    return dict.fromkeys(
        link.url_to.partition("#")[0]
        for link in page.links
        if link.domain_to == site
        and link.link_type not in _NOT_FOLLOWED
        and (host is None or host_of(link.url_to) == host)
        and file_extension(link.url_to) not in IGNORED_EXTENSIONS
    )


def _crawled_host(meta: dict[str, Any], page: Page) -> str | None:
    """The only host to crawl: of a seed that its site redirects to another of its hosts, that one."""
    if meta["host"] is None or meta["depth"] > 0 or page.domain_from != meta["site"]:
        return cast("str | None", meta["host"])
    return host_of(page.url_from)
