"""What the figures of a crawl that has ended come to."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Spider, signals
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from backlinkspider.command_line.crawl_run import OutcomeTracker, judge_crawl
from backlinkspider.command_line.exit_codes import FAILED, FINISHED, INTERRUPTED
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


@pytest.mark.parametrize(
    ("reason", "has_stored_feeds", "code"),
    [("finished", True, FINISHED), ("finished", False, INTERRUPTED), ("shutdown", True, INTERRUPTED), (None, False, INTERRUPTED)],
)
def test_a_signal_before_the_feeds_are_stored_is_an_interruption(
    monkeypatch: pytest.MonkeyPatch, reason: str | None, code: int, *, has_stored_feeds: bool
) -> None:
    installed: dict[int, Any] = {}
    monkeypatch.setattr(signal, "signal", installed.__setitem__)
    monkeypatch.setattr(signal, "getsignal", lambda _: lambda *_: None)
    crawl = ended(BacklinksSpider, READ)
    watch = OutcomeTracker(crawl)
    crawl.signals.send_catch_log(signals.engine_started)
    installed[signal.SIGTERM](signal.SIGTERM, None)
    if reason is not None:
        crawl.signals.send_catch_log(signals.spider_closed, reason=reason)
    if has_stored_feeds:
        crawl.signals.send_catch_log(signals.feed_exporter_closed)
    assert watch.judge()[0] == code
    if reason is not None:
        words = {FINISHED: "finished", INTERRUPTED: "interrupted"}
        assert crawl.stats.get_value("backlinks/outcome") == words[code]
        assert (crawl.stats.get_value("backlinks/outcome_reason") is None) == (code == FINISHED)


def ended(spider: type[Spider], figures: dict[str, int]) -> Any:
    stats = MemoryStatsCollector(get_crawler())
    for name, value in figures.items():
        stats.set_value(name, value)
    return SimpleNamespace(stats=stats, spidercls=spider, signals=SignalManager(), get_extension=lambda kind: kind)
