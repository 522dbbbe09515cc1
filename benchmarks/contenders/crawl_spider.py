"""Scrapy's CrawlSpider, which follows the links of each host and records nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule


class FollowingSpider(CrawlSpider):
    """Reads the argument `seeds`: a file with one address a line."""

    name = "following"
    rules: ClassVar[tuple[Rule, ...]] = (Rule(LinkExtractor(), callback="parse_page", follow=True),)

    def __init__(self, seeds: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.start_urls = Path(seeds).read_text(encoding="utf-8").split()
        self.allowed_domains = [urlsplit(url).hostname or "" for url in self.start_urls]

    def parse_page(self, response: Response) -> None:
        pass
