"""Texts to seeds: where a crawl starts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backlinkspider.core.exceptions import SeedError
from backlinkspider.core.text import escape_control_characters, truncate_for_message
from backlinkspider.core.urls.canonicalize import absolute_url, has_doubled_scheme, host_of, strip_credentials
from backlinkspider.core.urls.domains import is_host_name, is_ip_address

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")

_URL_MAXIMUM = 8_000
"""Characters of a seed; servers take no longer ones."""

_SEED_MAXIMUM = 2_000
"""Characters of a seed that a row shows."""


@dataclass(frozen=True)
class Seed:
    """Where to start on one site."""

    text: str
    """As the user wrote it."""
    urls: tuple[str, ...]
    """The addresses to try, in this order, until one answers: of a bare domain https, then http."""


@dataclass(frozen=True)
class BadLine:
    """A line of a list or feed that cannot be used."""

    number: int
    """From 1."""
    problem: str


def parse_seed(text: str) -> Seed:
    """The seed that a domain or an http(s) URL names. Raises SeedError.

    >>> parse_seed("example.com").urls
    ('https://example.com/', 'http://example.com/')
    >>> parse_seed("http://example.com/blog").urls
    ('http://example.com/blog',)
    """
    named = text.strip()
    scheme = _SCHEME.match(named)
    candidates = (named,) if scheme else (f"https://{named}", f"http://{named}")
    urls = tuple(url for candidate in candidates if (url := absolute_url(candidate, "http://x/")) is not None)
    # An e-mail address is shown as it is, a password is not.
    said = truncate_for_message(strip_credentials(named) if ":" in named else named)
    if any(len(url) > _URL_MAXIMUM for url in urls):
        raise SeedError(f"'{said}' has more than {_URL_MAXIMUM} characters")
    if not urls or re.search(r"\s", named) or named.startswith(("/", ".", "#")) or (not scheme and "@" in named):
        raise SeedError(f"'{said}' is not a domain or an http(s) address")
    if "\ufffd" in named:
        raise SeedError(f"'{said}' has lost characters on the way: its encoding was read wrong before")
    if has_doubled_scheme(named):
        raise SeedError(f"'{said}' has its scheme twice; remove one")
    host = host_of(urls[0])
    if is_ip_address(host) and not scheme and not named.startswith((host, "[")):
        raise SeedError(f"'{said}' is a number, not a domain or an http(s) address")
    is_name = is_host_name(host) and (scheme is not None or "." in host)
    if not is_name and not is_ip_address(host):
        raise SeedError(f"'{said}' is not a domain or an http(s) address")
    return Seed(escape_control_characters(strip_credentials(named))[:_SEED_MAXIMUM], urls)


def site_seed(host: str) -> Seed:
    """The seed that a normalized host is: its home page over https, then http."""
    return Seed(host, (f"https://{host}/", f"http://{host}/"))
