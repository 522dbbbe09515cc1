"""Time and memory of `scrapy compare` over the size of two feeds.

    python benchmarks/compare_memory.py [--rows 100000 1000000] [--ending jsonl]

The feeds are those of `benchmarks/merge_memory.py`. In the newer one, of a hundred links one changed, one is missing and one is
new. Printed are the seconds of the clock and of the processor, and the peak memory (resident set) of the whole
process.
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

from merge_memory import PROJECT, made_rows, write_rows

from backlinkspider.items import Cell


def main() -> None:
    """Compares two feeds of each size and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--ending", choices=["jsonl", "csv"], default="jsonl")
    options = parser.parse_args()
    print(f"{'rows each':>12}{'MB of feeds':>12}{'seconds':>10}{'CPU':>10}{'peak MB':>10}")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            old, new = (Path(folder, f"{name}.{options.ending}") for name in ("old", "new"))
            write_rows(old, made_rows(rows))
            write_rows(new, changed_rows(made_rows(rows)))
            seconds, processor, megabytes = measure(old, new, Path(folder, f"changes.{options.ending}"))
            size = (old.stat().st_size + new.stat().st_size) / 1e6
        print(f"{rows:>12,}{size:>12,.0f}{seconds:>10.1f}{processor:>10.1f}{megabytes:>10.1f}")


def changed_rows(rows: Iterable[dict[str, Cell]]) -> Iterator[dict[str, Cell]]:
    """The rows of the next crawl."""
    for number, row in enumerate(rows):
        if number % 100 == 0:
            yield row | {"anchor": f"another anchor {number}"}
        elif number % 100 == 50:
            yield row | {"url_to": f"https://target.example/new/{number}"}
        else:
            yield row


def measure(old: Path, new: Path, output: Path) -> tuple[float, float, float]:
    """Seconds, seconds of the processor, and peak megabytes of a comparison."""
    command = [sys.executable, "-m", "scrapy", "compare", str(old), str(new), "-o", str(output)]
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 1:
        sys.exit("the comparison failed")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
