"""Memory of a crawl with a site that links to a million new pages of itself, beside the same crawl without it.

    python benchmarks/endless_site.py [--pages 1000] [--links 1000] [--hosts 20] [--rounds 3]

Each page of the endless site links to as many new ones; with a budget of `--pages` pages the crawl comes to know pages times
links addresses. Printed are the memory over the number of addresses that the site has named so far, the peaks (resident set)
and their difference, medians of the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_web import WebSize, serve_web
from memory import tree_megabytes

PROJECT = Path(__file__).parent.parent

ENDLESS_HOST = "127.0.250.1"
CURVE_STEPS = 10


class EndlessSite:
    """Answers every address with a page of links to addresses that no page had before."""

    def __init__(self, links: int) -> None:
        self._links = links
        self.named = 0
        """Addresses that its pages have named so far."""

    async def listen(self, port: asyncio.Future[int]) -> None:
        """Listens on loopback, and says on which port, until it is cancelled."""
        server = await asyncio.start_server(self._serve, ENDLESS_HOST, 0)
        port.set_result(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = b"" if b"/robots.txt" in head else self._page()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _page(self) -> bytes:
        first, self.named = self.named, self.named + self._links
        links = "".join(f'<a href="/pages/of/the/endless/site/{number}">{number}</a> ' for number in range(first, self.named))
        return f"<title>Page {first}</title>{links}".encode()


def main() -> None:
    """Runs the rounds and prints the curve and the peaks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1_000, help="of the endless site")
    parser.add_argument("--links", type=int, default=1_000, help="of each of its pages")
    parser.add_argument("--hosts", type=int, default=20, help="beside it, with 20 pages each")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    without: list[float] = []
    with_it: list[float] = []
    with serve_web(WebSize(hosts=options.hosts)) as web:
        seeds = web.seeds
        for _ in range(options.rounds):
            without.append(max(megabytes for _, megabytes in measure(seeds, EndlessSite(0), options.pages)))
            with endless_site(options.links) as (site, address):
                curve = measure([*seeds, address], site, options.pages)
            with_it.append(max(megabytes for _, megabytes in curve))
    print(f"{'addresses named':>16}{'MB':>8}")
    for named, megabytes in curve[:: max(1, len(curve) // CURVE_STEPS)]:
        print(f"{named:>16,}{megabytes:>8.1f}")
    print(f"peak without the site {statistics.median(without):.1f} MB ({min(without):.1f} to {max(without):.1f})")
    print(f"peak with it          {statistics.median(with_it):.1f} MB ({min(with_it):.1f} to {max(with_it):.1f})")
    print(f"difference            {statistics.median(with_it) - statistics.median(without):.1f} MB")


@contextmanager
def endless_site(links: int) -> Iterator[tuple[EndlessSite, str]]:
    """The site in a thread of its own, and its address."""
    site, loop = EndlessSite(links), asyncio.new_event_loop()
    port: asyncio.Future[int] = loop.create_future()
    serving = loop.create_task(site.listen(port))
    thread = threading.Thread(target=loop.run_until_complete, args=[asyncio.wait([serving])], daemon=True)
    thread.start()
    while not port.done():
        time.sleep(0.01)
    yield site, f"http://{ENDLESS_HOST}:{port.result()}/"
    loop.call_soon_threadsafe(serving.cancel)
    thread.join()
    loop.close()


def measure(seeds: list[str], site: EndlessSite, max_pages: int) -> list[tuple[int, float]]:
    """Addresses named so far, and the memory of a crawl in megabytes, every tenth of a second."""
    command = [sys.executable, "-m", "scrapy", "crawl", "backlinks", "-a", f"seeds={','.join(seeds)}"]
    command += ["-a", "target=target.example", "-a", "profile_pages=0"]
    command += ["-a", f"max_pages={max_pages}", "-a", "max_depth=1000000", "-s", "DOWNLOAD_DELAY=0"]
    command += ["-s", "AUTOTHROTTLE_ENABLED=False", "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True"]
    curve: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}
        log = Path(folder, "log")
        with (
            log.open("w") as errors,
            subprocess.Popen([*command, "-O", "rows.csv"], cwd=folder, env=environment, stderr=errors) as crawl,
        ):
            while crawl.poll() is None:
                curve.append((site.named, tree_megabytes(crawl.pid)))
                time.sleep(0.1)
        if crawl.returncode:
            sys.exit(log.read_text())
    return curve


if __name__ == "__main__":
    main()
