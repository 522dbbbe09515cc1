"""How alike the page of a backlink and the target are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.base_spiders.base_spider import context_of
from backlinkspider.core.profile.profile import TargetProfile
from backlinkspider.core.profile.relevance import MINIMUM_OF_PAGE, TOLD_APART, PageTopic, Topic
from backlinkspider.items import Link, Page, PageText
from backlinkspider.target_profile.profiler import TargetProfiler


class RateRelevancePipeline:
    """Rates how relevant the page of each backlink is to its target, and lets the text of the page go.

    Reads: what `TargetProfiler` knows of the targets.
    """

    def __init__(self, profile_of: Callable[[str | None], TargetProfile | None]) -> None:
        self._profile_of = profile_of

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).get(TargetProfiler).of)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Page) and item.text is not None:
            self._rate(item, item.text)
            item.text = None
        return item

    def _rate(self, page: Page, text: PageText) -> None:
        if (page.page_from_words or 0) < MINIMUM_OF_PAGE:
            return
        about: dict[str | None, PageTopic | None] = {}
        for link in page.links:
            if not link.needs_rating:
                continue
            if link.target not in about:
                topic = self._topic_of(link.target, page.page_from_language)
                about[link.target] = PageTopic(text.main, text.headings, topic) if topic is not None else None
            compared = about[link.target]
            if compared is not None:
                relevance = compared.relevance(_context(link))
                link.topic_relevance = round(relevance, 3) if relevance >= TOLD_APART else None

    def _topic_of(self, target: str | None, language: str | None) -> Topic | None:
        profile = self._profile_of(target)
        return profile.topic(language) if profile is not None else None


def _context(link: Link) -> str:
    return " ".join(filter(None, (link.text_pre, link.anchor, link.text_post)))
