"""A Scrapy spider that fetches a list of addresses and does nothing with them: what Scrapy itself costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response


class EmptySpider(Spider):
    """Reads the argument `urls`: a file with one address a line."""

    name = "empty"

    def __init__(self, urls: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._urls = Path(urls).read_text(encoding="utf-8").split()

    async def start(self) -> AsyncIterator[Request]:
        """One request an address."""
        for url in self._urls:
            yield Request(url)

    def parse(self, response: Response) -> None:
        pass
