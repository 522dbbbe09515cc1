"""Resolves names to public addresses only, IPv4 and IPv6."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias, cast
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import CachingHostnameResolver, HostResolution
from scrapy.utils.datatypes import LocalCache
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress, IHostResolution
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.ip_addresses import is_public_address

_NAMES_KEPT = 10_000

_LOOKUPS_AT_ONCE = 100
"""The names that are looked up at a time, each in a thread of its own. Twisted has ten threads, so that three hundred sites of
slow name servers waited for one another."""

_ADDRESSES_TRIED = 4
"""The addresses of each family that are tried for a name; a name server may send a thousand."""

Address: TypeAlias = tuple[Any, ...]
"""An address of a socket: host and port as text and number, for IPv6 flow and zone too."""


class PublicResolver(CachingHostnameResolver):
    """Resolves names to public addresses only; the user's own proxies, named in the environment, are exempt.

    IPv4 comes first: Twisted tries an address after the other, 0.3 seconds apart (as RFC 8305 has it), and on a machine without
    IPv6 each host would otherwise take that longer. Names that have only IPv6 are read like others.
    Reads: BACKLINKS_ALLOW_PRIVATE_NETWORKS, with which it resolves all names; DNS_TIMEOUT, DNSCACHE_ENABLED, DNSCACHE_SIZE.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, threads: ThreadPool) -> None:
        super().__init__(reactor, cache_size)
        self._timeout = timeout
        self._known: LocalCache[str, list[Address]] = LocalCache(cache_size)
        self.allows_all = False
        self.refused: LocalCache[str, str] = LocalCache(_NAMES_KEPT)
        """The names that have private addresses only, each with one of them."""
        self.unknown: LocalCache[str, bool] = LocalCache(_NAMES_KEPT)
        """The names of which a name server says that nobody has them, which is more than no answer."""
        self._proxies = proxy_hosts()
        self._waiting: dict[str, list[Deferred[list[Address]]]] = {}
        self._threads = threads

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        threads = ThreadPool(0, _LOOKUPS_AT_ONCE, "names")
        # As Twisted does with its own.
        reactor.callWhenRunning(threads.start)
        reactor.addSystemEventTrigger("during", "shutdown", threads.stop)
        resolver = cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), threads)
        resolver.allows_all = settings.getbool("BACKLINKS_ALLOW_PRIVATE_NETWORKS")
        return resolver

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Tell a receiver the addresses of a name; none where it has none, or only private ones."""
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def deliver(addresses: list[Address]) -> None:
            for address in self._allowed(ascii_name(hostName), addresses):
                resolutionReceiver.addressResolved(_endpoint(address, portNumber))
            resolutionReceiver.resolutionComplete()

        self._look_up(ascii_name(hostName)).addCallback(deliver)
        return cast("IHostResolution", resolution)

    def _look_up(self, name: str) -> Deferred[list[Address]]:
        """Return all addresses of a name; none where it is unknown or the name server does not answer in time."""
        if name in self._known:
            return succeed(self._known[name])
        answer = Deferred[list[Address]]()
        waiting = self._waiting.setdefault(name, [])
        waiting.append(answer)
        if len(waiting) == 1:
            self._ask(name)
        return answer

    def _ask(self, name: str) -> None:
        """Ask for a name once for all who wait for it."""
        reactor = cast("Any", self.reactor)
        found: Deferred[list[Address]] = deferToThreadPool(reactor, self._threads, look_up, name)
        found.addTimeout(self._timeout, reactor)
        found.addCallbacks(self._store, self._give_up, callbackArgs=(name,), errbackArgs=(name,))
        found.addCallback(self._tell, name)

    def _tell(self, addresses: list[Address], name: str) -> None:
        for answer in self._waiting.pop(name):
            answer.callback(addresses)

    def _store(self, addresses: list[Address], name: str) -> list[Address]:
        if self._known.limit and addresses:
            self._known[name] = addresses
        return addresses

    def _give_up(self, failure: Failure, name: str) -> list[Address]:
        if isinstance(failure.value, socket.gaierror) and failure.value.errno == socket.EAI_NONAME:
            self.unknown[name] = True
        return []

    def _allowed(self, name: str, addresses: list[Address]) -> list[Address]:
        if self.allows_all or name in self._proxies:
            return addresses
        public = [address for address in addresses if is_public_address(address[0])]
        if addresses and not public:
            self.refused[name] = addresses[0][0]
        return public


def is_unknown_name(host: str) -> bool:
    """Return whether a name server said of a host, when it was asked last, that nobody has its name."""
    from twisted.internet import reactor  # noqa: PLC0415 - what imports it too early has another one installed

    resolver = getattr(reactor, "nameResolver", None)
    return isinstance(resolver, PublicResolver) and ascii_name(host) in resolver.unknown


def look_up(name: str) -> list[Address]:
    """Return the addresses of a name or of a literal address, IPv4 first. Blocks. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    by_family = [
        [address for of_family, _, _, _, address in found if of_family == family] for family in (socket.AF_INET, socket.AF_INET6)
    ]
    return [address for addresses in by_family for address in list(dict.fromkeys(addresses))[:_ADDRESSES_TRIED]]


def ascii_name(name: str) -> str:
    """Return a name in the form of DNS, as browsers write it: Twisted passes names in Unicode.

    >>> ascii_name("München.example"), ascii_name("::1")
    ('xn--mnchen-3ya.example', '::1')
    """
    if name.isascii():
        return name.lower()
    url = absolute_url(f"http://{name}/", "http://x/")
    return host_of(url) if url is not None else name


def proxy_hosts() -> frozenset[str]:
    """Return the hosts of the proxies that the environment names, IPv6 addresses without brackets."""
    return frozenset(_hosts(getproxies().values()))


def _hosts(proxies: Iterable[str]) -> Iterable[str]:
    for proxy in proxies:
        url = absolute_url(proxy if "://" in proxy else f"http://{proxy}", "http://x/")
        if url is not None:
            yield host_of(url).strip("[]")


def _endpoint(address: Address, port: int) -> IPv4Address | IPv6Address:
    host, _, *rest = address
    return IPv6Address("TCP", host, port, *rest) if rest else IPv4Address("TCP", host, port)
