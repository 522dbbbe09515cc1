"""A bare domain that has an address at www only: lists of referring domains hold such names."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.miniweb import Answer, MiniWeb, text
from tests.support.scrapy_command import crawl, options, read_json_lines, scrapy

RESOLVER = """
import socket
from pathlib import Path
from backlinkspider.downloader.resolver import PublicResolver

KNOWN = {"www.only.example", "both.example", "www.both.example", "www.blog.only.example"}


def look_up(name):
    with Path("names.txt").open("a") as names:
        print(name, file=names)
    if name not in KNOWN:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return "127.0.0.1"


socket.getaddrinfo = lambda name, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (look_up(name), 0))]


class KnownNames(PublicResolver):
    pass
"""


class Page(BaseHTTPRequestHandler):
    """One page on every host, over http only."""

    def do_GET(self) -> None:
        body = b'<a href="https://target.example/">t</a>' if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


SEEDS = [
    pytest.param("only.example:{port}", ["www.only.example"], {"only.example", "www.only.example"}, id="at www only"),
    pytest.param("both.example:{port}", ["both.example"], {"both.example"}, id="at its own name too"),
    pytest.param("blog.only.example:{port}", [], {"blog.only.example"}, id="a host below the domain"),
    pytest.param("http://only.example:{port}/", [], {"only.example"}, id="a URL, which is read as written"),
    pytest.param("www.only.example:{port}", ["www.only.example"], {"www.only.example"}, id="www itself"),
    pytest.param("gone.example:{port}", [], {"gone.example", "www.gone.example"}, id="at neither name"),
]


@pytest.mark.parametrize(("seed", "read", "names"), SEEDS)
def test_a_bare_domain_is_tried_at_www(tmp_path: Path, port: int, seed: str, read: list[str], names: set[str]) -> None:
    (tmp_path / "names_known.py").write_text(RESOLVER)
    settings = {
        "TWISTED_DNS_RESOLVER": "names_known.KnownNames", "BACKLINKS_ALLOW_PRIVATE_NETWORKS": "True",
        "DOWNLOAD_DELAY": "0", "RETRY_ENABLED": "False", "BACKLINKS_LINK_CHECK_LIMIT": "0",
    }  # fmt: skip
    arguments = options({"target": "target.example", "seeds": seed.format(port=port), "profile_pages": "0"})
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    run = scrapy(
        "crawl", "backlinks", *arguments, "-O", "rows.jsonl",
        *(part for name, value in settings.items() for part in ("-s", f"{name}={value}")),
        folder=tmp_path, environment=environment,
    )  # fmt: skip
    assert run.code == (0 if read else 1), run.log
    assert [row["url_from"] for row in read_json_lines(tmp_path / "rows.jsonl")] == [f"http://{host}:{port}/" for host in read]
    assert set((tmp_path / "names.txt").read_text().split()) == names
    assert ("trying www." in run.log) == (len(names) > 1)


def test_a_target_is_tried_at_www_too(tmp_path: Path, port: int) -> None:
    (tmp_path / "names_known.py").write_text(RESOLVER)
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    arguments = options({"target": f"only.example:{port}", "seeds": f"both.example:{port}", "scope": "domain"})
    run = scrapy(
        "crawl", "backlinks", *arguments, "-O", "rows.jsonl",
        *("-s", "TWISTED_DNS_RESOLVER=names_known.KnownNames", "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True"),
        *("-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_ENABLED=False", "-s", "BACKLINKS_LINK_CHECK_LIMIT=0"),
        folder=tmp_path, environment=environment,
    )  # fmt: skip
    assert run.code == 0, run.log
    assert "read (1)" in run.log


PROXY_SEEDS = [
    pytest.param("only.example", ["https://www.only.example/"], id="at www over https"),
    pytest.param("plain.example", ["http://www.plain.example/"], id="at www over http"),
    pytest.param("both.example", ["http://both.example/"], id="at its own name, over http"),
    pytest.param("busy.example", [], id="a site that has a server, which is busy"),
    pytest.param("gone.example", [], id="at neither name"),
]


@pytest.mark.parametrize(("seed", "read"), PROXY_SEEDS)
def test_behind_a_proxy_it_is_tried_at_www_too(tmp_path: Path, seed: str, read: list[str]) -> None:
    link = '<a href="https://target.example/">t</a>'
    pages: dict[str, Answer | str] = dict.fromkeys(
        ("https://www.only.example/", "http://www.plain.example/", "http://both.example/", "https://www.busy.example/"), link
    )
    with MiniWeb({**pages, "https://busy.example/": Answer(status=503), "https://busy.example/robots.txt": text("")}) as web:
        done = crawl(web, tmp_path, "RETRY_ENABLED=False", target="target.example", seeds=seed)
    assert done.column("url_from") == read, done.log


def test_behind_a_proxy_a_target_is_tried_at_www_too(tmp_path: Path) -> None:
    with MiniWeb({"http://www.only.example/": "<p>home</p>", "http://blog.example/": "<p>x</p>"}) as web:
        crawl(web, tmp_path, "RETRY_ENABLED=False", target="only.example", seeds="blog.example", profile_pages="1")
    assert web.fetched("http://www.only.example/") == 1
