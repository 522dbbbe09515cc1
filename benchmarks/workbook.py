"""Time and memory of a workbook by the number of its rows: memory must not grow with them.

PYTHONPATH=. python benchmarks/workbook.py [--all] [ROWS …]

Writes feeds in a temporary folder, and a workbook of each in a process of its own, as a crawl does at its end. By default they
have three columns, as with FEED_EXPORT_FIELDS; with --all a value in each of the twenty that people read. 1.2 million rows need
2 GB of disk, with --all 4.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.items import Cell
from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.sources import Form, Source
from backlinkspider.report.tables import open_sources
from backlinkspider.whole_files.sheets import READ_FIRST, write_workbook
from backlinkspider.whole_files.workbook_exporter import MEMORY_MEGABYTES

_ROWS = (60_000, 1_200_000)


_COLUMNS = ("domain_from", "verdict", "url_from")


def write_feed(path: Path, rows: int) -> None:
    """Write a feed: ten rows a page, a hundred a site, one in a hundred with something to do."""
    samples: dict[str, Cell] = {
        "BOOLEAN": False,
        "DOUBLE": 0.127,
        "BIGINT": 42,
        "VARCHAR[]": ("one", "two"),
        "VARCHAR": "content",
    }
    row = {column: samples[LINK_TYPES[column]] if column in READ_FIRST else None for column in COLUMNS}
    with path.open("wb") as file:
        for number in range(rows):
            is_bad = number % 100 == 0
            row |= {
                "relation": "backlink",
                "url_from": f"https://www.site{number // 100}.example/articles/oak-chairs-{number // 10}.html",
                "url_to": f"https://www.oakandiron.example/shop/chairs?item={number % 1000}",
                "domain_from": f"site{number // 100}.example",
                "anchor": f"oak chair {number % 500}",
                "summary": "In the main content of the page; in running text; search engines may follow it.",
                "verdict": "bad" if is_bad else "good",
                "to_do": "look" if is_bad else None,
                "target": "oakandiron.example",
                "fetched_at": "2026-11-29T06:22:18Z",
            }
            file.write(encode_json(row) + b"\n")


def measure(feed: Path, chosen: Mapping[str, str] | None) -> None:
    """Write the workbook of a feed, and print a line of figures."""
    output = feed.with_suffix(".xlsx")
    sources = [Source(str(feed), Form.JSON_LINES)]
    begun = time.perf_counter()
    with open_sources(sources, columns=tuple(LINK_TYPES), memory_megabytes=MEMORY_MEGABYTES) as tables:
        loaded = time.perf_counter()
        write_workbook(tables, output, chosen=chosen)
    written = time.perf_counter()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with zipfile.ZipFile(output) as archive:
        sheets = sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist())
    size = output.stat().st_size // 2**20
    figures = (loaded - begun, written - loaded, usage.ru_utime, usage.ru_maxrss // 1024, size, sheets)
    print("".join(f"{figure:9.0f}" for figure in figures), flush=True)


def main() -> None:
    """Measure each number of rows in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rows", type=int, nargs="*", default=_ROWS)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure is not None:
        measure(options.measure, None if options.all else {column: column for column in _COLUMNS})
        return
    titles = ("rows", "load s", "write s", "CPU s", "peak MB", "file MB", "sheets")
    print("".join(f"{title:>9}" for title in titles), flush=True)
    for rows in options.rows:
        with TemporaryDirectory() as folder:
            feed = Path(folder) / "feed.jsonl"
            write_feed(feed, rows)
            print(f"{rows:9}", end="", flush=True)
            command = [sys.executable, __file__, "--measure", str(feed), *(["--all"] if options.all else [])]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
