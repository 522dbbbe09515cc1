"""The web that crawls are tested against, asked by clients of the standard library."""

import gc
import http.client
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, HTTPSHandler, ProxyHandler, Request, build_opener

import pytest

from tests.support.miniweb import Answer, Fault, MiniWeb, html, redirect, text

HANG_TIMEOUT_SECONDS = 0.2
DEADLINE_SECONDS = 30


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str]


class EveryStatus(HTTPErrorProcessor):
    """Hands every answer back: no redirect is followed, no status raises."""

    def http_response(self, request: Request, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
        return response

    https_response = http_response


def unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fetch(web: MiniWeb, url: str, *, method: str = "GET", timeout_seconds: float = DEADLINE_SECONDS) -> Reply:
    proxies = ProxyHandler({"http": web.proxy, "https": web.proxy})
    opener = build_opener(proxies, HTTPSHandler(context=unverified()), EveryStatus())
    with opener.open(Request(url, method=method), timeout=timeout_seconds) as response:
        return Reply(response.status, response.read(), dict(response.headers))


@contextmanager
def connect(web: MiniWeb, tunnel_host: str | None = None) -> Iterator[http.client.HTTPConnection]:
    """A connection to the proxy, or through it to `tunnel_host`, that stays open between requests."""
    address = urlsplit(web.proxy).netloc
    connection: http.client.HTTPConnection = http.client.HTTPConnection(address, timeout=DEADLINE_SECONDS)
    if tunnel_host is not None:
        connection = http.client.HTTPSConnection(address, timeout=DEADLINE_SECONDS, context=unverified())
        connection.set_tunnel(tunnel_host)
    try:
        yield connection
    finally:
        connection.close()


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


SCHEMES = pytest.mark.parametrize("scheme", ["http", "https"])


@SCHEMES
def test_page_is_served(scheme: str) -> None:
    with MiniWeb({f"{scheme}://a.example/": "<p>né</p>"}) as web:
        reply = fetch(web, f"{scheme}://a.example/")
    assert reply.status == 200
    assert reply.body.decode() == "<p>né</p>"
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


@SCHEMES
def test_unknown_path_of_known_host_is_404(scheme: str) -> None:
    with MiniWeb({f"{scheme}://a.example/": ""}) as web:
        assert fetch(web, f"{scheme}://a.example/robots.txt").status == 404


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://nowhere.example/", id="a host without pages"),
        pytest.param("http://secure.example/", id="a host with https pages only"),
        pytest.param("http://plain.example:8080/", id="another port of a host"),
        pytest.param("http://www.plain.example/", id="a subdomain of a host"),
    ],
)
def test_unknown_http_host_is_refused(url: str) -> None:
    with MiniWeb({"http://plain.example/": "", "https://secure.example/": ""}) as web:
        assert fetch(web, url).status == 502
        assert web.fetched(url) == 1


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://nowhere.example/", id="a host without pages"),
        pytest.param("https://plain.example/", id="a host with http pages only"),
        pytest.param("https://secure.example:8443/", id="another port of a host"),
    ],
)
def test_tunnel_to_unknown_https_host_is_refused(url: str) -> None:
    with MiniWeb({"http://plain.example/": "", "https://secure.example/": ""}) as web:
        with pytest.raises(URLError, match="Tunnel connection failed: 502"):
            fetch(web, url)
        assert [(request.method, request.url) for request in web.requests] == [("CONNECT", url.removesuffix("/"))]
        assert web.fetched(url) == 0


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param("http://a.example:8080/", "http://a.example:8080/", id="port"),
        pytest.param("https://a.example:8443/", "https://a.example:8443/", id="port of a tunnel"),
        pytest.param("http://a.example:80/", "http://a.example/", id="default port given"),
        pytest.param("https://a.example/", "https://a.example:443/", id="default port asked"),
        pytest.param("http://a.example/?p=1&q=%20", "http://a.example/?p=1&q=%20", id="query"),
        pytest.param("http://a.example/#top", "http://a.example/", id="fragment given"),
        pytest.param("http://a.example/", "http://a.example/#top", id="fragment asked"),
        pytest.param("http://a.example", "http://a.example/", id="no path given"),
        pytest.param("http://A.example/B", "http://a.EXAMPLE/B", id="case of the host"),
        pytest.param("https://a.example//b.example/", "https://a.example//b.example/", id="path like a host"),
    ],
)
def test_same_page(given: str, asked: str) -> None:
    with MiniWeb({given: "found"}) as web:
        assert fetch(web, asked).body == b"found"
        assert web.fetched(given) == web.fetched(asked) == 1


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("http://a.example/?p=2", id="another query"),
        pytest.param("http://a.example/", id="no query"),
        pytest.param("http://a.example/P?p=1", id="another case of the path"),
    ],
)
def test_other_page(asked: str) -> None:
    with MiniWeb({"http://a.example/p?p=1": "found", "http://a.example/?p=1": "found"}) as web:
        assert fetch(web, asked).status == 404


