"""Signals of the page that holds the link."""

from __future__ import annotations

import re

from backlinkspider.core.page.position_words import Position
from backlinkspider.core.quality.host_names import read_name
from backlinkspider.core.quality.purposes import read_exchange, read_statistics
from backlinkspider.core.quality.reading import (
    Evidence,
    Reading,
    address_in,
    has_keyword_anchor,
    list_in,
    number_in,
    share_text,
    text_in,
    truth_in,
)
from backlinkspider.core.urls.canonicalize import canonical_url, page_id, split_url
from backlinkspider.core.urls.domains import site_of_url

_HIGH_RELEVANCE = 0.15
_SOME_RELEVANCE = 0.06
"""Below it pages on a broad subject and pages on others are mixed; `core.profile.relevance.TOLD_APART`."""

_FULL_TEXT_WORDS = 250
_THIN_TEXT_WORDS = 60
_SENTENCE_WORDS = 25
"""A long sentence; guides on plain language call for 15 to 20 words."""

_FEW_LINKS = 10
_WORDS_FOR_A_LINK = 50
_MANY_LINKS = 60
_FEW_WORDS_FOR_A_LINK = 15
_OVERLOADED_LINKS = 150
_OVERLOADED_DOMAINS = 75
_HARDLY_ANY_WORDS_FOR_A_LINK = 6

_SITES_OF_AN_EXCHANGE = 20

_MANY_SUSPICIOUS = 3
_MANY_SUSPICIOUS_SHARE = 0.03
_ALL_SHOWN = 10

_SHAPES = {
    "guestbook": re.compile(r"guest-?book|g(?:ä|ae|%c3%a4)stebuch|livre-?d-?or|libro-?de-?visitas|guestbk", re.IGNORECASE),
    "profile": re.compile(
        r"(?:^|[/?&])(?:profiles?|users?|memberlist|userinfo|u)(?:\.php|\.asp|\.html?)?[/?=]"
        r"(?!(?:log-?in|log-?on|log-?out|sign-?(?:in|up|out)|register|registration|password|reset|lost|new|auth)\b|sign_)"
        r"|[?&](?:action=profile|mode=viewprofile|do=profile|mod=space)|/member\.php|/~?user-?profile",
        re.IGNORECASE,
    ),
    "forum": re.compile(
        r"/(?:forums?|foren|foros?|showthread|viewtopic|forumdisplay)(?:[/.?-]|\d|\Z)"
        # /topic-12 is a thread, /topic-modeling an article.
        r"|/(?:boards?|threads?|topics?|discussions?|community)(?:[/.?]|-?\d|\Z)|[?&]topic=|[?&]showtopic=",
        re.IGNORECASE,
    ),
}


_LINE_OF_SIGNATURE = re.compile(r"_{6,}|-{6,}")
"""What forums write above a signature."""


def read_topic_relevance(evidence: Evidence) -> Reading | None:
    """How close the page is to the subject of the target.

    `high` is a `topic_relevance` of 0.15 or more, `some` 0.06 or more. Less says nothing: pages on a broad subject score no more
    than others. A page in another language is not measured, and that is not held against it.

    Source: Davison, Topical Locality in the Web (2000).
    """
    relevance = number_in(evidence, "topic_relevance")
    if relevance is None or relevance < _SOME_RELEVANCE:
        return None
    return Reading("high" if relevance >= _HIGH_RELEVANCE else "some", share_text(relevance))


def read_words(evidence: Evidence) -> Reading | None:
    """How much text the page has: thin pages are made for their links.

    `full` has 250 words or more, `short` 60 or more, `thin` 25 or more, `sentence` fewer.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#thin-affiliate-pages
    """
    words = number_in(evidence, "page_from_words")
    if words is None:
        return None
    bands = (("full", _FULL_TEXT_WORDS), ("short", _THIN_TEXT_WORDS), ("thin", _SENTENCE_WORDS))
    level = next((level for level, least in bands if words >= least), "sentence")
    return Reading(level, f"{words:.0f} words")


def read_outbound_links(evidence: Evidence) -> Reading | None:
    """How many other links share the page with it, and how many words there are for each.

    `few` is up to 10 links to other sites, or 50 words or more for each. `many` is 60 links or more with fewer than 15 words
    each, `overloaded` 150 or more to at least 75 sites with fewer than 6. `some` is all the rest.

    Source: Brin and Page, The Anatomy of a Large-Scale Hypertextual Web Search Engine (1998); Majestic's link density.
    """
    links = number_in(evidence, "page_from_external_links")
    if links is None:
        return None
    sites = number_in(evidence, "page_from_linked_domains")
    words = number_in(evidence, "page_from_words")
    text = f"{links:.0f} external links" + (f", {sites:.0f} sites" if sites is not None else "")
    return Reading(_load_of(links, links if sites is None else sites, None if words is None else words / max(links, 1)), text)


