"""Rank the URLs of a site by their form: pages before lists, lists before views of them, forms last."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.ranking.software import ACTIONS, LISTS, SOFTWARE
from backlinkspider.core.urls.canonicalize import resource_of
from backlinkspider.core.urls.patterns import is_archive_url, is_numbered_page
from backlinkspider.core.urls.query import parameters_of


class UrlKind(StrEnum):
    """What a URL leads to, by its form; the reason for its place in the queue."""

    PAGE = "page"
    """Something to read, as far as its URL says."""
    SERIES = "series"
    """A further page of a list, which leads to pages that nothing else may link to. `/page/2`"""
    LIST = "list"
    """A tag, category, archive or search."""
    VARIANT = "variant"
    """Another view of a page or list: sorted, filtered, for printing, for sharing; its first page by number; or a form."""
    ACTION = "action"
    """A form, a history or a copy, by the URL of well-known software (`core.ranking.software`)."""


_LEVELS = {UrlKind.PAGE: 0, UrlKind.SERIES: 2, UrlKind.LIST: 13, UrlKind.VARIANT: 17, UrlKind.ACTION: 30}
"""How much later a kind comes, where 2 is one link further from the seed. A page, or a further page of a list, comes before a tag
that every page links to even five links away, the default of max_depth: pages lead to pages, and lists mostly to what was found
already."""

_NOFOLLOW_LEVEL = 25
"""The same for a link with rel=nofollow: behind everything but actions."""

_LIKELY = 3
"""How much earlier a URL comes that is likely to link to the target: more than one link."""

TOPICAL = 3
"""The same of one whose words are those of the target's topic."""

_VARIANT_PARAMETERS = re.compile(
    r"[?&](?:share|sharedby|print|printable|print_view|output|sort|sortby|sort_by|sortorder|order|orderby|orderdir|dir|view|limit"
    r"|per_page|add-to-cart|add_to_cart|add_to_wishlist|like_comment|redirect_to|returnurl|return_to"
    r"|[^=&#]*(?:facet|filter)[^=&#]*|f(?:\[|%5B)\d+(?:\]|%5D)|min_price|max_price|price_min|price_max)="
    r"|[?&](?:print|printable)(?=&|\Z)",
    re.IGNORECASE,
)
"""Parameters that show the same again or a part of it, or do something; in the forms of WooCommerce, Jetpack, Drupal, Joomla and
others."""

_FORM_SEGMENTS = re.compile(
    r"/(?:login|log-in|signin|sign-in|logout|register|signup|sign-up|lost-?password|forgot-?password|password-reset|reset-password"
    r"|my-account|cart|basket|checkout|wishlist|edit|print|share|anmelden|registrieren|warenkorb|kasse|connexion|panier)"
    r"(?:\.(?:php|html?|aspx?|jsp))?(?=[/?]|\Z)"
    # What is done to the page or thing that the path before names.
    r"|(?<=.)/(?:add|compose|create|delete|flag|like|publish|remove|reply|report|reset|resend|subscribe|unlike|unsubscribe|vote)"
    r"/?\Z",
    re.IGNORECASE,
)

_FIRST_PAGE = re.compile(
    r"[?&](?:page|paged|pageno|page_no|pagenum|page_num|pagenumber|currentpage|current_page|pg)=0*[01](?=&|\Z)"
    r"|[?&](?:offset|start|skip)=0+(?=&|\Z)|(?<=/)page/0*[01]/?(?=\?|\Z)",
    re.IGNORECASE,
)
"""The first page of a list under another URL than the list's own. Where pages are counted from 0 this is the second one, which
then comes after the others."""


