"""Read sitemaps and feeds: the URLs they list, with the dates of the last change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import StringIO
from itertools import islice
from typing import NamedTuple, cast

from backlinkspider.core.decompression import DecompressionError, StreamDecompressor
from backlinkspider.core.html.encoding import decode
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.xml import Element, free, local_name, read_elements

_ROOT_SEARCH_LIMIT = 2_000
"""Characters in which the root element is searched."""

ENTRIES_MAXIMUM = 50_000
"""Entries read per sitemap; the sitemap protocol allows no more."""

_ELEMENTS_MAXIMUM = 500_000
"""Elements examined per sitemap; a document of other elements would only cost memory."""

_PIECE_BYTES = 32 * 1024

_ODD_LINE_SHARE = 10
"""One line in so many of a text sitemap may be something other than a URL, such as a comment."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex|rss|feed|RDF)\b")
_ENTRIES = {"urlset": ("url",), "sitemapindex": ("sitemap",), "rss": ("item",), "RDF": ("item",), "feed": ("entry",)}
"""The names of entries by root element; the `<image>` of an RSS feed has a `<url>` too, which is not an entry."""
_LAST_ENTRY = re.compile(r".*</(?:[\w.-]+:)?(?:url|sitemap|item|entry)\s*>", re.DOTALL)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_WEB_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?\Z")

_DATES = ("lastmod", "updated", "published", "pubDate", "date")
"""The names of an entry's date in sitemaps, Atom, RSS and RDF (`dc:date`)."""


class SitemapUrl(NamedTuple):
    """One listed URL; plain values, so that it can be stored."""

    url: str
    """Absolute."""
    last_modified: str | None
    """The last change by what the sitemap says, ISO 8601 in UTC: `2026-11-21T08:00:00Z`."""


class Sitemap(NamedTuple):
    """The content of a sitemap or feed, in document order."""

    pages: list[SitemapUrl]
    sitemaps: list[SitemapUrl]
    """The sitemaps of a sitemap index."""


class Entry(NamedTuple):
    """One entry as written."""

    href: str
    base: str | None
    """The base URL that the entry declares (xml:base)."""
    last_modified: str | None
    is_sitemap: bool
    line: int
    """The line of the entry, from 1."""


def read_sitemap(body: bytes, url: str, content_type: str | None = None) -> Sitemap | None:
    """The URLs in a sitemap (https://www.sitemaps.org/protocol.html; XML, or text with one URL a line) or a feed (RSS, Atom).

    `url` is the sitemap's own URL. None for any other document. A truncated one is read up to its last whole entry.

    >>> read_sitemap(b"<urlset><url><loc>/a</loc><lastmod>2026-11</lastmod></url><url><loc>/b", "https://example.com/").pages
    [SitemapUrl(url='https://example.com/a', last_modified='2026-11-01T00:00:00Z')]
    """
    text = decode(body, content_type)
    entries = read_entries(text) if is_sitemap(text) else _read_lines(text)
    if entries is None:
        return None
    sitemap = Sitemap([], [])
    for entry in islice(entries, ENTRIES_MAXIMUM):
        listed = absolute_url(entry.href, _base_url(entry, url))
        if listed is not None:
            group = sitemap.sitemaps if entry.is_sitemap else sitemap.pages
            group.append(SitemapUrl(listed, parse_date(entry.last_modified or "")))
    return sitemap


def is_sitemap(text: str) -> bool:
    """True if the text starts like a sitemap or feed in XML."""
    return _ROOT.search(text, 0, _ROOT_SEARCH_LIMIT) is not None


def read_entries(text: str) -> Iterator[Entry]:
    """The entries of a sitemap or feed in XML, found by the local names of elements, as far as the XML can be parsed."""
    # A truncated document ends with half a URL.
    whole = _LAST_ENTRY.match(text)
    root = _ROOT.search(text, 0, _ROOT_SEARCH_LIMIT)
    if whole is None or root is None:
        return
    declaration = _DECLARATION.match(whole[0])
    start = declaration.end() if declaration is not None else 0
    xml = "\n" * text.count("\n", 0, start) + whole[0][start:]
    for element in islice(read_elements(_pieces_of(xml.encode("utf-8", "replace")), encoding="utf-8"), _ELEMENTS_MAXIMUM):
        if local_name(element) not in _ENTRIES[root[1]]:
            continue
        entry = _read_entry(element)
        if entry is not None:
            yield entry
        free(element)


def _pieces_of(data: bytes) -> Iterator[bytes]:
    """Yield the bytes in pieces, so that what has been read is free before the rest is parsed."""
    return (data[start : start + _PIECE_BYTES] for start in range(0, len(data), _PIECE_BYTES))


def gunzip(body: bytes, maximum_bytes: int) -> bytes:
    """The content of a gzip file up to a limit, as far as it can be decompressed; other bytes are returned unchanged."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unzipped = bytearray()
    with suppress(DecompressionError):
        for piece in StreamDecompressor().decompress(body):
            unzipped += piece
            if len(unzipped) >= maximum_bytes:
                break
    return bytes(unzipped[:maximum_bytes]) or body


def parse_date(text: str) -> str | None:
    """The date of a sitemap or feed (W3C date and time formats, RFC 2822) as ISO 8601 in UTC; None for any other text.

    >>> parse_date("2026-11-21T09:00:00+01:00"), parse_date("Sat, 21 Nov 2026 08:00:00 GMT"), parse_date("2026"), parse_date("x")
    ('2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z', '2026-01-01T00:00:00Z', None)
    """
    text = text.strip()
    if short := _YEAR_OR_MONTH.match(text):
        text += "-01" if short[1] else "-01-01"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError, OverflowError):
            return None
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:  # At the ends of the calendar.
        return None


def _read_entry(element: Element) -> Entry | None:
    name = local_name(element)
    if name in ("url", "sitemap"):
        # Some write the URL without <loc> around it.
        href = _child_text(element, "loc") or (element.text or "")
    elif name == "item":
        href = _child_text(element, "link") or _permanent_id(element)
    elif name == "entry":
        href = _atom_link(element)
    else:
        return None
    if not href.strip():
        return None
    date = next((date for date in (_child_text(element, name) for name in _DATES) if date), None)
    return Entry(href.strip(), element.base, date, is_sitemap=name == "sitemap", line=cast("int", element.sourceline))


def _child_text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if local_name(child) == name and (child.text or "").strip()), "")


def _permanent_id(item: Element) -> str:
    guid = next((child for child in item if local_name(child) == "guid"), None)
    return (guid.text or "") if guid is not None and guid.get("isPermaLink", "true") == "true" else ""


def _atom_link(entry: Element) -> str:
    links = [child for child in entry if local_name(child) == "link"]
    return next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")


def _read_lines(text: str) -> list[Entry] | None:
    """The URLs of a text sitemap; None if more than one line in ten (or than one line) is not a URL."""
    numbered = ((number, line.strip()) for number, line in enumerate(StringIO(text), 1))
    lines = list(islice(((number, line) for number, line in numbered if line), ENTRIES_MAXIMUM))
    entries = [Entry(line, None, None, is_sitemap=False, line=number) for number, line in lines if _WEB_URL.match(line)]
    odd = len(lines) - len(entries)
    # Prose that cites one URL has as many odd lines as URLs.
    return entries if len(entries) > odd and odd <= max(1, len(lines) // _ODD_LINE_SHARE) else None


def _base_url(entry: Entry, url: str) -> str:
    return (absolute_url(entry.base, url) if entry.base else None) or url
