"""Names the crawler in the User-Agent header."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.useragent import UserAgentMiddleware


class ContactUserAgentMiddleware(UserAgentMiddleware):
    """Says in the User-Agent header who crawls and where to complain.

    Reads: USER_AGENT, BACKLINKS_CONTACT.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        agent, contact = crawler.settings["USER_AGENT"], crawler.settings["BACKLINKS_CONTACT"]
        return cls(f"{agent} (+{contact})" if contact else agent)
