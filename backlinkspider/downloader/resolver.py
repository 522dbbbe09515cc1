"""Resolves names to public addresses only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet import defer
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError

from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.ip_addresses import is_public_address

_NAMES_KEPT = 10_000


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only; the user's own proxies, named in the environment, are exempt.

    Reads: BACKLINKS_ALLOW_PRIVATE_NETWORKS, with which it resolves all names. Raises: DNSLookupError.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allows_all = False
        self.refused: LocalCache[str, str] = LocalCache(_NAMES_KEPT)
        self._proxies = proxy_hosts()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allows_all = crawler.settings.getbool("BACKLINKS_ALLOW_PRIVATE_NETWORKS")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> defer.Deferred[str]:  # noqa: N802 - Twisted's name
        """Return the address of a name."""
        address = super().getHostByName(name, timeout)
        if not self.allows_all and name.lower() not in self._proxies:
            address.addCallback(self._check, name)
        return address

    def _check(self, address: str, name: str) -> str:
        if not is_public_address(address):
            self.refused[name] = address
            raise DNSLookupError(f"{name} has the address {address} of a private network")
        return address


def proxy_hosts() -> frozenset[str]:
    """Return the hosts of the proxies that the environment names."""
    urls = (absolute_url(url if "://" in url else f"http://{url}", "http://x/") for url in getproxies().values())
    return frozenset(host_of(url) for url in urls if url is not None)
