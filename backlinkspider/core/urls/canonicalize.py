"""Resolve URLs as browsers do, and canonicalize them for comparison.

ada-url implements the WHATWG URL Standard; no other module parses URLs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import ada_url

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.urls.query import without_parameters
from backlinkspider.core.urls.tracking import TRACKING_PARAMETER

_SESSION_PARAMETER = re.compile(
    # Named after the software that makes them, or with a value that looks generated: conferences have sessions too.
    r"(?:phpsessid|jsessionid|aspsessionid\w*|oscsid|zenid|xtcsid)(?:=|\Z)"
    r"|(?:session_?id|sess_?id|sessid|cftoken)=(?=.*\d)[0-9a-z-]{16,}\Z"
    r"|(?:sid|s|session|sess)=[0-9a-f]{26,}\Z",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\([a-z]\([a-z0-9]{20,}\)\)(?=/)", re.IGNORECASE)

# URLs that a parser would return unchanged: most of those in real pages. Matching costs a sixth of parsing.
_PLAIN_PATH = r"/[A-Za-z0-9._~!$&()*+,;=:@%'/-]*"
_PLAIN_QUERY_AND_FRAGMENT = r"(?:\?[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)?(?:#[A-Za-z0-9._~!$&()*+,;=:@%/?'-]*)?\Z"
_PLAIN_URL = re.compile(rf"https?://(?:[a-z0-9-]+\.)+[a-z]{{2,}}{_PLAIN_PATH}{_PLAIN_QUERY_AND_FRAGMENT}")
_PLAIN_ROOT_RELATIVE = re.compile(rf"(?!//){_PLAIN_PATH}{_PLAIN_QUERY_AND_FRAGMENT}")

# Up to the last `@`, as browsers read it.
_USER = re.compile(r"((?:^|://))[^/?#]*@")
_DOUBLED_SCHEME = re.compile(r"https?:[/\\]*https?(?::|//|[/\\]*\Z)", re.IGNORECASE)
_PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def has_doubled_scheme(text: str) -> bool:
    """True if the host of a URL is another scheme, as in `https://https://example.com`; browsers read a host named `https`.

    >>> has_doubled_scheme("https://http://example.com/"), has_doubled_scheme("https://example.com/?url=https://a.example/")
    (True, False)
    """
    return _DOUBLED_SCHEME.match(text) is not None


class UrlParts(NamedTuple):
    """The parts of an absolute http(s) URL that decide which target owns it."""

    host: str
    """Lower case, IDNA, IPv6 in brackets, without the final dot of a fully qualified name."""
    port: str
    """Empty for the scheme's default port."""
    resource: str
    """Path and query, without fragment."""


def absolute_url(href: str, base: str) -> str | None:
    """The URL that a browser opens for `href` on a page whose base URL is `base`; None unless it is http(s).

    Follows the URL Standard's parser (https://url.spec.whatwg.org/#url-parsing): tabs and line breaks are removed,
    backslashes are slashes, hosts become IDNA. Fragment and query stay.

    >>> absolute_url("../b?q=1#f", "https://example.com/a/c")
    'https://example.com/b?q=1#f'
    >>> absolute_url("//MÜNCHEN.de", "https://example.com/")
    'https://xn--mnchen-3ya.de/'
    >>> absolute_url("mailto:a@example.com", "https://example.com/") is None
    True
    """
    if _is_plain(_PLAIN_URL, href):
        return href
    if _is_plain(_PLAIN_ROOT_RELATIVE, href) and (origin := _origin_of_base(base)) is not None:
        return origin + href
    try:
        url = ada_url.join_url(base, href)
    except ValueError:
        return None
    return url if url.startswith(("https://", "http://")) else None


def split_url(url: str) -> UrlParts:
    """The host, port and resource of a URL that `absolute_url` returned.

    >>> split_url("https://me@example.com:8080/a?b#c")
    UrlParts(host='example.com', port='8080', resource='/a?b')
    """
    rest, _, _ = url.partition("://")[2].partition("#")
    authority, slash, path = rest.partition("/")
    host, port = _split_authority(authority)
    return UrlParts(host, port, slash + path)


def host_of(url: str) -> str:
    """The host of a URL that `absolute_url` returned.

    >>> host_of("http://user:secret@example.com:8080/")
    'example.com'
    """
    # The URL Standard's serializer always writes the slash that ends the authority.
    authority = url.split("/", 3)[2]
    # Most authorities are just the host.
    return _split_authority(authority)[0] if "@" in authority or ":" in authority or authority[-1] == "." else authority


