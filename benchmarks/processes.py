"""Pages per second of a crawl that one, two or more processes share, over the same local pages.

    python benchmarks/processes.py [--hosts 250] [--pages 20] [--rounds 3] [--processes 1 2] [--keep all]

nginx serves the pages. Numbers of processes take turns in every round. A time is that of the whole command. Beside it stands what
each process of the crawl, and nginx, used of the processors: on a machine where nginx and others need the same cores, the time of
the busiest process says how long the crawl takes where they do not (`ratio by processor`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from local_web import LocalWeb, WebSize, serve_web
from memory import tree_megabytes

PROJECT = Path(__file__).parent.parent
SERVER = "nginx"
LOOK_SECONDS = 0.2
"""Between two looks at what the processes use."""


class Figures(NamedTuple):
    """What a run took."""

    seconds: float
    used: list[float]
    """Processor seconds of each process of the crawl, the busiest first."""
    server_seconds: float
    """Processor seconds of the web server."""
    megabytes: float
    rows: int


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=250)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--keep", default="all")
    options = parser.parse_args()
    runs: dict[int, list[Figures]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, serve_web(WebSize(options.hosts, options.pages)) as web:
        for number in range(options.rounds):
            for count in options.processes:
                runs[count].append(run(count, options.keep, web, Path(folder)))
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
    if len({figures.rows for every in runs.values() for figures in every}) > 1:
        sys.exit("not every run wrote the same number of rows")
    pages = options.hosts * options.pages
    where = f"{options.rounds} rounds, {os.cpu_count()} processors"
    print(f"{pages} pages of {options.hosts} hosts, keep={options.keep} to CSV, {where}\n")
    print_table(runs, pages)


def run(count: int, keep: str, web: LocalWeb, folder: Path) -> Figures:
    """Crawls every page; ends the benchmark when the crawl did not."""
    seeds, feed = folder / "seeds.txt", folder / "rows.csv"
    seeds.write_text("\n".join(web.seeds), encoding="utf-8")
    settings = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "LOG_LEVEL=ERROR"]
    arguments = [f"target={web.target}", f"seeds={seeds}", f"keep={keep}", f"processes={count}"]
    command = [sys.executable, "-m", "scrapy", "crawl", "backlinks", "-O", str(feed)]
    command += [part for argument in arguments for part in ("-a", argument)]
    command += [part for setting in settings for part in ("-s", setting)]
    web.forget_pages()
    used: dict[int, float] = {}
    before, begun, peak = server_seconds(), time.monotonic(), 0.0
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            used.update((pid, processor_seconds(pid)) for pid in tree(process.pid))
            peak = max(peak, tree_megabytes(process.pid))
            time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - begun
    missing = web.pages_not_fetched()
    if process.returncode or missing:
        sys.exit(f"{count} processes ended with {process.returncode} and did not fetch {missing} of {len(web.urls)} pages")
    with feed.open("rb") as lines:
        rows = sum(1 for _ in lines)
    return Figures(seconds, sorted(used.values(), reverse=True), server_seconds() - before, peak, rows)


def tree(process: int) -> Iterator[int]:
    """The process and those that it has started, as far as they run."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def processor_seconds(process: int) -> float:
    """What a process has used of the processors until now; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def server_seconds() -> float:
    """What the processes of the web server below this one have used until now."""
    return sum(processor_seconds(pid) for pid in tree(os.getpid()) if is_server(pid))


def is_server(process: int) -> bool:
    """Whether a process is one of the web server."""
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip() == SERVER
    except OSError:
        return False


def print_table(runs: dict[int, list[Figures]], pages: int) -> None:
    """Medians and ranges."""
    first = next(iter(runs.values()))
    whole, busiest = (statistics.median(values) for values in ([f.seconds for f in first], [f.used[0] for f in first]))
    print("processes  pages/s        range  ratio  processor seconds of each; of nginx  ratio by processor    MB")
    for count, every in runs.items():
        times = [figures.seconds for figures in every]
        median = statistics.median(times)
        spread = f"{pages / max(times):.0f} to {pages / min(times):.0f}"
        used = [statistics.median(figures.used[place] for figures in every) for place in range(count)]
        server = statistics.median(figures.server_seconds for figures in every)
        seconds = f"{', '.join(f'{each:.1f}' for each in used)}; {server:.1f}"
        megabytes = statistics.median(figures.megabytes for figures in every)
        print(
            f"{count:>9}{pages / median:>9.0f}{spread:>13}{whole / median:>7.2f}{seconds:>37}"
            f"{busiest / used[0]:>20.2f}{megabytes:>6.0f}"
        )


if __name__ == "__main__":
    main()
