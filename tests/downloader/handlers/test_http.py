"""Answers whose headers do not end, and what of Scrapy the bound rests on."""

from __future__ import annotations

from pathlib import Path

import pytest
import scrapy
from scrapy.core.downloader.handlers import http11
from twisted.web._newclient import BODY, HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

from backlinkspider.downloader.handlers.response_parser import HEADERS_MAXIMUM_BYTES
from tests.support.miniweb import Answer, Fault, MiniWeb, html
from tests.support.scrapy_command import crawl


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_endless_headers_are_broken_off(tmp_path: Path, scheme: str) -> None:
    origin = f"{scheme}://endless.example"
    with MiniWeb({f"{origin}/": Answer(fault=Fault.ENDLESS_HEADERS), f"{origin}/robots.txt": ""}) as web:
        # It ends long before its time is over.
        done = crawl(web, tmp_path, "DOWNLOAD_TIMEOUT=100", target="target.example", seeds=f"{origin}/")
    assert "not read (too_large)" in done.log


def test_large_headers_are_read_answer_by_answer(tmp_path: Path) -> None:
    headers = tuple((f"X-{number}", "x" * 1_000) for number in range(HEADERS_MAXIMUM_BYTES * 3 // 4 // 1_010))
    pages: dict[str, Answer | str] = {
        f"http://large.example/{number}": html(
            "<a href=https://target.example>t</a><a href=/2>2</a><a href=/3>3</a>", headers=headers
        )
        for number in (1, 2, 3)
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="http://large.example/1")
    assert len(done.rows) == 3, done.log


def test_scrapy_is_as_the_bound_was_made_for() -> None:
    assert scrapy.__version__.startswith("2.19.")
    assert issubclass(http11._LenientHTTP11ClientProtocol, HTTP11ClientProtocol)
    assert issubclass(http11._LenientHTTP11ClientFactory, _HTTP11ClientFactory)
    assert BODY == "BODY"
