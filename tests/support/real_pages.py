"""The real pages that are kept beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backlinkspider.downloader.handlers.warc import read_archive


class RealPage(NamedTuple):
    """A page as a server sent it."""

    url: str
    body: bytes
    content_type: str


def read_real_pages(corpora: Path) -> Iterator[RealPage]:
    """The 300 pages."""
    for url, answer in read_archive(corpora / "pages" / "core-give.warc.gz").items():
        yield RealPage(url, answer.body, dict(answer.headers)["Content-Type"])
