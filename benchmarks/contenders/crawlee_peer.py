"""crawlee: follows the links of each host; records the address, text and rel of every link, an item a page, in memory."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient


async def main(seeds: list[str], output: str) -> None:
    """Crawls, and writes what it has found."""
    crawler = ParselCrawler(
        concurrency_settings=ConcurrencySettings(min_concurrency=32, desired_concurrency=32, max_concurrency=32),
        request_handler_timeout=timedelta(minutes=5),
        storage_client=MemoryStorageClient(),
        respect_robots_txt_file=True,
    )

    @crawler.router.default_handler
    async def read(context: ParselCrawlingContext) -> None:
        links = [
            {"href": link.attrib["href"], "text": link.xpath("string()").get(), "rel": link.attrib.get("rel")}
            for link in context.selector.css("a[href]")
        ]
        await context.push_data({"url": context.request.url, "links": links})
        await context.enqueue_links(strategy="same-hostname")

    await crawler.run(seeds)
    await crawler.export_data(output)


asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8").split(), sys.argv[2]))
