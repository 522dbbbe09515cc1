"""Pages per second of our crawl, of Scrapy spiders that do little, and of other crawlers, over the same local pages.

    python benchmarks/crawl_speed.py [--hosts 50] [--pages 20] [--rounds 3] [--archive WARC] [--json FILE] [--figure FILE]
                                     [--peers PYTHON] [--linkinator PROGRAM]

The contenders take turns in every round, so that a machine that slows down slows all of them. Printed are medians, ranges and
ratios: of the crawl itself, by Scrapy's statistics, to an empty spider; of the whole process, with the start of Python, to ours
with `keep=all`; the peak of the memory of all its processes; and how many requests it made. One that did not fetch every page
ends the benchmark: a crawler may only ask whether an address is there. What each records is said in the table; ours has
robots.txt, budget, private networks and every middleware on. `--archive` is a web archive, whose pages are served in place of
invented ones. `--peers` is the Python of a virtual environment with `benchmarks/requirements-peers.txt`, `--linkinator` the
program that `npm install linkinator` makes; without them those contenders are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_web import LocalWeb, WebSize, read_real_pages, serve_web
from memory import tree_megabytes

PROJECT = Path(__file__).parent.parent
CONTENDERS = Path(__file__).parent / "contenders"
BASELINE = "empty spider, Scrapy's settings"
OURS = "backlinks, keep=all to CSV"


@dataclass
class Contender:
    """A command that fetches the pages."""

    command: Sequence[str | Path]
    records: str
    folder: Path
    seconds: list[float] = field(default_factory=list)
    """Of the whole process."""
    crawl_seconds: list[float] = field(default_factory=list)
    """From opening to closing the spider, where it is one of Scrapy's."""
    megabytes: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="only contenders whose name this regular expression finds, and the first")
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    parser.add_argument("--figure", type=Path, help="also draw the medians to this SVG file")
    parser.add_argument("--archive", type=Path, help="a web archive (WARC) whose pages are served")
    parser.add_argument("--peers", type=Path, help="a Python that has advertools and crawlee")
    parser.add_argument("--linkinator", type=Path)
    options = parser.parse_args()
    real = read_real_pages(options.archive) if options.archive else ()
    with tempfile.TemporaryDirectory() as folder, serve_web(WebSize(options.hosts, options.pages), real) as web:
        speed = web.pages_per_second()
        every = make_contenders(Path(folder), web, options.peers, options.linkinator)
        contenders = {name: each for name, each in every.items() if name == BASELINE or re.search(options.only, name)}
        for number in range(options.rounds):
            for contender in contenders.values():
                run(contender, web)
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
    pages = options.hosts * options.pages
    print(f"{pages} pages of {options.hosts} hosts, {options.rounds} rounds; nginx alone serves {speed:,.0f} pages per second\n")
    print_table(contenders, pages)
    if options.json:
        figures = {name: vars(contender) for name, contender in contenders.items()}
        options.json.write_text(json.dumps(figures, indent=2, default=str), encoding="utf-8")
    if options.figure:
        options.figure.write_text(draw(contenders, pages), encoding="utf-8")


def make_contenders(folder: Path, web: LocalWeb, peers: Path | None, linkinator: Path | None) -> dict[str, Contender]:
    """The commands to compare, by name."""
    urls, seeds = folder / "urls.txt", folder / "seeds.txt"
    urls.write_text("\n".join(web.urls), encoding="utf-8")
    seeds.write_text("\n".join(web.seeds), encoding="utf-8")
    scrapy = [sys.executable, "-m", "scrapy"]
    log = ["-s", "LOG_LEVEL=INFO", "-s", "STATS_DUMP=True"]
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True"]
    empty = [*scrapy, "runspider", CONTENDERS / "empty_spider.py", "-a", f"urls={urls}", *log]
    following = [*scrapy, "runspider", CONTENDERS / "crawl_spider.py", "-a", f"seeds={seeds}", *log]
    ours = [*scrapy, "crawl", "backlinks", "-a", f"target={web.target}", "-a", f"seeds={seeds}", *quick, *log]
    # Outside a project Scrapy has its own settings.
    contenders = {
        BASELINE: Contender(empty, "nothing", folder),
        "empty spider, our settings": Contender([*empty, *quick], "nothing", PROJECT),
        "backlinks, keep=backlink to CSV": Contender([*ours, "-O", folder / "b.csv"], "backlinks", PROJECT),
        OURS: Contender([*ours, "-a", "keep=all", "-O", folder / "all.csv"], "every link, all columns", PROJECT),
        "backlinks, no look at the target": Contender(
            [*ours, "-a", "profile_pages=0", "-s", "BACKLINKS_LINK_CHECK_LIMIT=0", "-O", folder / "n.csv"], "backlinks", PROJECT
        ),
        "backlinks, keep=backlink, JOBDIR": Contender(as_job([*ours, "-O", folder / "jb.csv"], folder), "backlinks", PROJECT),
        "backlinks, keep=all, JOBDIR": Contender(
            as_job([*ours, "-a", "keep=all", "-O", folder / "jall.csv"], folder), "every link, all columns", PROJECT
        ),
        "backlinks, keep=all to JSON lines": Contender(
            [*ours, "-a", "keep=all", "-O", folder / "all.jsonl"], "every link, all columns", PROJECT
        ),
        "backlinks, keep=all, two processes": Contender(two_shards(ours, folder), "every link, all columns", PROJECT),
        "backlinks, keep=all, columns=core": Contender(
            [*ours, "-a", "keep=all", "-a", "columns=core", "-O", folder / "core.csv"],
            "every link, nine columns",
            PROJECT,
        ),
        "CrawlSpider": Contender(following, "nothing", folder),
    }
    if peers is not None:
        found = folder / "advertools.jl"
        contenders["advertools"] = Contender(
            [peers.absolute(), CONTENDERS / "advertools_peer.py", seeds, found], "links, text, nofollow; a row a page", folder
        )
        contenders["crawlee"] = Contender(
            [peers.absolute(), CONTENDERS / "crawlee_peer.py", seeds, folder / "crawlee.json"], "links, text, rel", folder
        )
    if linkinator is not None:
        only_these = ["--recurse", "--skip", r"^(?!http://127\.)", "--format", "JSON", "--concurrency", "32"]
        contenders["linkinator"] = Contender(
            [linkinator.absolute(), *web.seeds, *only_these], "each address once, with its status", folder
        )
    return contenders


