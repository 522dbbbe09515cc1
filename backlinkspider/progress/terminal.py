"""Whether a crawl draws on its terminal, and where its log goes then."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

STDOUT_FEEDS = ("stdout:", "-")
"""How the name of a feed that goes to standard output begins."""

_NOT_DRAWABLE = frozenset({"dumb", "unknown"})
"""Values of TERM for terminals that cannot move their cursor."""


def is_drawable(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a stream is a terminal whose cursor can be moved."""
    return stream.isatty() and environment.get("TERM", "").lower() not in _NOT_DRAWABLE


def has_display(settings: BaseSettings) -> bool:
    """Return whether a crawl draws on its terminal: it has one, and its log goes elsewhere or nowhere."""
    logs_to_terminal = settings.getbool("LOG_ENABLED") and not settings["LOG_FILE"]
    return not logs_to_terminal and not settings.getbool("BACKLINKS_QUIET") and is_drawable(sys.stderr)


def send_log_to_file(settings: BaseSettings) -> Path | None:
    """Let the log go to a file where it would stand in the way of a display, and return the file; None where it stays.

    The file lies beside the first output and has its name: `backlinks.csv.log`. It stays where the user chose a level or a file,
    and where the new one cannot be written. Reads: LOG_FILE, LOG_LEVEL, LOG_ENABLED, FEEDS, BACKLINKS_QUIET.
    """
    is_chosen = (
        settings["LOG_FILE"]
        or settings.getpriority("LOG_LEVEL") == SETTINGS_PRIORITIES["cmdline"]
        or not settings.getbool("LOG_ENABLED")
    )
    if is_chosen or not (is_drawable(sys.stderr) or settings.getbool("BACKLINKS_QUIET")):
        return None
    path = log_path(map(str, settings.getdict("FEEDS")))
    try:
        path.open("ab").close()
    except OSError:
        return None
    settings.set("LOG_FILE", str(path), priority="cmdline")
    return path


def log_path(feeds: Iterable[str]) -> Path:
    """Return where a log goes that has no place of its own.

    >>> str(log_path(["s3://bucket/rows.csv", "tables/backlinks.csv"])), str(log_path(["%(time)s.csv"]))
    ('tables/backlinks.csv.log', 'backlinkspider.log')
    """
    for feed in feeds:
        path = feed.removeprefix("file://")
        if "://" not in path and "%" not in path and not path.startswith(STDOUT_FEEDS):
            return Path(f"{path}.log")
    return Path("backlinkspider.log")
