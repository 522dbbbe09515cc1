"""Find the site of a host by the Public Suffix List; the only user of tldextract.

Hosts have the form that `core.urls.canonicalize.host_of` returns: lower case, IDNA, no final dot, IPv6 in brackets.
"""

from __future__ import annotations

import re

import tldextract

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.urls.canonicalize import host_of

# Offline: no suffix-list URL and no cache folder, only the list that tldextract ships.
_suffixes = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z|\[")


def is_host_name(host: str) -> bool:
    """True if the host of a parsed URL consists of DNS labels; browsers accept more, such as `*`.

    >>> is_host_name("blog.example.com"), is_host_name("*.example.com"), is_host_name("a..b")
    (True, False, False)
    """
    return _HOST_NAME.match(host) is not None


def is_ip_address(host: str) -> bool:
    """True if the host of a parsed URL is an IPv4 address or a bracketed IPv6 address."""
    return _IP_ADDRESS.match(host) is not None


@cache_short_strings(65_536)
def registrable_domain(host: str) -> str | None:
    """The public suffix of a host plus one label; None for a suffix, an IP address or a single label.

    Follows the list's algorithm, private section included (https://github.com/publicsuffix/list/wiki/Format): an unlisted
    suffix is one label, by the rule `*`.

    >>> registrable_domain("www.example.co.uk"), registrable_domain("a.github.io"), registrable_domain("co.uk")
    ('example.co.uk', 'a.github.io', None)
    """
    if is_ip_address(host):
        return None
    name = _suffixes(host)
    if name.suffix:
        return f"{name.domain}.{name.suffix}" if name.domain else None
    labels = host.rsplit(".", 2)
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def icann_domain(host: str) -> str | None:
    """The registrable domain by the section of the list that registries make, under which platforms are single domains.

    >>> icann_domain("me.github.io"), icann_domain("blog.example.co.uk"), icann_domain("co.uk")
    ('github.io', 'example.co.uk', None)
    """
    if is_ip_address(host):
        return None
    name = _suffixes(host, include_psl_private_domains=False)
    if name.suffix:
        return f"{name.domain}.{name.suffix}" if name.domain else None
    # An unlisted suffix is one label, as in `registrable_domain`.
    return registrable_domain(host)


def site_of(host: str) -> str:
    """The site of a host; an IP address, a single label and a bare suffix are sites of their own.

    >>> site_of("blog.example.com"), site_of("127.0.0.1"), site_of("localhost")
    ('example.com', '127.0.0.1', 'localhost')
    """
    return registrable_domain(host) or host


def site_of_url(url: str) -> str:
    """The site of a URL that `core.urls.canonicalize.absolute_url` returned.

    >>> site_of_url("https://me@blog.example.com:8080/a")
    'example.com'
    """
    # The cache key is the whole authority: splitting off user and port costs as much as the rest.
    return _site_of_authority(url.split("/", 3)[2])


@cache_short_strings(65_536)
def _site_of_authority(authority: str) -> str:
    return site_of(host_of(f"//{authority}/"))


def has_public_suffix(host: str) -> bool:
    """True if the host ends in a listed suffix.

    >>> has_public_suffix("example.co.uk"), has_public_suffix("node.js")
    (True, False)
    """
    return bool(_suffixes(host).suffix)


def is_public_suffix(host: str) -> bool:
    """True if the host itself is a listed suffix, private section included.

    >>> is_public_suffix("co.uk"), is_public_suffix("github.io"), is_public_suffix("example.com")
    (True, True, False)
    """
    name = _suffixes(host)
    return bool(name.suffix) and not name.domain


def www_urls(url: str) -> tuple[str, ...]:
    """Return where a registrable domain may answer when its own name does not: at www, over https, then http.

    Lists of referring domains hold registrable domains, and many sites have an address at www only. Nothing for any other host.

    >>> www_urls("http://example.co.uk/")
    ('https://www.example.co.uk/', 'http://www.example.co.uk/')
    >>> www_urls("https://blog.example.com/"), www_urls("http://192.0.2.1/")
    ((), ())
    """
    host = host_of(url)
    if host != site_of(host) or "." not in host or is_ip_address(host):
        return ()
    rest = url.partition("://")[2]
    return f"https://www.{rest}", f"http://www.{rest}"
