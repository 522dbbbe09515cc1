"""Turns HTTP responses into the objects of the core: pages, sitemaps, redirects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from scrapy import Request
from scrapy.http import Response

from backlinkspider.core.html.limits import LINKS_MAXIMUM
from backlinkspider.core.html.mimetype import is_html
from backlinkspider.core.html.parser import URL_MAXIMUM
from backlinkspider.core.links.redirects import STATUSES, Hop, redirect_pages
from backlinkspider.core.seeds.sitemaps import Sitemap, gunzip, read_sitemap
from backlinkspider.core.steps.read import HEADERS_READ, content_type, read_response
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.items import Page
from backlinkspider.job.store import now
from backlinkspider.request_meta import FETCHED_AT, RequestContext, request_context

_PAGE_AHEAD = "page_ahead"
_SITEMAP_AHEAD = "sitemap_ahead"
"""The keys of what was parsed before its turn."""

_GZIP = b"\x1f\x8b"

_LARGE_BYTES = 1_000_000
_ORDINARY_BYTES = 50_000
_MANY_TAGS = 10_000
"""Bytes and tags from which on it takes longer to read a page than others should wait, about a tenth of a second; a sitemap may
be compressed to a thirtieth."""


class ReadingLimits(NamedTuple):
    """How much of a response is read."""

    links: int
    """Links of a page."""
    unzipped_bytes: int
    """Bytes of a sitemap that is compressed itself."""


def is_large(response: Response) -> bool:
    """Return whether it takes noticeable time to read a response. 300 real pages have at most 6,000 tags."""
    size = len(response.body)
    if response.body.startswith(_GZIP):
        return size > _ORDINARY_BYTES
    return size > _LARGE_BYTES or (size > _ORDINARY_BYTES and response.body.count(b"<") > _MANY_TAGS)


def read_ahead(response: Response, request: Request, limits: ReadingLimits) -> None:
    """Parse a response now, for `parse_page` or `parse_sitemap` to return later."""
    response.request = response.request or request
    if response.status in STATUSES:
        return
    if is_page(response):
        request.meta[_PAGE_AHEAD] = page_from_response(response, limits.links)
    else:
        request.meta[_SITEMAP_AHEAD] = [parse_sitemap(response, limits.unzipped_bytes)]


def is_page(response: Response) -> bool:
    """Return whether a response is an HTML page."""
    return is_html(response.body, content_type(_header_values(response, "Content-Type")))


def parse_page(response: Response, links_maximum: int) -> Page:
    """Return the page in a response, with at most so many links, and with the seed and depth of its request."""
    page: Page = response.meta.pop(_PAGE_AHEAD, None) or page_from_response(response, links_maximum)
    context = request_context(response)
    page.seed, page.depth = context.seed, context.depth
    return page


def page_from_response(response: Response, links_maximum: int = LINKS_MAXIMUM) -> Page:
    """Return the page in a response, whoever requested it."""
    fetched_at = _fetched_at(response)
    page = read_response(
        response.url,
        response.body,
        {name: _header_values(response, name) for name in HEADERS_READ},
        now=datetime.fromisoformat(fetched_at).timestamp(),
        links_maximum=links_maximum,
    )
    page.page_from_status_code = response.status
    # Behind a proxy this is the address of the proxy.
    page.domain_from_ip = None if response.ip_address is None or _meta_of(response).get("proxy") else str(response.ip_address)
    page.fetched_at = fetched_at
    return page


def parse_sitemap(response: Response, maximum_bytes: int) -> Sitemap | None:
    """Return the sitemap or feed in a response, compressed or not; None for anything else."""
    if _SITEMAP_AHEAD in _meta_of(response):
        sitemap: Sitemap | None = response.meta.pop(_SITEMAP_AHEAD)[0]
        return sitemap
    declared_type = content_type(_header_values(response, "Content-Type"))
    return read_sitemap(unzipped_body(response, maximum_bytes), response.url, declared_type)


def unzipped_body(response: Response, maximum_bytes: int) -> bytes:
    """Return the body of a response, decompressed up to a limit where the file itself is compressed (`sitemap.xml.gz`)."""
    return gunzip(response.body, maximum_bytes)


def redirect_hop(response: Response) -> Hop | None:
    """Return the redirect in a response; None when it leads to no web URL."""
    location = next(iter(_header_values(response, "Location")), None)
    url_to = absolute_url(location, response.url) if location else None
    if location is None or url_to is None or len(url_to) > URL_MAXIMUM:
        return None
    return Hop(response.url, location, url_to, response.status, _header_values(response, "X-Robots-Tag"), _fetched_at(response))


def is_redirect(response: Response) -> bool:
    """Return whether a response leads to another URL; a page with the status of a redirect and no Location is a page."""
    return response.status in STATUSES and not (is_page(response) and lacks_location(response))


def lacks_location(response: Response) -> bool:
    """Return whether a redirect names no URL at all; a browser shows its body (https://fetch.spec.whatwg.org/#concept-http-redirect-fetch)."""
    return not any(value.strip() for value in response.headers.getlist("Location"))


def redirects_before(context: RequestContext) -> Iterator[Page]:
    """Yield the redirects that led to a request, as pages."""
    for page in redirect_pages(context.redirect_chain):
        page.seed, page.depth = context.seed, context.depth
        yield page


def _header_values(response: Response, name: str) -> list[str]:
    return [_header_text(value) for value in response.headers.getlist(name)]


def _header_text(value: bytes) -> str:
    """Decode a header as browsers read URLs in it: UTF-8, else with each byte above 127 percent-encoded."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in value)


def _fetched_at(response: Response) -> str:
    """Return when a response came: now, unless it was stored since (`downloader.middlewares.prefetched`)."""
    return str(_meta_of(response).get(FETCHED_AT) or now())


def _meta_of(response: Response) -> Mapping[str, Any]:
    """Return the meta of the request; nothing for a response that was stored without one."""
    return response.request.meta if response.request is not None else {}
