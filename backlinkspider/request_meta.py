"""What a request carries of its seed: plain values, so that it can be stored, which retries inherit.

`seed` (as the user wrote it), `site` (the site that may be crawled), `host` (the only host that may be, or None), `depth` (links
followed from the seed), `other_urls` (to try when this one does not answer), `may_be_list` (whether the answer may be a list of
seeds), `hops` (the redirects that led here, `Hop`), `search` (of a sitemap or feed: what the search for pages
has found so far, `core.seeds.sitemap_search.ListingSearch`; else None), `left_queue` (whether it is counted in the budget),
`download_slot` (its site: one connection and one delay for all its hosts), `charged` (whether it was charged to the budget of
its site).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from backlinkspider.core.links import redirects
from backlinkspider.core.links.redirects import Hop
from backlinkspider.core.urls.domains import site_of_url

CHARGED = "charged"
FETCHED_AT = "fetched_at"
"""The key of the time at which an answer came that was kept since."""

ROW = "row"
"""The key of the place that a request has in the database of a job."""

_REDIRECTS = list(redirects.STATUSES)
_INHERITED = ("seed", "site", "host", "depth", "may_be_list", "search", "handle_httpstatus_list")


def page_meta(
    seed: str,
    *,
    site: str,
    host: str | None,
    depth: int = 0,
    other_urls: Sequence[str] = (),
    may_be_list: bool = False,
) -> dict[str, Any]:
    """The meta of a request for a page."""
    return {
        "seed": seed,
        "site": site,
        "host": host,
        "depth": depth,
        "other_urls": list(other_urls),
        "may_be_list": may_be_list,
        "hops": [],
        # One connection and one delay for a site, whatever names its server answers to.
        "download_slot": site,
        "search": None,
        # A redirect is a link, so it is the spider that follows it.
        "handle_httpstatus_list": _REDIRECTS,
    }


def redirected_meta(meta: Mapping[str, Any], hop: Hop) -> dict[str, Any]:
    """The meta of the request that a redirect leads to: it is the page that it started as, and costs no budget again."""
    of_seed = {key: meta[key] for key in _INHERITED}
    slot = site_of_url(hop.url_to)
    return {**of_seed, "other_urls": [], "hops": [*meta["hops"], hop], "left_queue": True, "download_slot": slot}


def listing_meta(meta: Mapping[str, Any], search: Mapping[str, Any]) -> dict[str, Any]:
    """The meta of a request for a sitemap or feed of a seed, which is no page and costs no budget."""
    of_seed = page_meta(meta["seed"], site=meta["site"], host=meta["host"], depth=1)
    return {**of_seed, "search": dict(search), "left_queue": True}


_STORED = ("seed", "site", "host", "depth", "other_urls", "may_be_list", "hops", "search", "download_slot", "left_queue")
_STORED_OF_RETRIES = ("retry_times", "download_fail_on_dataloss", CHARGED)
_MOSTLY: dict[str, Any] = {
    "host": None,
    "depth": 0,
    "other_urls": [],
    "may_be_list": False,
    "hops": [],
    "search": None,
    "left_queue": False,
}
"""What need not be stored."""


def store_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """The meta of a request as plain values; without what Scrapy's middlewares noted of the answer before, or of a proxy."""
    known = {key: meta[key] for key in (*_STORED, *_STORED_OF_RETRIES) if key in meta}
    return {key: value for key, value in known.items() if key not in _MOSTLY or value != _MOSTLY[key]}


def restore_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The meta that `store_meta` made plain values of."""
    return {**copy.deepcopy(_MOSTLY), **stored, "handle_httpstatus_list": _REDIRECTS}


def is_seed(meta: Mapping[str, Any]) -> bool:
    """Whether a request is for a seed itself."""
    return meta["depth"] == 0 and meta["search"] is None
