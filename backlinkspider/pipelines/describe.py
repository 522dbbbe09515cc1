"""What a reader, and a search engine, makes of each link that is kept."""

from __future__ import annotations

from typing import Any

from backlinkspider.core.html import read_wording
from backlinkspider.core.rel import nofollow_layers
from backlinkspider.items import Link, Page


class DescribeLinksPipeline:
    """Reads anchor, alt text and kind of each link from the parsed page, says whether it is followed, and lets the page go."""

    def process_item(self, item: Any) -> Any:
        """The page with its links described."""
        if not isinstance(item, Page):
            return item
        for link in item.links:
            _describe(link, item)
        item.document = None
        return item


def _describe(link: Link, page: Page) -> None:
    link.anchor, link.alt, link.link_type = read_wording(link.element)
    link.element = None
    link.nofollow_by = nofollow_layers(link.rel, page.nofollow_by)
    link.dofollow = not link.nofollow_by