def _load_of(links: float, sites: float, words_for_a_link: float | None) -> str:
    if links <= _FEW_LINKS or (words_for_a_link is not None and words_for_a_link >= _WORDS_FOR_A_LINK):
        return "few"
    # A page is only called overloaded when its words are known: a long list with descriptions is not.
    if links >= _OVERLOADED_LINKS and sites >= _OVERLOADED_DOMAINS and (words_for_a_link or 0) < _HARDLY_ANY_WORDS_FOR_A_LINK:
        return "many" if words_for_a_link is None else "overloaded"
    is_dense = words_for_a_link is None or words_for_a_link < _FEW_WORDS_FOR_A_LINK
    return "many" if links >= _MANY_LINKS and is_dense else "some"


def read_neighborhood(evidence: Evidence) -> Reading | None:
    """Read what else the page links to.

    `many` is 3 or more sites that are named like spam, and 3 % of the sites linked to (ten are always enough); `some` is fewer,
    `clean` none. `random` is a page where 5 sites or more, and at least a third, have names of random letters and digits: no
    writer chooses so many, intruders and networks of generated pages do.

    Source: Google's guidelines of 2005 on "bad neighborhoods"; Wu and Davison, Identifying Link Farm Spam Pages (2005).
    """
    domains = list_in(evidence, "page_from_suspicious_domains")
    if domains is None:
        return None
    if not domains:
        return Reading("clean", "none")
    if any(signs.is_random and not signs.is_suspicious for signs in map(read_name, domains)):
        return Reading("random", ", ".join(domains[:3]))
    sites = number_in(evidence, "page_from_linked_domains")
    # A page that links to half the web links to some bad names by chance.
    least = max(_MANY_SUSPICIOUS, min(_MANY_SUSPICIOUS_SHARE * (sites or 0), _ALL_SHOWN))
    return Reading("many" if len(domains) >= least else "some", ", ".join(domains[:3]))


def read_purpose(evidence: Evidence) -> Reading | None:
    """Whether the page is there for its links, as its title says.

    `exchange` offers links to whoever asks, and has at least 20 sites with fewer than 15 words for each link. `statistics` are
    figures that a machine writes about every domain. Other pages are not measured.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#link-spam (automated programs, link exchanges)
    """
    title = text_in(evidence, "page_from_title") or ""
    sites, links, words = (
        number_in(evidence, f"page_from_{column}") or 0 for column in ("linked_domains", "external_links", "words")
    )
    if sites >= _SITES_OF_AN_EXCHANGE and words < _FEW_WORDS_FOR_A_LINK * links:
        exchange = read_exchange(title)
        if exchange is not None:
            return Reading("exchange", f"{exchange}, {sites:.0f} sites")
    statistics = read_statistics(title)
    return Reading("statistics", statistics) if statistics is not None else None


def read_index(evidence: Evidence) -> Reading | None:
    """Whether search engines keep the page: a page that is not indexed, or says it is a copy, passes nothing on.

    `noindex` asks not to be indexed. `other_canonical` names another page of its site as the original, `other_site` a page on
    another site. `indexed` does neither.

    Source: https://developers.google.com/search/docs/crawling-indexing/block-indexing and …/consolidate-duplicate-urls
    """
    noindex = truth_in(evidence, "page_from_noindex")
    if noindex is None:
        return None
    if noindex:
        return Reading("noindex", "noindex")
    canonical = address_in(evidence, "page_from_canonical")
    url_from = address_in(evidence, "url_from")
    if canonical is None or url_from is None or canonical_url(canonical) == canonical_url(url_from):
        return Reading("indexed", "no noindex")
    site = site_of_url(canonical)
    if site != site_of_url(url_from):
        return Reading("other_site", f"canonical on {site}")
    # That the other scheme, or a slash, is the page's own name does not make it another page.
    if _nearly(canonical) == _nearly(url_from):
        return Reading("indexed", "no noindex")
    return Reading("other_canonical", "canonical is another page of the site")


def read_user_generated(evidence: Evidence) -> Reading | None:
    """Whether anybody could have put the link there.

    `comments` stands among comments, `keyword` there with an exact or partial anchor. `forum`, `profile` and `guestbook` are
    told by the URL of the page, `signature` on a forum by the line above it, `ugc` by the rel of the link. Other links are not
    measured.

    Source: https://developers.google.com/search/docs/monitor-debug/prevent-abuse
    """
    if text_in(evidence, "position") == Position.COMMENTS.value:
        return Reading("keyword" if has_keyword_anchor(evidence) else "comments", "among comments")
    url_from = address_in(evidence, "url_from")
    resource = split_url(url_from).resource if url_from is not None else ""
    for level, shape in _SHAPES.items():
        if shape.search(resource):
            if level == "forum" and _LINE_OF_SIGNATURE.search(text_in(evidence, "text_pre") or ""):
                return Reading("signature", "below a line")
            return Reading(level, f"address of a {level}")
    return Reading("ugc", "rel ugc") if "ugc" in (list_in(evidence, "rel") or ()) else None


def _nearly(url: str) -> str:
    return page_id(url).rstrip("/")
