"""Names with IPv4 addresses, IPv6 addresses or both, and IPv6 addresses in URLs: each is read, or it is not known why not."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectError
from twisted.internet.task import Clock

from backlinkspider.core.exceptions import SeedError
from backlinkspider.core.links.destination import Answer, resolve_chain
from backlinkspider.core.seeds.seeds import parse_seed
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url
from backlinkspider.downloader.resolver import PublicResolver, look_up
from backlinkspider.skip_reasons import failure_reason
from tests.support.fork_server import Run
from tests.support.scrapy_command import options, read_json_lines, scrapy, set_options

NAMES = {
    "four.example": ["127.0.0.1"],
    "six.example": ["::1"],
    "both.example": ["::1", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "public.example": ["2606:2800:220:1::1", "93.184.216.34"],
    "public-six.example": ["2606:2800:220:1::1"],
    "half-private.example": ["10.0.0.1", "2606:2800:220:1::1"],
    "private-six.example": ["fd00::1", "fe80::1"],
    "crowded.example": [f"93.184.216.{number}" for number in range(50)],
}


def answer_of(name: str) -> list[tuple[Any, ...]]:
    """What `getaddrinfo` answers."""
    if name not in NAMES:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    six, four = (socket.AF_INET6, (0, 0, 0)), (socket.AF_INET, (0,))
    addresses = [(address, *(six if ":" in address else four)) for address in NAMES[name]]
    return [(family, socket.SOCK_STREAM, 6, "", (address, *rest)) for address, family, rest in addresses]


class Pool:
    """Runs everything at once."""

    def callInThreadWithCallback(  # noqa: N802
        self, on_result: Callable[[bool, object], None], function: Callable[..., object], *arguments: object
    ) -> None:
        try:
            result = function(*arguments)
        except OSError as error:
            from twisted.python.failure import Failure  # noqa: PLC0415

            on_result(False, Failure(error))
        else:
            on_result(True, result)


class Loop(Clock):
    """A reactor without threads."""

    nameResolver = None  # noqa: N815

    def callFromThread(self, function: Callable[..., object], *arguments: object) -> None:  # noqa: N802
        function(*arguments)


class Receiver:
    """Collects addresses."""

    def __init__(self) -> None:
        self.addresses: list[IPv4Address | IPv6Address] = []
        self.is_complete = False

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        """Do nothing."""

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.is_complete = True


@pytest.fixture
def known_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *_, **__: answer_of(name))


def resolve(resolver: PublicResolver, name: str) -> list[tuple[str, int]]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, name, 80)
    assert receiver.is_complete
    return [(address.host, address.port) for address in receiver.addresses]


class SlowPool(Pool):
    """Runs nothing before it is told to."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def callInThreadWithCallback(self, *call: Any) -> None:  # noqa: N802
        run = super().callInThreadWithCallback
        self.calls.append(lambda: run(*call))


@pytest.mark.usefixtures("known_names")
def test_a_name_is_looked_up_once_for_all_that_wait_and_beside_others() -> None:
    pool = SlowPool()
    resolver = PublicResolver(Loop(), 100, 1, pool)  # type: ignore[arg-type]
    receivers = [Receiver() for _ in range(3)]
    for receiver, name in zip(receivers, ("public.example", "public.example", "crowded.example"), strict=True):
        resolver.resolveHostName(receiver, name, 80)
    assert len(pool.calls) == 2
    for call in pool.calls:
        call()
    assert [receiver.is_complete for receiver in receivers] == [True] * 3
    assert receivers[0].addresses == receivers[1].addresses != []


@pytest.mark.usefixtures("known_names")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("public.example", ["93.184.216.34", "2606:2800:220:1::1"], id="IPv4 is tried before IPv6"),
        pytest.param("public-six.example", ["2606:2800:220:1::1"], id="IPv6 only"),
        pytest.param("half-private.example", ["2606:2800:220:1::1"], id="the public one of two"),
        pytest.param("private-six.example", [], id="private IPv6 addresses"),
        pytest.param("mapped.example", [], id="an IPv4 address of loopback inside IPv6"),
        pytest.param("six.example", [], id="loopback"),
        pytest.param("crowded.example", NAMES["crowded.example"][:4], id="many addresses"),
        pytest.param("unknown.example", [], id="an unknown name"),
    ],
)
def test_a_name_has_its_public_addresses(name: str, expected: list[str]) -> None:
    resolver = PublicResolver(Loop(), 100, 1, Pool())  # type: ignore[arg-type]
    assert resolve(resolver, name) == [(address, 80) for address in expected]
    assert (name in resolver.refused) == (name in NAMES and not expected)


@pytest.mark.usefixtures("known_names")
def test_with_the_setting_private_addresses_are_allowed() -> None:
    resolver = PublicResolver(Loop(), 100, 1, Pool())  # type: ignore[arg-type]
    resolver.allows_all = True
    assert resolve(resolver, "both.example") == [("127.0.0.1", 80), ("::1", 80)]


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up_name(name: str, *_: Any, **__: Any) -> Any:
        asked.append(name)
        return answer_of(name)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_name)
    resolver = PublicResolver(Loop(), 100, 1, Pool())  # type: ignore[arg-type]
    assert resolve(resolver, "public.example") == resolve(resolver, "PUBLIC.example")
    assert asked == ["public.example"]


def test_a_literal_address_needs_no_name_server() -> None:
    assert look_up("::1")[0][0] == "::1"
    assert look_up("127.0.0.1")[0][0] == "127.0.0.1"


