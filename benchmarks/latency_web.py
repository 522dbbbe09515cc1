"""Whole time of a crawl of slow sites, to the time that politeness alone takes.

    python benchmarks/latency_web.py [--sites 300] [--pages 30] [--latency 0.3] [--delay 1] [--dead 0] [--rounds 1]
                                     [--target-pages 0] [--set SETTING=VALUE …] [--curve] [--figure FILE]

Each site is an address of 127.0.0.0/8, on a server in a process of its own that answers after the latency. The bound is the chain
of delays of a site: robots.txt, then each page a delay after the one before, and the latency of the last. Dead sites (a share
from 0 to 1) do not take connections, as behind a firewall. What is sent to each site is noted where it is sent: no two requests
may lie closer together than the delay, and no site may have two in progress at a time. With `--target-pages` there is a target of
so many pages, to which each page of the sites links: the first row is timed from the start of the process, and the target's own
delays may be the longest chain. `--curve` measures several numbers of sites and latencies, `--figure` draws them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from memory import tree_megabytes

PROJECT = Path(__file__).parent.parent
TARGET = "127.255.0.1"
TOLERANCE = 0.25
"""The part of the delay by which a request may seem early: the one before was sent a moment after Scrapy took the time, on a busy
machine a long one."""


class Web(NamedTuple):
    """A web of sites that answer late."""

    sites: int
    pages: int
    latency: float
    dead: float = 0.0
    target_pages: int = 0
    """Pages of a target that are read beside the sites; 0 for none."""

    def hosts(self) -> list[str]:
        """The addresses of the sites, the dead ones first."""
        return [f"127.{10 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}" for number in range(self.sites)]

    @property
    def dead_sites(self) -> int:
        return round(self.sites * self.dead)


class Measured(NamedTuple):
    """One crawl."""

    seconds: float
    """From opening to closing the spider."""
    process_seconds: float
    processor_seconds: float
    megabytes: float
    pages: int
    smallest_gap: float
    most_connections: int
    first_row_seconds: float | None
    """From the start of the process until a row is in the file."""


def main() -> None:
    """Measure, and print a line for each web."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--dead", type=float, default=0.0)
    parser.add_argument("--target-pages", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE")
    parser.add_argument("--curve", action="store_true", help="10, 30, 100, 300 and 1,000 sites with 0.1, 0.3 and 0.9 seconds")
    parser.add_argument("--figure", type=Path, help="draw the ratios to this SVG file")
    options = parser.parse_args()
    webs = [Web(options.sites, options.pages, options.latency, options.dead, options.target_pages)]
    if options.curve:
        webs = [Web(sites, options.pages, latency) for latency in (0.1, 0.3, 0.9) for sites in (10, 30, 100, 300, 1_000)]
    ratios: dict[Web, float] = {}
    print("  sites pages latency   bound  crawl  ratio  process  processor   MB  smallest gap  connections  first row")
    for web in webs:
        crawls = [measure(web, options.delay, options.set) for _ in range(options.rounds)]
        ratios[web] = report(web, options.delay, crawls)
    if options.figure:
        options.figure.write_text(draw(ratios), encoding="utf-8")


def bound_seconds(web: Web, delay: float) -> float:
    """What the delays of a site take: its pages come one delay after the other, the first of them after robots.txt."""
    return max(web.pages, web.target_pages) * max(delay, web.latency) + web.latency


def report(web: Web, delay: float, crawls: Sequence[Measured]) -> float:
    """Print medians; end the benchmark where a crawl was not polite or missed pages."""
    bound = bound_seconds(web, delay)
    middle = sorted(crawls)[len(crawls) // 2]
    wanted = (web.sites - web.dead_sites) * web.pages + web.target_pages
    for crawl in crawls:
        if crawl.pages != wanted:
            sys.exit(f"{crawl.pages} of {wanted} pages were read")
        if crawl.smallest_gap < delay * (1 - TOLERANCE) or crawl.most_connections > 1:
            sys.exit(f"not polite: {crawl.smallest_gap:.3f} s between two requests, {crawl.most_connections} connections")
    ratio = statistics.median(crawl.seconds for crawl in crawls) / bound
    print(
        f"{web.sites:>7}{web.pages:>6}{web.latency:>7.1f} s{bound:>6.1f} s{middle.seconds:>5.1f} s{ratio:>7.2f}"
        f"{middle.process_seconds:>7.1f} s{middle.processor_seconds:>9.1f} s{middle.megabytes:>5.0f}"
        f"{middle.smallest_gap:>12.3f} s{middle.most_connections:>13}"
        + ("" if middle.first_row_seconds is None else f"{middle.first_row_seconds:>9.1f} s"),
        flush=True,
    )
    return ratio


def measure(web: Web, delay: float, settings: Sequence[str]) -> Measured:
    """Crawl a web once."""
    with tempfile.TemporaryDirectory() as folder, serve(web) as (port, server), ExitStack() as stack:
        dead = stack.enter_context(black_hole()) if web.dead_sites else 0
        ports = itertools.chain(itertools.repeat(dead, web.dead_sites), itertools.repeat(port))
        seeds = Path(folder, "seeds.txt")
        seeds.write_text(
            "".join(f"http://{host}:{own}/\n" for host, own in zip(web.hosts(), ports, strict=False)), encoding="utf-8"
        )
        target = f"http://{TARGET}:{port}/*" if web.target_pages else TARGET
        arguments = {"target": target, "seeds": str(seeds), "max_pages": str(web.pages)}
        arguments["profile_pages"] = str(web.target_pages)
        table = Path(folder, "rows.csv")
        given = {"DOWNLOAD_DELAY": str(delay), "BACKLINKS_ALLOW_PRIVATE_NETWORKS": "True", "STATS_DUMP": "True"}
        given["DOWNLOAD_HANDLERS"] = json.dumps({"http": "noting_handler.NotingHandler"})
        notes = Path(folder, "notes.json")
        path = os.pathsep.join([str(PROJECT), str(PROJECT / "benchmarks" / "contenders")])
        environment = {**os.environ, "PYTHONPATH": path, "NOTES": str(notes)}
        command = [sys.executable, "-m", "scrapy", "crawl", "backlinks", "-O", str(table), "-L", "INFO"]
        for name, value in arguments.items():
            command += ["-a", f"{name}={value}"]
        for setting in (*(f"{name}={value}" for name, value in given.items()), *settings):
            command += ["-s", setting]
        begun, peak, first_row = time.monotonic(), 0.0, None
        with Path(folder, "log").open("w+", encoding="utf-8") as log:
            with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=log) as process:
                while True:
                    pid, _, used = os.wait4(process.pid, os.WNOHANG)
                    if pid:
                        break
                    peak = max(peak, tree_megabytes(process.pid))
                    if first_row is None and web.target_pages and has_row(table):
                        first_row = time.monotonic() - begun
                    time.sleep(0.05 if first_row is None else 0.1)
                process.returncode = 0
            log.seek(0)
            said = log.read()
        elapsed = re.search(r"'elapsed_time_seconds': ([\d.]+)", said)
        if elapsed is None:
            sys.exit(said[-3_000:])
        server.send(None)
        pages = server.recv()
        gap, connections = json.loads(notes.read_text(encoding="utf-8"))
        processor = used.ru_utime + used.ru_stime
        return Measured(float(elapsed[1]), time.monotonic() - begun, processor, peak, pages, gap, connections, first_row)


def has_row(table: Path) -> bool:
    """Return whether a table has a line behind its header."""
    return table.exists() and table.read_bytes()[:65_536].count(b"\n") > 1


@contextmanager
def serve(web: Web) -> Iterator[tuple[int, Connection]]:
    """Serve a web on every loopback address; the connection asks for what was noted."""
    ours, theirs = Pipe()
    process = Process(target=lambda: asyncio.run(_serve(web, theirs)), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        process.terminate()
        process.join()


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that takes no connection and refuses none: the system drops what comes when the queue of the listener is full."""
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("0.0.0.0", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        time.sleep(0.2)
        yield port


async def _serve(web: Web, pipe: Connection) -> None:
    pages = 0
    backlink = ""
    homes = {False: _page(_links(web.pages)), True: _page(_links(web.target_pages))}
    other = _page('<a href="/">Home</a>')

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal pages
        try:
            while (first := await reader.readexactly(1)) != _TLS:
                head = first + await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(web.latency)
                path = head.split(b" ", 2)[1]
                pages += path != b"/robots.txt"
                is_target = writer.get_extra_info("sockname")[0] == TARGET
                page = homes[is_target] if path == b"/" else other
                body = page if is_target or not web.target_pages else page + backlink
                writer.write(_ROBOTS if path == b"/robots.txt" else _response(body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=4_096)
    port = server.sockets[0].getsockname()[1]
    backlink = f'<p>{_WORDS}<a href="http://{TARGET}:{port}/">oak chairs</a>'.encode()
    pipe.send(port)
    await asyncio.to_thread(pipe.recv)
    pipe.send(pages)


_TLS = b"\x16"
"""With what a client begins that tries https first."""

_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone"


_WORDS = "the oak chair stood beside a river and nobody had painted it in years " * 20


def _links(pages: int) -> str:
    return "".join(f'<a href="/{number}">Page {number}</a> ' for number in range(1, pages))


def _page(links: str) -> bytes:
    return f"<!doctype html><html lang=en><title>Chairs</title><p>{_WORDS}<p>{links}".encode()


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def draw(ratios: Mapping[Web, float]) -> str:
    """Draw the ratios as lines over the number of sites, one for each latency, an SVG picture."""
    sites = sorted({web.sites for web in ratios})
    top = max(2.0, *ratios.values())
    across = {number: 60 + 520 * place / max(1, len(sites) - 1) for place, number in enumerate(sites)}

    def height(ratio: float) -> float:
        return 250 - 220 * (ratio - 0.8) / (top - 0.8)

    parts = [f'<line x1="60" x2="580" y1="{height(1):.0f}" y2="{height(1):.0f}" stroke="#999" stroke-dasharray="4"/>']
    parts.append(f'<text x="54" y="{height(1) + 4:.0f}" text-anchor="end">1.0</text>')
    parts.extend(f'<text x="{x:.0f}" y="272" text-anchor="middle">{number:,}</text>' for number, x in across.items())
    colours = ("#2a7d4f", "#2b5f9e", "#b3541e")
    ends: list[tuple[float, float, str]] = []
    for colour, latency in zip(colours, sorted({web.latency for web in ratios}), strict=False):
        line = [(across[web.sites], height(ratio), ratio) for web, ratio in ratios.items() if web.latency == latency]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="')
        parts[-1] += " ".join(f"{x:.0f},{y:.0f}" for x, y, _ in line) + '"/>'
        x, y, ratio = line[-1]
        ends.append((y + 4, x + 8, f'fill="{colour}">{ratio:.2f} at {latency:g} s</text>'))
    lowest = 0.0
    for y, x, text in sorted(ends):
        # No name of a line stands on that of another.
        lowest = max(y, lowest + 15)
        parts.append(f'<text x="{x:.0f}" y="{lowest:.0f}" {text}')
    caption = '<text x="320" y="296" text-anchor="middle" fill="#555">sites; time of the crawl to what politeness takes</text>'
    style = 'font-family="sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="690" height="305" {style}>{"".join(parts)}{caption}</svg>\n'


if __name__ == "__main__":
    main()
