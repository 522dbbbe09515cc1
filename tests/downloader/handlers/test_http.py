"""Answers whose headers do not end, and what of Scrapy the bound rests on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
import scrapy
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.core.downloader.handlers import http11
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.web._newclient import BODY, HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

from backlinkspider.downloader.handlers.http import LimitedHTTPHandler
from backlinkspider.downloader.handlers.response_parser import HEADERS_MAXIMUM_BYTES
from backlinkspider.downloader.site_delays import SiteDelays
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


def test_the_delay_of_a_site_begins_when_a_request_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler = get_crawler()
    held, due = Slot(1, 1.0), Slot(1, 1.0)
    held.lastseen, due.lastseen = 150.0, 99.0
    downloader = SimpleNamespace(slots={"held.example": held, "due.example": due}, per_slot_settings={})
    crawler.engine = cast("Any", SimpleNamespace(downloader=downloader))
    monkeypatch.setattr("backlinkspider.downloader.site_delays.monotonic", lambda: 99.7)
    monkeypatch.setattr(http11.HTTP11DownloadHandler, "download_request", AsyncMock(return_value=Response("http://x.example/")))
    # The constructor needs a reactor that runs.
    handler = object.__new__(LimitedHTTPHandler)
    handler._delays = SiteDelays(crawler)
    for site in ("held.example", "due.example", "unknown.example"):
        asyncio.run(handler.download_request(Request(f"http://{site}/", meta={"download_slot": site})))
    assert (held.lastseen, due.lastseen) == (150.0, 99.7)
