"""What a reader, and a search engine, makes of each link that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from scrapy.crawler import Crawler

from backlinkspider.base_spider import arguments_of
from backlinkspider.core.anchors import classify_anchor
from backlinkspider.core.context import PathFinder, read_context, read_markup
from backlinkspider.core.html import read_wording
from backlinkspider.core.position import PlaceFinder
from backlinkspider.core.rel import nofollow_layers
from backlinkspider.items import Link, Page


class DescribeLinksPipeline:
    """Reads anchor, place, context and markup of each link that is kept, says whether it is followed, and lets the page go.

    All that costs more than a look at the link is read here, and not for the links that nobody asked for.
    Reads: the argument keywords.
    """

    def __init__(self, keywords: Sequence[str]) -> None:
        self._keywords = keywords

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(arguments_of(crawler).keywords)

    def process_item(self, item: Any) -> Any:
        """The page with its links described."""
        if not isinstance(item, Page):
            return item
        places, paths = PlaceFinder(item.document), PathFinder(item.document)
        for link in item.links:
            _describe(link, places, paths)
            link.anchor_type = classify_anchor(
                link.anchor or "", is_image=link.link_type == "image", domain_to=link.domain_to, keywords=self._keywords
            ).value
            link.nofollow_by = nofollow_layers(link.rel, item.nofollow_by)
            link.dofollow = not link.nofollow_by
        item.document = None
        return item


def _describe(link: Link, places: PlaceFinder, paths: PathFinder) -> None:
    element = link.element
    link.anchor, link.alt, link.link_type = read_wording(element)
    link.position = places.position_of(element).value
    link.semantic_location = places.semantic_location_of(element)
    link.text_pre, link.text_post = read_context(element)
    link.link_path = paths.path_of(element)
    link.link_html = read_markup(element)
    link.element = None
