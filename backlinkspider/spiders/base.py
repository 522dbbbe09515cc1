"""What the spiders of this project have in common: arguments that were checked before the first request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

from backlinkspider.core.arguments import Arguments, SeedFile, parse_arguments
from backlinkspider.seed_files import check_seed_file


class ArgumentsSpider(Spider):
    """A spider whose `-a` arguments are the ones of README.

    Reads: BACKLINKS_SEEDS. Raises: ArgumentError, SeedListError when it is built.
    """

    def __init__(self, arguments: Arguments, **kwargs: Any) -> None:
        # The text of the arguments is not kept: Scrapy would put any attribute into the path of a feed, as %(target)s.
        super().__init__()
        self.arguments = arguments

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> Self:
        return super().from_crawler(crawler, cls.check_arguments(kwargs, crawler.settings))

    @classmethod
    def check_arguments(cls, given: Mapping[str, str], settings: BaseSettings) -> Arguments:
        """The values of the arguments, with every seed file looked into. Raises ArgumentError, SeedListError."""
        arguments = parse_arguments(given, default_seeds=settings["BACKLINKS_SEEDS"])
        for seed in arguments.seeds:
            if isinstance(seed, SeedFile):
                check_seed_file(seed.path)
        return arguments


def arguments_of(crawler: Crawler) -> Arguments:
    """The arguments of the crawl. Raises NotConfigured under another spider, such as that of `scrapy shell`."""
    if not isinstance(crawler.spider, ArgumentsSpider):
        raise NotConfigured("works for the spiders of backlinkspider only")
    return crawler.spider.arguments
