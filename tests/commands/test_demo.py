"""The packaged archive is the web whose sources lie in tests/demoweb."""

from __future__ import annotations

from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.downloader.handlers.warc import read_archive
from backlinkspider.operations.demo import SEEDS
from tests.support.pack_demo import ARCHIVE, read_sources


def test_the_archive_holds_the_sources() -> None:
    answers = read_sources()
    archived = read_archive(ARCHIVE)
    assert {canonical_url(answer.url) for answer in answers} == set(archived)
    for answer in answers:
        stored = archived[canonical_url(answer.url)]
        assert (stored.status, stored.headers, stored.body) == (int(answer.status.split()[0]), answer.headers, answer.body), (
            answer.url
        )


def test_the_web_is_of_the_size_that_is_promised() -> None:
    pages = [
        answer
        for answer in read_sources()
        if answer.status.startswith("200") and ("Content-Type", "text/html; charset=utf-8") in answer.headers
    ]
    assert 38 <= len(pages) <= 48
    assert len(SEEDS) == 10
