"""What the processes of a crawl say to each other: terms and a word to stop in, a line of JSON a moment out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from scrapy import Spider
from scrapy.settings import Settings

CHILD_MODULE = "backlinkspider.processes.child"
"""The module that a child process runs."""

STOP = b"stop\n"
"""The line that asks a child process to end after the pages in progress. Without it, the end of its input means that the main
process has died."""

ENDED = "ended"
"""The key of the last message of a child process: the reason with which its crawl was closed."""

FOUND = "found"
"""The key of the URLs whose destination the main process is to find out."""


class Terms(NamedTuple):
    """What a child process crawls with."""

    settings: Settings
    spider: type[Spider]
    arguments: Mapping[str, Any]
