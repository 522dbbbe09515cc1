"""Signs of spam in the name of a host; they are weak, as the figures in docs/verdicts.md show.

The signs are those of Fetterly, Manasse and Najork (Spam, Damn Spam, and Statistics, 2004): long names, with many hyphens and
digits; and the words of the trades that live of spam.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.quality.host_words import selling_words_in, trade_words_in
from backlinkspider.core.quality.random_names import is_random_name
from backlinkspider.core.urls.domains import is_ip_address, site_of

SUSPICIOUS_MAXIMUM = 10
"""Names that are shown, at most."""

_RANDOM_MINIMUM = 5
"""Names of random letters on a page before they say anything: an abbreviation looks like one."""
_RANDOM_SHARE = 1 / 3
_SUSPICIOUS_POINTS = 3
"""A word of spam's trades, and something else with it: poker clubs and banks have such words too."""
_LONG_NAME = 16
_HYPHENS_COUNTED = 3


class NameSigns(NamedTuple):
    """The signs found in the name of a host, without its public suffix and `www`."""

    trade_words: tuple[str, ...]
    """Words of trades that live on spam."""
    selling_words: tuple[str, ...]
    hyphens: int
    digits: int
    length: int
    """Characters of the label that was registered."""
    labels: int
    """Labels in front of that."""
    is_random: bool = False
    """Whether the registered label looks generated; one alone says nothing."""

    @property
    def points(self) -> int:
        """How much the signs together look like spam; set by what the field knows, not learnt.

        >>> read_name("www.cheap-loans-4u.example").points, read_name("magazine.example").points
        (6, 0)
        """
        words = 2 * len(self.trade_words) + len(self.selling_words)
        return words + min(self.hyphens, _HYPHENS_COUNTED) + (self.digits > 0) + (self.length >= _LONG_NAME)

    @property
    def is_suspicious(self) -> bool:
        """Return whether few honest sites are called so: a word of spam's trades, with another, or among others.

        >>> read_name("best-casino-bonus.example").is_suspicious, read_name("casino-lugano.example").is_suspicious
        (True, True)
        >>> read_name("pokerclub.example").is_suspicious, read_name("cheap-hotels-online.example").is_suspicious
        (False, False)
        """
        several = 2 * len(self.trade_words) + len(self.selling_words) + (self.hyphens > 0) + (self.digits > 0)
        return bool(self.trade_words) and several >= _SUSPICIOUS_POINTS


@cache_short_strings(16_384)
def read_name(host: str) -> NameSigns:
    """Return the signs in the name of a host; none for an IP address.

    >>> read_name("www.cheap-loans-4u.co.uk")
    NameSigns(trade_words=('loans',), selling_words=('cheap',), hyphens=2, digits=1, length=14, labels=0, is_random=False)
    """
    if is_ip_address(host):
        return NameSigns((), (), 0, 0, 0, 0)
    registered = site_of(host).partition(".")[0]
    before = host.removesuffix(site_of(host)).rstrip(".")
    name = f"{before}.{registered}".removeprefix("www.").removeprefix(".")
    # The letters of other scripts are written with hyphens and digits, which say nothing.
    plain = ".".join(label for label in name.split(".") if not label.startswith("xn--"))
    return NameSigns(
        trade_words=trade_words_in(plain),
        selling_words=selling_words_in(plain),
        hyphens=plain.count("-"),
        digits=sum(map(str.isdigit, plain)),
        length=len(registered),
        labels=name.count("."),
        is_random=is_random_name(registered),
    )


def suspicious_domains(domains: Iterable[str], targets: Container[str] = ()) -> tuple[str, ...]:
    """The first ten, by the alphabet, of the domains whose names are suspicious, without the targets.

    Names of random letters and digits are so together, where there are five and at least a third of all.

    >>> suspicious_domains(["oak.example", "viagra-online.example", "24-casino.example"])
    ('24-casino.example', 'viagra-online.example')
    """
    names = {domain: read_name(domain) for domain in domains}
    number = sum(signs.is_random for signs in names.values())
    are_random = number >= max(_RANDOM_MINIMUM, _RANDOM_SHARE * len(names))
    found = {domain for domain, signs in names.items() if signs.is_suspicious or (are_random and signs.is_random)}
    return tuple(sorted(domain for domain in found if domain not in targets)[:SUSPICIOUS_MAXIMUM])
