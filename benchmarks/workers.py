"""Pages per second of one, two and four workers that share a queue of seeds, over the same local pages.

    python benchmarks/workers.py [--hosts 100] [--pages 20] [--rounds 2] [--workers 1 2 4]

nginx serves the pages, a redis-server of the benchmark's own holds the queue. Numbers of workers take turns in every round. A
time is that of the whole processes, from the start of the first to the end of the last; what they used of the processors in it
says whether these are the limit; what was left idle meanwhile, whether others were in the way.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from local_web import LocalWeb, WebSize, serve_web

PROJECT = Path(__file__).parent.parent


class Figures(NamedTuple):
    """What a run took."""

    seconds: float
    processor_seconds: float
    idle_seconds: float
    """Of all processors of the machine, in which nobody used them."""
    shares: list[int]
    """Bytes that each worker wrote."""


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    runs: dict[int, list[Figures]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_web(WebSize(options.hosts, options.pages)) as web,
        serve_queue(Path(folder)) as port,
    ):
        for number in range(options.rounds):
            for count in options.workers:
                address = f"redis://127.0.0.1:{port}/0/round-{number}-workers-{count}"
                runs[count].append(run(count, address, web, Path(folder)))
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
    pages = options.hosts * options.pages
    print(f"{pages} pages of {options.hosts} hosts, keep=all to CSV, {options.rounds} rounds, {os.cpu_count()} processors\n")
    print_table(runs, pages)


@contextmanager
def serve_queue(folder: Path) -> Iterator[int]:
    """The port of a redis-server that lives as long as the context; ends the benchmark where it is missing."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("redis-server is missing: it holds the queue (Debian: apt-get install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.02)
            yield port
        finally:
            server.terminate()


def run(count: int, address: str, web: LocalWeb, folder: Path) -> Figures:
    """Has some workers crawl every page; ends the benchmark when they did not."""
    scrapy = [sys.executable, "-m", "scrapy"]
    seeds = folder / "seeds.txt"
    seeds.write_text("\n".join(web.seeds), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run(
        [*scrapy, "seeds", "push", address, seeds], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    settings = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "LOG_LEVEL=ERROR"]
    crawl = [*scrapy, "crawl", "backlinks", "-a", f"target={web.target}", "-a", f"seeds={address}", "-a", "keep=all"]
    crawl += [part for setting in settings for part in ("-s", setting)]
    web.forget_pages()
    used, idle, begun = processor_seconds(), idle_seconds(), time.monotonic()
    feeds = [folder / f"{number}.csv" for number in range(count)]
    for feed in feeds:
        # A worker does not write over the rows of another round.
        feed.unlink(missing_ok=True)
    workers = [subprocess.Popen([*crawl, "-O", feed], cwd=PROJECT, env=environment) for feed in feeds]
    codes = [worker.wait() for worker in workers]
    seconds = time.monotonic() - begun
    missing = web.pages_not_fetched()
    if any(codes) or missing:
        sys.exit(f"{count} workers ended with {codes} and did not fetch {missing} of {len(web.urls)} pages")
    return Figures(seconds, processor_seconds() - used, idle_seconds() - idle, [feed.stat().st_size for feed in feeds])


def processor_seconds() -> float:
    """What the processes that have ended used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def idle_seconds() -> float:
    """What all processors of the machine had nothing to do, or waited for a disk, since it was started; as Linux tells it."""
    idle, waiting = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[4:6]
    return (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")


def print_table(runs: dict[int, list[Figures]], pages: int) -> None:
    """Medians and ranges."""
    first = statistics.median(figures.seconds for figures in next(iter(runs.values())))
    print("workers   pages/s         range  ratio  processors: used   idle  smallest to largest share")
    for count, every in runs.items():
        times = [figures.seconds for figures in every]
        median = statistics.median(times)
        spread = f"{pages / max(times):.0f} to {pages / min(times):.0f}"
        used = statistics.median(figures.processor_seconds / figures.seconds for figures in every)
        idle = statistics.median(figures.idle_seconds / figures.seconds for figures in every)
        shares = [share / sum(figures.shares) for figures in every for share in figures.shares]
        line = f"{count:>7}{pages / median:>10.0f}{spread:>14}{first / median:>7.2f}{used:>18.2f}{idle:>7.2f}"
        print(f"{line}  {min(shares):.0%} to {max(shares):.0%}")


if __name__ == "__main__":
    main()
