"""URLs as browsers read them: resolution and the comparison key.

ada-url parses as the WHATWG URL Standard has it; nothing else in the project takes a URL apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import ada_url

from backlinkspider.core.memo import cache_short_strings

_TRACKING_PARAMETER = re.compile(
    r"(?:utm_[^=]*|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|yclid|ttclid|twclid|igshid|mc_cid|mc_eid|_ga|_gl)(?:=|\Z)",
    re.IGNORECASE,
)
_SESSION_PARAMETER = re.compile(
    # Named after what makes them, or with a value that looks like one: conferences have sessions too.
    r"(?:phpsessid|jsessionid|aspsessionid\w*|oscsid|zenid|xtcsid)(?:=|\Z)"
    r"|(?:session_?id|sess_?id|sessid|cftoken)=(?=.*\d)[0-9a-z-]{16,}\Z"
    r"|(?:sid|s|session|sess)=[0-9a-f]{26,}\Z",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\([a-z]\([a-z0-9]{20,}\)\)(?=/)", re.IGNORECASE)

# What a parser would give back as it is: most addresses of real pages. Looking costs a sixth of parsing.
_PLAIN_PATH = r"/[A-Za-z0-9._~!$&()*+,;=:@%'/-]*"
_PLAIN_QUERY_AND_FRAGMENT = r"(?:\?[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)?(?:#[A-Za-z0-9._~!$&()*+,;=:@%/?'-]*)?\Z"
_PLAIN_URL = re.compile(rf"https?://(?:[a-z0-9-]+\.)+[a-z]{{2,}}{_PLAIN_PATH}{_PLAIN_QUERY_AND_FRAGMENT}")
_PLAIN_ROOT_RELATIVE = re.compile(rf"(?!//){_PLAIN_PATH}{_PLAIN_QUERY_AND_FRAGMENT}")

# Up to the last of several, as browsers read it.
_USER = re.compile(r"((?:^|://))[^/?#]*@")
_PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


class UrlParts(NamedTuple):
    """The parts of an absolute http(s) URL that decide what owns it."""

    host: str
    """Lower case, IDNA, IPv6 in brackets, without the dot that ends a fully qualified name."""
    port: str
    """Empty when it is the scheme's own."""
    resource: str
    """Path and query, without fragment."""


def absolute_url(href: str, base: str) -> str | None:
    """Where a browser goes for `href` on a page whose base URL is `base`; None when that is no http(s) address.

    The rule is the URL Standard's parser (https://url.spec.whatwg.org/#url-parsing): tabs and line breaks vanish,
    backslashes are slashes, hosts become IDNA. The fragment and the query stay.

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
    # After the URL Standard's serializer an http(s) URL always has the slash that ends its authority.
    authority = url.split("/", 3)[2]
    # Most are the host and nothing else.
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
    """What stands behind the last dot of the last path segment, lower case; empty where there is none.

    >>> file_extension("https://example.com/a/Report.PDF?x=1.html"), file_extension("https://example.com/a.b/c")
    ('pdf', '')
    """
    _, dot, ending = resource_of(url).partition("?")[0].rpartition("/")[2].rpartition(".")
    return ending.lower() if dot else ""


@cache_short_strings(4_096)  # The pages of a site have the same menu; about a megabyte.
def canonical_url(url: str) -> str:
    """The text under which two spellings of one address compare equal; never shown.

    Lower-cases scheme and host, drops the scheme's own port, dot segments, the fragment, tracking parameters and session ids,
    and folds the case of percent-encoding.
    It keeps `www`, a trailing slash and the order of the query, which servers may tell apart.
    A text that is no URL is its own key.

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
    """The comparison key without scheme and www: where a page is at several of these addresses, one leads to the others.

    >>> page_id("http://www.example.com/a") == page_id("https://example.com/a")
    True
    """
    return canonical_url(url).partition("://")[2].removeprefix("www.")


def strip_credentials(text: str) -> str:
    """An address as somebody wrote it, without the user name and password in it.

    >>> strip_credentials("https://me:secret@example.com/?mail=a@b"), strip_credentials("example.com")
    ('https://example.com/?mail=a@b', 'example.com')
    """
    return text if "@" not in text else _USER.sub(r"\1", text, count=1)


def fold_percent_encoding(url: str) -> str:
    """The URL with the hexadecimal digits of its percent-encoding in upper case, which mean the same (RFC 3986, 6.2.2.1).

    >>> fold_percent_encoding("/caf%c3%a9")
    '/caf%C3%A9'
    """
    return _PERCENT_ENCODED.sub(lambda match: match[0].upper(), url) if "%" in url else url


def without_tracking(url: str) -> str:
    """The URL, or resource, without the query parameters that only say where a visitor came from.

    >>> without_tracking("/a?utm_source=x&page=2&fbclid=1")
    '/a?page=2'
    """
    return _without_parameters(url, _TRACKING_PARAMETER)


def strip_session_id(url: str) -> str:
    """The URL without the session id that some servers write into every address, another one for every visit.

    >>> strip_session_id("/a;jsessionid=1F?x=1&PHPSESSID=2e"), strip_session_id("/news?sid=17")
    ('/a?x=1', '/news?sid=17')
    """
    if ";" in url or "(" in url:
        url = _SESSION_IN_PATH.sub("", url)
    return _without_parameters(url, _SESSION_PARAMETER)


def _without_parameters(url: str, unwanted: re.Pattern[str]) -> str:
    head, question, query = url.partition("?")
    if not question:
        return url
    parameters = query.split("&")
    kept = [parameter for parameter in parameters if not unwanted.match(parameter)]
    if len(kept) == len(parameters):
        return url
    return f"{head}?{'&'.join(kept)}" if kept else head


@lru_cache(maxsize=64)  # All links of a page have the same base.
def _origin_of_base(base: str) -> str | None:
    """What an address that begins with a slash is put behind, with a user name if the base has one; None for no web address."""
    try:
        url = ada_url.normalize_url(base)
    except ValueError:
        return None
    return origin_of(url) if url.startswith(("https://", "http://")) else None


def _is_plain(pattern: re.Pattern[str], url: str) -> bool:
    """Whether an address is as a parser would write it: of a plain form, without dot segments or a host in Punycode."""
    return pattern.match(url) is not None and "/." not in url and "/%2" not in url and "xn--" not in url


def _split_authority(authority: str) -> tuple[str, str]:
    host = authority.rpartition("@")[2]
    port = ""
    if not host.endswith("]"):
        name, colon, digits = host.rpartition(":")
        if colon:
            host, port = name, digits
    return host.rstrip("."), port
