"""Many hosts on one loopback port, http and https, reached as an HTTP proxy, for tests of whole crawls.

    with MiniWeb({"https://a.example/": '<a href="http://b.example/">b</a>'}) as web:
        subprocess.run(["scrapy", "crawl", ...], env=web.environment(), check=True)
    assert web.fetched("https://a.example/") == 1

A host exists for a scheme and port when a page of it is given; any other is refused with 502, for https at CONNECT.
"""

import asyncio
import datetime
import functools
import http.client
import os
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Self, cast
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Headers = tuple[tuple[str, str], ...]

HTML = "text/html; charset=utf-8"
DEFAULT_PORTS = {"http": "80", "https": "443"}
TUNNEL_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"
TRUNCATED_BYTES = 100
# A record with a fatal alert (RFC 8446, 6).
HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
# Close at once and send RST instead of FIN (socket(7), SO_LINGER with a time of zero).
NO_LINGER = struct.pack("ii", 1, 0)


class Fault(Enum):
    """What goes wrong instead of an ordinary answer."""

    RESET = auto()
    """The connection is reset and nothing is sent."""
    HANG = auto()
    """Nothing is sent until the client leaves or the web stops."""
    TRUNCATED = auto()
    """The connection is closed before the whole of Content-Length is sent."""
    DRIP = auto()
    """A body without end is sent, a byte at a time."""
    ENDLESS_BODY = auto()
    """A body without end is sent as fast as the client takes it."""
    ENDLESS_HEADERS = auto()
    """Headers without end are sent as fast as the client takes them."""
    NO_TLS = auto()
    """An https host answers the client's greeting with plain text."""
    TLS_ALERT = auto()
    """An https host has no cipher in common with the client, or wants to see its certificate."""
    HANG_UP = auto()
    """An https host ends the connection when the client greets it."""


Site = Callable[[str], "Answer | str"]
TLS_FAULTS = (Fault.NO_TLS, Fault.TLS_ALERT, Fault.HANG_UP)


@dataclass(frozen=True)
class Answer:
    """What a URL is answered with. Content-Length is added unless `headers` name it."""

    body: bytes = b""
    status: int = 200
    headers: Headers = (("Content-Type", HTML),)
    fault: Fault | None = None
    delay_seconds: float = 0
    raw: bytes | None = None
    """Sent as it is in place of all the rest; then the connection ends."""


@dataclass(frozen=True)
class Request:
    """A request as it arrived. A refused tunnel is a CONNECT whose `url` has no path: `https://a.example`."""

    method: str
    url: str
    headers: dict[str, str]
    """Names are lower-case; of a repeated name the last value."""
    seconds: float
    """Time of arrival on the monotonic clock."""


def html(body: str, *, status: int = 200, headers: Headers = ()) -> Answer:
    """An HTML page; `headers` are sent beside Content-Type, or instead of it when they name it."""
    return Answer(body.encode(), status, with_default(headers, "Content-Type", HTML))


def redirect(url: str, status: int = 301) -> Answer:
    """A redirect to `url`, which is sent as given: absolute or relative."""
    return Answer(status=status, headers=(("Location", url),))


def text(body: str, content_type: str = "text/plain") -> Answer:
    """A page that is not HTML, such as robots.txt."""
    return Answer(body.encode(), headers=(("Content-Type", content_type),))


NOT_FOUND = Answer(b"no such page", 404)
REFUSED = Answer(b"no such host", 502)