def as_job(command: Sequence[str | Path], folder: Path) -> list[str | Path]:
    """The command with a new folder for what is to outlive a kill."""
    job = shlex.quote(str(folder / "job"))
    return ["/bin/sh", "-c", f"rm -rf {job}; exec {shlex.join(map(str, command))} -s JOBDIR={job}"]


def two_shards(ours: Sequence[str | Path], folder: Path) -> list[str | Path]:
    """The command that divides the seeds among two crawls at the same time."""
    shares = [shlex.join([*map(str, ours), "-a", "keep=all", "-a", f"shard={n}/2", "-O", f"{folder}/{n}.csv"]) for n in range(2)]
    return ["/bin/sh", "-c", f"{shares[0]} & {shares[1]} & wait"]


def run(contender: Contender, web: LocalWeb) -> None:
    """Runs a contender once; ends the benchmark when it did not fetch every page."""
    for old in contender.folder.glob("advertools.jl*"):
        old.unlink()
    web.forget_pages()
    before = web.requests()
    with tempfile.TemporaryFile("w+") as log:
        begun = time.monotonic()
        peak = 0.0
        programs = f"{Path(contender.command[0]).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PATH": programs}
        with subprocess.Popen(
            contender.command, cwd=contender.folder, env=environment, stdout=subprocess.DEVNULL, stderr=log
        ) as process:
            while process.poll() is None:
                peak = max(peak, tree_megabytes(process.pid))
                time.sleep(0.05)
        contender.seconds.append(time.monotonic() - begun)
        contender.megabytes.append(peak)
        log.seek(0)
        said = log.read()
    contender.requests.append(web.requests() - before)
    if missing := web.pages_not_fetched():
        sys.exit(f"{contender.command} did not fetch {missing} of {len(web.urls)} pages:\n{said[-3_000:]}")
    elapsed = re.findall(r"'elapsed_time_seconds': ([\d.]+)", said)
    if elapsed:
        contender.crawl_seconds.append(max(map(float, elapsed)))


def print_table(contenders: Mapping[str, Contender], pages: int) -> None:
    """Medians, ranges and ratios."""
    base = statistics.median(contenders[BASELINE].crawl_seconds)
    first = contenders.get(OURS, contenders[BASELINE])
    ours, memory = statistics.median(first.seconds), statistics.median(first.megabytes)
    print("crawl alone                          pages/s         range  ratio")
    for name, contender in contenders.items():
        crawl = contender.crawl_seconds
        if crawl:
            spread = f"{pages / max(crawl):.0f} to {pages / min(crawl):.0f}"
            median = statistics.median(crawl)
            print(f"{name:<36}{pages / median:>8.0f}{spread:>14}{base / median:>7.2f}")
    print("\nwhole process                        pages/s  ours is      MB  ours  requests  records")
    for name, contender in contenders.items():
        whole, peak = statistics.median(contender.seconds), statistics.median(contender.megabytes)
        asked = statistics.median(contender.requests)
        figures = f"{pages / whole:>8.0f}{whole / ours:>8.2f}x{peak:>8.0f}{memory / peak:>6.2f}{asked:>10.0f}"
        print(f"{name:<36}{figures}  {contender.records}")


def draw(contenders: Mapping[str, Contender], pages: int) -> str:
    """The pages per second of the whole processes as bars, an SVG picture."""
    speeds = {name: pages / statistics.median(contender.seconds) for name, contender in contenders.items()}
    longest = max(speeds.values())
    bars = []
    for place, (name, speed) in enumerate(speeds.items()):
        top, width = 10 + 26 * place, 330 * speed / longest
        colour = "#2a7d4f" if name.startswith("backlinks") else "#8a8f98"
        bars.append(f'<text x="250" y="{top + 14}" text-anchor="end">{name}</text>')
        bars.append(f'<rect x="258" y="{top}" width="{width:.0f}" height="18" fill="{colour}"/>')
        bars.append(f'<text x="{264 + width:.0f}" y="{top + 14}">{speed:.0f}</text>')
    height = 36 + 26 * len(speeds)
    caption = f'<text x="258" y="{height - 6}" fill="#555">pages per second, whole process</text>'
    style = 'font-family="sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{height}" {style}>{"".join(bars)}{caption}</svg>\n'


if __name__ == "__main__":
    main()
