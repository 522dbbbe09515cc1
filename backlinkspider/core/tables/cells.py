"""Addresses in a cell or line: how many there are, and whether it holds any."""

from __future__ import annotations

import re
from enum import Enum
from itertools import chain

from backlinkspider.core.urls.canonicalize import absolute_url, has_doubled_scheme, host_of
from backlinkspider.core.urls.domains import has_public_suffix, is_host_name, is_ip_address

_WEB = re.compile(r"https?:", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,;|]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BETWEEN = re.compile(
    r"""(?<![\s"'>,;|])[\s"'>]*+[,;|]++(?:\s++|(?=["'<]*+(?:https?://|domain:))|\Z)
    | (?<!\s)\s++[,;|]++\s*+ | (?<!\s)\s*[\r\n]\s*+ | (?<!\s)\s++(?=https?://)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What certainly ends an address: a comma, semicolon or bar with white space beside it or the next address (or line of a disavow
file) behind it; a line break. Each run of such characters is gone through once, however long it is."""
DISAVOWED = re.compile(r"domain:\s*+(?:https?://)?(?:\*\.)?", re.IGNORECASE)
"""The beginning of a line of a disavow file that names a domain (https://support.google.com/webmasters/answer/2648487)."""
_PASTED_AROUND = " \t\r\n\"'<>\ufeff\u200b\u2028\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"


class Kind(Enum):
    """What a cell holds."""

    BLANK = "blank"
    URL = "url"
    """An http(s) URL, or several."""
    HOST = "host"
    """A host, or an address without its scheme, or several. A number is not one: most such columns say where a site is hosted."""
    OTHER = "other"


def split_addresses(text: str) -> list[str]:
    """The addresses of a cell or line that may hold several, or other words, in their order.

    A comma or semicolon inside a URL is part of it, unless white space or another address follows.

    >>> split_addresses("https://a.com/x?ids=1,2, https://b.com/"), split_addresses("a.com;b.com"), split_addresses("Oak Ltd")
    (['https://a.com/x?ids=1,2', 'https://b.com/'], ['a.com', 'b.com'], ['Oak Ltd'])
    """
    named = (_BREAK.sub("\n", text) if "<" in text else text).strip(_PASTED_AROUND)
    if _SEPARATOR.search(named) is None:
        return [named] if named else []
    parts = (part.strip(_PASTED_AROUND) for part in _BETWEEN.split(named))
    return list(chain.from_iterable(_split_hosts(part) for part in parts if part))


def _split_hosts(part: str) -> list[str]:
    """The bare hosts of a part: all of it, or what stands behind a URL that has no query in which a comma could belong."""
    words = [word for word in _SEPARATOR.split(part) if word]
    if len(words) < 2:
        return [part]
    if all(_kind_of_address(word) is Kind.HOST for word in words):
        return words
    is_open = _WEB.match(words[0]) is not None and "?" not in words[0]
    return words if is_open and all(_is_domain(word) for word in words[1:]) else [part]


def _is_domain(word: str) -> bool:
    return _kind_of_address(word) is Kind.HOST and has_public_suffix(word.partition("/")[0])


def kind_of(text: str) -> Kind:
    """Return what a cell holds; addresses only if nothing else is in it.

    >>> kind_of("https://a.com/x"), kind_of("blog.a.com"), kind_of("Booking.com since 2020"), kind_of(" ")
    (<Kind.URL: 'url'>, <Kind.HOST: 'host'>, <Kind.OTHER: 'other'>, <Kind.BLANK: 'blank'>)
    """
    kinds = {_kind_of_address(part) for part in split_addresses(text)}
    if not kinds:
        return Kind.BLANK
    return next((kind for kind in (Kind.OTHER, Kind.HOST, Kind.URL) if kind in kinds), Kind.OTHER)


def _kind_of_address(address: str) -> Kind:
    text = DISAVOWED.sub("", address, count=1) if address[:7].lower() == "domain:" else address
    has_scheme = _WEB.match(text) is not None
    url = absolute_url(text if has_scheme else f"http://{text}", "http://x/")
    if url is None or re.search(r"[\s@]", text) or text.startswith(("/", ".", "#")) or has_doubled_scheme(text):
        return Kind.OTHER
    host = host_of(url)
    if is_ip_address(host):
        return Kind.URL if has_scheme else Kind.OTHER
    if not is_host_name(host) or (not has_scheme and "." not in host):
        return Kind.OTHER
    return Kind.URL if has_scheme else Kind.HOST
