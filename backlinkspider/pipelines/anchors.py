"""What kind of words the links that are kept have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self, cast

from scrapy.crawler import Crawler

from backlinkspider.base_spider import arguments_of
from backlinkspider.core.anchors import classify_anchor
from backlinkspider.items import Link, LinkType, Page
from backlinkspider.pipelines.remember import RememberHeadingsPipeline


class ClassifyAnchorsPipeline:
    """Tells the type of each anchor, by the keywords and by what the page that is linked to was seen to be called.

    Reads: the argument keywords; what RememberHeadingsPipeline remembers.
    """

    def __init__(self, keywords: Sequence[str], headings_of: Callable[[Link], Sequence[str]]) -> None:
        self._keywords = keywords
        self._headings_of = headings_of

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def headings_of(link: Link) -> Sequence[str]:
            remembered = cast("RememberHeadingsPipeline", crawler.get_item_pipeline(RememberHeadingsPipeline))
            return remembered.headings_of(link.url_to, link.domain_to)

        return cls(arguments_of(crawler).keywords, headings_of)

    def process_item(self, item: Any) -> Any:
        """The page with the types of its anchors; what is no hyperlink has no anchor."""
        if not isinstance(item, Page):
            return item
        for link in item.links:
            if link.anchor is not None:
                link.anchor_type = classify_anchor(
                    link.anchor,
                    is_image=link.link_type == LinkType.IMAGE,
                    domain_to=link.domain_to,
                    keywords=self._keywords,
                    headings=self._headings_of(link),
                )
        return item
