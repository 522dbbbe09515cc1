"""What a crawl must be like that takes its seeds from a queue."""

from __future__ import annotations

import re

from scrapy.settings import BaseSettings

from backlinkspider.core.exceptions import ArgumentError, SeedQueueError
from backlinkspider.core.queue_address import QueueAddress
from backlinkspider.core.urls import without_user
from backlinkspider.seed_queue import SeedQueueDesk

_FEED_FILE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]+:)|(?:file|stdout):")
"""The address of a feed that is written page by page."""

_LEASED = "backlinkspider.leased_download.LeasedDownloadHandler"


def check_queue(address: QueueAddress, settings: BaseSettings, *, waits: bool) -> None:
    """Opens the queue. Raises ArgumentError for settings that do not go with it, SeedQueueError where it cannot be used."""
    _check_feeds(settings)
    _check_numbers(settings)
    with SeedQueueDesk(address) as desk:
        if not desk.check() and not waits:
            raise SeedQueueError(f"{address} has no seeds: bring some with scrapy seeds push")
        desk.open()


def apply_queue(settings: BaseSettings) -> None:
    """Has every request look at the lease of its site. The queue keeps account of what is done, so that there is no job."""
    handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _LEASED, "https": _LEASED}
    settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
    settings.set("JOBDIR", None, priority="cmdline")


def _check_feeds(settings: BaseSettings) -> None:
    """Raises ArgumentError for a feed whose rows are written at the end only: a site would be acknowledged without them."""
    for uri, feed in settings.getdict("FEEDS").items():
        if not _FEED_FILE.match(str(uri)) or feed.get("postprocessing"):
            raise ArgumentError(
                f"feed {without_user(str(uri))} is not written before the crawl ends: with a queue of seeds, write to a file"
            )


def _check_numbers(settings: BaseSettings) -> None:
    """Raises ArgumentError for a setting with which no site would be claimed, or none kept."""
    for name in ("BACKLINKS_LEASE", "BACKLINKS_CLAIMS", "BACKLINKS_DELIVERIES"):
        try:
            is_good = settings.getfloat(name) >= 1
        except ValueError:
            is_good = False
        if not is_good:
            raise ArgumentError(f"{name} '{settings[name]}' is not a number from 1")
