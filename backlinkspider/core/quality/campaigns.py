"""Links that somebody has paid for: by the parameters of a campaign, and by the words with which a page says so.

With the parameters whoever is linked to counts the visitors of each advertisement.

Source: the values of a medium that count as paid are those of Google Analytics, https://support.google.com/analytics/answer/9756891
"""

# ruff: noqa: RUF001 - typographic marks and letters of many scripts

from __future__ import annotations

import re

from backlinkspider.core.urls.canonicalize import split_url
from backlinkspider.core.urls.query import parameters_of, percent_decode

_PAID = re.compile(
    r"cp[acmv]|ppc|retargeting|paid.*|display|banners?|expandable|interstitial|affiliates?|ads?|advert.*|sponsor.*", re.IGNORECASE
)
_NOT_IN_NAMES = re.compile(r"[\W_]+")
_SHORTEST_NAME = 4
"""Shorter names are too common."""
_PAID_WORDS = (
    r"werbung|anzeige|werbe-?links?|reklame|advertis\w+|advert|ad|ads|sponsored(?:\s+(?:link|post|content))?|paid\s+link|promoted"
    r"|(?:affiliate|partner)[\s-]?links?|publicité|lien\s+(?:sponsorisé|affilié)|publicidad|enlace\s+(?:patrocinado|de\s+afiliado)"
    r"|publicidade|pubblicità|advertentie|reclame|annonce|reklama|реклама|広告"
)
_PAID_BEHIND = re.compile(rf"\*?\s*[(\[{{]\s*\*?\s*(?:{_PAID_WORDS})\s*(?:[,;/|][^)\]}}]{{0,40}})?[)\]}}]", re.IGNORECASE)
"""In brackets. What a writer calls unpaid advertising (in German, for the courts) is a recommendation."""
_PAID_BEFORE = re.compile(
    rf"(?:^|[.!?|·•\[])\s*(?:{_PAID_WORDS})\s*[:)\]–—-]\s*\Z|\bsponsored\s+by:?\s*\Z|\bsponsors?:\s*\Z", re.IGNORECASE
)
_PAID_INSIDE = re.compile(
    rf"[(\[](?:{_PAID_WORDS})[)\]]|\b(?:affiliate|partner)[\s-]link\b|^(?:anzeige|werbung|sponsored):", re.IGNORECASE
)


def campaign_parameter(url: str, url_from: str, site_from: str) -> str | None:
    """The parameter by which an address counts what an advertisement on the linking page brings; None for one without.

    That is a paid medium, or a source that is the linking site or a folder of the page: who recommends a page does not name
    themselves in its address.

    >>> campaign_parameter("https://oak.example/?utm_source=acornweekly", "https://ann.example/acornweekly/7", "ann.example")
    'parameter utm_source'
    >>> campaign_parameter("https://oak.example/?utm_medium=cpc", "https://ann.example/", "ann.example")
    'parameter utm_medium'
    >>> campaign_parameter("https://oak.example/?utm_source=letter&utm_medium=email", "https://ann.example/", "ann.example")
    """
    if "utm_" not in url:
        return None
    named = parameters_of(url)
    if _PAID.fullmatch(named.get("utm_medium", "")):
        return "parameter utm_medium"
    source = _plain(named.get("utm_source", ""))
    if len(source) < _SHORTEST_NAME:
        return None
    folders = split_url(url_from).resource.partition("?")[0].split("/")[1:-1]
    label = _plain(site_from.partition(".")[0])
    is_named = (len(label) >= _SHORTEST_NAME and label in source) or source in map(_plain, folders)
    return "parameter utm_source" if is_named else None


def read_paid(before: str, anchor: str, after: str) -> str | None:
    """The word with which a text calls a link an advertisement; None without one.

    >>> read_paid("washed it with", "a shampoo", "(Werbung) for brown hair")
    'werbung'
    >>> read_paid("washed it with", "a shampoo", "(unbezahlte Werbung)") is None
    True
    """
    found = _PAID_BEHIND.match(after) or _PAID_BEFORE.search(before) or _PAID_INSIDE.search(anchor)
    return " ".join(found[0].lower().strip(" ()[]{}*:.!?|·•–—-").split()) if found else None


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("", percent_decode(name.replace("+", " "))).lower()
