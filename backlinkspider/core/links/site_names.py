"""Find the names of a site: in its metadata, and in the part that its page titles share."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from backlinkspider.core.html.parser import Document
from backlinkspider.core.links.generic_anchors import GENERIC_ANCHORS
from backlinkspider.core.text import collapse_whitespace

NAMES_MAXIMUM = 10
_LONGEST = 60
_SHORTEST = 3
"""Characters; two are enough in scripts such as Chinese."""

_LONGEST_WITH_FORM = 2 * _LONGEST
"""Characters of a name with its legal form; longer texts are ignored."""

_WORDS_MAXIMUM = 6

_BETWEEN_NAMES = re.compile(r"\s+[-|\u2013\u2014·•:»«>/]+\s+|:\s+")
"""Separators between the page's name and the site's name in a title."""

_NAME_METAS = (
    "meta[property='og:site_name'], meta[name='og:site_name'], meta[name=application-name], meta[name=apple-mobile-web-app-title]"
)
_JSON_LD = 'script[type="application/ld+json"]'
_JSON_CHARACTERS = 100_000
_ENTRIES_MAXIMUM = 100
_NAMED_KINDS = frozenset(
    {"Organization", "WebSite", "Corporation", "LocalBusiness", "NewsMediaOrganization", "OnlineStore", "Store", "Brand"}
    | {"EducationalOrganization", "GovernmentOrganization", "NGO"}
)
"""Types of https://schema.org whose name, on a home page, is that of the site."""

_NOT_NAMES = frozenset(
    {"welcome", "willkommen", "bienvenue", "bienvenido", "benvenuto", "bem vindo", "blog", "the blog", "shop", "store", "news"}
    | {"contact", "contact us", "kontakt", "about", "about us", "index", "untitled", "untitled document", "start", "main"}
    | {"my site", "my website", "my blog", "wordpress", "just another wordpress site", "login", "log in", "sign in", "search"}
    | {"new page", "default", "test", "404", "not found", "page not found", "error", "forum", "archive", "archives", "online"}
    | {"archiv", "newsletter", "status", "advertise"}
    | {"hjem", "accueil", "privacy policy", "impressum", "products", "services", "wiki", "english", "official website"}
)
"""Phrases in the titles of any site, in addition to the generic anchors."""

_LEGAL_FORM = re.compile(
    r"(?:,?\s+(?:&|ltd|limited|inc|llc|llp|plc|corp|corporation|co|gmbh|mbh|ag|kg|ug|oy|ab|ltda|sarl"
    r"|e\.?\s?v|s\.?a|s\.?l|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|a/s)\.?)+\Z",
    re.IGNORECASE,
)


def title_parts(title: str) -> list[str]:
    """The parts of a title: usually one names the page and one the site.

    >>> title_parts("Oak chairs | Oak & Iron")
    ['Oak chairs', 'Oak & Iron']
    """
    return _BETWEEN_NAMES.split(title)


def declared_names(document: Document) -> list[str]:
    """The site names that a page declares.

    They come from og:site_name (https://ogp.me), application-name (HTML Standard), and the organization or website in JSON-LD
    (https://schema.org).
    """
    metas = (
        collapse_whitespace(meta.attributes.get("content") or "") for meta in islice(document.css(_NAME_METAS), _ENTRIES_MAXIMUM)
    )
    return [name for name in chain(metas, _names_in_json(document)) if len(name) <= _LONGEST_WITH_FORM]


def common_parts(titles: Iterable[str]) -> list[str]:
    """The parts that occur in at least two, and at least half, of the distinct titles.

    >>> common_parts(["Chairs | Oak & Iron", "Oak & Iron", "Tables - Oak & Iron"])
    ['Oak & Iron']
    """
    different = dict.fromkeys(titles)
    counted = Counter(part for title in different for part in dict.fromkeys(map(collapse_whitespace, title_parts(title))))
    return [part for part, count in counted.items() if count >= 2 and 2 * count >= len(different)]


def plausible_names(names: Iterable[str]) -> tuple[str, ...]:
    """The texts that can be a site's name, longest first, with and without legal form; at most ten.

    >>> plausible_names(["Home", "Oak & Iron Ltd.", "Read more"])
    ('Oak & Iron Ltd.', 'Oak & Iron')
    """
    # The pattern takes quadratic time.
    short = (name for name in names if len(name) <= _LONGEST_WITH_FORM)
    forms = dict.fromkeys(form for name in short for form in (name, _LEGAL_FORM.sub("", name)) if _is_plausible(form))
    return tuple(sorted(forms, key=len, reverse=True)[:NAMES_MAXIMUM])


def _is_plausible(name: str) -> bool:
    words = re.findall(r"[^\W_]+", name.casefold())
    phrase = " ".join(words)
    is_short = len(name) < (_SHORTEST if name.isascii() else 2)
    if is_short or len(name) > _LONGEST or not 0 < len(words) <= _WORDS_MAXIMUM or phrase.replace(" ", "").isdigit():
        return False
    return phrase not in GENERIC_ANCHORS and phrase not in _NOT_NAMES


def _names_in_json(document: Document) -> Iterator[str]:
    for script in islice(document.css(_JSON_LD), _ENTRIES_MAXIMUM):
        text = script.text()
        if len(text) > _JSON_CHARACTERS:
            continue
        try:
            stored = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for entry in _entries(stored):
            kinds = entry.get("@type")
            if _NAMED_KINDS.isdisjoint(kind for kind in _listed(kinds) if isinstance(kind, str)):
                continue
            names = (*_listed(entry.get("name")), *_listed(entry.get("alternateName")))
            yield from (collapse_whitespace(name) for name in names if isinstance(name, str))


def _entries(stored: Any) -> Iterator[dict[str, Any]]:
    for entry in _listed(stored):
        if isinstance(entry, dict):
            yield entry
            yield from (inner for inner in _listed(entry.get("@graph")) if isinstance(inner, dict))


def _listed(value: Any) -> Sequence[Any]:
    return value[:_ENTRIES_MAXIMUM] if isinstance(value, list) else [value]
