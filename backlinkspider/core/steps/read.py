"""Read the page in a response, by its body and headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backlinkspider.core.html.limits import LINKS_MAXIMUM
from backlinkspider.core.html.mimetype import extract_mime_type
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.items import Page

HEADERS_READ = ("content-type", "x-robots-tag", "link", "refresh")
"""The headers that say something about a page."""


def read_response(
    url: str,
    body: bytes,
    headers: Mapping[str, Sequence[str]],
    *,
    now: float | None = None,
    links_maximum: int = LINKS_MAXIMUM,
) -> Page:
    """Return the page in a response. `headers` has all values of each of `HEADERS_READ` that came, by its lower-case name.

    `now` is when it was fetched, in seconds since 1970.
    """
    of_type, of_robots, of_links, of_refresh = (headers.get(name, ()) for name in HEADERS_READ)
    return read_page(
        absolute_url(url, url) or url,
        body,
        content_type=content_type(of_type),
        robots_headers=of_robots,
        link_headers=of_links,
        refresh_headers=of_refresh,
        now=now,
        links_maximum=links_maximum,
    )


def content_type(values: Sequence[str]) -> str | None:
    """Return the type that the values of the header Content-Type name."""
    # One value is left as it is: a page's own words for its charset are read elsewhere.
    return values[0] if len(values) == 1 and "," not in values[0] else extract_mime_type(values)
