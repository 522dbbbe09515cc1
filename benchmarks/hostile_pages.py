"""A crawl of ordinary sites, and the same crawl with sites beside them that serve one page of a million links each.

    python benchmarks/hostile_pages.py [--sites 28] [--pages 100] [--hostile 3] [--links 1000000] [--keep all] [--sitemap-urls 0]

With `--sitemap-urls` they serve sitemaps with so many URLs instead, 50,000 each.

Both run after each other over the same pages, served on loopback by this process. Printed are the seconds of the whole process,
those that it had the processor, which other programs disturb less, the seconds from the first request to the last answer of an
ordinary site and the longest time in which none of them was asked for a page, the longest time in which the crawl did not look at
its connections (`reactor_blocks.py`), the peak of resident memory and the size of the table; then the ratios of the second crawl
to the first. It ends with 1 where an ordinary site has other rows beside the hostile ones than without them.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

from local_web import WebSize, host_name, make_page, path_of
from memory import tree_megabytes

PROJECT = Path(__file__).parent.parent
MEGABYTE = 1_000_000

SITEMAP_URLS = 50_000
"""URLs of a sitemap, the most that its protocol allows."""


@dataclass
class Sites:
    """What is served: ordinary sites, and hostile ones behind them."""

    size: WebSize
    hostile: int
    links: int
    sitemap_urls: int = 0
    port: int = 0
    answered: list[float] = field(default_factory=list)
    """When pages of ordinary sites were asked for."""
    _pages: dict[bytes, bytes] = field(default_factory=dict)

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return frozenset(map(host_name, range(self.size.hosts)))

    def make_pages(self) -> None:
        """Make every page, once the port is known."""
        for host in range(self.size.hosts):
            for page in range(self.size.pages_per_host):
                self._pages[f"{host_name(host)}{path_of(page)}".encode()] = make_page(self.size, host, page, self.port)
        links = b"".join(b"<a href=%x>x" % number for number in range(self.links))
        for number in range(self.size.hosts + 1, self.size.hosts + 1 + self.hostile):
            host = host_name(number)
            pages = self._sitemaps(f"http://{host}:{self.port}") if self.sitemap_urls else {"/": links}
            self._pages |= {f"{host}{path}".encode(): body for path, body in pages.items()}

    def _sitemaps(self, origin: str) -> dict[str, bytes]:
        """The home page of a site, its robots.txt and its sitemaps."""
        firsts = range(0, self.sitemap_urls, SITEMAP_URLS)
        pages = {
            "/": b"<title>Oak tables</title><p>We make tables of oak.",
            "/robots.txt": f"Sitemap: {origin}/sitemap.xml\n".encode(),
            "/sitemap.xml": _sitemap("sitemapindex", "sitemap", (f"{origin}/sitemap{first}.xml" for first in firsts)),
        }
        for first in firsts:
            numbers = range(first, min(first + SITEMAP_URLS, self.sitemap_urls))
            urls = (f"{origin}/product/{number}-an-oak-table-of-ours" for number in numbers)
            pages[f"/sitemap{first}.xml"] = _sitemap("urlset", "url", urls)
        return pages

    def seeds(self, hostile: int) -> list[str]:
        """The home pages of the ordinary sites, and of some hostile ones."""
        hosts = [*range(self.size.hosts + 1, self.size.hosts + 1 + hostile), *range(self.size.hosts)]
        return [f"http://{host_name(host)}:{self.port}/" for host in hosts]

    async def listen(self, ready: threading.Event) -> None:
        """Serve until cancelled."""
        server = await asyncio.start_server(self._serve, "0.0.0.0", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.make_pages()
        ready.set()
        await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                host = head.partition(b"Host: ")[2].partition(b":")[0]
                body = self._pages.get(host + path)
                if body is not None and host.decode() in self._ordinary:
                    self.answered.append(time.monotonic())
                status = b"200 OK" if body is not None else b"404 Not Found"
                answer = body or b""
                kind = b"application/xml" if path.endswith(b".xml") else b"text/plain" if path.endswith(b".txt") else b"text/html"
                start = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(answer))
                writer.write(start + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _sitemap(root: str, element: str, urls: Iterable[str]) -> bytes:
    entries = "".join(f"<{element}><loc>{url}</loc><lastmod>2026-11-02</lastmod></{element}>" for url in urls)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'.encode()


@dataclass
class Measured:
    """What a crawl took."""

    seconds: float
    processor_seconds: float
    good_seconds: float
    longest_wait: float
    longest_block: float
    megabytes: float
    table_megabytes: float
    rows: Counter[str]


def main() -> None:
    """Run both crawls and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=28)
    parser.add_argument("--pages", type=int, default=100, help="of each ordinary site")
    parser.add_argument("--hostile", type=int, default=3)
    parser.add_argument("--links", type=int, default=1_000_000, help="on the page of a hostile site")
    parser.add_argument("--keep", default="all")
    parser.add_argument("--sitemap-urls", type=int, default=0, help="of a hostile site")
    options = parser.parse_args()
    sites = Sites(WebSize(options.sites, options.pages), options.hostile, options.links, options.sitemap_urls)
    with tempfile.TemporaryDirectory() as folder, served(sites):
        without = measure(sites, Path(folder), hostile=0, keep=options.keep)
        beside = measure(sites, Path(folder), hostile=options.hostile, keep=options.keep)
    print(f"{'':<28}{'without':>10}{'with':>10}{'ratio':>8}")
    for name in (each.name for each in fields(Measured) if each.name != "rows"):
        before, after = getattr(without, name), getattr(beside, name)
        print(f"{name.replace('_', ' '):<28}{before:>10.2f}{after:>10.2f}{after / before:>8.2f}")
    hosts = [host_name(host) for host in range(options.sites)]
    if any(without.rows[host] != beside.rows[host] for host in hosts):
        sys.exit("an ordinary site has other rows beside the hostile ones")


