"""Answers that are kept for the crawl: what they hold, and what they leave behind."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from backlinkspider.downloader.middlewares.prefetched import PrefetchedResponsesMiddleware
from backlinkspider.downloader.responses import page_from_response
from backlinkspider.request_meta import RequestContext

URL = "https://target.example/"


@pytest.mark.parametrize(
    ("meta", "address"),
    [
        pytest.param({}, "203.0.113.7", id="the server answers"),
        pytest.param({"proxy": "http://127.0.0.1:1"}, None, id="a proxy answers"),
    ],
)
def test_a_kept_answer_is_a_page_with_the_address_of_its_server(meta: dict[str, str], address: str | None) -> None:
    kept = PrefetchedResponsesMiddleware()
    kept.keep(HtmlResponse(URL, body=b"hi", request=Request(URL, meta=meta), ip_address=ip_address("203.0.113.7")))
    again = kept.kept(URL)
    assert again is not None
    assert page_from_response(again).domain_from_ip == address
    answer = kept.process_request(Request(URL, meta=RequestContext("target.example", "target.example").meta()))
    assert answer is not None
    assert page_from_response(answer).domain_from_ip == address