@cache_short_strings(4_096)
def kind_of(url: str) -> UrlKind:
    """Guess from the form of a URL what it leads to.

    >>> kind_of("https://example.com/oak").value, kind_of("https://example.com/tag/oak").value
    ('page', 'list')
    >>> kind_of("https://example.com/?p=12").value, kind_of("https://example.com/?p=12&replytocom=3").value
    ('page', 'action')
    """
    resource = resource_of(url)
    path, mark, _ = resource.partition("?")
    if ACTIONS.search(resource):
        return UrlKind.ACTION
    if is_numbered_page(url):
        return UrlKind.VARIANT if _FIRST_PAGE.search(resource) else UrlKind.SERIES
    if LISTS.search(resource):
        return UrlKind.LIST
    if mark and _page_parameters(resource):
        return UrlKind.PAGE
    if (mark and _VARIANT_PARAMETERS.search(resource)) or _FORM_SEGMENTS.search(path):
        return UrlKind.VARIANT
    return UrlKind.LIST if is_archive_url(url) else UrlKind.PAGE


def priority_of(url: str, depth: int, *, is_nofollow: bool = False, is_likely: bool = False, is_topical: bool = False) -> int:
    """The priority of a URL in the queue of its site: pages near the seed first, by steps of 2 a link.

    `is_likely` is for a URL on a page that links to the target, or of a page of links; `is_topical` for words of its topic.

    >>> priority_of("https://example.com/oak", 3) > priority_of("https://example.com/tag/oak", 1)
    True
    """
    kind = kind_of(url)
    level = max(_LEVELS[kind], _NOFOLLOW_LEVEL) if is_nofollow else _LEVELS[kind]
    return _LIKELY * is_likely + TOPICAL * is_topical - 2 * depth - level


def is_link_page(url: str) -> bool:
    """Return whether the last part of a path says that the page links to others: links, partners, resources, press.

    >>> is_link_page("https://example.com/our-partners.html"), is_link_page("https://example.com/links-in-a-chain/oak")
    (True, False)
    """
    name = resource_of(url).partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return not _LINK_PAGE_WORDS.isdisjoint(_NOT_A_LETTER.split(name))


_NOT_A_LETTER = re.compile(r"[^a-z]+")
_LINK_PAGE_WORDS = frozenset(
    (
        *("links", "link", "linkliste", "liens", "enlaces", "collegamenti", "blogroll", "resources", "ressourcen", "ressources"),
        *("recursos", "risorse", "partners", "partner", "partenaires", "socios", "parceiros", "sponsors", "sponsoren", "press"),
        *("presse", "prensa", "stampa", "media", "testimonials", "directory", "verzeichnis", "annuaire", "friends", "freunde"),
        *("supporters", "members", "mitglieder", "recommended", "empfehlungen", "tools", "bookmarks"),
    )
)
"""Words in the names of pages that people keep their links on, in the languages of `links.generic_anchors`."""


def has_words(url: str, text: str, words: AbstractSet[str]) -> bool:
    """Return whether one of the words, in lower case, stands in the last part of a URL's path or in the text of the link to it.

    >>> has_words("https://example.com/blog/an-Escapement-from-1890", "", {"escapement", "clock"})
    True
    >>> has_words("https://example.com/?p=12", "The tower clock", {"clock"}), has_words("https://clock.example/a", "b", {"clock"})
    (True, False)
    """
    name = resource_of(url).partition("?")[0].rstrip("/").rpartition("/")[2]
    found = _WORD.findall(f"{name} {text[:TEXT_MAXIMUM]}".casefold())
    return any(word in words or f"{word}s" in words or word.removesuffix("s") in words for word in found)


_WORD = re.compile(r"[^\W\d_]{2,}")
TEXT_MAXIMUM = 200
"""Characters of a link's text whose words are looked at."""


def has_varying_parameters(url: str, choosing: frozenset[str] = frozenset()) -> bool:
    """Return whether a URL has parameters beside those that choose the page, in known software or by what was learnt.

    >>> has_varying_parameters("https://example.com/shop?color=red"), has_varying_parameters("https://example.com/?p=12")
    (True, False)
    """
    if "?" not in url:
        return False
    resource = resource_of(url)
    return bool(parameters_of(resource).keys() - choosing - _page_parameters(resource))


def _page_parameters(resource: str) -> frozenset[str]:
    for software in SOFTWARE.values():
        if software.page_url is not None and software.page_url.search(resource):
            return software.page_parameters
    return frozenset()
