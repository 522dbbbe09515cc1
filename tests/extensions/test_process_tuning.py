"""Tuning the process: cancelled timers, of which a fast crawl makes two a page, and the switch."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from backlinkspider.extensions.process_tuning import ProcessTuning

CANCELLED = 200


def test_cancelled_timers_are_forgotten_before_their_time() -> None:
    loop = asyncio.new_event_loop()
    reactor = AsyncioSelectorReactor(loop)
    tuning = ProcessTuning(0.01)
    tuning.timer.clock = cast("IReactorTime", reactor)
    for _ in range(CANCELLED):
        timer = reactor.callLater(3_600, print)
        # Into the heap, out of which a cancelled one does not come by itself.
        reactor.timeout()
        timer.cancel()
    assert len(reactor._pendingTimedCalls) == CANCELLED
    tuning.start_timer()
    for _ in range(5_000):
        if len(reactor._pendingTimedCalls) < CANCELLED:
            break
        loop.run_until_complete(asyncio.sleep(0.002))
    assert len(reactor._pendingTimedCalls) <= 1
    tuning.stop_timer()
    assert not reactor.getDelayedCalls()
    reactor.removeAll()
    loop.close()


def test_a_setting_switches_it_off() -> None:
    with pytest.raises(NotConfigured):
        ProcessTuning.from_crawler(get_crawler(settings_dict={"BACKLINKS_TUNE_PROCESS": False}))
    assert ProcessTuning.from_crawler(get_crawler(settings_dict={"BACKLINKS_TUNE_PROCESS": True})).timer is not None
