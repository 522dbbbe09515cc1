"""What a request carries from its seed: plain values that can be stored, and that retries inherit.

`seed`: as the user wrote it. `site`: the site that may be crawled. `host`: the only host that may be, or None. `depth`: links
followed from the seed. `fallback_urls`: tried when this one does not answer. `maybe_seed_list`: whether the response may be a
list of seeds. `redirect_chain`: the redirects that led here (`Hop`). `sitemap_search`: for a sitemap or feed, what the search
for pages has found so far (`core.seeds.sitemap_search.SitemapSearch`); else None. `budget_released`: whether the request has
left the queue that the budget counts. `download_slot`: its site, so that all its hosts share one connection and one delay.
`budget_spent`: whether it was charged to the budget of its site.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from scrapy import Request

from backlinkspider.core.links import redirects
from backlinkspider.core.links.redirects import Hop
from backlinkspider.core.urls.domains import site_of_url

BUDGET_SPENT = "budget_spent"
HAS_ENDED = "has_ended"
"""The key of whether it is recorded what became of a request's URL."""

FETCHED_AT = "fetched_at"
"""The key of the time at which an answer came that was kept since."""

ROW = "row"
"""The key of the place that a request has in the database of a job."""

_REDIRECTS = list(redirects.STATUSES)
_INHERITED = ("seed", "site", "host", "depth", "maybe_seed_list", "sitemap_search", "handle_httpstatus_list")


def page_context(
    seed: str,
    *,
    site: str,
    host: str | None,
    depth: int = 0,
    fallback_urls: Sequence[str] = (),
    maybe_seed_list: bool = False,
) -> dict[str, Any]:
    """The meta of a request for a page."""
    return {
        "seed": seed,
        "site": site,
        "host": host,
        "depth": depth,
        "fallback_urls": list(fallback_urls),
        "maybe_seed_list": maybe_seed_list,
        "redirect_chain": [],
        # One connection and one delay for a site, whatever names its server answers to.
        "download_slot": site,
        "sitemap_search": None,
        # A redirect is a link, so it is the spider that follows it.
        "handle_httpstatus_list": _REDIRECTS,
    }


def redirect_context(meta: Mapping[str, Any], hop: Hop) -> dict[str, Any]:
    """The meta of the request that a redirect leads to: it is the page that it started as, and costs no budget again."""
    of_seed = {key: meta[key] for key in _INHERITED}
    slot = site_of_url(hop.url_to)
    chain = [*meta["redirect_chain"], hop]
    return {**of_seed, "fallback_urls": [], "redirect_chain": chain, "budget_released": True, "download_slot": slot}


def sitemap_context(meta: Mapping[str, Any], search: Mapping[str, Any]) -> dict[str, Any]:
    """The meta of a request for a sitemap or feed of a seed, which is not a page and costs no budget."""
    of_seed = page_context(meta["seed"], site=meta["site"], host=meta["host"], depth=1)
    return {**of_seed, "sitemap_search": dict(search), "budget_released": True}


_STORED = (
    "seed",
    "site",
    "host",
    "depth",
    "fallback_urls",
    "maybe_seed_list",
    "redirect_chain",
    "sitemap_search",
    "download_slot",
    "budget_released",
)
_STORED_OF_RETRIES = ("retry_times", "download_fail_on_dataloss", BUDGET_SPENT)
_META_DEFAULTS: dict[str, Any] = {
    "host": None,
    "depth": 0,
    "fallback_urls": [],
    "maybe_seed_list": False,
    "redirect_chain": [],
    "sitemap_search": None,
    "budget_released": False,
}
"""What need not be stored."""


def store_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """The meta of a request as plain values; without what Scrapy's middlewares noted of the answer before, or of a proxy."""
    known = {key: meta[key] for key in (*_STORED, *_STORED_OF_RETRIES) if key in meta}
    return {key: value for key, value in known.items() if key not in _META_DEFAULTS or value != _META_DEFAULTS[key]}


def restore_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The meta that `store_meta` made plain values of."""
    return {**copy.deepcopy(_META_DEFAULTS), **stored, "handle_httpstatus_list": _REDIRECTS}


def is_seed(meta: Mapping[str, Any]) -> bool:
    """Return whether a request is for a seed itself."""
    return meta["depth"] == 0 and meta["sitemap_search"] is None


def slot_of(request: Request) -> str:
    """Return the downloader slot of a request: the site of its host."""
    return site_of_url(request.url)
