"""The profile of a target: what its own pages say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from backlinkspider.core.html.language import language_of_page
from backlinkspider.core.html.parser import read_headline
from backlinkspider.core.links.site_names import common_parts, declared_names, plausible_names
from backlinkspider.core.page.main_text import count_words
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.profile.relevance import (
    MINIMUM_OF_TARGET,
    TERMS_MAXIMUM,
    Topic,
    compared_language,
    count_page_terms,
    count_terms,
)
from backlinkspider.core.urls.canonicalize import page_id
from backlinkspider.items import LinkType, Page

LINKED_SITES_MAXIMUM = 100_000
"""Maximum number of linked sites that are remembered; for a directory with more, the others are unknown."""

_NOT_LINKING = frozenset({LinkType.CANONICAL, LinkType.ALTERNATE, LinkType.FORM, LinkType.FRAME})
_LANGUAGES_MAXIMUM = 8

Ends = Mapping[str, tuple[int, tuple[str, ...]]]
"""By address: with what it was answered in the end, and the redirects on the way there."""


_TOPIC_TERMS = 40
"""Terms of a topic that are looked for in URLs and in the texts of links, for the order of the crawl."""


class PageHeadings(NamedTuple):
    """The names of a page of the target."""

    url: str
    site: str
    texts: tuple[str, ...]


@dataclass(eq=False)
class TargetProfile:
    """The profile of a target; if it was not read, only the sites that the crawl saw it link to."""

    linked_sites: set[str] = field(default_factory=set)
    """The other sites that its pages link to, as far as they were read."""

    is_whole: bool = False
    """Whether all its pages that were heard of were read."""

    pages: int = 0
    """Its pages that were read before the crawl."""

    names: tuple[str, ...] = ()
    """Its names for itself, at most ten, the longest first. `Oak & Iron Ltd`"""

    languages: tuple[str, ...] = ()
    """The languages of its pages, the most frequent first."""

    words: Mapping[str, int] = field(default_factory=dict)
    """By language as texts are compared in it: how many words its texts have."""

    terms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By language likewise: its most frequent terms."""

    headings: tuple[PageHeadings, ...] = ()
    """The names of its pages."""

    ends: Ends = field(default_factory=dict)
    """Its addresses that were asked, and where they lead: the status in the end, and the redirects on the way."""

    def links_to(self, site: str) -> bool | None:
        """Return whether the target links to a site: True where that was seen, False where it was read whole; else None."""
        if site in self.linked_sites:
            return True
        return False if self.is_whole and len(self.linked_sites) < LINKED_SITES_MAXIMUM else None

    def knows(self, url: str) -> bool:
        """Return whether an address was asked, or one that was asked leads to it."""
        return page_id(url) in self._asked

    def add_links(self, page: Page) -> list[str]:
        """The other sites that a page of the target links to and that were not known yet; now they are."""
        new: dict[str, None] = {}
        for link in page.links:
            site = link.domain_to
            if site not in self.linked_sites and site != page.domain_from and link.link_type not in _NOT_LINKING:
                new[site] = None
        kept = list(new)[: LINKED_SITES_MAXIMUM - len(self.linked_sites)]
        self.linked_sites.update(kept)
        return kept

    def topic(self, language: str | None) -> Topic | None:
        """Return the topic in the language of a page; None where that is unknown, or no topic is known in it."""
        compared = compared_language(language) if language is not None else None
        return self._topics.get(compared) if compared is not None else None

    def topic_terms(self) -> set[str]:
        """Return the terms that say what the target is about: those in the headings of its pages that are heavy in their text."""
        heavy = {term for topic in self._topics.values() for term in topic.heaviest(_TOPIC_TERMS)}
        return heavy & {term for heading in self.headings for text in heading.texts for term in count_terms(text)}

    @cached_property
    def _topics(self) -> Mapping[str, Topic]:
        spoken = sorted(self.words, key=lambda language: -self.words[language])
        enough = [language for language in spoken if self.words[language] >= MINIMUM_OF_TARGET]
        return {language: Topic(self.terms[language], language) for language in enough}

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(page_id(address) for url, (_, redirects) in self.ends.items() for address in (url, *redirects))

    def store(self) -> dict[str, Any]:
        """The profile as plain values, without the linked sites."""
        plain = {name: getattr(self, name) for name in _STORED}
        return {**plain, "headings": [list(heading) for heading in self.headings]}

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> TargetProfile:
        """The profile that `store` made plain values of."""
        return cls(
            **{name: stored[name] for name in ("is_whole", "pages", "words", "terms")},
            names=tuple(stored["names"]),
            languages=tuple(stored["languages"]),
            headings=tuple(PageHeadings(url, site, tuple(texts)) for url, site, texts in stored["headings"]),
            ends={url: (status, tuple(redirects)) for url, (status, redirects) in stored["ends"].items()},
        )


_STORED = ("is_whole", "pages", "names", "languages", "words", "terms", "ends")


class ProfileBuilder:
    """Gathers what the pages of a target say, one after the other."""

    def __init__(self) -> None:
        self._pages = 0
        self._home_names: list[str] = []
        self._names: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._words: Counter[str] = Counter()
        self._terms: dict[str, Counter[str]] = {}
        self._headings: list[PageHeadings] = []
        self._ends: dict[str, tuple[int, tuple[str, ...]]] = {}

    @property
    def pages(self) -> int:
        return self._pages

    def add_end(self, url: str, status: int, redirects: Iterable[str]) -> None:
        """Notes where an address leads."""
        self._ends[url.partition("#")[0]] = status, tuple(redirects)

    def add_page(self, page: Page) -> PageHeadings:
        """Reads a page, which has its document, as the home page if it is the first; what it is called."""
        names = declared_names(page.document)
        self._names.update(set(names))
        if not self._pages:
            self._home_names = names
        self._pages += 1
        texts = tuple(text for text in (page.page_from_title, read_headline(page.document)) if text)
        self._headings.append(PageHeadings(page.url_from, page.domain_from, texts))
        self._read_words(page, texts)
        return self._headings[-1]

    def profile(self, linked_sites: set[str], *, is_whole: bool) -> TargetProfile:
        titles = [heading.texts[0] for heading in self._headings if heading.texts]
        repeated = [name for name, count in self._names.items() if count >= 2]
        return TargetProfile(
            linked_sites=linked_sites,
            is_whole=is_whole and self._pages > 0,
            pages=self._pages,
            names=plausible_names([*self._home_names, *repeated, *common_parts(titles)]),
            languages=tuple(language for language, _ in self._languages.most_common(_LANGUAGES_MAXIMUM)),
            words=dict(self._words),
            terms={language: dict(terms.most_common(TERMS_MAXIMUM)) for language, terms in self._terms.items()},
            headings=tuple(self._headings),
            ends=dict(self._ends),
        )

    def _read_words(self, page: Page, headings: Iterable[str]) -> None:
        text = read_outline(page.document, PositionClassifier(page.document)).main_text
        language = language_of_page(page.page_from_language, text).code
        compared = compared_language(language) if language is not None else None
        if language is not None:
            self._languages[language] += 1
        if compared is None or (compared not in self._terms and len(self._terms) >= _LANGUAGES_MAXIMUM):
            return
        self._words[compared] += count_words(text)
        self._terms.setdefault(compared, Counter()).update(count_page_terms(text, headings))
