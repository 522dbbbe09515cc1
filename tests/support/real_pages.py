"""The real pages that are kept beside the project."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

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


_HIDDEN_WORDS = "Um Fehler beim Barrierfreiheit zu vermeiden"
"""The words in `<p style="display: none">` of four links on awo.org. The truth has them as anchors; no browser shows them."""


class RealPage(NamedTuple):
    """A page as a server sent it."""

    url: str
    body: bytes
    content_type: str


def read_real_pages(corpora: Path) -> Iterator[RealPage]:
    """The 300 pages."""
    yield from _read_pages(corpora / "pages" / "core-give.warc.gz")


def read_truth(corpora: Path) -> list[dict[str, Any]]:
    """What a browser's parser finds on them: a dictionary for each external link, without the words that a page hides in it."""
    with gzip.open(corpora / "pages" / "core-give-truth.jsonl.gz", "rt", encoding="utf-8") as file:
        truth = [json.loads(line) for line in file]
    hidden = [row for row in truth if " ".join(row["anchor"].split()) == _HIDDEN_WORDS]
    assert len(hidden) == 4
    for row in hidden:
        row["anchor"] = ""
    return truth


def read_other_pages(corpora: Path) -> Iterator[RealPage]:
    """The pages of the other archives of real crawls."""
    for archive in _OTHER_ARCHIVES:
        yield from _read_pages(corpora / "warc" / archive)


def _read_pages(archive: Path) -> Iterator[RealPage]:
    for url, answer in read_archive(archive).items():
        content_type = (Headers(answer.headers).get("Content-Type") or b"").decode()
        if "html" in content_type:
            yield RealPage(url, answer.body, content_type)
