"""Learn during a crawl which URLs of each site lead to content, for the order of its requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from scrapy import Request

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.ranking.page_worth import TEXTS, Turnout, Worth
from backlinkspider.core.ranking.parameters import PageSample, ParameterMemory, sketch_of
from backlinkspider.core.ranking.repeats import ArticleTexts, read_article
from backlinkspider.core.ranking.site_memory import CrawlOrder, SiteMemory
from backlinkspider.core.ranking.url_groups import group_of
from backlinkspider.core.ranking.url_kinds import priority_of
from backlinkspider.core.urls.query import parameters_of, without_parameters
from backlinkspider.frontier.site_order import GroupOrder
from backlinkspider.items import Page
from backlinkspider.job.store import JobStore
from backlinkspider.request_meta import find_context, first_url, request_context

_FORMS_MAXIMUM = 2_000
"""Forms of paths with queries that are remembered, about 8 KB each."""

_SITES_COMPARED = 2_000
"""Sites whose articles are remembered, at most 40 KB each."""


class SiteLearner:
    """Ranks the groups of URLs of each site (`core.ranking.site_memory`), and says which parameters change a page.

    With order=breadth it learns nothing, and every URL is in one group. Reads: BACKLINKS_CRAWL_ORDER.
    """

    def __init__(self, order: CrawlOrder = CrawlOrder.LIKELY) -> None:
        self._order = order
        self._learns = order is not CrawlOrder.BREADTH
        self._sites = PersistentDict[SiteMemory]()
        self._parameters = PersistentDict[ParameterMemory](_FORMS_MAXIMUM)
        self._articles = PersistentDict[ArticleTexts](_SITES_COMPARED)
        self._orders: dict[str, GroupOrder] = {}

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        return cls(CrawlOrder(context.crawler.settings["BACKLINKS_CRAWL_ORDER"]))

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has learnt of its sites."""
        self._sites.add_missing(job.entries("learnt_sites", SiteMemory.restore))
        self._articles.add_missing(job.entries("learnt_articles", ArticleTexts))
        self._parameters.add_missing(job.entries("learnt_parameters", ParameterMemory.restore))

    @property
    def order(self) -> CrawlOrder:
        return self._order

    def restore(self, job: JobStore) -> None:
        job.register("learnt_sites", self._sites, encode=SiteMemory.store, decode=SiteMemory.restore)
        job.register("learnt_articles", self._articles, encode=ArticleTexts.store, decode=ArticleTexts.restore)
        job.register("learnt_parameters", self._parameters, encode=ParameterMemory.store, decode=ParameterMemory.restore)

    def group_of(self, request: Request) -> str:
        """Return the group that a request waits in: none for seeds, sitemaps, and requests that are not ours.

        One that a redirect led to belongs to the group of the URL that it began with: what comes of that is to be learnt.
        """
        context = find_context(request)
        if not self._learns or context is None or not context.depth or context.sitemap_search is not None:
            return ""
        if context.group is None:
            context.group = self._enter_group(request)
        return context.group

    def _enter_group(self, request: Request) -> str:
        """Return the group of a request, which is known from then on: a group that was told apart once always is."""
        site = request.meta["download_slot"]
        memory = self._memory(site)
        name = memory.group_of(first_url(request))
        if name not in memory.groups:
            memory.add(name, _level_of(request))
            self._sites.mark_changed(site)
        return name

    def push(self, site: str, group: str, number: int = 1) -> None:
        """Count requests of a group that wait."""
        self._order_of(site).push(group, number)

    def pop(self, site: str, group: str) -> None:
        """Count a request of a group that waits no more."""
        self._order_of(site).pop(group)

    def first_group(self, site: str, groups: Mapping[str, Sequence[tuple[int, int, *tuple[Any, ...]]]]) -> str:
        """Return the group whose first request comes first (`GroupOrder.first`)."""
        return self._order_of(site).first(groups)

    def describe(self, request: Request) -> str:
        """Say why a request comes now."""
        group = self.group_of(request)
        learnt = f"; {self._order_of(request.meta['download_slot']).describe(group)}" if group else ""
        return f"priority {request.priority}{learnt}"

    def may_promise(self, request: Request) -> bool:
        """Return whether a request may be for something to read."""
        group = self.group_of(request)
        return bool(group) and self._sites[request.meta["download_slot"]].may_promise(group)

    def note_processed(self, request: Request) -> None:
        """Count a request whose response was processed; with its redirects it is one."""
        group = self.group_of(request)
        if group and not request_context(request).redirect_chain:
            site = request.meta["download_slot"]
            self._sites[site].add(group).asked += 1
            self._changed(site, group)

    def is_to_be_judged(self, request: Request) -> bool:
        """Return whether the page of a request should be passed to `learn`."""
        group = self.group_of(request)
        return bool(group) and self._sites[request.meta["download_slot"]].is_to_be_judged(group)

    def learn(self, request: Request, turnout: Turnout) -> None:
        """Record what came of a request for a page."""
        group, site = self.group_of(request), request.meta["download_slot"]
        self._sites[site].learn(group, _level_of(request), turnout)
        self._changed(site, group)

    def is_redundant(self, request: Request) -> bool:
        """Return whether a request is for a page without anything new, judged by the first pages of its group."""
        group = self.group_of(request)
        return bool(group) and self._sites[request.meta["download_slot"]].is_redundant(group)

    def worth_of_text(self, site: str, url: str, body: bytes, *, worth: Worth) -> Worth:
        """Return what a page is worth beside the articles of its site that were judged before."""
        if worth not in TEXTS:
            return worth
        articles, page = self._articles.get(site) or ArticleTexts(), read_article(url, body)
        if articles.is_repeated(page):
            return Worth.REPEAT
        if worth is Worth.ARTICLE:
            articles.add(page)
            self._articles[site] = articles
        return worth

    def learn_parameters(self, page: Page, body: bytes, worth: Worth) -> None:
        """Compare a page with others of its path, as long as there are few."""
        key = _path_key(page.url_from)
        if not self._learns or (key not in self._parameters and "?" not in page.url_from):
            return
        memory = self._parameters.get(key)
        if memory is None:
            memory = self._parameters[key] = ParameterMemory()
        if not memory.is_complete():
            parameters = parameters_of(page.url_from)
            path = bounded_key(_path_of(page.url_from))
            sample = PageSample(path, parameters, page.page_from_title, sketch_of(body), worth in TEXTS)
            memory.learn(sample, _left_out(page, parameters))
            self._parameters.mark_changed(key)

    def choosing_parameters(self, url: str) -> frozenset[str]:
        """Return the parameters of a URL's path that are known to choose the page."""
        memory = self._parameters.get(_path_key(url))
        return memory.choosing() if memory is not None else frozenset()

    def plain_url(self, url: str) -> str | None:
        """Return a URL without the parameters that are known to change nothing; None where it has none of these."""
        if "?" not in url:
            return None
        memory = self._parameters.get(_path_key(url))
        idle = memory.idle() if memory is not None else frozenset()
        if idle.isdisjoint(parameters_of(url)):
            return None
        return without_parameters(url.partition("#")[0], lambda parameter: parameter.partition("=")[0].lower() in idle)

    def _changed(self, site: str, group: str) -> None:
        self._sites.mark_changed(site)
        self._order_of(site).learn(group)

    def _memory(self, site: str) -> SiteMemory:
        memory = self._sites.get(site)
        if memory is None:
            memory = self._sites[site] = SiteMemory()
        return memory

    def _order_of(self, site: str) -> GroupOrder:
        order = self._orders.get(site)
        if order is None:
            order = self._orders[site] = GroupOrder(self._memory(site), is_likely=self._order is CrawlOrder.LIKELY)
        return order


def _level_of(request: Request) -> int:
    """How much later a request comes than a page as far from the seed; one that a redirect led to as that which it began with."""
    if request_context(request).redirect_chain:
        return -priority_of(first_url(request), 0)
    return -request.priority - 2 * request_context(request).depth


def _path_key(url: str) -> str:
    """The form of a URL's path, without its query."""
    return bounded_key(group_of(_path_of(url)))


def _path_of(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _left_out(page: Page, parameters: Mapping[str, str]) -> frozenset[str]:
    """The parameters that the page's canonical, on the same path, does without."""
    named = page.page_from_canonical
    if named is None or _path_of(named) != _path_of(page.url_from):
        return frozenset()
    kept = parameters_of(named)
    # One that keeps none of them may be the same on every page.
    return frozenset(parameters.keys() - kept.keys()) if kept or len(parameters) == 1 else frozenset()
