"""Processor time of `scrapy discover` over large inputs, beside `zcat | grep` over the same files in the same run.

    PYTHONPATH=. python benchmarks/discover_speed.py [--edges 12000000] [--log-megabytes 1000]

Edges of a graph like Common Crawl's are searched for 1, 20 and 200 targets; access logs in each format are read whole. Printed
are megabytes of text per second of processor time, the ratio to grep (more than 1 is faster), and the peak memory.

Then the command itself runs, each time twice, with ten times as many candidates the second time: domains that refer to the
target in a graph from a loopback server, and pages of an export. Printed are seconds of processor time and the peak memory, which
only Linux tells.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import Settings

from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.decompression import StreamDecompressor
from backlinkspider.core.links.target import parse_target
from backlinkspider.core.webgraph.edges import EdgeFinder
from backlinkspider.discovery.files import whole_lines
from backlinkspider.discovery.source import Question
from backlinkspider.discovery.sources.files.logs import LogSource
from tests.support.data_server import DataServer
from tests.support.generated_logs import FORMATS, log_lines, random_visits
from tests.support.scrapy_command import project_environment

NODES = 121_000_000
TARGETS = (1, 20, 200)
REFERRERS = (10_000, 100_000)
PAGES = (100_000, 1_000_000)
_MEASURED = """
import atexit, pathlib, runpy
atexit.register(lambda: pathlib.Path("status").write_bytes(pathlib.Path("/proc/self/status").read_bytes()))
runpy.run_module("scrapy", run_name="__main__", alter_sys=True)
"""
"""Runs `scrapy` and keeps what the system says of the process; the peak of `getrusage` is inherited from its parent."""

RELEASE = "cc-main-2026-jul-aug-sep"


def main() -> None:
    """Measure both and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edges", type=int, default=12_000_000)
    parser.add_argument("--log-megabytes", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'what':<28}{'MB of text':>12}{'MB/s':>8}{'grep MB/s':>12}{'ratio':>8}{'peak MB':>9}")
        measure_edges(Path(folder, "edges.txt.gz"), options.edges)
        for name in FORMATS:
            measure_log(Path(folder, f"{name}.log"), name, options.log_megabytes)
        print(f"{'what':<28}{'candidates':>12}{'seconds':>9}{'peak MB':>9}")
        for count in REFERRERS:
            measure_graph(Path(folder), count)
        for count in PAGES:
            measure_export(Path(folder), count)


def measure_edges(path: Path, count: int) -> None:
    """Search edges for several numbers of targets."""
    write_edges(path, count)
    chance = random.Random(2)
    for number in TARGETS:
        ids = {chance.randrange(NODES): [target] for target in range(number)}
        begin = time.process_time()
        finder, size = EdgeFinder(ids), 0
        for block in whole_lines(pieces_of(path)):
            finder.scan(block)
            size += len(block)
        ours = time.process_time() - begin
        pattern = f"\t({'|'.join(map(str, ids))})$"
        print_line(f"edges, {number} targets", size, ours, grep_seconds(f"zcat {path}", pattern))


def write_edges(path: Path, count: int) -> None:
    """Write sorted edges, some to a domain and most to few."""
    chance = random.Random(1)
    written, source = 0, 0
    with gzip.open(path, "wb", 6) as file:
        while written < count:
            source += chance.randrange(1, 60)
            links = sorted(chance.randrange(NODES) for _ in range(chance.choice((1, 3, 10, 60))))
            file.write(b"".join(b"%d\t%d\n" % (source, link) for link in links))
            written += len(links)


def pieces_of(path: Path) -> Iterator[bytes]:
    """The text of a gzip file, as a download brings it."""
    decompressor = StreamDecompressor()
    with path.open("rb") as file:
        while data := file.read(8 * 1024 * 1024):
            yield from decompressor.decompress(data)


def measure_log(path: Path, name: str, megabytes: int) -> None:
    """Read a log whole."""
    block = ("\n".join(log_lines(name, list(random_visits(20_000)))) + "\n").encode()
    with path.open("wb") as file:
        for _ in range(max(1, megabytes * 1_000_000 // len(block))):
            file.write(block)
    question = Question(Ownership([parse_target("example.com")]), Settings(), environment={}, now=datetime.now(UTC))
    begin = time.process_time()
    sum(1 for _ in LogSource("log", [str(path)], question).read())
    ours = time.process_time() - begin
    print_line(f"log, {name}", path.stat().st_size, ours, grep_seconds(f"cat {path}", "https?://(blog|home)[0-9]+[.]example"))
    path.unlink()


def measure_graph(folder: Path, count: int) -> None:
    """Find the domains that refer to a target: every tenth of the graph does."""
    nodes = range(10 * count)
    texts = {
        "vertices": (b"%d\tcom.site%08d\t3\n" % (node, node) for node in nodes),
        "edges": (b"%d\t7\n%d\t%d\n" % (node, node, node + 1) for node in nodes if node % 10 == 1),
        "ranks": (b"%d\t2.9E7\t%d\t4.6E-4\tcom.site%08d\t3\n" % (node + 1, node + 1, node) for node in nodes),
    }
    graph = f"/{RELEASE}/domain/{RELEASE}-domain-"
    files = {f"{graph}{name}.txt.gz": gzip.compress(b"".join(lines), 1) for name, lines in texts.items()}
    with DataServer(files) as server:
        settings = ("-s", f"BACKLINKS_COMMONCRAWL_URL={server.url}/", "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True")
        words = ("--target", "site00000007.com", "--source", f"commoncrawl={RELEASE}", *settings, "-s", "DOWNLOAD_DELAY=0")
        measure_command(folder, f"graph, {count:,} referrers", words)


def measure_export(folder: Path, count: int) -> None:
    """Read an export in which every page is another one."""
    with (folder / "export.csv").open("w", encoding="utf-8") as file:
        file.write("Source url,Target url,Anchor\n")
        file.writelines(f"https://site{page % 50_000}.com/post/{page},https://example.com/,oak oil\n" for page in range(count))
    measure_command(folder, f"export, {count:,} pages", ("--target", "example.com", "--source", "export=export.csv"))


def measure_command(folder: Path, what: str, words: Sequence[str]) -> None:
    """Run `scrapy discover` in a process of its own."""
    command = (sys.executable, "-c", _MEASURED, "discover", *words, "-o", "candidates.csv")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=project_environment(os.environ), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text(encoding="ascii"))
    assert peak is not None, "Linux says it"
    with (folder / "candidates.csv").open("rb") as file:
        rows = sum(1 for _ in file) - 1
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(f"{what:<28}{rows:>12,}{seconds:>9.0f}{int(peak[1]) / 1024:>9.0f}", flush=True)


def grep_seconds(command: str, pattern: str) -> float:
    """Processor time of a pipe into grep."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(f"{command} | LC_ALL=C grep -E '{pattern}' | wc -l", shell=True, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def print_line(what: str, size: int, ours: float, theirs: float) -> None:
    """Print what one reading took."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed, grep = size / 1e6 / ours, size / 1e6 / theirs
    print(f"{what:<28}{size / 1e6:>12,.0f}{speed:>8,.0f}{grep:>12,.0f}{theirs / ours:>8.2f}{peak:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
