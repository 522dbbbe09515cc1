"""What an address costs a durable job to queue and to take, by how many wait, and the memory that they need.

    PYTHONPATH=. python benchmarks/frontier_size.py [--largest 1000000]

As in a crawl a page is taken, names 20 new addresses of one of 1,000 sites, and is done with, which commits. Printed are
microseconds for an address that is queued (with its share of the commit) and for a page that is taken, as medians over the last
200 pages before each size, with their ratios to the smallest; and megabytes above those before the first address.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

from memory import tree_megabytes
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from backlinkspider.frontier.scheduler import JobScheduler
from backlinkspider.request_meta import RequestContext
from backlinkspider.spiders.backlinks import BacklinksSpider

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SITES = 1_000
ADDRESSES_OF_A_PAGE = 20
PAGES_TIMED = 200


def main() -> None:
    """Fills a queue and prints a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spider, frontier = open_frontier(Path(folder))
        before = tree_megabytes(os.getpid())
        first: tuple[float, float] | None = None
        print("addresses   queue µs  ratio   take µs  ratio  MB above   MB on disk")
        requests = addresses(spider)
        frontier.enqueue_request(next(requests))
        size = 1
        for wanted in (size for size in SIZES if size <= options.largest):
            costs: list[tuple[float, float]] = []
            while size < wanted:
                costs.append(crawl_page(frontier, requests))
                size += ADDRESSES_OF_A_PAGE - 1
            taken, queued = (1e6 * statistics.median(each) for each in zip(*costs[-PAGES_TIMED:], strict=True))
            queued /= ADDRESSES_OF_A_PAGE
            first = first or (queued, taken)
            disk = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            print(
                f"{size:>9,}{queued:>11.1f}{queued / first[0]:>7.2f}{taken:>10.1f}{taken / first[1]:>7.2f}"
                f"{tree_megabytes(os.getpid()) - before:>10.0f}{disk:>13.0f}"
            )


def open_frontier(folder: Path) -> tuple[BacklinksSpider, JobScheduler]:
    """The frontier of a new job, as a crawl opens it."""
    spider = begin_crawl({"JOBDIR": str(folder)})
    frontier = JobScheduler(spider.crawler, folder)
    frontier.open(spider)
    return spider, frontier


def begin_crawl(settings: Mapping[str, str]) -> BacklinksSpider:
    """A crawl without the parts that download."""
    crawler = Crawler(BacklinksSpider, Settings(settings))
    crawler.settings.setmodule("backlinkspider.default_settings")
    crawler.stats = StatsCollector(crawler)
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(active=set()), scraper=SimpleNamespace(slot=None))
    crawler.extensions = SimpleNamespace(middlewares=())
    crawler.spider = BacklinksSpider.from_crawler(crawler, target="target.example", seeds="site.example")
    return crawler.spider


def addresses(spider: BacklinksSpider) -> Iterator[Request]:
    """Requests for ever new addresses, as the spider makes them."""
    number = 0
    while True:
        number += 1
        site = f"site{number // ADDRESSES_OF_A_PAGE % SITES}.example"
        url = f"https://{site}/articles/2026/{number}-how-to-oil-a-table"
        meta = RequestContext(f"https://{site}/", site, depth=2).meta()
        yield Request(url, callback=spider.parse, errback=spider.errback, meta=meta, priority=-4)


def crawl_page(frontier: JobScheduler, requests: Iterator[Request]) -> tuple[float, float]:
    """Seconds to take a page, and to queue what it names and be done with it."""
    named = [next(requests) for _ in range(ADDRESSES_OF_A_PAGE)]
    begun = time.perf_counter()
    page = frontier.next_request()
    taken = time.perf_counter()
    assert page is not None
    for request in named:
        assert not frontier.df.is_seen(request.url)
        assert frontier.enqueue_request(request)
    frontier.acknowledge(page)
    return taken - begun, time.perf_counter() - taken


if __name__ == "__main__":
    main()
