"""Sitemaps and feeds: documents that list the pages of a site, the changed ones with their dates."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from backlinkspider.core.html.encoding import decode
from backlinkspider.core.urls.canonicalize import absolute_url

_BEGINNING = 2_000
"""Characters in which the root element of a listing is looked for."""

ENTRIES_MAXIMUM = 50_000
"""Entries of a listing that are read, as many as the protocol of sitemaps allows."""

_ELEMENTS_MAXIMUM = 500_000
"""Elements of a listing that are looked at; one that is made of others costs memory for nothing."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex|rss|feed|RDF)\b")
_ENTRIES = {"urlset": ("url",), "sitemapindex": ("sitemap",), "rss": ("item",), "RDF": ("item",), "feed": ("entry",)}
"""What the entries of each kind of document are called; an RSS feed has a picture with a `<url>`."""
_LAST_ENTRY = re.compile(r".*</(?:[\w.-]+:)?(?:url|sitemap|item|entry)\s*>", re.DOTALL)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_BARE_AMPERSAND = re.compile(r"<!\[CDATA\[(?:.*?\]\]>|.*)|&(?!(?:#\d+|#[xX][0-9A-Fa-f]+|amp|lt|gt|quot|apos);)", re.DOTALL)
_WEB_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?\Z")

_DATES = ("lastmod", "updated", "published", "pubDate", "date")
"""What the date of an entry is called in sitemaps, Atom, RSS and RDF (`dc:date`)."""


class ListedAddress(NamedTuple):
    """One address of a listing; plain values, so that it can be stored."""

    url: str
    """Absolute."""
    changed: str | None
    """When what it leads to was last changed, ISO 8601 in UTC, by what the listing says. `2026-11-21T08:00:00Z`"""


class Listing(NamedTuple):
    """What a sitemap or feed lists, in its order."""

    pages: list[ListedAddress]
    listings: list[ListedAddress]
    """The sitemaps of a sitemap index."""


class Entry(NamedTuple):
    """One entry as it is written."""

    address: str
    base: str | None
    """What the address is relative to, where the entry says it (xml:base)."""
    changed: str | None
    is_listing: bool
    line: int
    """Where the entry is in the text, from 1."""


def read_listing(body: bytes, url: str, content_type: str | None = None) -> Listing | None:
    """The addresses in a sitemap (https://www.sitemaps.org/protocol.html; XML, or text with one a line) or a feed (RSS, Atom).

    `url` is that of the listing itself. None for what is neither. Of a broken one it reads what is whole.

    >>> read_listing(b"<urlset><url><loc>/a</loc><lastmod>2026-11</lastmod></url><url><loc>/b", "https://example.com/").pages
    [ListedAddress(url='https://example.com/a', changed='2026-11-01T00:00:00Z')]
    """
    text = decode(body, content_type)
    entries = read_entries(text) if is_listing(text) else _read_lines(text)
    if entries is None:
        return None
    listing = Listing([], [])
    for entry in islice(entries, ENTRIES_MAXIMUM):
        address = absolute_url(entry.address, _base(entry, url))
        if address is not None:
            group = listing.listings if entry.is_listing else listing.pages
            group.append(ListedAddress(address, parse_date(entry.changed or "")))
    return listing


def is_listing(text: str) -> bool:
    """Whether a text begins as a sitemap or feed in XML does."""
    return _ROOT.search(text, 0, _BEGINNING) is not None


def read_entries(text: str) -> Iterator[Entry]:
    """The entries of a sitemap or feed in XML, by the local names of its elements, as far as it can be read."""
    # What is cut off ends with half an address.
    whole = _LAST_ENTRY.match(text)
    root = _ROOT.search(text, 0, _BEGINNING)
    if whole is None or root is None:
        return
    declaration = _DECLARATION.match(whole[0])
    start = declaration.end() if declaration is not None else 0
    # An ampersand that nobody escaped stands for itself, and so does an entity that the document declares.
    xml = "\n" * text.count("\n", 0, start) + _BARE_AMPERSAND.sub(_escaped, whole[0][start:])
    elements = etree.iterparse(
        BytesIO(xml.encode("utf-8", "replace")),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        encoding="utf-8",
    )
    try:
        for _, element in islice(elements, _ELEMENTS_MAXIMUM):
            if _local_name(element) not in _ENTRIES[root[1]]:
                continue
            entry = _entry_of(element)
            if entry is not None:
                yield entry
            _let_go(element)
    except etree.XMLSyntaxError:
        return


def gunzip(body: bytes, maximum_bytes: int) -> bytes:
    """What a gzip file holds, up to a limit, and of a broken one what is whole; other bytes as they are."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unzipped = bytearray()
    rest = body
    while rest.startswith(b"\x1f\x8b") and len(unzipped) < maximum_bytes:
        # A file may be several, one behind the other (RFC 1952, 2.2).
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            unzipped += member.decompress(rest, maximum_bytes - len(unzipped))
        except zlib.error:
            break
        rest = member.unused_data
    return bytes(unzipped) or body


def parse_date(text: str) -> str | None:
    """A date of a sitemap or feed (W3C date and time formats, RFC 2822), as ISO 8601 in UTC; None where it is none.

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


def _entry_of(element: etree._Element) -> Entry | None:
    name = _local_name(element)
    if name in ("url", "sitemap"):
        # Some write the address without <loc> around it.
        address = _text_of(element, "loc") or (element.text or "")
    elif name == "item":
        address = _text_of(element, "link") or _permanent_id(element)
    elif name == "entry":
        address = _atom_link(element)
    else:
        return None
    if not address.strip():
        return None
    changed = next((date for date in (_text_of(element, name) for name in _DATES) if date), None)
    return Entry(address.strip(), element.base, changed, is_listing=name == "sitemap", line=cast("int", element.sourceline))


def _text_of(element: etree._Element, name: str) -> str:
    return next((child.text or "" for child in element if _local_name(child) == name and (child.text or "").strip()), "")


def _permanent_id(item: etree._Element) -> str:
    guid = next((child for child in item if _local_name(child) == "guid"), None)
    return (guid.text or "") if guid is not None and guid.get("isPermaLink", "true") == "true" else ""


def _atom_link(entry: etree._Element) -> str:
    links = [child for child in entry if _local_name(child) == "link"]
    return next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")


def _local_name(element: etree._Element) -> str:
    # The tag of a comment or an entity is a function.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _let_go(element: etree._Element) -> None:
    """Frees what was read: the element's content, and the elements before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_lines(text: str) -> list[Entry] | None:
    numbered = ((number, line.strip()) for number, line in enumerate(StringIO(text), 1))
    lines = list(islice(((number, line) for number, line in numbered if line), ENTRIES_MAXIMUM))
    if not lines or not all(_WEB_ADDRESS.match(line) for _, line in lines):
        return None
    return [Entry(line, None, None, is_listing=False, line=number) for number, line in lines]


def _base(entry: Entry, url: str) -> str:
    return (absolute_url(entry.base, url) if entry.base else None) or url


def _escaped(match: re.Match[str]) -> str:
    return "&amp;" if match[0] == "&" else match[0]
