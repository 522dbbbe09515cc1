"""Pages per second of our crawl and of a Scrapy spider that does nothing, over the same local pages.

    python benchmarks/crawl_speed.py [--hosts 50] [--pages 20] [--rounds 5] [--json FILE]

The contenders take turns in every round, so that a machine that slows down slows all of them; medians and ranges are printed,
and each median as a ratio to the empty spider with Scrapy's own settings. The time is Scrapy's, from opening to closing the
spider; the start of Python is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_web import TARGET, host_name

HERE = Path(__file__).parent
PROJECT = HERE.parent
BASELINE = "empty spider, Scrapy's settings"


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serve(options.hosts, options.pages) as port:
        contenders = make_contenders(Path(folder), port, options.hosts, options.pages)
        speeds: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(options.rounds):
            for name, command in contenders.items():
                speeds[name].append(pages_per_second(command, options.hosts * options.pages))
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
    print_table(speeds, options.hosts, options.pages)
    if options.json:
        options.json.write_text(json.dumps(speeds, indent=2), encoding="utf-8")


@contextmanager
def serve(hosts: int, pages: int) -> Iterator[int]:
    """The port of a local web in a process of its own."""
    command = [sys.executable, HERE / "local_web.py", str(hosts), str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.communicate()


def make_contenders(folder: Path, port: int, hosts: int, pages: int) -> dict[str, list[str]]:
    """The commands to compare, by name."""
    urls, seeds = folder / "urls.txt", folder / "seeds.txt"
    names = [f"http://{host_name(number)}:{port}" for number in range(hosts)]
    urls.write_text("\n".join(f"{name}/{page}" for name in names for page in range(pages)), encoding="utf-8")
    # The first page of each host: it links to the others.
    seeds.write_text("\n".join(f"{name}/0" for name in names), encoding="utf-8")
    scrapy = [sys.executable, "-m", "scrapy"]
    statistics_only = ["-s", "LOG_LEVEL=INFO", "-s", "STATS_DUMP=True"]
    empty = ["runspider", str(HERE / "empty_spider.py"), "-a", f"urls={urls}", *statistics_only]
    ours = ["crawl", "backlinks", "-a", f"target={TARGET}", "-a", f"seeds={seeds}", "-s", "DOWNLOAD_DELAY=0"]
    ours += ["-s", "AUTOTHROTTLE_ENABLED=False", "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", *statistics_only]
    return {
        BASELINE: [*scrapy, *empty],
        "backlinks, keep=backlink to CSV": [*scrapy, *ours, "-O", str(folder / "backlink.csv")],
        "backlinks, keep=all to CSV": [*scrapy, *ours, "-a", "keep=all", "-O", str(folder / "all.csv")],
    }


def pages_per_second(command: list[str], pages: int) -> float:
    """How fast a crawl was, by its own statistics; ends the benchmark when it did not fetch every page."""
    is_ours = "crawl" in command
    # Outside a project Scrapy has its own settings, inside it has ours.
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}"}
    folder = PROJECT if is_ours else HERE.parent.parent
    log = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stderr
    fetched = int(_statistic(log, "downloader/response_status_count/200"))
    if fetched != pages:
        sys.exit(f"fetched {fetched} of {pages} pages:\n{log}")
    return pages / float(_statistic(log, "elapsed_time_seconds"))


def _statistic(log: str, name: str) -> str:
    found = re.search(rf"'{name}': ([\d.]+)", log)
    return found[1] if found else "0"


def print_table(speeds: dict[str, list[float]], hosts: int, pages: int) -> None:
    """Medians, ranges and ratios."""
    base = statistics.median(speeds[BASELINE])
    print(f"{hosts * pages} pages of {hosts} hosts, {len(speeds[BASELINE])} rounds, pages per second\n")
    print(f"{'contender':<36}{'median':>8}{'lowest':>8}{'highest':>9}{'ratio':>8}")
    for name, values in speeds.items():
        median = statistics.median(values)
        print(f"{name:<36}{median:8.0f}{min(values):8.0f}{max(values):9.0f}{median / base:8.2f}")


if __name__ == "__main__":
    main()
