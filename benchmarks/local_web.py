"""A web of invented pages on loopback, the same for the same seed, for benchmarks.

Each host is an address of 127.0.0.0/8, which is a site of its own, so that no name has to be resolved and no proxy is asked.
nginx serves it, in a process of its own. Its pages may also be real ones, from a web archive.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from warcio.archiveiterator import ArchiveIterator

_WORDS = tuple(
    f"{first}{second}" for first in ("oak", "river", "stone", "light", "winter") for second in ("", "land", "ward", "ly", "er")
)

_HEAD = re.compile(rb"<head(?:\s[^<>]*)?>", re.IGNORECASE)
_BODY = re.compile(rb"<body(?:\s[^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True)
class RealPage:
    """A page as a server sent it, in two parts: its head begins the first, its body the second."""

    url: str
    head: bytes
    body: bytes


def read_real_pages(archive: Path) -> list[RealPage]:
    """The HTML pages of a WARC file that say where their head and body begin, and that let their links be followed."""
    pages: list[RealPage] = []
    with archive.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response":
                continue
            body = record.content_stream().read()
            head, begin = _HEAD.search(body), _BODY.search(body)
            if head is None or begin is None or begin.start() < head.end() or b"nofollow" in body[: begin.start()].lower():
                continue
            if body.rfind(b"<!--", 0, begin.start()) > body.rfind(b"-->", 0, begin.start()):
                # It is the body for an old browser, in a comment for all others.
                continue
            url = record.rec_headers.get_header("WARC-Target-URI")
            pages.append(RealPage(url, body[head.end() : begin.end()], body[begin.end() :]))
    return pages


@dataclass(frozen=True)
class WebSize:
    """How large a web is."""

    hosts: int = 50
    pages_per_host: int = 20
    links_per_page: int = 110
    bytes_per_page: int = 60_000


def host_name(number: int) -> str:
    """The address of a host, from 0."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def path_of(page: int) -> str:
    """The path of a page of a host, from 0, the home page."""
    return f"/{page}" if page else "/"


