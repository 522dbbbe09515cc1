"""Read lists of blogs: OPML (http://opml.org/spec2.opml), as feed readers export it and blogrolls have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from backlinkspider.core.urls.canonicalize import absolute_url, origin_of
from backlinkspider.core.xml import free, local_name, read_elements

_OPML = re.compile(rb"<opml[\s>]")
_SEARCHED_BYTES = 4_096


def is_opml(body: bytes) -> bool:
    """True if a document begins like OPML.

    >>> is_opml(b'<?xml version="1.0"?><opml version="2.0">'), is_opml(b"<html>")
    (True, False)
    """
    return _OPML.search(body, 0, _SEARCHED_BYTES) is not None


def read_sites(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield the address of each site in a list; for one that has its feed alone, its home page.

    >>> list(read_sites([b'<opml><outline text="News"><outline xmlUrl="https://a.example/feed"/></outline></opml>']))
    ['https://a.example/']
    """
    for element in read_elements(pieces):
        if local_name(element) != "outline":
            continue
        site = element.get("htmlUrl") or element.get("url") or ""
        feed = absolute_url(element.get("xmlUrl") or "", "about:blank")
        free(element)
        if site or feed is not None:
            yield site or f"{origin_of(feed or '')}/"
