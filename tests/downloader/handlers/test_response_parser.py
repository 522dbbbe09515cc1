"""Answers that break a rule of HTTP: what Chromium or curl reads is read, and what neither reads is said to be unreadable.

Each group in `odd_answers.py` names the rule; `odd_answers.json` is what the programs read (`tests/support/ask_browsers.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import pytest
import scrapy
from hypothesis import given
from hypothesis import strategies as st
from scrapy.core.downloader.handlers import http11
from twisted import __version__ as twisted_version
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web import http
from twisted.web._newclient import HEADER, STATUS, HTTPClientParser, Request, Response, ResponseFailed
from twisted.web.http_headers import Headers

from backlinkspider.downloader.handlers.http import BoundedProtocol
from backlinkspider.exceptions import UnreadableResponseError
from tests.downloader.handlers.odd_answers import ANSWERS, CONTENT_CODINGS, LOCATIONS, PAGE, TARGET, answer
from tests.support.miniweb import Answer, MiniWeb, html
from tests.support.scrapy_command import crawl

RESULTS: dict[str, dict[str, dict[str, Any] | None]] = json.loads(Path(__file__).with_name("odd_answers.json").read_text("utf-8"))
EXTENTS = ["nothing", "other", "part", "whole"]
HOSTS = {name: f"odd{number}.odd.example" for number, name in enumerate(ANSWERS)}
PARSED = {name: raw for name, raw in ANSWERS.items() if name not in CONTENT_CODINGS and name not in LOCATIONS}

# Chromium shows these as documents without status line; as they hold no markup, nothing in them is a page.
NO_PAGES = {
    "status of a radio station",
    "three empty lines before the status",
    "a line of text before the status",
    "words that are not HTTP",
    "switching protocols",
}
ZIPPED = {"coding of gzip and chunked", "coding of gzip"}


class Body(Protocol):
    """Collects a body."""

    def __init__(self) -> None:
        self.data = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.data += data


class Read(NamedTuple):
    """What the client of one connection read."""

    status: int | None
    body: bytes
    failure: BaseException | None
    is_kept: bool


def read(*parts: bytes) -> Read:
    """Answer a request with bytes that arrive in parts, then close the connection."""
    idle: list[object] = []
    client: Any = cast("Any", BoundedProtocol)(idle.append)  # Twisted does not type its protocols
    client.makeConnection(StringTransport())
    responses: list[Response] = []
    failures: list[Failure] = []
    body = Body()

    def begin(response: Response) -> None:
        responses.append(response)
        if response.length:
            response.deliverBody(body)

    request = Request(b"GET", b"/", Headers({b"host": [b"odd.example"]}), None, persistent=True)
    client.request(request).addCallbacks(begin, failures.append)
    for part in parts:
        client.dataReceived(part)
    client.connectionLost(Failure(ConnectionDone()))
    failure = failures[0].value if failures else None
    return Read(responses[0].code if responses else None, body.data, failure, bool(idle))


def extent_of(body: bytes) -> str:
    return "whole" if body == PAGE else "nothing" if not body else "part" if PAGE.startswith(body) else "other"


def odd_web(more: Mapping[str, Answer | str] = MappingProxyType({})) -> MiniWeb:
    """A host for each answer, whose other pages are where redirects lead."""
    pages: dict[str, Answer | str] = {f"http://{HOSTS[name]}/": Answer(raw=raw) for name, raw in ANSWERS.items()}
    sites = {
        f"http://{host}": lambda url: html(PAGE.decode()) if "landed" in url else Answer(status=404) for host in HOSTS.values()
    }
    return MiniWeb({**pages, **more}, sites)


def most_read(name: str) -> dict[str, Any] | None:
    """What the program read that read more, Chromium in doubt."""
    found = [read for read in RESULTS[name].values() if read is not None]
    return max(found, key=lambda read: EXTENTS.index(read["body"])) if found else None


def test_the_results_are_those_of_the_answers() -> None:
    assert list(RESULTS) == list(ANSWERS)


@pytest.mark.parametrize("name", PARSED)
def test_what_a_browser_or_curl_reads_is_read(name: str) -> None:
    expected, observed = most_read(name), read(PARSED[name])
    if expected is None or name in NO_PAGES:
        assert observed.status is None
        return
    assert observed.status == expected["status"]
    if name not in ZIPPED:
        assert EXTENTS.index(extent_of(observed.body)) >= EXTENTS.index(expected["body"])


@pytest.mark.parametrize("name", ["name with a NUL", "NUL in a value", *sorted(NO_PAGES)])
def test_what_none_of_them_reads_is_unreadable(name: str) -> None:
    failure = read(ANSWERS[name]).failure
    assert isinstance(failure, ResponseFailed)
    assert isinstance(failure.reasons[0].value, UnreadableResponseError)


@pytest.mark.parametrize("name", [name for name, raw in PARSED.items() if len(raw) < 5_000])
def test_an_answer_reads_the_same_in_single_bytes(name: str) -> None:
    whole, parts = read(PARSED[name]), read(*(PARSED[name][place : place + 1] for place in range(len(PARSED[name]))))
    assert (whole.status, whole.body, type(whole.failure)) == (parts.status, parts.body, type(parts.failure))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_break_the_client(first: bytes, second: bytes) -> None:
    for beginning in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        observed = read(beginning + first, second)
        assert (observed.status is None) == (observed.failure is not None)


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        ("length twice", False),
        ("length in bytes", False),
        ("two lengths", False),
        ("length too small", False),
        ("bytes after the answer", False),
        ("bytes after the last chunk", False),
        ("coding of identity", False),
        ("coding twice", False),
        ("size with a letter too much", False),
        ("chunks whose lines end with LF", False),
        ("blank in a name", False),
        ("no colon", False),
        ("four bytes before the status", False),
        ("204 with a body", False),
        ("status without a reason", True),
        ("extension", True),
        ("trailer", True),
        ("three interim answers", True),
    ],
)
def test_a_connection_is_closed_after_an_odd_answer(name: str, *, is_kept: bool) -> None:
    assert read(ANSWERS[name]).is_kept is is_kept


def test_a_connection_is_kept_after_an_ordinary_answer() -> None:
    assert read(answer()) == Read(200, PAGE, None, is_kept=True)


def test_a_crawl_reads_the_links_that_browsers_or_curl_read(tmp_path: Path) -> None:
    with odd_web() as web:
        seeds = ",".join(f"http://{host}/" for host in HOSTS.values())
        done = crawl(web, tmp_path, "RETRY_TIMES=0", target="target.example", seeds=seeds, max_pages="0")
    found = {url.split("/")[2] for url in done.column("url_from")}
    read_by = {name: most_read(name) for name in ANSWERS}
    expected = {
        name
        for name, read in read_by.items()
        if read is not None
        and name not in NO_PAGES
        and read["body"] in ("whole", "part")
        and (read["status"] // 100 == 2 or read["status"] == 302)
    } - {"gzip cut in half"}  # before the link
    assert {name for name in expected if HOSTS[name] not in found} == set()
    assert {name for name in ANSWERS if HOSTS[name] in found} - expected == {"coding with a parameter"}
    assert set(done.column("url_to")) == {TARGET}


def test_no_link_to_an_odd_answer_is_called_broken(tmp_path: Path) -> None:
    links = "".join(f"<p>many words and <a href=http://{host}/>{host}</a></p>" for host in HOSTS.values())
    with odd_web({"http://blog.example/": links}) as web:
        done = crawl(
            web,
            tmp_path,
            "BACKLINKS_LINK_CHECK_LIMIT=1000",
            "RETRY_TIMES=0",
            "AUTOTHROTTLE_ENABLED=False",
            target="odd.example",
            seeds="http://blog.example/",
        )
    broken = {row["url_to"].split("/")[2] for row in done.rows if row["is_broken"]}
    assert {name for name, host in HOSTS.items() if host in broken} == {"404 with a page"}


def test_twisted_and_scrapy_are_as_the_parser_was_made_for() -> None:
    assert scrapy.__version__.startswith("2.19.")
    assert twisted_version.startswith("26.10")
    assert issubclass(http11._LenientHTTPClientParser, HTTPClientParser)
    assert (STATUS, HEADER) == ("STATUS", "HEADER")
    assert HTTPClientParser._transferDecoders == {b"chunked": http._ChunkedTransferDecoder}
