"""How much a crawl may do at once: as many requests as the machine has files and memory for, in one process or several."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

from scrapy.settings import BaseSettings

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.urls.canonicalize import strip_credentials

logger = logging.getLogger(__name__)

_UNLIMITED = 1 << 40

_FILES_WANTED = 16_384
"""Files that the process asks for, where the system lets it: a connection to each of 2,000 sites, and as many idle ones."""

_FILES_OF_OTHERS = 200
"""Files that are not connections: outputs, the job, logs, libraries."""

_MEMORY_SHARE = 0.1
_BYTES_FOR_EACH = 100_000
"""Memory for a request in progress, with its connection; TLS takes more than half of it."""

_PER_PROCESS = ("CLOSESPIDER_PAGECOUNT", "CLOSESPIDER_ITEMCOUNT", "CLOSESPIDER_ERRORCOUNT", "CLOSESPIDER_PAGECOUNT_NO_ITEM")
"""Settings of Scrapy that count in each process, where the user means the crawl."""


def requests_allowed(wanted: int, *, files: int, memory_bytes: int) -> int:
    """Return how many requests may be in progress; 0 wants as many as possible.

    Half of the files are left to idle connections (`downloader.handlers.connection_pool`). Of the two requests of a site one is
    on its way, so that a connection serves two.

    >>> requests_allowed(2_000, files=1_024, memory_bytes=8 << 30), requests_allowed(0, files=1 << 20, memory_bytes=1 << 30)
    (624, 1073)
    """
    by_files = files - 2 * _FILES_OF_OTHERS
    by_memory = int(memory_bytes * _MEMORY_SHARE / _BYTES_FOR_EACH)
    return max(1, min(wanted or _UNLIMITED, by_files, by_memory))


def files_allowed() -> int:
    """Return how many files the process may have open; a very large number where there is no limit."""
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:
        return _UNLIMITED
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNLIMITED if files == resource.RLIM_INFINITY else files


def bound_concurrency(settings: BaseSettings, *, processes: int = 1) -> None:
    """Lower CONCURRENT_REQUESTS to the share of this process, and to what the machine allows, after asking for more files.

    Reads: CONCURRENT_REQUESTS, BACKLINKS_TUNE_PROCESS.
    """
    wanted = settings.getint("CONCURRENT_REQUESTS")
    if settings.getbool("BACKLINKS_TUNE_PROCESS"):
        _ask_for_files()
    share = -(-wanted // processes)
    allowed = requests_allowed(share, files=files_allowed(), memory_bytes=_memory_bytes() // processes)
    if allowed != share:
        logger.info("at most %d requests in progress: more would need more open files, or more memory", allowed)
    if allowed != wanted:
        settings.set("CONCURRENT_REQUESTS", allowed, priority="cmdline")


def check_processes(settings: BaseSettings) -> None:
    """Raise ArgumentError where what several processes write or count cannot be put together."""
    for reason in _reasons(settings):
        raise ArgumentError(f"with processes {reason}")


def _reasons(settings: BaseSettings) -> Iterator[str]:
    for name in _PER_PROCESS:
        if settings.getint(name):
            yield f"{name} is not possible, because each would count for itself: use max_pages or CLOSESPIDER_TIMEOUT"
    for uri, feed in settings.getdict("FEEDS").items():
        if feed.get("batch_item_count", settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT")):
            yield f"feed {strip_credentials(str(uri))} cannot be written in batches: name one file"


def _ask_for_files() -> None:
    """Raise the limit of open files, up to what the system lets any process have."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if most == resource.RLIM_INFINITY else min(_FILES_WANTED, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        except (OSError, ValueError) as error:  # macOS has a lower limit than it names.
            logger.debug("no more than %d open files: %s", files, error)


def _memory_bytes() -> int:
    """Return the memory of the machine; without limit where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return _UNLIMITED
