"""The lines about pages are made only where the log takes them."""

from __future__ import annotations

import logging

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from backlinkspider.exceptions import NoLinkKept
from backlinkspider.log_formatter import LevelLogFormatter


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        pytest.param("DEBUG", [True, True, True, True], id="debug hears of every page"),
        pytest.param("INFO", [False, False, False, True], id="info of what is dropped aloud"),
        pytest.param("ERROR", [False, False, False, False], id="error of none"),
        pytest.param(logging.WARNING, [False, False, False, True], id="a level may be a number"),
    ],
)
def test_a_line_is_made_when_it_is_heard(level: str | int, heard: list[bool]) -> None:
    crawler = get_crawler(settings_dict={"LOG_LEVEL": level})
    crawler.spider = spider = Spider.from_crawler(crawler, name="some")
    lines = LevelLogFormatter.from_crawler(crawler)
    response = Response("https://a.example/")
    made = [
        lines.crawled(Request("https://a.example/"), response, spider),
        lines.scraped({}, response, spider),
        lines.dropped({}, NoLinkKept(), response, spider),
        lines.dropped({}, DropItem("broken", log_level="WARNING"), response, spider),
    ]
    assert [line is not None for line in made] == heard
