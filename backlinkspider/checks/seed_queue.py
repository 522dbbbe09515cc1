"""Check a crawl that takes its seeds from a queue."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from backlinkspider.core.exceptions import ArgumentError, SeedQueueError
from backlinkspider.core.queue_url import QueueUrl, is_queue_url, parse_queue_url
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.core.urls.ip_addresses import is_public_address
from backlinkspider.feeds.uris import is_coverage
from backlinkspider.seed_queue.admin import SeedQueueAdmin

_FEED_FILE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]+:)|(?:file|stdout):")
"""Match the URI of a feed that is written page by page."""

_LEASED = "backlinkspider.workers.leased_handler.LeaseCheckingHandler"


def check_queue(address: QueueUrl, settings: BaseSettings, *, waits: bool) -> None:
    """Open the queue. Raises ArgumentError for settings that do not fit it, SeedQueueError for a queue that cannot be used."""
    _check_feeds(settings)
    _check_numbers(settings)
    with SeedQueueAdmin(address) as queue:
        if not queue.check() and not waits:
            raise SeedQueueError(f"{address} has no seeds: bring some with scrapy seeds push")
        queue.open()


def check_queue_of_job(address: QueueUrl, settings: BaseSettings) -> None:
    """Refuse a queue in a private network for a job of Scrapyd, whose arguments do not come from the server's owner.

    The queue of the setting BACKLINKS_SEEDS is the owner's. Raises ArgumentError.
    """
    own = settings["BACKLINKS_SEEDS"] or ""
    if settings.getbool("BACKLINKS_ALLOW_PRIVATE_NETWORKS") or (is_queue_url(own) and parse_queue_url(own) == address):
        return
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        # The crawl will report that the server does not answer.
        return
    if not all(is_public_address(str(sockaddr[0])) for *_, sockaddr in found):
        raise ArgumentError(
            f"{address} is on a private network: put it into the setting BACKLINKS_SEEDS, or allow all with"
            " BACKLINKS_ALLOW_PRIVATE_NETWORKS=True"
        )


def apply_queue(settings: BaseSettings) -> None:
    """Check the lease of its site before each request. The queue records what is done, so there is no job."""
    handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _LEASED, "https": _LEASED}
    settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
    settings.set("JOBDIR", None, priority="cmdline")


def _check_feeds(settings: BaseSettings) -> None:
    """Raise ArgumentError for feeds with which a site would be acknowledged before its rows are written."""
    feeds = {str(name): options for name, options in settings.getdict("FEEDS").items()}
    rows = {name: options for name, options in feeds.items() if not is_coverage(options)}
    if not rows:
        raise ArgumentError("with a queue of seeds name a file for the rows, such as -o worker1.csv: what is crawled is done")
    for name, options in rows.items():
        why = _problem(name, options)
        if why is not None:
            raise ArgumentError(f"feed {strip_credentials(name)} {why}")


def _problem(name: str, options: Mapping[str, Any]) -> str | None:
    if not _FEED_FILE.match(name) or options.get("postprocessing"):
        return "is not written before the crawl ends: with a queue of seeds, write to a file"
    if options.get("format") == "json":
        return "is one array, which a killed worker leaves open: with a queue of seeds, take .jsonl"
    path = Path(name.removeprefix("file://"))
    if options.get("overwrite") and path.is_file() and path.stat().st_size:
        return "has rows of sites that will not be crawled again: append to it with -o, or take another name"
    return None


def _check_numbers(settings: BaseSettings) -> None:
    """Raise ArgumentError for a setting with which no site could be claimed, or no lease kept."""
    for name in ("BACKLINKS_LEASE_SECONDS", "BACKLINKS_WORKER_SITES", "BACKLINKS_MAX_ATTEMPTS"):
        if settings.getfloat(name) < 1:
            raise ArgumentError(f"{name} '{settings[name]}' is less than 1, which a queue of seeds needs")
