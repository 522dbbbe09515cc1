"""The robots.txt of each origin: stored as it was sent, parsed when it is needed."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TypeAlias

from cachetools import LRUCache
from protego import Protego

from backlinkspider.exceptions import PageRefused

_MAXIMUM_BYTES = 512_000
"""The bytes of a robots.txt that count: at least 500 KiB (RFC 9309, 2.5)."""

_BYTES_KEPT = 32_000_000
"""The bytes of stored responses, least recently used ones out first; an evicted origin is asked again."""

_BYTES_OF_ANSWER = 500
"""The overhead of a stored response."""

_BYTES_READ = 4_000_000
"""The bytes of texts whose parsed rules are in memory, where rules take 20 to 40 times their text. Parsing 8 KB takes 0.3 ms,
too long to do for every page when 250 sites take turns."""

_BYTES_READ_AGAIN = 16_000
"""Texts up to this size are parsed whenever they are needed; those of the 50 hosts that a page may name fit in memory."""

Answer: TypeAlias = bytes | PageRefused | None
"""A robots.txt, None where there are no rules, or the reason why nothing may be fetched from the origin."""

_PRODUCT_TOKEN = re.compile(r"[A-Za-z_-]*")
"""The part of a name that counts (RFC 9309, 2.2.1: `product-token`); what follows, such as `/1.0`, is cut off."""

_GROUP_LINE = re.compile(r"\s*(?:user-agent|useragent|user agent)(?:\s*:|\s)\s*(?P<name>.*)", re.IGNORECASE)
"""A line that starts a group, in the spellings that Protego reads."""

_OURS, _OTHERS = "ours", "others"
"""The names under which Protego sees the groups; neither contains the other, because it compares names by their beginning."""


class RobotsRules:
    r"""The rules of a robots.txt for one product token.

    A group applies to us when its whole product token is ours, in any case (RFC 9309, 2.2.1); Protego would also take
    `back` and `backlink` for names of `backlinkspider`. Groups are therefore renamed before it reads them.

    >>> robots = "User-agent: Backlinkspider/0.1\nDisallow: /a\n\nUser-agent: back\nDisallow: /b"
    >>> rules = RobotsRules(robots, "backlinkspider")
    >>> rules.can_fetch("https://x.example/a"), rules.can_fetch("https://x.example/b")
    (False, True)
    """

    def __init__(self, text: str, token: str) -> None:
        lines = (_rename_group(line, token.lower()) for line in text.splitlines())
        self._protego = Protego.parse("\n".join(lines))

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between two requests that the site asks for."""
        return self._protego.crawl_delay(_OURS)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps that the file names, as written."""
        return list(self._protego.sitemaps)

    def can_fetch(self, url: str) -> bool:
        return self._protego.can_fetch(url, _OURS)

    def clear(self) -> None:
        """Break the reference cycles of Protego's objects, which the rare garbage collection would keep for long."""
        vars(self._protego).clear()


def product_token(name: str) -> str:
    """Return the product token that a User-Agent header or a line of a robots.txt starts with.

    >>> product_token("backlinkspider/0.1.0 (+https://example.com)"), product_token("007bot")
    ('backlinkspider', '')
    """
    found = _PRODUCT_TOKEN.match(name.strip())
    return found[0] if found else ""


def _rename_group(line: str, token: str) -> str:
    group = _GROUP_LINE.match(line)
    if group is None:
        return line
    name = group["name"].partition("#")[0].strip()
    if not name or name == "*" or name.startswith("* "):
        return f"User-agent: {name[:1]}"
    return f"User-agent: {_OURS if product_token(name).lower() == token else _OTHERS}"


class _ParsedRules(LRUCache[bytes, tuple[RobotsRules, int]]):
    """Parsed rules by text. Nobody else holds them for longer than one question takes."""

    def popitem(self) -> tuple[bytes, tuple[RobotsRules, int]]:
        """Evict the least recently used rules."""
        text, (rules, size) = super().popitem()
        rules.clear()
        return text, (rules, size)


class RobotsCache(LRUCache[str, Answer]):
    """The responses of origins and their rules, in bounded memory: each host of a site may send half a megabyte."""

    def __init__(self, agent: str) -> None:
        super().__init__(_BYTES_KEPT, getsizeof=_size_of)
        self._token = product_token(agent)
        self._rules = _ParsedRules(_BYTES_READ, getsizeof=itemgetter(1))

    def rules_for_response(self, answer: Answer) -> RobotsRules | None:
        """Return the rules of a response; None where there are none. Raises: PageRefused."""
        if answer is None:
            return None
        if isinstance(answer, PageRefused):
            # A new exception: a raised one keeps its whole traceback alive.
            raise type(answer)(*answer.args)
        return self.read(answer)

    def read(self, robots: bytes) -> RobotsRules:
        if robots not in self._rules:
            self._rules[robots] = parse_robots(robots, self._token), _size_of(robots)
        return self._rules[robots][0]

    def rules_of(self, origin: str) -> RobotsRules | None:
        """Return the rules of an origin, parsed again if evicted; None where there are none or it was not asked lately."""
        answer = self.get(origin)
        return self.read(answer) if isinstance(answer, bytes) else None

    def cached_rules(self, origin: str) -> RobotsRules | None:
        """Return the rules of an origin, long ones only if they are in memory: a page may name many origins in turn."""
        answer = self.get(origin)
        if not isinstance(answer, bytes) or (len(answer) > _BYTES_READ_AGAIN and answer not in self._rules):
            return None
        return self.read(answer)


def truncate_robots(robots: bytes) -> bytes:
    """Cut a robots.txt to the bytes that count, in whole lines, because half of a path forbids more than the path."""
    if len(robots) <= _MAXIMUM_BYTES:
        return robots
    return robots[: robots.rfind(b"\n", 0, _MAXIMUM_BYTES) + 1]


def parse_robots(body: bytes, token: str) -> RobotsRules:
    """Parse a robots.txt; a page in its place has no rules, and only the start of a long one counts."""
    return RobotsRules(truncate_robots(body).decode("utf-8-sig", "replace"), token)


def _size_of(answer: Answer) -> int:
    return _BYTES_OF_ANSWER + (len(answer) if isinstance(answer, bytes) else 0)
