"""Time and memory of `scrapy merge` over the size of a feed.

    python benchmarks/merge_memory.py [--rows 100000 1000000] [--ending jsonl]

Each feed has ten rows a page, and every fourth page twice: crawled again at the end of the feed. Printed are the seconds, the
rows per second and the peak memory (resident set) of the whole process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_csv, encode_json
from backlinkspider.items import Cell

PROJECT = Path(__file__).parent.parent

ROWS_OF_A_PAGE = 10


def main() -> None:
    """Merges a feed of each size and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--ending", choices=["jsonl", "csv"], default="jsonl")
    options = parser.parse_args()
    print(f"{'rows':>12}{'MB of feed':>12}{'seconds':>10}{'rows/s':>10}{'peak MB':>10}")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            feed = Path(folder, f"feed.{options.ending}")
            write_rows(feed, made_rows(rows))
            seconds, megabytes = measure(feed, Path(folder, f"all.{options.ending}"))
            size = feed.stat().st_size / 1e6
        print(f"{rows:>12,}{size:>12,.0f}{seconds:>10.1f}{rows / seconds:>10,.0f}{megabytes:>10.1f}")


def write_rows(feed: Path, rows: Iterable[dict[str, Cell]]) -> None:
    """Writes a feed of these rows."""
    with feed.open("wb") as file:
        if feed.suffix == ".csv":
            file.write(encode_csv([COLUMNS]))
        for row in rows:
            if feed.suffix == ".csv":
                file.write(encode_csv([map(row.get, COLUMNS)]))
            else:
                file.write(encode_json({column: row.get(column) for column in COLUMNS}) + b"\n")


def made_rows(rows: int) -> Iterator[dict[str, Cell]]:
    """Rows of about a kilobyte and a half, as those of a real crawl."""
    first_crawls = rows * 4 // 5
    for number in range(rows):
        page = number // ROWS_OF_A_PAGE if number < first_crawls else (number - first_crawls) // ROWS_OF_A_PAGE * 4
        yield {
            "relation": "backlink",
            "url_from": f"https://site{page % 1000}.example/articles/of/the/year/{page}",
            "url_to": f"https://target.example/products/{number % 97}",
            "anchor": f"the oak chair number {number}",
            "dofollow": True,
            "rel": ("ugc", "nofollow"),
            "nofollow_by": ("link",),
            "text_pre": "About a hundred characters of text before the link, inside of its block, " * 2,
            "text_post": "About a hundred characters of text after the link, inside of its block, " * 2,
            "link_index": number % ROWS_OF_A_PAGE + 1,
            "link_html": f"<a href='/products/{number % 97}'>the oak chair</a>" * 8,
            "target": "target.example",
            "seed": f"site{page % 1000}.example",
            "depth": 2,
            "fetched_at": "2026-11-21T08:00:00Z" if number < first_crawls else "2026-11-22T08:00:00Z",
        }


def measure(feed: Path, output: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of a merge."""
    command = [sys.executable, "-m", "scrapy", "merge", str(feed), "-o", str(output)]
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("the merge failed")
    return time.monotonic() - began, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
