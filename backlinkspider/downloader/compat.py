"""Whether a crawl is about to end."""

from __future__ import annotations

from scrapy.crawler import Crawler


def is_shutting_down(crawler: Crawler) -> bool:
    """Whether nothing more may be asked: Scrapy closes the crawl, or has not begun it."""
    engine = crawler.engine
    slot = engine._slot  # noqa: SLF001 - no signal says that a crawl begins to close
    return not engine.running or slot is None or slot.closing is not None
