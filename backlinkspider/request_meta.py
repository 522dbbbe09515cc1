"""What a request carries from its seed: one typed context, under one key of its meta.

Beside it Scrapy itself reads `download_slot` (the site, so that all its hosts share one connection and one delay),
`handle_httpstatus_list`, and what its retry middleware notes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.http import Response

from backlinkspider.core.links import redirects
from backlinkspider.core.links.redirects import Hop
from backlinkspider.core.urls.domains import site_of_url

CONTEXT = "backlinks"
"""The key of the context."""

FETCHED_AT = "fetched_at"
"""The key of the time at which a stored response came."""

ROW = "row"
"""The key of the place that a request has in the database of a job."""

_REDIRECTS = list(redirects.STATUSES)


@dataclass(slots=True)
class RequestContext:
    """On whose account a URL is requested. Retries share it; a redirect leads to a request with one of its own."""

    seed: str
    """As the user wrote it."""
    site: str
    """The site that may be crawled."""
    host: str | None = None
    """The only host that may be crawled."""
    depth: int = 0
    """Links followed from the seed, without steps along the pages of a list."""
    fallback_urls: Sequence[str] = ()
    """Tried when this URL does not answer."""
    maybe_seed_list: bool = False
    """Whether the response may be a list of seeds."""
    redirect_chain: Sequence[Hop] = ()
    """The redirects that led here."""
    sitemap_search: Mapping[str, Any] | None = None
    """For a sitemap or feed, what the search for pages has found so far (`core.seeds.sitemap_search.SitemapSearch`)."""
    budget_released: bool = False
    """Whether the request has left the queue that the budget counts."""
    budget_spent: bool = field(default=False, compare=False)
    """Whether it was charged to the budget of its site."""
    is_left: bool = False
    """Whether the request is left to the main process, once that is alone: it leads to a site of another process."""
    has_ended: bool = field(default=False, compare=False)
    """Whether it is recorded what became of its URL."""
    link_text: str | None = field(default=None, compare=False)
    """What the page that names the URL calls it, until the request is ranked by the topics of the targets
    (`frontier.site_order.TopicRanks`)."""
    group: str | None = field(default=None, init=False, compare=False)
    """The group of URLs that the request waits in, once that is known (`frontier.site_learner.SiteLearner.group_of`)."""

    @property
    def is_seed(self) -> bool:
        """Whether the request is for a seed itself."""
        return self.depth == 0 and self.sitemap_search is None

    def meta(self, slot: str | None = None) -> dict[str, Any]:
        """Return the meta of a request with this context."""
        # A redirect is a link, so it is the spider that follows it.
        return {CONTEXT: self, "download_slot": slot or self.site, "handle_httpstatus_list": _REDIRECTS}

    def after_redirect(self, hop: Hop) -> RequestContext:
        """Return the context of the request that a redirect leads to: the same page, which costs no budget again."""
        return RequestContext(
            seed=self.seed,
            site=self.site,
            host=self.host,
            depth=self.depth,
            maybe_seed_list=self.maybe_seed_list,
            redirect_chain=[*self.redirect_chain, hop],
            sitemap_search=self.sitemap_search,
            budget_released=True,
            link_text=self.link_text,
        )

    def of_sitemap(self, search: Mapping[str, Any]) -> RequestContext:
        """Return the context of a request for a sitemap or feed, which is not a page and costs no budget."""
        return RequestContext(self.seed, self.site, self.host, depth=1, sitemap_search=dict(search), budget_released=True)


def find_context(message: Request | Response) -> RequestContext | None:
    """Return the context of a request, or of that which a response answers; None for one that is not the crawl's."""
    context: RequestContext | None = message.meta.get(CONTEXT)
    return context


def request_context(message: Request | Response) -> RequestContext:
    """Return the context of a request of the crawl, or of that which a response answers."""
    context: RequestContext = message.meta[CONTEXT]
    return context


def request_of(response: Response) -> Request:
    """Return the request that a response answers."""
    assert response.request is not None, "a response knows its request"
    return response.request


def first_url(request: Request) -> str:
    """Return the URL whose redirects led to a request of the crawl; its own where none did."""
    chain = request_context(request).redirect_chain
    return chain[0].url if chain else request.url


_NOT_STORED = ("has_ended", "group")
_FIELDS = [each for each in dataclasses.fields(RequestContext) if each.name not in _NOT_STORED]
_OF_SCRAPY = ("download_slot", "retry_times", "download_fail_on_dataloss")


def store_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the meta of a request as plain values, without what Scrapy's middlewares noted about a response or a proxy."""
    context = meta[CONTEXT]
    values = ((each, getattr(context, each.name)) for each in _FIELDS)
    own = {each.name: value for each, value in values if value != each.default}
    return {**own, **{key: meta[key] for key in _OF_SCRAPY if key in meta}}


def restore_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the meta that `store_meta` turned into plain values."""
    context = RequestContext(**{key: value for key, value in stored.items() if key not in _OF_SCRAPY})
    context.redirect_chain = [Hop(*hop) for hop in context.redirect_chain]
    return {**context.meta(), **{key: value for key, value in stored.items() if key in _OF_SCRAPY}}


def slot_of(request: Request) -> str:
    """Return the downloader slot of a request: the site of its host."""
    return site_of_url(request.url)


def with_context(request: Request, context: RequestContext) -> Request:
    """Return a copy of a request that has another context."""
    return request.replace(meta={**request.meta, CONTEXT: context})
