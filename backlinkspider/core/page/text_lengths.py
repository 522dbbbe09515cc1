"""Measure how much text stands in the elements of a page, in links and outside; find elements that hold the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from backlinkspider.core.html.parser import Document, Element

_NOT_VISIBLE = "script, style, template, noscript, select"

_MAX_COST = 5_000_000
"""Text characters counted per page. None of 300 real pages needs a fiftieth; deeply nested blocks could need the square."""

_COST_PER_LINK = 20

_MAIN = "main, [role=main i], [itemprop~=articleBody i]"
_ARTICLE = "article, [class*=content i], [class*=-body i], [class*=_body i], [class*=article-text i], [id*=article-body i]"
"""Finds all that may be an article; with each name in full it takes twice as long."""
_NAME_OF_ARTICLE = re.compile(
    r"entry[-_]content|post[-_]content|post[-_]body|article-(?:content|body|text)|story-body", re.IGNORECASE | re.ASCII
)
_ARTICLE_CHARACTERS = 500
"""Characters outside links that make an article, rather than a teaser: eighty words."""

_ARTICLES_WEIGHED = 10

_SHARE_WITH_LINKS = 0.2
"""Share of the page's text below which an element does not hold most of its running text."""

LITTLE_TEXT = 300
"""Characters below which no part of a page holds an article."""


class TextLengths:
    """Measures the elements on one page, each once, as long as the page's budget lasts."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._visible: dict[int, int] = {}
        """By `mem_id`: `==` compares the markup of elements, and each access creates a new wrapper."""
        self._outside_links: dict[int, int] = {}
        self._cost = 0
        self._whole: int | None = None

    def has_budget(self) -> bool:
        """Return whether more may be measured."""
        return self._cost < _MAX_COST

    def spend(self, characters: int) -> None:
        """Count what somebody else measures."""
        self._cost += characters

    def of_links(self, container: Element) -> list[Element]:
        """Return the links inside an element."""
        links = container.css("a[href]")
        self._cost += _COST_PER_LINK * len(links)
        return links

    def visible(self, element: Element) -> int:
        """Count the characters of visible text, without whitespace."""
        length = self._visible.get(element.mem_id)
        if length is None:
            length = length_of(element) - sum(length_of(hidden) for hidden in element.css(_NOT_VISIBLE))
            self._visible[element.mem_id] = length = max(length, 0)
            self._cost += length
        return length

    def outside_links(self, element: Element) -> int:
        """Count the characters of visible text that are not part of links: menus have none, an article has most of a page's."""
        length = self._outside_links.get(element.mem_id)
        if length is None:
            length = self.visible(element) - sum(map(length_of, self.of_links(element)))
            self._outside_links[element.mem_id] = length = max(length, 0)
        return length

    def share_of_page(self, element: Element) -> float:
        """Return the share of the page's text outside links that an element holds."""
        body = self._document.body
        whole = self.outside_links(body) if body is not None else 0
        return self.outside_links(element) / whole if whole else 0.0

    def is_much_of_page(self, element: Element) -> bool:
        """Return whether an element has so much text, that in links too, that it may hold most of what is outside links."""
        if self._whole is None:
            self._whole = len(self._document.body.text()) if self._document.body is not None else 0
        return len(element.text()) > _SHARE_WITH_LINKS * self._whole

    def has_text(self, element: Element) -> bool:
        """Return whether an element may hold an article; most elements are too short even with whitespace and scripts counted."""
        length = len(element.text())
        self._cost += length
        return length > LITTLE_TEXT

    def has_running_text(self, element: Element) -> bool:
        """Return whether it has text outside links."""
        return self.outside_links(element) > LITTLE_TEXT

    def holds_main(self, element: Element) -> bool:
        """Return whether the markup says that the main content of the page is inside."""
        return element.mem_id in self._around_main

    def holds_article(self, element: Element) -> bool:
        """Return whether an article is inside, with more text than a teaser."""
        return element.mem_id in self._around_articles

    @cached_property
    def _around_main(self) -> frozenset[int]:
        return frozenset(_mem_ids_around(self._document.css(_MAIN)))

    @cached_property
    def _around_articles(self) -> frozenset[int]:
        articles = islice(filter(_is_article, self._document.css(_ARTICLE)), _ARTICLES_WEIGHED)
        return frozenset(
            _mem_ids_around(
                article for article in articles if self.has_text(article) and self.outside_links(article) > _ARTICLE_CHARACTERS
            )
        )


def _is_article(element: Element) -> bool:
    """Return whether the markup says that an element is an article or the body of one."""
    if element.tag == "article":
        return True
    read = element.attributes.get
    return _NAME_OF_ARTICLE.search(read("class") or "") is not None or "article-body" in (read("id") or "").lower()


def _mem_ids_around(elements: Iterable[Element]) -> Iterator[int]:
    for element in elements:
        outer = element.parent
        while outer is not None:
            yield outer.mem_id
            outer = outer.parent


def length_of(element: Element) -> int:
    """Count the characters of text in an element, without whitespace."""
    return sum(map(len, element.text().split()))