def test_redirect() -> None:
    pages = {"http://a.example/": redirect("https://a.example/"), "http://b.example/": redirect("/b", 302)}
    with MiniWeb(pages) as web:
        moved, found = fetch(web, "http://a.example/"), fetch(web, "http://b.example/")
    assert (moved.status, moved.headers["Location"]) == (301, "https://a.example/")
    assert (found.status, found.headers["Location"]) == (302, "/b")


HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("answer", "status", "headers"),
    [
        pytest.param(text("Disallow: /"), 200, {"Content-Type": "text/plain"}, id="text"),
        pytest.param(text("{}", "text/json"), 200, {"Content-Type": "text/json"}, id="text of another type"),
        pytest.param(html("gone", status=410), 410, {"Content-Type": HTML}, id="html of another status"),
        pytest.param(html("", headers=(("A", "b"),)), 200, {"Content-Type": HTML, "A": "b"}, id="html and a header"),
        pytest.param(html("", headers=(("content-type", "a/b"),)), 200, {"content-type": "a/b"}, id="html as no html"),
        pytest.param(Answer(b"\xff", headers=()), 200, {}, id="bytes without a type"),
    ],
)
def test_answer_is_sent_as_given(answer: Answer, status: int, headers: dict[str, str]) -> None:
    with MiniWeb({"http://a.example/": answer}) as web:
        reply = fetch(web, "http://a.example/")
    assert reply == Reply(status, answer.body, {**headers, "Content-Length": str(len(answer.body))})


def test_content_length_may_be_given() -> None:
    answer = Answer(headers=(("Content-Length", "5000000000"),))
    with MiniWeb({"http://a.example/": answer}) as web:
        assert fetch(web, "http://a.example/", method="HEAD").headers == {"Content-Length": "5000000000"}


def test_head_has_the_length_and_no_body() -> None:
    with MiniWeb({"http://a.example/": "four"}) as web, connect(web) as connection:
        connection.request("HEAD", "http://a.example/")
        response = connection.getresponse()
        assert (response.headers["Content-Length"], response.read()) == ("4", b"")
        connection.request("GET", "http://a.example/")
        assert connection.getresponse().read() == b"four"


@SCHEMES
def test_reset(scheme: str) -> None:
    pages = {f"{scheme}://a.example/": Answer(fault=Fault.RESET)}
    with MiniWeb(pages) as web, pytest.raises(ConnectionResetError):
        fetch(web, f"{scheme}://a.example/")


@SCHEMES
def test_truncated(scheme: str) -> None:
    pages = {f"{scheme}://a.example/": Answer(b"half", fault=Fault.TRUNCATED)}
    with MiniWeb(pages) as web, pytest.raises(http.client.IncompleteRead) as raised:
        fetch(web, f"{scheme}://a.example/")
    assert raised.value.partial == b"half"


@SCHEMES
def test_hang_lasts_until_the_client_leaves(scheme: str) -> None:
    url = f"{scheme}://a.example/"
    with MiniWeb({url: Answer(fault=Fault.HANG)}) as web:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                fetch(web, url, timeout_seconds=HANG_TIMEOUT_SECONDS)
        assert web.fetched(url) == 2