# RFC 5952 and https://url.spec.whatwg.org/#concept-ipv6-serializer
@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://[2001:DB8:0:0:0:0:0:1]/", "http://[2001:db8::1]/"),
        ("http://[2001:db8::0:1]:80/a", "http://[2001:db8::1]/a"),
        ("http://[::ffff:192.0.2.1]:8080", "http://[::ffff:c000:201]:8080/"),
        ("http://[::1]", "http://[::1]/"),
    ],
)
def test_an_address_has_one_form(text: str, url: str) -> None:
    assert absolute_url(text, "http://x/") == url
    assert canonical_url(text) == canonical_url(url)


@pytest.mark.parametrize(
    ("text", "first_url"),
    [
        ("[::1]:8080", "https://[::1]:8080/"),
        ("[2001:DB8:0:0::5]", "https://[2001:db8::5]/"),
        ("http://[2001:db8::5]:81/a", "http://[2001:db8::5]:81/a"),
    ],
)
def test_a_seed_may_be_an_ipv6_address(text: str, first_url: str) -> None:
    assert parse_seed(text).urls[0] == first_url


@pytest.mark.parametrize("text", ["http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "[fe80::1%eth0]", "http://[::1", "[::g]"])
def test_a_zone_or_a_broken_address_is_refused(text: str) -> None:
    with pytest.raises(SeedError):
        parse_seed(text)


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_a_link_is_not_broken_because_this_machine_has_no_route(number: int) -> None:
    reason = failure_reason(ConnectError(number))
    assert reason == "no_route"
    end = resolve_chain("http://six.example/", {"http://six.example/": Answer(None, failure=reason)}, 5)
    assert end == (None, (), None)


class Server(ThreadingHTTPServer):
    """A server on one of the two loopback addresses."""

    def __init__(self, host: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), Page)

    body = b""


class Page(BaseHTTPRequestHandler):
    """A home page."""

    def do_GET(self) -> None:
        body = self.server.body if self.path == "/" else b"gone"  # type: ignore[attr-defined]
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """A server on IPv4 and one on IPv6, on ports that nobody has at the other address."""
    with Server("127.0.0.1") as four, Server("::1") as six:
        for server in (four, six):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield four, six
        four.shutdown()
        six.shutdown()


RESOLVER = f"""
import socket
from backlinkspider.downloader.resolver import PublicResolver

NAMES = {NAMES!r}
real = socket.getaddrinfo


def look_up(name, *arguments, **keywords):
    if name not in NAMES:
        return real(name, *arguments, **keywords)
    return [found for address in NAMES[name] for found in real(address, None, type=socket.SOCK_STREAM)]


socket.getaddrinfo = look_up


class KnownNames(PublicResolver):
    pass
"""


def crawl(folder: Path, *settings: str, **arguments: str) -> Run:
    (folder / "known_names.py").write_text(RESOLVER)
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    settings = ("TWISTED_DNS_RESOLVER=known_names.KnownNames", "DOWNLOAD_DELAY=0", "RETRY_ENABLED=False", *settings)
    return scrapy(
        "crawl", "backlinks", *options({"profile_pages": "0", **arguments}), "-O", "rows.jsonl",
        *set_options(*settings), folder=folder, environment=environment,
    )  # fmt: skip


def test_pages_are_read_over_whichever_family_answers(tmp_path: Path, servers: tuple[Server, Server]) -> None:
    four, six = servers
    four.body = six.body = b"<p>many words and <a href=https://target.example/>a link</a></p>"
    of_four = [f"http://{host}:{four.server_port}/" for host in ("127.0.0.1", "four.example", "both.example")]
    of_six = [f"http://{host}:{six.server_port}/" for host in ("[::1]", "six.example", "both.example")]
    run = crawl(
        tmp_path,
        "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True",
        "BACKLINKS_LINK_CHECK_LIMIT=0",
        target="target.example",
        seeds=",".join([*of_four, *of_six]),
    )
    assert sorted(row["url_from"] for row in read_json_lines(tmp_path / "rows.jsonl")) == sorted([*of_four, *of_six]), run.log


def test_a_link_to_an_ipv6_host_is_broken_when_it_is_gone_only(tmp_path: Path, servers: tuple[Server, Server]) -> None:
    four, six = servers
    urls = [f"http://{host}:{six.server_port}/{path}" for host in ("[::1]", "six.example") for path in ("", "gone")]
    four.body = "".join(f"<p>many words and <a href={url}>a link</a></p>" for url in urls).encode()
    run = crawl(
        tmp_path,
        "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True",
        target=",".join(f"{url}*" if url.endswith("/") else url for url in urls if not url.endswith("gone")),
        seeds=f"http://127.0.0.1:{four.server_port}/",
    )
    broken = {row["url_to"]: row["is_broken"] for row in read_json_lines(tmp_path / "rows.jsonl")}
    assert broken == {url: url.endswith("gone") for url in urls}, run.log


def test_private_addresses_of_ipv6_are_not_connected_to(tmp_path: Path, servers: tuple[Server, Server]) -> None:
    _, six = servers
    seeds = ",".join(
        f"http://{host}:{six.server_port}/" for host in ("[::1]", "six.example", "[::ffff:127.0.0.1]", "mapped.example")
    )
    run = crawl(tmp_path, target="target.example", seeds=seeds)
    assert run.code == 1
    assert "private_address 4" in run.output