def make_page(size: WebSize, host: int, page: int, port: int) -> bytes:
    """A page with navigation to the pages of its host, paragraphs with links to other sites and, on every tenth, a backlink."""
    chance = random.Random(f"{host}/{page}")
    parts = [f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{_text(chance, 6)}</title></head><body>"]
    parts.append("<header><nav><ul>")
    parts.extend(f'<li><a href="{path_of(number)}">{_text(chance, 2)}</a></li>' for number in range(size.pages_per_host))
    parts.append("</ul></nav></header><main><article>")
    rest = size.links_per_page - size.pages_per_host
    filler = (size.bytes_per_page - 200 * size.links_per_page) // max(rest, 1) // 6
    for number in range(rest):
        parts.append(f"<p class='text block-{number}'>{_text(chance, filler // 2)} {_link(chance, size, port, number, page)}")
        parts.append(f" {_text(chance, filler // 2)}</p>")
    parts.append("</article></main><footer><p>Invented for a benchmark.</p></footer></body></html>")
    return "".join(parts).encode()


def make_real_page(real: RealPage, size: WebSize, host: int, page: int, port: int) -> bytes:
    """A real page with a menu of the pages of its host and, on every tenth, a backlink.

    Its own links lead where they led, away from this web: a base says so, before the one that it may have.
    """
    origin = f"http://{host_name(host)}:{port}"
    menu = [f'<li><a href="{origin}{path_of(number)}">Page {number}</a></li>' for number in range(size.pages_per_host)]
    if page % 10 == 0:
        menu.append(f'<li><a href="http://{host_name(size.hosts)}:{port}{path_of(page)}">The target</a></li>')
    base = f'<base href="{real.url}">'
    begin = f"<!doctype html><html><head>{base}".encode()
    return b"".join([begin, real.head, f"<nav><ul>{''.join(menu)}</ul></nav>".encode(), real.body])


def _link(chance: random.Random, size: WebSize, port: int, number: int, page: int) -> str:
    if number == 0 and page % 10 == 0:
        return f'<a href="http://{host_name(size.hosts)}:{port}{path_of(page)}" rel="nofollow">{_text(chance, 3)}</a>'
    if number % 9 == 0:
        image = f'<img src="/i.png" alt="{_text(chance, 2)}">'
        return f'<a href="http://{host_name(chance.randrange(size.hosts))}:{port}/">{image}</a>'
    return f'<a class="link" href="https://www.site{chance.randrange(500)}.example/{number}?p={page}#part">{_text(chance, 3)}</a>'


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


@contextmanager
def serve_web(size: WebSize, real: Sequence[RealPage] = ()) -> Iterator[LocalWeb]:
    """The web, of real pages where there are some, served by nginx from a folder that lives as long as the context.

    Ends the benchmark where nginx is missing.
    """
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        sys.exit("nginx is missing: it serves the pages (Debian: apt-get install nginx-light)")
    with tempfile.TemporaryDirectory() as folder:
        with socket.create_server(("127.0.0.1", 0)) as free:
            web = LocalWeb(size, free.getsockname()[1], Path(folder, "pages.log"))
        for host in range(size.hosts + 1):
            root = Path(folder, host_name(host))
            root.mkdir()
            for page in range(size.pages_per_host):
                if real:
                    number = (host * size.pages_per_host + page) % len(real)
                    body = make_real_page(real[number], size, host, page, web.port)
                else:
                    body = make_page(size, host, page, web.port)
                (root / str(page)).write_bytes(body)
        Path(folder).chmod(0o755)
        settings = Path(folder, "nginx.conf")
        settings.write_text(_NGINX.format(folder=folder, port=web.port), encoding="utf-8")
        with subprocess.Popen([nginx, "-e", "stderr", "-c", settings], stderr=subprocess.DEVNULL) as server:
            try:
                web.wait()
                yield web
            finally:
                server.terminate()


class LocalWeb:
    """A web that is being served."""

    def __init__(self, size: WebSize, port: int, pages_log: Path) -> None:
        self.size = size
        self.port = port
        self._pages_log = pages_log

    @property
    def target(self) -> str:
        """What the backlinks point to: a host beside the others, whose pages are served too."""
        return f"http://{host_name(self.size.hosts)}:{self.port}/*"

    @property
    def seeds(self) -> list[str]:
        """The home page of each host, which links to the others."""
        return [f"http://{host_name(host)}:{self.port}/" for host in range(self.size.hosts)]

    @property
    def urls(self) -> list[str]:
        """Every page."""
        hosts = [f"http://{host_name(host)}:{self.port}" for host in range(self.size.hosts)]
        return [host + path_of(page) for host in hosts for page in range(self.size.pages_per_host)]

    def requests(self) -> int:
        """How many requests were answered so far."""
        with urlopen(f"http://127.0.0.1:{self.port}/requests") as answer:
            return int(answer.read().split()[9])

    def forget_pages(self) -> None:
        """Begins anew to note which pages are fetched."""
        os.truncate(self._pages_log, 0)

    def pages_not_fetched(self) -> int:
        """How many pages nobody has got since: what was only asked whether it is there does not count."""
        fetched = set(self._pages_log.read_text(encoding="ascii").split())
        return sum(url.removeprefix("http://") not in fetched for url in self.urls)

    def wait(self) -> None:
        """Comes back when the server listens."""
        while True:
            with suppress(OSError):
                self.requests()
                return
            time.sleep(0.01)

    def pages_per_second(self) -> float:
        """How fast the server is by itself: the pages of one host, asked for over one connection without waiting."""
        paths = [f"/{page}" for page in range(self.size.pages_per_host)] * 100
        wanted = b"".join(f"GET {path} HTTP/1.1\r\nHost: {host_name(0)}\r\n\r\n".encode() for path in paths)
        last = b"GET /none HTTP/1.1\r\nHost: none\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            begun = time.monotonic()
            sending = threading.Thread(target=connection.sendall, args=[wanted + last])
            sending.start()
            while connection.recv(1 << 20):
                pass
            sending.join()
            return len(paths) / (time.monotonic() - begun)


_NGINX = """
daemon off; worker_processes 1; pid {folder}/pid;
events {{ worker_connections 4096; }}
http {{
    map "$request_method $status" $is_page {{ "GET 200" 1; }}
    log_format page '$http_host$request_uri';
    access_log {folder}/pages.log page if=$is_page;
    sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/html; index 0;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 0.0.0.0:{port}; root {folder}/$host; location = /requests {{ stub_status; }} }}
}}
"""