def test_delayed_answer_is_sent() -> None:
    with MiniWeb({"http://a.example/": replace(html("late"), delay_seconds=0.01)}) as web:
        assert fetch(web, "http://a.example/").body == b"late"


@pytest.mark.parametrize(
    ("origin", "tunnel_host"),
    [
        pytest.param("http://a.example", None, id="http"),
        pytest.param("", "a.example:443", id="https"),
    ],
)
def test_connection_is_kept(origin: str, tunnel_host: str | None) -> None:
    pages = {"http://a.example/": "1", "http://a.example/b": "2", "https://a.example/": "1", "https://a.example/b": "2"}
    with MiniWeb(pages) as web, connect(web, tunnel_host) as connection:
        connection.request("POST", f"{origin}/", body=b"read and ignored")
        sock = connection.sock
        first = connection.getresponse().read()
        connection.request("GET", f"{origin}/b")
        assert (first, connection.getresponse().read()) == (b"1", b"2")
        assert connection.sock is sock


def test_pipelined_requests_are_answered_in_order() -> None:
    with MiniWeb({"http://a.example/": "first", "http://b.example/": "second"}) as web, connect(web) as connection:
        connection.connect()
        connection.sock.sendall(
            b"GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"
            b"GET http://b.example/ HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n"
        )
        with connection.sock.makefile("rb") as stream:
            received = stream.read()
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.index(b"first") < received.index(b"second")


def test_requests_are_logged_in_order() -> None:
    with MiniWeb({"http://a.example/": "", "https://b.example/": ""}) as web:
        for url in ("https://b.example/x#y", "http://a.example/", "http://a.example/"):
            fetch(web, url)
        fetch(web, "http://a.example/", method="HEAD")
    first, *_, last = web.requests
    assert (first.method, first.url, first.headers["host"]) == ("GET", "https://b.example/x", "b.example")
    assert (last.method, last.url) == ("HEAD", "http://a.example/")
    assert [request.seconds for request in web.requests] == sorted(request.seconds for request in web.requests)
    assert web.fetched("http://a.example/") == 3
    assert web.fetched("http://a.example/never") == 0


def test_most_open_is_the_largest_number_at_one_moment() -> None:
    hosts = ["a.example", "a.example", "b.example"]
    hang = Answer(fault=Fault.HANG)
    pages: dict[str, Answer | str] = {"http://a.example/": hang, "http://b.example/": hang, "http://c.example/": ""}
    with MiniWeb(pages) as web, connect(web) as one, connect(web) as two, connect(web) as three:
        for connection, host in zip((one, two, three), hosts, strict=True):
            connection.request("GET", f"http://{host}/")
        wait_until(lambda: len(web.requests) == len(hosts))
        for _ in range(3):
            fetch(web, "http://c.example/")
        assert [web.most_open(f"{name}.example") for name in "abcd"] == [2, 1, 1, 0]


def test_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "a.example")
    with MiniWeb({}) as web:
        environment = web.environment()
    assert environment["http_proxy"] == environment["https_proxy"] == web.proxy
    assert environment["no_proxy"] == ""
    assert environment["PATH"] == os.environ["PATH"]


def test_nothing_is_left_at_exit(caplog: pytest.LogCaptureFixture) -> None:
    threads = threading.active_count()
    hang = Answer(fault=Fault.HANG)
    with ExitStack() as clients:
        with MiniWeb({"http://a.example/": hang, "https://a.example/": hang, "http://b.example/": "b"}) as web:
            plain, secure, idle = (clients.enter_context(connect(web, host)) for host in (None, "a.example", None))
            plain.request("GET", "http://a.example/")
            secure.request("GET", "/")
            idle.request("GET", "http://b.example/")
            idle.getresponse().read()
            wait_until(lambda: len(web.requests) == 3)
            for _ in range(5):
                clients.enter_context(connect(web)).connect()
        with pytest.raises((ConnectionError, ssl.SSLEOFError)):
            secure.getresponse()
        with pytest.raises(ConnectionError):
            plain.getresponse()
        with pytest.raises(URLError, match="refused"):
            fetch(web, "http://b.example/")
    gc.collect()
    assert threading.active_count() == threads
    assert caplog.messages == []
