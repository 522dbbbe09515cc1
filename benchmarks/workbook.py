"""Time and memory of a workbook by the number of its rows: memory must not grow with them.

PYTHONPATH=. python benchmarks/workbook.py [ROWS …]

Writes feeds in a temporary folder, with a value in each of the columns that people read, and a workbook of each in a process of
its own, as a crawl does at its end. 1.2 million rows need 4 GB of disk.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.items import Cell
from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.sources import Form, Source
from backlinkspider.report.tables import open_sources
from backlinkspider.whole_files.sheets import READ_FIRST, write_workbook

_ROWS = ("120000", "1200000")
_MEMORY_MEGABYTES = 512


def write_feed(path: Path, rows: int) -> None:
    """Write a feed: ten rows a page, a hundred a site, one in ten with something to do."""
    samples: dict[str, Cell] = {"BOOLEAN": True, "DOUBLE": 0.127, "BIGINT": 42, "VARCHAR[]": ("one", "two"), "VARCHAR": "content"}
    row = {column: samples[LINK_TYPES[column]] if column in READ_FIRST else None for column in COLUMNS}
    with path.open("wb") as file:
        for number in range(rows):
            is_bad = number % 10 == 0
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


def measure(feed: Path) -> None:
    """Write the workbook of a feed, and print a line of figures."""
    output = feed.with_suffix(".xlsx")
    begun = time.perf_counter()
    with open_sources(
        [Source(str(feed), Form.JSON_LINES)], columns=tuple(LINK_TYPES), memory_megabytes=_MEMORY_MEGABYTES
    ) as tables:
        loaded = time.perf_counter()
        write_workbook(tables, output)
    written = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with zipfile.ZipFile(output) as archive:
        sheets = sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist())
    size = output.stat().st_size // 2**20
    print(f"{loaded - begun:9.0f}{written - loaded:9.0f}{memory:9}{size:9}{sheets:9}", flush=True)


def main(numbers: list[str]) -> None:
    """Measure each number of rows in a process of its own."""
    print(f"{'rows':>9}{'load s':>9}{'write s':>9}{'peak MB':>9}{'file MB':>9}{'sheets':>9}", flush=True)
    for number in numbers:
        with TemporaryDirectory() as folder:
            feed = Path(folder) / "feed.jsonl"
            write_feed(feed, int(number))
            print(f"{int(number):9}", end="", flush=True)
            subprocess.run([sys.executable, __file__, "--measure", str(feed)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main(sys.argv[1:] or [*_ROWS])
