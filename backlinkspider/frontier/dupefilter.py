"""Drop requests for URLs that were requested before."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Protocol, Self
from zlib import crc32

from scrapy import Request, Spider
from scrapy.dupefilters import BaseDupeFilter
from scrapy.utils.datatypes import LocalCache

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.memo import MAX_KEY_LENGTH
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.request_meta import find_context

_SPELLINGS = 20_000
"""URLs as pages write them, about 200 bytes each: the menus of the sites in progress."""


class Keys(Protocol):
    """A set of numbers of 64 bits."""

    def __contains__(self, key: object) -> bool:
        """Return whether a number was added."""

    def add(self, key: int) -> None:
        """Add a number."""


class UrlDupeFilter(BaseDupeFilter):
    """Drop a request for a URL that was requested before, in any spelling (`core.urls.canonicalize.canonical_url`).

    It keeps a hash of 8 bytes for each URL, not the URL: small, and stable, unlike the built-in hash. The hashes are in memory,
    or wherever `keys` has them. The spider asks `is_seen` before it builds a request, which costs a tenth of finding out
    afterwards.
    """

    def __init__(self, keys: Keys | None = None) -> None:
        self._keys: Keys = set() if keys is None else keys
        self._recent_urls: LocalCache[str, bool] = LocalCache(_SPELLINGS)

    @classmethod
    def from_context(cls, _: CrawlContext) -> Self:
        return cls()

    def keep_in(self, keys: Keys) -> None:
        """Keep the hashes elsewhere, where some may be already."""
        self._keys = keys

    def add_keys(self, keys: Iterable[int]) -> None:
        """Add the hashes of URLs that another process of the crawl has requested."""
        for key in keys:
            self._keys.add(key)

    def clear(self) -> None:
        self._keys = set()
        self._recent_urls.clear()

    def is_seen(self, url: str) -> bool:
        # Most links within a site are those of its menu, on each of its pages: to find the spelling takes 0.1 µs, the key 2.
        if url in self._recent_urls:
            return True
        if _key(url) not in self._keys:
            return False
        if len(url) <= MAX_KEY_LENGTH:
            self._recent_urls[url] = True
        return True

    def request_seen(self, request: Request) -> bool:
        """Return whether the URL of a request was requested before, and remember it.

        A page that redirects to another spelling of its own URL (from `/?utm_source=x` to `/`) has not been read yet; the
        spider ends it when it does so for ever.
        """
        key = _key(request.url)
        if key in self._keys:
            context = find_context(request)
            return context is None or key not in (_key(hop.url) for hop in context.redirect_chain)
        self._keys.add(key)
        return False

    def log(self, request: Request, spider: Spider) -> None:
        """Log nothing: links to pages that were fetched are normal."""


def _key(url: str) -> int:
    key = canonical_url(url).encode("utf-8", "surrogatepass")
    # The URLs of a host are neighbours in a database, because a page names many of one host.
    host = crc32(key.split(b"/", 3)[2]) & 0xFFFF
    return int.from_bytes(host.to_bytes(2) + blake2b(key, digest_size=6).digest(), signed=True)
