"""No page, redirect or name server leads the crawl into a private network, unless the user allows it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.domains import is_ip_address
from backlinkspider.core.urls.ip_addresses import is_public_address
from backlinkspider.downloader.middlewares.private_networks import PublicNetworkMiddleware
from backlinkspider.exceptions import PrivateAddress
from backlinkspider.request_meta import RequestContext
from tests.support.fork_server import PROJECT, Run
from tests.support.miniweb import Answer, MiniWeb, redirect
from tests.support.scrapy_command import crawl, options, scrapy, set_options

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0", "0.0.0.0",
    "10.0.0.1", "0xa.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "3232235777", "100.64.0.1",
    "100.100.100.200", "169.254.169.254", "2852039166", "0xa9fea9fe", "168.63.129.16", "192.0.0.192", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "198.18.0.1", "１２７.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[2001:db8::1]", "localhost", "LOCALHOST.", "me.localhost",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "1572395042", "8.8.8.8", "[2606:2800:220:1:248:1893:25c8:1946]", "[::ffff:8.8.8.8]", "example.com"]


def refuses(host: str, *, allowed: str = "False") -> bool:
    settings = {"BACKLINKS_ALLOW_PRIVATE_NETWORKS": allowed}
    middleware = PublicNetworkMiddleware(get_crawler(settings_dict=settings))
    try:
        middleware.process_request(Request(f"http://{host}/", meta=RequestContext(host, host, depth=1).meta()))
    except PrivateAddress:
        return True
    return False


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    assert refuses(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_is_not(host: str) -> None:
    assert not refuses(host)


@pytest.mark.parametrize("host", PRIVATE)
def test_the_core_says_the_same_of_what_an_address_resolves_to(host: str) -> None:
    name = host_of(absolute_url(f"http://{host}/", "http://x/") or "")
    assert not is_public_address(name)
    assert is_ip_address(name) or "localhost" in name


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://[::1]/"])
def test_a_redirect_into_a_private_network_is_not_followed(tmp_path: Path, location: str) -> None:
    with MiniWeb({"https://blog.example/": redirect(location)}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert done.code == 1
    assert "private_address 1" in done.log
    assert [request.url for request in web.requests if "blog.example" not in request.url] == []


def test_a_redirect_of_robots_txt_is_not_followed_there_either(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/robots.txt": redirect("http://127.0.0.1/robots.txt"),
        "https://blog.example/": "x",
    }
    with MiniWeb({**pages, "http://127.0.0.1/robots.txt": "x"}) as web:
        crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert web.fetched("http://127.0.0.1/robots.txt") == 0


class Backend(BaseHTTPRequestHandler):
    """A server of a private network."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(f"{self.headers['Host']}{self.path}")
        body = b"" if self.path == "/robots.txt" else b"<a href=https://target.example/>t</a>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def backend() -> Iterator[int]:
    """The port of a server on loopback."""
    Backend.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


FAKE_RESOLVER = """
import socket
from backlinkspider.downloader.resolver import PublicResolver

ANSWERS = {"inside.example": ["127.0.0.1"], "rebinding.example": ["192.0.43.8", "127.0.0.1", "127.0.0.1"]}


def look_up(name):
    return ANSWERS[name].pop(0) if name in ANSWERS else "127.0.0.1"


socket.getaddrinfo = lambda name, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (look_up(name), 0))]


class FakeResolver(PublicResolver):
    pass
"""


def crawl_without_proxy(folder: Path, seeds: str, *settings: str) -> Run:
    (folder / "fake_resolver.py").write_text(FAKE_RESOLVER)
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    # The folder comes first on the path of `python -m scrapy`.
    assert (PROJECT / "scrapy.cfg").exists()
    return scrapy(
        "crawl", "backlinks", *options({"target": "target.example", "seeds": seeds}), "-O", "rows.csv",
        "-s", "TWISTED_DNS_RESOLVER=fake_resolver.FakeResolver", "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0",
        *set_options(*settings), folder=folder, environment=kept,
    )  # fmt: skip


def test_a_name_with_a_private_address_is_not_asked(tmp_path: Path, backend: int) -> None:
    run = crawl_without_proxy(tmp_path, f"http://inside.example:{backend}/")
    assert run.code == 1
    assert Backend.asked == []
    assert "private_address 1" in run.output
    assert "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True allows it" in run.log


def test_a_name_that_is_looked_up_again_is_not_another_host(tmp_path: Path, backend: int) -> None:
    run = crawl_without_proxy(tmp_path, f"http://rebinding.example:{backend}/")
    assert run.code == 1
    assert Backend.asked == []


def test_with_the_setting_it_is_allowed(tmp_path: Path, backend: int) -> None:
    seeds = f"http://inside.example:{backend}/,http://127.0.0.1:{backend}/"
    run = crawl_without_proxy(tmp_path, seeds, "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "DOWNLOAD_DELAY=0")
    assert run.code == 0, run.log
    assert f"inside.example:{backend}/" in Backend.asked
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").count("target.example/") > 1
