"""What a link and a page say about following: rel tokens and robots directives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple

from backlinkspider.core.html.mimetype import media_type

NOT_ENDORSED = frozenset({"nofollow", "ugc", "sponsored"})
"""The rel tokens that make a link not dofollow
(https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links)."""

SEARCH_BOTS = frozenset(
    {"robots", "googlebot", "bingbot", "msnbot", "slurp", "duckduckbot", "yandex", "yandexbot", "baiduspider", "applebot"}
)
"""The names of `<meta name=…>`, and of the prefix in X-Robots-Tag, whose directives are read: all bots, and those of
the search engines, which are what a page owner means by "does this link count"."""

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
"""The media types of feeds (https://www.rssboard.org/rss-autodiscovery)."""

_OTHER_FEED_TYPES = frozenset({"application/feed+json", "application/xml", "text/xml"})
"""Feeds in JSON (https://www.jsonfeed.org/version/1.1/), and those of before 2006, which had no type of their own."""

_PAGES_OF_APPLICATIONS = frozenset({"application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
"""Types of pages that begin like those of data."""

_ASCII_WHITESPACE = re.compile(r"[\t\n\f\r ]+")
_BOT_PREFIX = re.compile(r"\s*([A-Za-z][\w.-]*)\s*:(.*)", re.DOTALL)
# Directives that are written with a colon and a value, so that they do not pass for a bot's name.
_VALUED_DIRECTIVES = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


_EXPIRY = re.compile(r"(?:^|[,\s])unavailable_after\s*:?\s*((?:[a-z]+\s*,\s*)?[^,]*[^,\s])", re.IGNORECASE)
"""A date may begin with a day of the week and a comma."""


class RobotsDirectives(NamedTuple):
    """What one layer of a page (its meta elements, or its headers) asks of search engines."""

    noindex: bool
    nofollow: bool


def is_alternate(rel: Sequence[str], attributes: Mapping[str, str | None]) -> bool:
    """Return whether rel tokens of a `<link>` or Link header name the page in another language, for other devices, or its feed.

    A data format for programs, such as oEmbed or the address of an interface, is no form of the page that anybody reads
    (https://html.spec.whatwg.org/#rel-alternate, https://developers.google.com/search/docs/specialty/international/localized-versions,
    https://oembed.com/#section4).

    >>> is_alternate(("alternate",), {"hreflang": "de"}), is_alternate(("alternate",), {"type": "application/rss+xml"})
    (True, True)
    >>> is_alternate(("alternate",), {"type": "application/json+oembed"}), is_alternate(("alternate",), {})
    (False, False)
    """
    if "alternate" not in rel or "stylesheet" in rel:
        return False
    kind = media_type(attributes.get("type"))
    if kind in FEED_TYPES or kind in _OTHER_FEED_TYPES:
        return True
    is_data = kind.startswith("application/") and kind not in _PAGES_OF_APPLICATIONS
    return not is_data and any((attributes.get(name) or "").strip() for name in ("hreflang", "media"))


def parse_rel(value: str | None) -> tuple[str, ...]:
    """The tokens of a rel attribute, lower case, in the order written, without repeats.

    A set of space-separated tokens (https://html.spec.whatwg.org/#space-separated-tokens).

    >>> parse_rel(" NoFollow  ugc nofollow")
    ('nofollow', 'ugc')
    """
    if not value:
        return ()
    return tuple(dict.fromkeys(token for token in _ASCII_WHITESPACE.split(value.lower()) if token))


def nofollow_layers(rel: Sequence[str], page_layers: tuple[str, ...]) -> tuple[str, ...]:
    """The layers that ask not to follow a link: `link` when its rel does, then those of its page. None means dofollow.

    To HTML a comma is part of a token; search engines take it for a separator (see NOT_ENDORSED).

    >>> nofollow_layers(("ugc",), ("meta",)), nofollow_layers(("noopener",), ()), nofollow_layers(("x,nofollow",), ())
    (('link', 'meta'), (), ('link',))
    """
    if not rel:
        return page_layers
    is_endorsed = all(NOT_ENDORSED.isdisjoint(token.split(",")) for token in rel)
    return page_layers if is_endorsed else ("link", *page_layers)


def parse_robots_meta(contents: Iterable[tuple[str, str]], now: float | None = None) -> RobotsDirectives:
    """Read the directives in (name, content) pairs of a page's meta elements; the most restrictive wins.

    A page is not indexed after the date of `unavailable_after`; `now` is in seconds since 1970.

    https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag

    >>> parse_robots_meta([("robots", "index, follow"), ("GoogleBot", "None")])
    RobotsDirectives(noindex=True, nofollow=True)
    """
    return _directives([content for name, content in contents if name.strip().lower() in SEARCH_BOTS], now)


def parse_robots_headers(values: Iterable[str], now: float | None = None) -> RobotsDirectives:
    """Read the directives in X-Robots-Tag headers; a bot's name holds for the directives that come after it.

    >>> parse_robots_headers(["noarchive", "googlebot: nofollow", "otherbot: noindex"])
    RobotsDirectives(noindex=False, nofollow=True)
    """
    return _directives([", ".join(_words_for_search_bots(value)) for value in values], now)


def _words_for_search_bots(value: str) -> Iterator[str]:
    bot = "robots"
    for part in value.split(","):
        prefix = _BOT_PREFIX.match(part)
        is_named = prefix is not None and prefix[1].lower() not in _VALUED_DIRECTIVES
        bot, word = (prefix[1].lower(), prefix[2]) if prefix is not None and is_named else (bot, part)
        if bot in SEARCH_BOTS:
            yield word


def _directives(contents: Sequence[str], now: float | None) -> RobotsDirectives:
    words = {word.strip().lower() for content in contents for word in content.split(",")}
    is_expired = now is not None and any(_is_expired(content, now) for content in contents)
    return RobotsDirectives(
        noindex=is_expired or not words.isdisjoint({"noindex", "none"}), nofollow=not words.isdisjoint({"nofollow", "none"})
    )


def _is_expired(content: str, now: float) -> bool:
    """Return whether an `unavailable_after` among the directives lies in the past."""
    return any(date is not None and date < now for date in map(_parse_date, (match[1] for match in _EXPIRY.finditer(content))))


def _parse_date(text: str) -> float | None:
    """A date of RFC 822, RFC 850 or ISO 8601, in seconds since 1970; UTC where it names no zone, midnight where no time."""
    for form in (text, f"{text} 00:00:00"):
        date = parsedate_tz(form.replace("-", " ") if form[:1].isalpha() or "-" in form[:3] else form)
        if date is not None:
            break
    try:
        if date is not None:
            return float(mktime_tz(date))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
