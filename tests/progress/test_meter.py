"""What is read off the parts of a crawl: the seeds that are known, and the time that is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from backlinkspider import default_settings as ours
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.arguments import parse_arguments
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.progress.wordings import Activity, Progress
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.progress.meter import CrawlMeter, ListedSeeds
from backlinkspider.request_meta import RequestContext, request_context
from backlinkspider.spiders.backlinks import BacklinksSpider
from backlinkspider.target_profile.profiler import TargetProfiler

SETTINGS = {name: value for name, value in vars(ours).items() if name.isupper()}


async def count_seeds(folder: Path, **arguments: str) -> int | None:
    listed = ListedSeeds(parse_arguments({"target": "target.example", **arguments}), str(folder))
    listed.start()
    if listed.counting is not None:
        await listed.counting
    return listed.number


COUNTS = [
    pytest.param({"seeds": "a.example,b.example"}, 2, id="seeds in the argument"),
    pytest.param({}, 1, id="the target's own site"),
    pytest.param({"seeds": "list:partners,c.example"}, 4, id="a list, without its bad line"),
    pytest.param({"seeds": "list:partners", "shard": "0/2"}, None, id="a part of a list is not counted"),
    pytest.param({"seeds": "redis://127.0.0.1/0/seeds"}, None, id="nor is a queue"),
    pytest.param({"known": "links.csv"}, None, id="nor are known links"),
    pytest.param({"seeds": "list:nobody"}, None, id="a list that is not there"),
]


@pytest.mark.parametrize(("arguments", "number"), COUNTS)
def test_the_seeds_that_arguments_name(tmp_path: Path, arguments: dict[str, str], number: int | None) -> None:
    (tmp_path / "partners.txt").write_text("a.example\n\n# more\nnot a site\nb.example\nc.example\n")
    assert asyncio.run(count_seeds(tmp_path, **arguments)) == number


def test_a_count_that_is_given_up_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "partners.txt").write_text("a.example\nb.example\n")
    listed = ListedSeeds(parse_arguments({"target": "target.example", "seeds": "list:partners"}), str(tmp_path))
    listed.stop()
    listed.count()
    assert listed.number is None


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Crawl:
    """The parts of a crawl that a meter reads, without a network."""

    def __init__(self, **arguments: str) -> None:
        parsed = parse_arguments({"target": "target.example", "seeds": "a.example,b.example", **arguments})
        self.clock = Clock()
        self.stats = MemoryStatsCollector(get_crawler())
        self.engine: Any = SimpleNamespace(
            scheduler=[],
            running=True,
            _slot=SimpleNamespace(closing=None),
            downloader=SimpleNamespace(active=set(), slots={}, per_slot_settings={}),
        )
        crawler: Any = SimpleNamespace(
            settings=Settings({**SETTINGS, "CONCURRENT_REQUESTS": 32}),
            stats=self.stats,
            engine=self.engine,
            signals=SignalManager(),
        )
        self.spider = BacklinksSpider(parsed)
        self.spider.context = context = CrawlContext(crawler, parsed)
        self.budget, self.ledger = context.get(PageBudget), context.get(Ledger)
        self.meter = CrawlMeter(crawler, self.spider, self.clock)
        self.meter.start()

    def begin(self, seed: str) -> Request:
        """Queue the first request of a seed."""
        self.spider.seeds_read.add(seed)
        self.engine.scheduler.append(seed)
        request = Request(f"https://{seed}/", meta=RequestContext(seed, seed).meta())
        return self.ledger.enter(request)

    def end(self, request: Request) -> None:
        """Read its page."""
        self.engine.scheduler.remove(request_context(request).seed)
        self.budget.process_request(request)
        self.ledger.record(request, Ending.PAGE)
        self.ledger.leave(request)

    def read(self) -> Progress:
        return self.meter.read()


def test_seeds_are_done_when_nothing_of_them_waits() -> None:
    crawl = Crawl()
    seen = []
    for seed in ("a.example", "b.example"):
        request = crawl.begin(seed)
        seen.append(crawl.read())
        crawl.clock.seconds += 2.0
        crawl.end(request)
    seen.append(crawl.read())
    assert [(at.seeds_done, at.seeds, at.pages, at.waiting) for at in seen] == [(0, 2, 0, 1), (1, 2, 1, 1), (2, 2, 2, 0)]
    assert [at.only_site for at in seen] == ["a.example", "b.example", None]
    assert seen[-1].seconds == 4.0


LEFT = [
    pytest.param({}, 100.0, id="a budget of 100 pages, one a second"),
    pytest.param({"max_pages": "7"}, 7.0, id="a smaller budget"),
    pytest.param({"max_pages": "0"}, None, id="no budget"),
    pytest.param({"max_pages": "0", "follow": "none"}, 1.0, id="the seeds alone, whatever the budget"),
    pytest.param({"seeds": "redis://127.0.0.1/0/seeds"}, None, id="a queue of seeds"),
]


@pytest.mark.parametrize(("arguments", "seconds"), LEFT)
def test_the_time_left_is_that_of_the_budget_at_the_delay(arguments: dict[str, str], seconds: float | None) -> None:
    crawl = Crawl(**arguments)
    crawl.begin("a.example")
    crawl.begin("b.example")
    assert crawl.read().longest_seconds == seconds


def test_the_time_left_follows_the_delay_of_the_slowest_site() -> None:
    crawl = Crawl(max_pages="10")
    for seed in ("a.example", "b.example"):
        crawl.begin(seed)
    crawl.engine.downloader.per_slot_settings["b.example"] = {"delay": 30.0}
    assert crawl.read().longest_seconds == 300.0


def test_seeds_that_were_not_begun_count_too() -> None:
    crawl = Crawl(max_pages="10", seeds=",".join(f"site{number}.example" for number in range(33)))
    crawl.begin("site0.example")
    # 33 sites, of which 16 are read at a time.
    assert crawl.read().longest_seconds == pytest.approx(10 + 320 / 16)


def test_what_a_crawl_does() -> None:
    crawl = Crawl()
    assert crawl.read().activity is Activity.READING_PAGES
    targets: Any = crawl.spider.context.get(TargetProfiler)
    targets._readings["target.example"] = object()
    assert crawl.read().activity is Activity.READING_TARGET
    first = crawl.begin("a.example")
    assert (crawl.read().activity, crawl.read().reads_target) == (Activity.READING_PAGES, True)
    crawl.end(first)
    assert crawl.read().activity is Activity.READING_TARGET
    crawl.engine._slot.closing = object()
    assert crawl.read().activity is Activity.ENDING
    crawl.meter.has_closed = True
    assert crawl.read().activity is Activity.JUDGING


def test_a_queue_that_is_drained_is_waited_for() -> None:
    crawl = Crawl(seeds="redis://127.0.0.1/0/seeds")
    crawl.end(crawl.begin("a.example"))
    assert crawl.read().activity is Activity.WAITING_FOR_SEEDS
    assert crawl.read().seeds is None


def test_requests_on_their_way_belong_to_a_site() -> None:
    crawl = Crawl()
    crawl.engine.downloader.active = {
        Request("https://a.example/1", meta=RequestContext("a.example", "a.example").meta()),
        Request("https://target.example/checked"),
    }
    assert Counter({"a.example": 1}) == Counter(crawl.meter.sites_in_progress())