@contextmanager
def served(sites: Sites) -> Iterator[None]:
    """Serve the sites in a thread, as long as the context lives."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    serving = asyncio.ensure_future(sites.listen(ready), loop=loop)

    def run() -> None:
        try:
            loop.run_until_complete(serving)
        except asyncio.CancelledError:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def measure(sites: Sites, folder: Path, *, hostile: int, keep: str) -> Measured:
    """Crawl the sites once."""
    seeds, table = folder / "seeds.txt", folder / "rows.csv"
    seeds.write_text("\n".join(sites.seeds(hostile)), encoding="utf-8")
    blocks = folder / f"blocks-{hostile}.txt"
    quick = [
        'EXTENSIONS={"reactor_blocks.LongestBlock": 0}',
        f"LONGEST_BLOCK_FILE={blocks}",
        "DOWNLOAD_DELAY=0",
        "AUTOTHROTTLE_ENABLED=False",
        "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True",
        "LOG_LEVEL=WARNING",
    ]
    arguments = [
        f"target=http://{host_name(sites.size.hosts)}:{sites.port}/*",
        f"seeds={seeds}",
        f"keep={keep}",
        "profile_pages=0",
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "backlinks", "-O", str(table)]
    command += [word for setting in [*quick, "BACKLINKS_LINK_CHECK_LIMIT=0"] for word in ("-s", setting)]
    command += [word for argument in arguments for word in ("-a", argument)]
    path = os.pathsep.join([str(PROJECT), str(PROJECT / "benchmarks")])
    sites.answered.clear()
    begun, peak, processor = time.monotonic(), 0.0, processor_seconds()
    with subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": path}) as process:
        while process.poll() is None:
            peak = max(peak, tree_megabytes(process.pid))
            time.sleep(0.02)
    seconds = time.monotonic() - begun
    processor = processor_seconds() - processor
    waits = [after - before for before, after in zip(sites.answered, sites.answered[1:], strict=False)]
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = Counter(row["domain_from"] for row in csv.DictReader(file))
    good_seconds = sites.answered[-1] - sites.answered[0]
    block = float(blocks.read_text(encoding="utf-8"))
    return Measured(seconds, processor, good_seconds, max(waits), block, peak, table.stat().st_size / MEGABYTE, rows)


def processor_seconds() -> float:
    """The seconds that ended processes of ours had the processor."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
