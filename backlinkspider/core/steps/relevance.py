"""Rate how relevant a page with a backlink is to its target."""

from __future__ import annotations

from collections.abc import Callable

from backlinkspider.core.profile.relevance import MINIMUM_OF_PAGE, TOLD_APART, PageTopic, Topic
from backlinkspider.items import Link, Page


def rate_relevance(page: Page, topic_of: Callable[[str | None, str | None], Topic | None]) -> None:
    """Fill in the relevance of a page, which has its text, for each of its backlinks.

    `topic_of` returns the topic of a target in a language.
    """
    if not has_enough_words(page) or page.text is None:
        return
    about: dict[str | None, PageTopic | None] = {}
    for link in page.links:
        if not link.needs_rating:
            continue
        if link.target not in about:
            topic = topic_of(link.target, page.page_from_language)
            about[link.target] = PageTopic(page.text.main, page.text.headings, topic) if topic is not None else None
        compared = about[link.target]
        if compared is not None:
            relevance = compared.relevance(_context(link))
            link.topic_relevance = round(relevance, 3) if relevance >= TOLD_APART else None


def has_enough_words(page: Page) -> bool:
    """Return whether the text of a page says what it is about."""
    return (page.page_from_words or 0) >= MINIMUM_OF_PAGE


def _context(link: Link) -> str:
    return " ".join(filter(None, (link.text_pre, link.anchor, link.text_post)))
