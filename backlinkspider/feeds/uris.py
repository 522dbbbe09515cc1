"""Read from the name and options of a feed where it is, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

MONITOR_FORMAT = "monitor_"
"""What the formats of known links begin with; what follows is the ending of the file."""


def is_coverage(feed: Mapping[str, Any]) -> bool:
    """Return whether the options of a feed make it a table of coverage and not of rows."""
    return str(feed.get("format")).startswith("coverage_")


def takes_coverage(feed: Mapping[str, Any]) -> bool:
    """Return whether a feed holds coverage, alone or beside its rows."""
    return is_coverage(feed) or feed.get("format") == "xlsx"


def is_monitored(feed: Mapping[str, Any]) -> bool:
    """Return whether the options of a feed make it a table of known links."""
    return str(feed.get("format")).startswith(MONITOR_FORMAT)


def absolute_feed(name: object) -> str:
    """Return the URI of a feed that holds in any working directory."""
    return str(name) if "://" in str(name) else str(Path(str(name)).absolute())
