"""The real pages that are kept beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scrapy.http import Headers

from backlinkspider.downloader.handlers.warc import read_archive

_OTHER_ARCHIVES = (
    "books-toscrape-books.toscrape.warc",
    "cc-zip-mini.warc.gz",
    "dolma-0-sample-0000.warc.gz",
    "iana-warc-iana.warc.gz",
    "resiliparse/clipped.warc.gz",
    "resiliparse/clueweb-quirk.warc.gz",
    "resiliparse/warcfile.warc.gz",
    "whirlwind",
)


class RealPage(NamedTuple):
    """A page as a server sent it."""

    url: str
    body: bytes
    content_type: str


def read_real_pages(corpora: Path) -> Iterator[RealPage]:
    """The 300 pages."""
    yield from _read_pages(corpora / "pages" / "core-give.warc.gz")


def read_other_pages(corpora: Path) -> Iterator[RealPage]:
    """The pages of the other archives of real crawls."""
    for archive in _OTHER_ARCHIVES:
        yield from _read_pages(corpora / "warc" / archive)


def _read_pages(archive: Path) -> Iterator[RealPage]:
    for url, answer in read_archive(archive).items():
        content_type = (Headers(answer.headers).get("Content-Type") or b"").decode()
        if "html" in content_type:
            yield RealPage(url, answer.body, content_type)
