"""Recognize near-duplicate pages, for sites that answer every URL with a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from backlinkspider.core.urls.canonicalize import resource_of

_DIGITS = re.compile(r"[\d.]+(?:e-?\d+)?")
_TAGS_AND_DIGITS = re.compile(rb"<[^>]*>?|[\d\s]+")
_COMPARED_BYTES = 1_000_000
"""Bytes of a page that are compared: larger ones are rare, and take a gigabyte."""

_IMAGES = re.compile(rb"""\b(?:src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)


def links_fingerprint(urls_off_site: Iterable[str], urls_on_site: Iterable[str]) -> bytes:
    """Return 8 bytes that are equal for pages whose links lead to the same places, whatever their order.

    Links on the site are the same when they differ in digits only: a server that answers every URL invents them.

    >>> links_fingerprint(["http://t.example/1"], ["/p12"]) == links_fingerprint(["http://t.example/1"], ["/p7"])
    True
    >>> links_fingerprint(["http://t.example/1"], []) == links_fingerprint(["http://t.example/2"], [])
    False
    """
    places = {*urls_off_site, *(_DIGITS.sub("", url) for url in urls_on_site)}
    return blake2b("\n".join(sorted(places)).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def near_duplicate_fingerprint(body: bytes, url: str) -> bytes:
    """Return 8 bytes that are equal for pages whose texts and images differ only in digits, whitespace and their own URLs.

    Soft 404 pages differ in this way.

    >>> page, other = b"<h1>/a17 is not here", b"<h1>/b2 is not here"
    >>> near_duplicate_fingerprint(page, "http://x.example/a17") == near_duplicate_fingerprint(other, "http://x.example/b2")
    True
    """
    body = body[:_COMPARED_BYTES]
    for segment in resource_of(url).encode().split(b"/"):
        if len(segment) > 1:
            body = body.replace(segment, b"")
    images = b" ".join(_IMAGES.findall(body))
    return blake2b(_TAGS_AND_DIGITS.sub(b"", body) + images, digest_size=8).digest()
