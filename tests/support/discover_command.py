"""Runs `scrapy discover` against a loopback server that stands for the sources, and reads what it wrote."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.data_server import DataServer
from tests.support.scrapy_command import read_csv, scrapy, set_options

_ADDRESSES = {
    "BACKLINKS_COMMONCRAWL_URL": "/graph/",
    "BACKLINKS_WIKIPEDIA_URL": "/{wiki}/api.php",
    "BACKLINKS_HACKER_NEWS_URL": "/hn/",
    "BACKLINKS_GDELT_URL": "/gdelt/",
    "BACKLINKS_WEBMENTION_URL": "/webmention/",
    "BACKLINKS_BING_URL": "/bing/",
    "BACKLINKS_YANDEX_URL": "/yandex/",
}
"""The setting of each source that is asked over the network, and the path at which the server stands for it."""

_SETTINGS = (
    "DOWNLOAD_DELAY=0",
    "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True",
    "BACKLINKS_MAX_DELAY_SECONDS=0.01",
    "ROBOTSTXT_OBEY=False",
)


class Discovery(NamedTuple):
    """What one run gave."""

    code: int
    rows: list[dict[str, str]]
    sources: dict[str, dict[str, str]]
    """The table of sources, by name."""
    output: str
    log: str

    @property
    def candidates(self) -> list[str]:
        return [row["candidate"] for row in self.rows]

    def note(self, source: str) -> str:
        return self.sources[source]["note"]


def discover(
    server: DataServer,
    folder: Path,
    *sources: str,
    target: str = "example.com",
    options: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Discovery:
    """Run the command with each of the sources, which ask the server."""
    addresses = (f"{name}={server.url}{path}" for name, path in _ADDRESSES.items())
    words = [
        *("--target", target, "-o", "candidates.csv", "--sources", "sources.csv", *options),
        *set_options(*_SETTINGS, *addresses),
        *(word for source in sources for word in ("--source", source)),
    ]
    run = scrapy("discover", *words, folder=folder, environment={**os.environ, **(environment or {})})
    table = _read(folder / "sources.csv")
    return Discovery(run.code, _read(folder / "candidates.csv"), {row["source"]: row for row in table}, run.output, run.log)


def _read(path: Path) -> list[dict[str, str]]:
    return read_csv(path) if path.exists() else []
