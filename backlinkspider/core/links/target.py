"""Targets: the domain, host, folder or page that links are judged against, and the URLs that belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.urls.canonicalize import (
    absolute_url,
    fold_percent_encoding,
    has_doubled_scheme,
    split_url,
    strip_credentials,
    without_tracking,
)
from backlinkspider.core.urls.domains import is_host_name, is_ip_address, is_public_suffix, registrable_domain, site_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_E_MAIL = re.compile(r"(?:mailto:)?[^@/:]+@[^@/:]+\Z", re.IGNORECASE)


class Scope(Enum):
    """How much a target owns."""

    DOMAIN = "domain"
    """The registrable domain with all its subdomains."""
    HOST = "host"
    """The host with all its subdomains."""
    PREFIX = "prefix"
    """Every URL that begins so."""
    EXACT = "exact"
    """That one page."""


@dataclass(frozen=True)
class Target:
    """A site, host, folder or page that links are judged against."""

    text: str = field(compare=False)
    """As the user wrote it, without a user name and password."""
    scope: Scope
    host: str
    """Normalized host; for a domain its registrable domain."""
    port: str
    """Empty where the user gave no port, or the scheme's default."""
    resource: str
    """Path and query that PREFIX and EXACT compare with, without tracking parameters."""
    is_folder: bool = False
    """For a PREFIX: whether it ends at a path segment (`/shop` owns `/shop/x`, not `/shopping`)."""

    @cached_property
    def site(self) -> str:
        """The site that the target is, or is on."""
        return site_of(self.host)

    @property
    def start_urls(self) -> tuple[str, str]:
        """Where a crawl of the target's own site starts: over https, then http."""
        host = self.host + (f":{self.port}" if self.port else "")
        return f"https://{host}{self.resource or '/'}", f"http://{host}{self.resource or '/'}"

    def owns(self, url: str, domain: str | None = None) -> bool:
        """Return whether an absolute http(s) URL, as `core.urls.canonicalize.absolute_url` returns it, belongs to the target.

        Scheme and user information are ignored. The port counts for a page or folder, and where the target names one.
        A caller that knows the site of the URL passes it as `domain`, which avoids splitting the URL.
        """
        if domain is not None and self.scope is Scope.DOMAIN and not self.port:
            return domain == self.host
        if self.host not in url:
            # True for almost every link, and costs a tenth of splitting the URL.
            return False
        host, port, resource = split_url(url)
        if self.port and port != self.port:
            return False
        if self.scope is Scope.DOMAIN:
            return site_of(host) == self.host
        if self.scope is Scope.HOST:
            return f".{host}".endswith(f".{self.host}")
        return host == self.host and port == self.port and self._owns_resource(resource)

    def _owns_resource(self, resource: str) -> bool:
        resource = fold_percent_encoding(resource)
        if self.scope is Scope.EXACT:
            return without_tracking(resource) == self.resource
        if not resource.startswith(self.resource):
            return False
        return not self.is_folder or resource[len(self.resource) :][:1] in ("", "/", "?")

    def __str__(self) -> str:
        """Describe what the target owns, for a log."""
        address = self.host + (f":{self.port}" if self.port else "")
        match self.scope:
            case Scope.DOMAIN:
                return f"{address} and all its subdomains"
            case Scope.HOST:
                return f"the host {address} and what is under it"
            case Scope.PREFIX:
                return f"everything under {address}{self.resource}"
            case Scope.EXACT:
                return f"the page {address}{self.resource}"


def parse_target(text: str, scope: Scope | None = None) -> Target:
    """Parse a target; its form decides the scope, unless `scope` is given.

    A registrable domain means the domain, another host that host, a URL with a path that page, and one that ends with `*`
    everything that begins so. The URL of a home page, pasted from a browser with its slash, means the site. Raises
    ArgumentError.

    >>> parse_target("example.com").scope, parse_target("blog.example.com").scope
    (<Scope.DOMAIN: 'domain'>, <Scope.HOST: 'host'>)
    >>> parse_target("https://example.com/") == parse_target("example.com")
    True
    >>> parse_target("https://example.com/shop/*").owns("http://example.com/shop/chairs")
    True
    """
    named = text.strip()
    has_scheme = _SCHEME.match(named) is not None
    is_prefix = named.endswith("*")
    url = _parse_address(named.removesuffix("*"), has_scheme=has_scheme)
    host, port, resource = split_url(url)
    port = "" if not has_scheme and port == "443" else port
    _check_host(strip_credentials(named), host, is_bare=not has_scheme)
    has_path = re.search(r"[/?]", _after_scheme(named)) is not None
    resource = resource if has_path else ""
    if scope is None:
        is_page = without_tracking(resource) not in ("", "/")
        scope = _scope_of_form(host, is_prefix=is_prefix, has_path=is_page)
    if scope in (Scope.DOMAIN, Scope.HOST) and is_public_suffix(host):
        raise ArgumentError(
            f"target '{strip_credentials(named)}' is a public suffix, under which others register their sites;"
            f" name one site, such as example.{host}"
        )
    if scope is Scope.DOMAIN:
        host = registrable_domain(host) or host
    return Target(
        text=strip_credentials(named),
        scope=scope,
        host=host,
        port=port,
        resource=_resource_of(resource, scope),
        is_folder=scope is Scope.PREFIX and not is_prefix and not resource.endswith("/"),
    )


def _parse_address(named: str, *, has_scheme: bool) -> str:
    if _E_MAIL.match(named):
        raise ArgumentError(f"target '{named}' is an e-mail address; write the domain alone, such as {named.rpartition('@')[2]}")
    # The `*` was removed, so nothing may be left.
    shown = strip_credentials(named) or "*"
    if has_scheme and not named.lower().startswith(("http://", "https://")):
        raise ArgumentError(f"target '{shown}' is no web address; write a domain such as example.com or an https:// address")
    if has_doubled_scheme(named):
        raise ArgumentError(f"target '{shown}' has its scheme twice; remove one")
    url = None
    if named and not re.search(r"\s", named):
        url = absolute_url(named if has_scheme else f"http://{named}", "http://x/")
    if url is None:
        raise ArgumentError(
            f"target '{shown}' is not a domain or web address; write it as example.com or https://example.com/page"
        )
    return url


def _check_host(named: str, host: str, *, is_bare: bool) -> None:
    if is_ip_address(host):
        if is_bare and re.match(r"[\d.]+", named) and not named.startswith(host):
            raise ArgumentError(f"target '{named}' is a number, not a domain; write an IP address in full, such as 192.0.2.1")
        return
    if not is_host_name(host):
        raise ArgumentError(
            f"target '{named}' is not a domain or web address; write it as example.com or https://example.com/page"
        )
    if is_bare and "." not in host and not is_public_suffix(host):
        raise ArgumentError(
            f"target '{named}' is not a domain; write it as example.com or https://example.com/page"
            f" (a host of a private network as http://{host}/)"
        )


def _scope_of_form(host: str, *, is_prefix: bool, has_path: bool) -> Scope:
    if is_prefix:
        return Scope.PREFIX
    if has_path:
        return Scope.EXACT
    return Scope.DOMAIN if host == site_of(host) else Scope.HOST


def _resource_of(written: str, scope: Scope) -> str:
    resource = fold_percent_encoding(written)
    if scope is Scope.EXACT:
        return without_tracking(resource or "/")
    return resource if scope is Scope.PREFIX else ""


def _after_scheme(named: str) -> str:
    return named.partition("://")[2] or named
