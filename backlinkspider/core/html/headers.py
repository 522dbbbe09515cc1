"""What HTTP headers say: links, where a refresh leads, when to come again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple

from backlinkspider.core.html.rel import parse_rel

_LINK = re.compile(r"""<([^<>]*+)>((?:\s*+;\s*+(?:[^\s=;,"]++(?:\s*+=\s*+(?:"(?:[^"\\]|\\.)*+"|[^\s",;]*+))?)?)*+)""", re.DOTALL)
_PARAMETER = re.compile(r""";\s*+([^\s=;,"]++)(?:\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s",;]*+)))?""", re.DOTALL)

_SPACE = "\t\n\f\r "
# What has matched is never given back (++), so that no value takes the square of its length.
_REFRESH = re.compile(
    rf"""
    [{_SPACE}]*+ (?: (?P<seconds>[0-9]++) | (?=\.) ) [0-9.]*+   # a time, or a dot in place of one
    (?: \Z | (?=[;,{_SPACE}]) [{_SPACE}]*+ [;,]? [{_SPACE}]*+ )
    (?P<rest>.*) \Z
    """,
    re.DOTALL | re.VERBOSE,
)
_URL_NAME = re.compile(rf"url[{_SPACE}]*=[{_SPACE}]*", re.IGNORECASE)


class HeaderLink(NamedTuple):
    """A link of a Link header."""

    href: str
    rel: tuple[str, ...]
    parameters: Mapping[str, str]
    """What else is said of it, by lower-case name."""


class Refresh(NamedTuple):
    """What a page asks a browser to load in its place."""

    seconds: int
    """How long the page is shown before."""
    href: str | None
    """None when it is the page itself that is loaded again."""


def parse_link_headers(values: Iterable[str]) -> Iterator[HeaderLink]:
    """The links of the Link headers of a page (RFC 8288); what is written wrong, or links another page, is passed over.

    >>> [link[:2] for link in parse_link_headers(['</a>; rel="canonical", </b>; title=x; rel=Next'])]
    [('/a', ('canonical',)), ('/b', ('next',))]
    """
    for value in values:
        for link in _LINK.finditer(value):
            parameters: dict[str, str] = {}
            for name, quoted, bare in _PARAMETER.findall(link[2]):
                parameters.setdefault(name.lower(), quoted or bare)
            if not parameters.get("anchor"):
                yield HeaderLink(link[1], parse_rel(parameters.get("rel")), parameters)


def parse_refresh(value: str) -> Refresh | None:
    """Return the delay and URL that the content of `<meta http-equiv=refresh>` or a Refresh header asks for.

    https://html.spec.whatwg.org/#shared-declarative-refresh-steps

    >>> parse_refresh("0; url='/next'"), parse_refresh("5")
    (Refresh(seconds=0, href='/next'), Refresh(seconds=5, href=None))
    """
    refresh = _REFRESH.match(value)
    if refresh is None:
        return None
    seconds = int(refresh["seconds"] or 0) if len(refresh["seconds"] or "") < 10 else 10**9
    rest = refresh["rest"]
    if not rest:
        return Refresh(seconds, None)
    href = rest[name.end() :] if (name := _URL_NAME.match(rest)) else rest
    if href[:1] in ("'", '"'):
        href = href[1:].partition(href[0])[0]
    return Refresh(seconds, href)


def parse_retry_after(value: str, now: float) -> float | None:
    """The seconds for which a Retry-After header asks to be left alone; None when it says nothing.

    A number of seconds or a date (RFC 9110, 10.2.3); `now` is in seconds since 1970.

    >>> parse_retry_after("120", now=0), parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now=0)
    (120.0, 60.0)
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    date = parsedate_tz(text)
    if date is None:
        return None
    try:
        return max(0.0, float(mktime_tz(date)) - now)
    except (ValueError, OverflowError):
        return None
