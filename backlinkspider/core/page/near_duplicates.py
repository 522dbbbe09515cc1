"""Whether two pages say the same, for sites that answer every address with a page."""

from __future__ import annotations

import re
from hashlib import blake2b

from backlinkspider.core.urls.canonicalize import resource_of

_TAGS_AND_DIGITS = re.compile(rb"<[^>]*>?|[\d\s]+")
_PICTURES = re.compile(rb"""\b(?:src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)


def fingerprint(body: bytes, url: str) -> bytes:
    """8 bytes that are the same for two pages whose texts and pictures are, but for digits, white space and their addresses.

    A server that knows no page of an address, and does not say so with its status (a soft 404), says it in such words.

    >>> fingerprint(b"<h1>/a17 is not here", "http://x.example/a17") == fingerprint(b"<h1>/b2 is not here", "http://x.example/b2")
    True
    """
    for segment in resource_of(url).encode().split(b"/"):
        if len(segment) > 1:
            body = body.replace(segment, b"")
    pictures = b" ".join(_PICTURES.findall(body))
    return blake2b(_TAGS_AND_DIGITS.sub(b"", body) + pictures, digest_size=8).digest()
