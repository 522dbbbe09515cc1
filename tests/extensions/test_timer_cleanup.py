"""Cancelled timers, which a quick crawl makes two of a page."""

from __future__ import annotations

import asyncio

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from backlinkspider.extensions.timer_cleanup import TimerCleanup

CANCELLED = 200


def test_cancelled_timers_are_forgotten_before_their_time() -> None:
    loop = asyncio.new_event_loop()
    reactor = AsyncioSelectorReactor(loop)
    timers = TimerCleanup(0.01)
    timers.nothing.clock = reactor
    for _ in range(CANCELLED):
        timer = reactor.callLater(3_600, print)
        # Into the heap, out of which a cancelled one does not come by itself.
        reactor.timeout()
        timer.cancel()
    assert len(reactor._pendingTimedCalls) == CANCELLED
    timers.begin()
    for _ in range(5_000):
        if len(reactor._pendingTimedCalls) < CANCELLED:
            break
        loop.run_until_complete(asyncio.sleep(0.002))
    assert len(reactor._pendingTimedCalls) <= 1
    timers.end()
    assert not reactor.getDelayedCalls()
    reactor.removeAll()
    loop.close()
