"""What it costs to choose the next URL where 1,000 wait for each site, in both queues, and what to make its request anew.

    PYTHONPATH=. python benchmarks/next_url.py [--sites 100] [--waiting 1000] [--groups 20]

The URLs of a site are of so many forms, and every page that was taken teaches something of one. Printed are medians, in
microseconds of the processor: of a call of `next_request`, of making a request from what is kept of it, and the difference, which
is the choice.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from frontier_size import begin_crawl, open_frontier
from scrapy import Request

from backlinkspider.core.ranking.url_kinds import priority_of
from backlinkspider.frontier import memory_scheduler, request_table
from backlinkspider.frontier.memory_scheduler import MemoryScheduler
from backlinkspider.frontier.scheduler import JobScheduler
from backlinkspider.request_meta import RequestContext
from backlinkspider.spiders.backlinks import BacklinksSpider

TIMED = 3_000
AT_ONCE = 16
"""Requests in progress, as in a crawl: a job notes several pages at a time."""


def main() -> None:
    """Fill both queues and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--waiting", type=int, default=1_000, help="URLs of each site")
    parser.add_argument("--groups", type=int, default=20, help="forms of URLs of each site")
    options = parser.parse_args()
    print(f"{'queue':<10}{'next_request µs':>18}{'request µs':>14}{'choice µs':>14}")
    with tempfile.TemporaryDirectory() as folder:
        spider = begin_crawl({})
        in_memory = MemoryScheduler.from_crawler(spider.crawler)
        spider_of_job, job = open_frontier(Path(folder))
        makers: dict[str, tuple[BacklinksSpider, Any, Callable[[Request], None], Any, str]] = {
            "memory": (spider, in_memory, in_memory.learner.note_processed, vars(memory_scheduler)["_Source"], "request"),
            "job": (spider_of_job, job, job.acknowledge, request_table, "decode_request"),
        }
        for name, (owner_of_requests, frontier, note_processed, owner, maker) in makers.items():
            for request in addresses(owner_of_requests, options):
                frontier.enqueue_request(request)
            whole, making = measure(frontier, note_processed, owner, maker)
            print(f"{name:<10}{whole:>18.1f}{making:>14.1f}{whole - making:>14.1f}")


def addresses(spider: BacklinksSpider, options: argparse.Namespace) -> Iterator[Request]:
    """The requests that wait, of each site in turn."""
    for number in range(options.waiting):
        for place in range(options.sites):
            site = f"site{place}.example"
            url = f"https://{site}/part{number % options.groups}/{number}-how-to-oil-a-table"
            depth = 1 + number % 3
            meta = RequestContext(f"https://{site}/", site, depth=depth).meta()
            priority = priority_of(url, depth)
            yield Request(url, callback=spider.parse, errback=spider.errback, meta=meta, priority=priority)


def measure(
    frontier: MemoryScheduler | JobScheduler, note_processed: Callable[[Request], None], owner: Any, maker: str
) -> tuple[float, float]:
    """Microseconds of a call of `next_request`, and of the function in it that makes the request."""
    making: list[float] = []
    whole: list[float] = []
    make: Callable[..., Request] = getattr(owner, maker)

    def timed(*args: Any, **keywords: Any) -> Request:
        begun = time.thread_time()
        request = make(*args, **keywords)
        making.append(time.thread_time() - begun)
        return request

    setattr(owner, maker, timed)
    while len(whole) < TIMED:
        requests: list[Request] = []
        while len(requests) < AT_ONCE:
            begun = time.thread_time()
            request = frontier.next_request()
            whole.append(time.thread_time() - begun)
            assert request is not None
            requests.append(request)
        for request in requests:
            note_processed(request)
    setattr(owner, maker, make)
    return 1e6 * statistics.median(whole), 1e6 * statistics.median(making)


if __name__ == "__main__":
    main()
