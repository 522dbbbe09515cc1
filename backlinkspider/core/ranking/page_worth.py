"""Tell what a page turned out to be, so that URLs like its own can be ranked: something to read, a list, or a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from backlinkspider.core.urls.copies import names_other_page
from backlinkspider.items import Page

_ARTICLE_CHARACTERS = 400
"""Characters outside links, from which on a page is something to read: some sixty words."""

_LIST_SHARE = 0.5
"""The share of a page's text in its links, from which on it is a list."""


_MEASURED_CHARACTERS = 1_000_000
"""Characters of a text that are counted."""

_LINKED_HEADINGS = ":is(h1, h2, h3) a[href], a[href] :is(h1, h2, h3)"
_EXCERPTS = 2
"""Headings that are links, from which on a page may be a list of excerpts."""

_ASCII_SPACES = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
_WITHOUT_TEXT = frozenset({"a", "script", "style", "noscript", "template", "-comment"})
"""Elements whose text is not their own."""

_BELOW_SHARE = 0.4
"""The share of the text that stands below the second of these headings; if it is less, they recommend what to read next."""


class Worth(StrEnum):
    """What a page turned out to be."""

    ARTICLE = "article"
    """More text than links."""
    EXCERPTS = "excerpts"
    """The same, with headings that lead to other pages: a list of excerpts, or an article with others below."""
    LIST = "list"
    """More links than text."""
    THIN = "thin"
    """Hardly any text: a form, a message, a picture."""
    NOINDEX = "noindex"
    """The site asks search engines not to index it."""
    REPEAT = "repeat"
    """Its text stands on another page of the site (`core.ranking.repeats`)."""
    COPY = "copy"
    """The page names another URL of its site as its own."""


TEXTS = frozenset({Worth.ARTICLE, Worth.EXCERPTS})
"""Something to read."""


class Turnout(NamedTuple):
    """What came of one page."""

    worth: Worth
    new_pages: int
    """URLs of pages that no page before it had named."""
    has_backlink: bool
    """Whether it links to the target's site."""
    is_redundant: bool = False
    """Whether it is a copy of a page that was known before."""


def worth_of(page: Page) -> Worth:
    """Tell what a page is, as long as it has its document.

    >>> from backlinkspider.core.html.parser import read_page
    >>> read = lambda body: worth_of(read_page("https://example.com/a?x=1", body))
    >>> read(b"<p>" + b"Oak is hard. " * 50).value, read(b"<p>No such page.").value, read(b"<link rel=canonical href=/a>").value
    ('article', 'thin', 'copy')
    """
    if is_copy(page):
        return Worth.COPY
    if page.page_from_noindex:
        return Worth.NOINDEX
    in_links, elsewhere = _count_characters(page)
    if elsewhere < _ARTICLE_CHARACTERS:
        return Worth.LIST if in_links > elsewhere and in_links > _ARTICLE_CHARACTERS else Worth.THIN
    if in_links / (in_links + elsewhere) > _LIST_SHARE:
        return Worth.LIST
    headings = _headings_that_lead_on(page)
    if len(headings) >= _EXCERPTS and _count_below(headings[_EXCERPTS - 1]) > _BELOW_SHARE * elsewhere:
        return Worth.EXCERPTS
    return Worth.ARTICLE


def is_copy(page: Page) -> bool:
    """Return whether a page names another URL of its site as its own (`core.urls.copies`)."""
    return names_other_page(page.page_from_canonical, page.url_from, page.domain_from)


def _count_characters(page: Page) -> tuple[int, int]:
    """Return how many characters of the page's text are in links, and how many elsewhere; white space aside."""
    body = page.document.body
    if body is None:
        return 0, 0
    unseen = sum(
        _length(element.text()) for element in page.document.css("body :is(script, style, noscript, template, textarea)")
    )
    # To measure the texts one by one takes five times as long.
    in_links = _length_of_all([link.element.text() for link in page.links if link.element is not None and link.is_hyperlink])
    whole = _length(body.text()) - unseen
    return min(in_links, whole), max(0, whole - in_links)


def _headings_that_lead_on(page: Page) -> list[Any]:
    """Return the elements of the page's headings that are links to other pages, or in such links."""
    found = page.document.css(_LINKED_HEADINGS)
    if not found:
        return []
    leading = {
        link.element.mem_id
        for link in page.links
        if link.element is not None and link.is_hyperlink and not _is_part_of(link.url_to, page.url_from)
    }
    return [element for element in found if any(each.mem_id in leading for each in _lineage(element))]


def _is_part_of(url: str, page_url: str) -> bool:
    """Return whether a link leads to the page or to a part of it: a section of a handbook, a post of a topic (`?post=7#7`)."""
    url, mark, _ = url.partition("#")
    page_url = page_url.partition("#")[0]
    return url.partition("?")[0] == page_url.partition("?")[0] if mark else url == page_url


def _lineage(element: Any) -> Iterator[Any]:
    while element is not None:
        yield element
        element = element.parent


def _count_below(element: Any) -> int:
    """Return how many characters outside links follow an element (`core.html.parser.Element`) in the body."""
    characters = 0
    while element is not None and element.tag != "body":
        following = element.next
        while following is not None:
            characters += _count_own(following)
            following = following.next
        element = element.parent
    return characters


def _count_own(element: Any) -> int:
    if element.tag in _WITHOUT_TEXT:
        return 0
    links = element.css("a[href]") if element.tag != "-text" else ()
    return _length(element.text()) - sum(_length(link.text()) for link in links)


def _length(text: str) -> int:
    """Return how many characters of a text, as far as it is measured, are no white space."""
    return _count_visible(text[:_MEASURED_CHARACTERS])


def _length_of_all(texts: Sequence[str]) -> int:
    return _count_visible(" ".join([text[:_MEASURED_CHARACTERS] for text in texts]))


def _count_visible(text: str) -> int:
    r"""Return how many characters are no white space.

    >>> _count_visible("Oak \t tree"), _count_visible("Eiche\u2003 gr\xfcn")
    (7, 9)
    """
    # A tenth of the time that splitting takes, which counts on pages with much text.
    if text.isascii():
        return len(text.encode().translate(None, _ASCII_SPACES))
    return sum(map(len, text.split()))