class MiniWeb:
    """Serves `pages`, answers by absolute URL, from a thread of its own while the context is open. Opens once.

    Of a site without end `sites` has the function that answers its URLs, by origin (`https://a.example`). The TLS fault of a
    host is that of its home page.
    """

    proxy: str
    """Where it listens while open: `http://127.0.0.1:40123`."""

    def __init__(self, pages: Mapping[str, Answer | str], sites: Mapping[str, Site] | None = None) -> None:
        self._sites = sites or {}
        self._answers = {page_url(url): html(page) if isinstance(page, str) else page for url, page in pages.items()}
        self._origins_per_site = frozenset(map(origin_of, [*self._answers, *self._sites]))
        self._tls = make_tls_context(frozenset(host_of(url) for url in self._origins_per_site if url.startswith("https:")))
        self._stop: Future[None] = Future()
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._open: Counter[str] = Counter()
        self._most_open: Counter[str] = Counter()

    def __enter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        self.proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen(listener)), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set_result(None)
        self._thread.join()

    def environment(self) -> dict[str, str]:
        """The variables of this process, with the proxy ones that send a subprocess here."""
        return dict(os.environ, http_proxy=self.proxy, https_proxy=self.proxy, no_proxy="")

    @property
    def requests(self) -> list[Request]:
        """The requests so far in order of arrival, those refused with 502 included; open tunnels are not requests."""
        with self._lock:
            return list(self._requests)

    def fetched(self, url: str) -> int:
        """How often `url` was asked for, by any method."""
        return sum(request.url == page_url(url) for request in self.requests)

    def most_open(self, host: str) -> int:
        """The largest number of requests of `host`, all schemes and ports together, in progress at one moment."""
        with self._lock:
            return self._most_open[host]

    async def _listen(self, listener: socket.socket) -> None:
        server = await asyncio.start_server(self._serve, sock=listener)
        await asyncio.wrap_future(self._stop)
        asyncio.get_running_loop().remove_reader(listener)
        # A connection that is cancelled half made is never closed: one turn each to accept it, attach it and serve it.
        for _ in range(3):
            await asyncio.sleep(0)
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # CancelledError is the stop of the web; Python 3.11 logs an error when it leaves a connection's callback.
            with suppress(OSError, EOFError, asyncio.CancelledError):
                await self._converse(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other, until either side ends it."""
        tunnel, is_kept = "", True
        while is_kept:
            request = await read_request(reader, tunnel)
            if request.method == "CONNECT" and request.url in self._origins_per_site:
                tunnel = request.url
                writer.write(TUNNEL_OPEN)
                fault = self._find_answer(tunnel + "/").fault
                if fault in TLS_FAULTS:
                    await break_tls(fault, reader, writer)
                    return
                await writer.start_tls(self._tls)
                continue
            with self._in_progress(request):
                answer = self._find_answer(request.url)
                await asyncio.sleep(answer.delay_seconds)
                if answer.fault is Fault.HANG:
                    await reader.read()  # to the end: until the client leaves
                    return
                await send_answer(answer, request.method, writer)
            is_kept = answer.fault is None and answer.raw is None and not is_last(request)

    @contextmanager
    def _in_progress(self, request: Request) -> Iterator[None]:
        host = host_of(request.url)
        with self._lock:
            self._requests.append(request)
            self._open[host] += 1
            self._most_open[host] = max(self._most_open[host], self._open[host])
        try:
            yield
        finally:
            with self._lock:
                self._open[host] -= 1

    def _find_answer(self, url: str) -> Answer:
        if origin_of(url) not in self._origins_per_site:
            return REFUSED
        site = self._sites.get(origin_of(url))
        if url in self._answers or site is None:
            return self._answers.get(url, NOT_FOUND)
        answer = site(url)
        return html(answer) if isinstance(answer, str) else answer


def page_url(url: str) -> str:
    """`url` in the form in which pages are compared: lower-case host, no default port, a path, no fragment.

    >>> page_url("http://A.example:80?q#top")
    'http://a.example/?q'
    """
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix(":" + DEFAULT_PORTS.get(parts.scheme, ""))
    return parts._replace(netloc=host, path=parts.path or "/", fragment="").geturl()


def origin_of(url: str) -> str:
    """The scheme, host and port of `url`: `https://a.example`, `http://a.example:8080`."""
    parts = urlsplit(page_url(url))
    return f"{parts.scheme}://{parts.netloc}"


def host_of(url: str) -> str:
    """The host of `url` without its port; empty when it has none."""
    return urlsplit(url).hostname or ""


def with_default(headers: Headers, name: str, value: str) -> Headers:
    """`headers` when they name `name`, otherwise `name: value` before them."""
    is_named = any(given.lower() == name.lower() for given, _ in headers)
    return headers if is_named else ((name, value), *headers)


def is_last(request: Request) -> bool:
    """Whether its connection ends after `request`: the client says so, or was refused a tunnel.

    Scrapy leaves a refused connection open for ever.
    """
    return request.method == "CONNECT" or request.headers.get("connection", "").lower() == "close"


async def read_request(reader: asyncio.StreamReader, tunnel: str) -> Request:
    """The next request of a connection to the origin `tunnel`, or to the proxy itself when that is empty.

    Raises IncompleteReadError, an EOFError, when the client has left.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first_line.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", 0)))
    url = origin_of("https://" + target) if method == "CONNECT" else page_url(tunnel + target)
    return Request(method, url, headers, time.monotonic())


async def break_tls(fault: Fault | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Meet a client's greeting with a TLS fault."""
    await reader.read(1)
    answers = {Fault.NO_TLS: b"HTTP/1.1 400 Bad Request\r\n\r\n", Fault.TLS_ALERT: HANDSHAKE_FAILURE}
    writer.write(answers.get(cast("Fault", fault), b""))
    await writer.drain()


async def send_without_end(answer: Answer, writer: asyncio.StreamWriter) -> None:
    """Send headers or a body until the client leaves."""
    header = b"X-More: headers\r\n" * 1_000
    head = encode_head(answer)
    if answer.fault is Fault.ENDLESS_HEADERS:
        writer.write(head.removesuffix(b"\r\n"))
        part = header
    else:
        writer.write(head + answer.body)
        part = b"." if answer.fault is Fault.DRIP else b"<p>more</p>" * 5_000
    while True:
        writer.write(part)
        await writer.drain()
        # A client that takes everything at once would otherwise keep the web from all others, and from its stop.
        await asyncio.sleep(0.1 if answer.fault is Fault.DRIP else 0)


async def send_answer(answer: Answer, method: str, writer: asyncio.StreamWriter) -> None:
    """Send `answer`, whole, truncated or not at all."""
    if answer.fault in (Fault.DRIP, Fault.ENDLESS_BODY, Fault.ENDLESS_HEADERS):
        await send_without_end(answer, writer)
    if answer.fault is Fault.RESET:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()
        return
    whole = encode_head(answer) + (b"" if method == "HEAD" else answer.body)
    writer.write(whole if answer.raw is None else answer.raw)
    await writer.drain()


def encode_head(answer: Answer) -> bytes:
    """The status line and headers of `answer`, in UTF-8 as servers send a Location that is not ASCII; a surrogate is a byte."""
    length = len(answer.body) + (TRUNCATED_BYTES if answer.fault is Fault.TRUNCATED else 0)
    is_endless = answer.fault in (Fault.DRIP, Fault.ENDLESS_BODY)
    headers = answer.headers if is_endless else with_default(answer.headers, "Content-Length", str(length))
    status_line = f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, 'Unknown')}"
    lines = [status_line, *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode(errors="surrogateescape")


@functools.cache
def make_tls_context(hosts: frozenset[str]) -> ssl.SSLContext:
    """A server's context with one self-signed certificate for all `hosts`.

    Scrapy logs a warning for a host that its certificate does not name.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder, "miniweb.pem")
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + sign_certificate(key, hosts).public_bytes(Encoding.PEM)
        )
        context.load_cert_chain(pem)
    return context


def sign_certificate(key: ec.EllipticCurvePrivateKey, hosts: frozenset[str]) -> x509.Certificate:
    """A certificate of `key` for `hosts`, signed with that key, valid from yesterday to tomorrow."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "miniweb")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, sorted(hosts))), critical=False)
        .sign(key, hashes.SHA256())
    )
