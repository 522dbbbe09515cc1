"""Read the page in a response, by its body and headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backlinkspider.core.html.limits import LINKS_MAXIMUM
from backlinkspider.core.html.mimetype import extract_mime_type
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.items import Page

HeaderValues = Callable[[str], Sequence[str]]
"""Return all values of a header by its name."""


def read_response(
    url: str, body: bytes, header_values: HeaderValues, *, now: float | None = None, links_maximum: int = LINKS_MAXIMUM
) -> Page:
    """Return the page in a response. `now` is when it was fetched, in seconds since 1970."""
    return read_page(
        absolute_url(url, url) or url,
        body,
        content_type=content_type(header_values("Content-Type")),
        robots_headers=header_values("X-Robots-Tag"),
        link_headers=header_values("Link"),
        refresh_headers=header_values("Refresh"),
        now=now,
        links_maximum=links_maximum,
    )


def content_type(values: Sequence[str]) -> str | None:
    """Return the type that the values of the header Content-Type name."""
    # One value is left as it is: a page's own words for its charset are read elsewhere.
    return values[0] if len(values) == 1 and "," not in values[0] else extract_mime_type(values)