def resource_of(url: str) -> str:
    """The path and query of a URL that `absolute_url` returned.

    >>> resource_of("https://me@example.com:8080/a?b#c")
    '/a?b'
    """
    return "/" + url.partition("://")[2].partition("#")[0].partition("/")[2]


def origin_of(url: str) -> str:
    """The scheme, host and port of a URL that `absolute_url` returned.

    >>> origin_of("https://example.com:8080/a/b")
    'https://example.com:8080'
    """
    return url[: url.index("/", len("https://"))]


def file_extension(url: str) -> str:
    """The text after the last dot of the last path segment, lower case; empty if there is no dot.

    >>> file_extension("https://example.com/a/Report.PDF?x=1.html"), file_extension("https://example.com/a.b/c")
    ('pdf', '')
    """
    _, dot, ending = resource_of(url).partition("?")[0].rpartition("/")[2].rpartition(".")
    return ending.lower() if dot else ""


@cache_short_strings(4_096)  # The pages of a site share a menu; about a megabyte.
def canonical_url(url: str) -> str:
    """A key under which two spellings of one URL compare equal; it is never shown or requested.

    Lower-cases scheme and host; drops the default port, dot segments, fragment, tracking parameters and session ids;
    folds the case of percent-encoding. Keeps `www`, a trailing slash and the order of the query, which servers may distinguish.
    A text that is not a URL is its own key.

    >>> canonical_url("HTTP://Example.com:80/a/../b?x=1&utm_source=news#top")
    'http://example.com/b?x=1'
    """
    if _is_plain(_PLAIN_URL, url):
        normal = url
    else:
        try:
            normal = ada_url.normalize_url(url)
        except ValueError:
            return url
    return strip_session_id(without_tracking(fold_percent_encoding(normal.partition("#")[0])))


def page_id(url: str) -> str:
    """The canonical URL without scheme and `www.`: a page at several of these URLs redirects to one of them.

    >>> page_id("http://www.example.com/a") == page_id("https://example.com/a")
    True
    """
    return canonical_url(url).partition("://")[2].removeprefix("www.")


def strip_credentials(text: str) -> str:
    """A URL as written, without its user name and password.

    >>> strip_credentials("https://me:secret@example.com/?mail=a@b"), strip_credentials("example.com")
    ('https://example.com/?mail=a@b', 'example.com')
    """
    return text if "@" not in text else _USER.sub(r"\1", text, count=1)


def fold_percent_encoding(url: str) -> str:
    """The URL with upper-case hexadecimal digits in percent-encoding (RFC 3986, 6.2.2.1).

    >>> fold_percent_encoding("/caf%c3%a9")
    '/caf%C3%A9'
    """
    return _PERCENT_ENCODED.sub(lambda match: match[0].upper(), url) if "%" in url else url


def without_tracking(url: str) -> str:
    """The URL or resource without the query parameters that only say where a visitor came from.

    >>> without_tracking("/a?utm_source=x&page=2&fbclid=1")
    '/a?page=2'
    """
    return without_parameters(url, TRACKING_PARAMETER.match)


def strip_session_id(url: str) -> str:
    """The URL without the session id that some servers add to every URL, a new one for every visit.

    >>> strip_session_id("/a;jsessionid=1F?x=1&PHPSESSID=2e"), strip_session_id("/news?sid=17")
    ('/a?x=1', '/news?sid=17')
    """
    if ";" in url or "(" in url:
        url = _SESSION_IN_PATH.sub("", url)
    return without_parameters(url, _SESSION_PARAMETER.match)


@lru_cache(maxsize=64)  # All links of a page share a base.
def _origin_of_base(base: str) -> str | None:
    """The prefix for root-relative URLs, including the base's user name; None if the base is not http(s)."""
    try:
        url = ada_url.normalize_url(base)
    except ValueError:
        return None
    return origin_of(url) if url.startswith(("https://", "http://")) else None


def _is_plain(pattern: re.Pattern[str], url: str) -> bool:
    """True if a parser would return the URL unchanged: a plain form without dot segments and Punycode."""
    return pattern.match(url) is not None and "/." not in url and "/%2" not in url and "xn--" not in url


def _split_authority(authority: str) -> tuple[str, str]:
    host = authority.rpartition("@")[2]
    port = ""
    if not host.endswith("]"):
        name, colon, digits = host.rpartition(":")
        if colon:
            host, port = name, digits
    return host.rstrip("."), port
