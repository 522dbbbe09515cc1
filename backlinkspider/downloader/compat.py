"""What Scrapy's engine keeps to itself: whether a crawl is about to end, and how to have it go on at once."""

from __future__ import annotations

from scrapy.crawler import Crawler


def is_shutting_down(crawler: Crawler) -> bool:
    """Whether nothing more may be asked: Scrapy closes the crawl, or has not begun it."""
    engine = crawler.engine
    slot = engine._slot  # noqa: SLF001 - no signal says that a crawl begins to close
    return not engine.running or slot is None or slot.closing is not None


def wake_engine(crawler: Crawler) -> None:
    """Let the engine look at once whether there is something to send or whether the crawl is done, instead of in five seconds."""
    slot = crawler.engine._slot  # noqa: SLF001 - as it does itself after a download
    if slot is not None:
        slot.nextcall.schedule()
