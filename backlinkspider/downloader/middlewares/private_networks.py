"""Keeps the crawl out of private networks: no page and no DNS entry may choose what is requested there.

The address that is checked is the one that is connected to, because names are resolved once, by `downloader.resolver`.
"""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, NotConfigured

from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.domains import is_ip_address
from backlinkspider.core.urls.ip_addresses import is_public_address
from backlinkspider.downloader.resolver import PublicResolver, proxy_hosts
from backlinkspider.exceptions import PrivateAddress
from backlinkspider.request_meta import find_context

logger = logging.getLogger(__name__)


class PublicNetworkMiddleware:
    """Refuses private addresses, in a URL or as the address of its name.

    Reads: BACKLINKS_ALLOW_PRIVATE_NETWORKS, with which it is off. Raises: PrivateAddress.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._proxies = proxy_hosts()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.getbool("BACKLINKS_ALLOW_PRIVATE_NETWORKS"):
            raise NotConfigured("private networks are allowed")
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Pass a request to a name, which the resolver checks, or to a public address."""
        host = _host(request)
        is_private = not is_public_address(host) if is_ip_address(host) else host in self._proxies or is_local_name(host)
        if is_private:
            self._refuse(request, host)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Explain why the resolver refused a name."""
        from twisted.internet import reactor  # noqa: PLC0415 - to import it is to install it

        resolver = getattr(reactor, "nameResolver", None)
        host = _host(request)
        if isinstance(exception, CannotResolveHostError) and isinstance(resolver, PublicResolver) and host in resolver.refused:
            self._refuse(request, host)

    def _refuse(self, request: Request, host: str) -> None:
        context = find_context(request)
        if context is not None and context.depth == 0:
            logger.warning(
                "seed %s is on a private network: -s BACKLINKS_ALLOW_PRIVATE_NETWORKS=True allows it (%s)",
                context.seed,
                host,
            )
        raise PrivateAddress


def is_local_name(host: str) -> bool:
    """Return whether a name means this machine, whatever a resolver says (RFC 6761, 6.3).

    >>> is_local_name("localhost"), is_local_name("me.localhost"), is_local_name("localhost.example")
    (True, True, False)
    """
    return host.endswith(".localhost") or host == "localhost"


def _host(request: Request) -> str:
    return host_of(absolute_url(request.url, request.url) or request.url)
