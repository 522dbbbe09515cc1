"""Links that a campaign has placed: by the parameters with which whoever is linked to counts the visitors of each advertisement.

Source: the values of a medium that count as paid are those of Google Analytics, https://support.google.com/analytics/answer/9756891
"""

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


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("", percent_decode(name.replace("+", " "))).lower()
