"""Bookmarks as every browser exports them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_BEGINNING = re.compile(r"[\ufeff\s]*<!DOCTYPE\s+NETSCAPE-Bookmark-file-1", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)


def is_bookmarks(text: str) -> bool:
    """True if the text begins as bookmarks do, since Netscape; no standard describes it."""
    return _BEGINNING.match(text) is not None


def read_bookmarks(text: str) -> Iterator[tuple[int, str]]:
    r"""The addresses of bookmarks in their order, each with its line; those of scripts, folders and searches are left out.

    >>> list(read_bookmarks('<DL><DT><H3>Links</H3>\n<DT><A HREF="https://a.com/?x=1&amp;y" ADD_DATE="1">a</A>'))
    [(2, 'https://a.com/?x=1&y')]
    """
    number, position = 1, 0
    for link in _LINK.finditer(text):
        href = unescape(link[1] or link[2] or link[3] or "").strip()
        number += text.count("\n", position, link.start())
        position = link.start()
        if href.lower().startswith(("http://", "https://")):
            yield number, href
