"""A web of invented pages on loopback, the same for the same seed, for benchmarks.

Each host is an address of 127.0.0.0/8, which is a site of its own, so that no name has to be resolved and no proxy is asked.
Run as a program it serves until its input ends, so that it has a process, and a processor, of its own.
"""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import dataclass

TARGET = "target.example"
_WORDS = tuple(
    f"{first}{second}" for first in ("oak", "river", "stone", "light", "winter") for second in ("", "land", "ward", "ly", "er")
)


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


def make_page(size: WebSize, host: int, page: int, port: int) -> bytes:
    """A page with navigation to the pages of its host, paragraphs with links to other sites and, on every tenth, a backlink."""
    chance = random.Random(f"{host}/{page}")
    parts = [f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{_text(chance, 6)}</title></head><body>"]
    parts.append("<header><nav><ul>")
    parts.extend(f'<li><a href="/{number}">{_text(chance, 2)}</a></li>' for number in range(size.pages_per_host))
    parts.append("</ul></nav></header><main><article>")
    rest = size.links_per_page - size.pages_per_host
    filler = (size.bytes_per_page - 200 * size.links_per_page) // max(rest, 1) // 6
    for number in range(rest):
        parts.append(f"<p class='text block-{number}'>{_text(chance, filler // 2)} {_link(chance, size, port, number, page)}")
        parts.append(f" {_text(chance, filler // 2)}</p>")
    parts.append("</article></main><footer><p>Invented for a benchmark.</p></footer></body></html>")
    return "".join(parts).encode()


def _link(chance: random.Random, size: WebSize, port: int, number: int, page: int) -> str:
    if number == 0 and page % 10 == 0:
        return f'<a href="https://www.{TARGET}/shop/{page}" rel="nofollow">{_text(chance, 3)}</a>'
    if number % 9 == 0:
        image = f'<img src="/i.png" alt="{_text(chance, 2)}">'
        return f'<a href="http://{host_name(chance.randrange(size.hosts))}:{port}/x{number}">{image}</a>'
    return f'<a class="link" href="https://www.site{chance.randrange(500)}.example/{number}?p={page}#part">{_text(chance, 3)}</a>'


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


class WebServer:
    """Answers from memory; keep-alive, no logging, nothing that costs."""

    def __init__(self, size: WebSize) -> None:
        self.size = size
        self._answers: dict[bytes, bytes] = {}

    async def listen(self) -> int:
        """Listens on all addresses of loopback; the port."""
        server = await asyncio.start_server(self._serve, "0.0.0.0", 0)
        port: int = server.sockets[0].getsockname()[1]
        for host in range(self.size.hosts):
            for page in range(self.size.pages_per_host):
                body = make_page(self.size, host, page, port)
                self._answers[f"{host_name(host)}:{port}/{page}".encode()] = _answer(b"200 OK", body)
            self._answers[f"{host_name(host)}:{port}/".encode()] = _answer(b"200 OK", make_page(self.size, host, 0, port))
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                host = head.partition(b"Host: ")[2].partition(b"\r\n")[0]
                writer.write(self._answers.get(host + path, _NOT_FOUND))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _answer(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


_NOT_FOUND = _answer(b"404 Not Found", b"no such page")


async def _main() -> None:
    hosts, pages_per_host = map(int, sys.argv[1:3])
    port = await WebServer(WebSize(hosts=hosts, pages_per_host=pages_per_host)).listen()
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main())
