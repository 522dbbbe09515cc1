"""What the figures of a crawl that has ended come to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Spider
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from backlinkspider.commands.crawl import FAILED, FINISHED, judge_crawl
from backlinkspider.spiders.backlinks import BacklinksSpider

READ = {"backlinks/seeds/fetched": 1}

CODES = [
    pytest.param(READ, FINISHED, id="a seed was read"),
    pytest.param({**READ, "backlinks/seeds/failed": 5, "log_count/ERROR": 3}, FINISHED, id="other seeds failed"),
    pytest.param({}, FAILED, id="no seed was read"),
    pytest.param({**READ, "spider_exceptions/count": 1, "spider_exceptions/KeyError": 1}, FAILED, id="an error in the spider"),
    pytest.param({**READ, "backlinks/errors": 1}, FAILED, id="an error in a pipeline"),
    pytest.param({**READ, "backlinks/feeds/failed": 1}, FAILED, id="a feed that could not be written"),
    pytest.param({**READ, "feedexport/failed_count/S3FeedStorage": 1}, FAILED, id="a feed that could not be stored"),
]


@pytest.mark.parametrize(("figures", "code"), CODES)
def test_exit_code(figures: dict[str, int], code: int) -> None:
    assert judge_crawl(ended(BacklinksSpider, figures))[0] == code


def test_another_spider_needs_no_seeds() -> None:
    assert judge_crawl(ended(Spider, {}))[0] == FINISHED


def ended(spider: type[Spider], figures: dict[str, int]) -> Any:
    stats = MemoryStatsCollector(get_crawler())
    for name, value in figures.items():
        stats.set_value(name, value)
    return SimpleNamespace(stats=stats, spidercls=spider)
