"""Bodies that are not zipped quite as their header says; what curl and Chromium read is in `handlers/odd_answers.json`."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import suppress

import brotli
import pytest
import scrapy
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.utils.test import get_crawler

from backlinkspider.downloader.middlewares.compression import ForgivingCompressionMiddleware
from backlinkspider.exceptions import UnreadableResponseError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAXIMUM = 100_000
PAGE = b"<p>oak chairs</p>" * 50
BROTLI, ZSTANDARD = brotli.compress, zstd.compress


def unzip(body: bytes, *codings: str) -> bytes:
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": MAXIMUM})
    middleware = ForgivingCompressionMiddleware.from_crawler(crawler)
    headers = {"Content-Encoding": list(codings), "Content-Type": "text/html"}
    request = Request("http://a.example/")
    response = middleware.process_response(request, HtmlResponse(request.url, headers=headers, body=body))
    assert isinstance(response, Response)
    assert "Content-Encoding" not in response.headers
    return response.body


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        pytest.param(PAGE, ["identity"], id="identity"),
        pytest.param(PAGE, ["none"], id="none"),
        pytest.param(PAGE, ["UTF-8"], id="a charset"),
        pytest.param(PAGE, ["nobody-knows"], id="a word that nobody knows"),
        pytest.param(gzip.compress(PAGE), ["gzip, identity"], id="gzip beside identity"),
        pytest.param(gzip.compress(PAGE), ["aws-chunked,gzip"], id="gzip beside a coding of storages"),
        pytest.param(gzip.compress(PAGE) + b"\0junk", ["gzip"], id="bytes behind gzip"),
        pytest.param(zlib.compress(PAGE), ["gzip"], id="zlib called gzip"),
        pytest.param(BROTLI(PAGE) + b"junk", ["br"], id="bytes behind Brotli"),
        pytest.param(BROTLI(PAGE) + b"\0" * 1_000, ["br"], id="many bytes behind Brotli"),
        pytest.param(ZSTANDARD(PAGE) + b"junk", ["zstd"], id="bytes behind Zstandard"),
        pytest.param(ZSTANDARD(PAGE[:9]) + ZSTANDARD(PAGE[9:]) + b"junk", ["zstd"], id="bytes behind two frames"),
        pytest.param(gzip.compress(gzip.compress(PAGE)), ["gzip", "gzip"], id="zipped twice, in two headers"),
        pytest.param(gzip.compress(BROTLI(PAGE)), ["br, gzip"], id="zipped by two codings"),
    ],
)
def test_what_is_zipped_in_another_way_is_read(body: bytes, codings: list[str]) -> None:
    assert unzip(body, *codings) == PAGE


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd"])
def test_a_plain_body_is_unreadable(coding: str) -> None:
    with pytest.raises(UnreadableResponseError):
        unzip(PAGE, coding)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty(coding: str) -> None:
    assert unzip(b"", coding) == b""


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        pytest.param(zlib.compress(b"0" * 10_000_000), "gzip", id="zlib called gzip"),
        pytest.param(ZSTANDARD(b"0" * 10_000_000) + b"junk", "zstd", id="Zstandard"),
        pytest.param(BROTLI(b"0" * 10_000_000) + b"junk", "br", id="Brotli"),
    ],
)
def test_a_bomb_with_a_fault_is_too_large(body: bytes, coding: str) -> None:
    with pytest.raises(IgnoreRequest):
        unzip(body, coding)


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_no_bytes_raise_anything_else(body: bytes, coding: str) -> None:
    with suppress(UnreadableResponseError):
        assert len(unzip(body, coding)) <= MAXIMUM


def test_scrapy_is_as_the_middleware_was_made_for() -> None:
    assert scrapy.__version__.startswith("2.19.")
