"""Time and memory of reading a seed list over its length.

    python benchmarks/list_memory.py [--lines 100000 1000000]

Each form is written with each number of lines and read in a process of its own, as a crawl reads it: first its beginning, then
whole. Printed are the seconds of the processor, the peak memory (resident set), and the ratio of both to those of a loop that
parses the same addresses one by one, without a list (`parse_seed`), in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent

READ = """
import sys
from backlinkspider.checks.seed_files import check_seed_file, read_seed_file
from backlinkspider.core.arguments import SeedFile
check_seed_file(SeedFile(sys.argv[1]))
assert sum(1 for _ in read_seed_file(SeedFile(sys.argv[1]))) == int(sys.argv[2])
"""
PARSE = """
import sys
sys.path.insert(0, sys.argv[1])
from backlinkspider.checks.seed_files import read_seed_file
from backlinkspider.core.seeds.seeds import parse_seed
for number in range(int(sys.argv[2])):
    parse_seed(f"https://site{number % 50_000}.example/articles/{number}")
"""


def main() -> None:
    """Writes and reads each list and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'form':<16}{'lines':>12}{'MB':>8}{'seconds':>10}{'of a loop':>12}{'peak MB':>10}{'of a loop':>12}")
    for lines in options.lines:
        loop = measure(PARSE, str(PROJECT), lines)
        for name, write in FORMS.items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, name)
                write(path, lines)
                size = path.stat().st_size / 1e6
                seconds, megabytes = measure(READ, str(path), lines)
            ratios = f"{seconds:>10.1f}{seconds / loop[0]:>12.2f}{megabytes:>10.1f}{megabytes / loop[1]:>12.2f}"
            print(f"{name:<16}{lines:>12,}{size:>8,.0f}{ratios}")


def text_lines(lines: int) -> Iterator[str]:
    """One address a line."""
    return (f"https://site{number % 50_000}.example/articles/{number}\n" for number in range(lines))


def table_lines(lines: int, delimiter: str) -> Iterator[str]:
    """An export with eight columns."""
    yield (
        delimiter.join(
            ["Page ascore", "Source title", "Source url", "Target url", "Anchor", "First seen", "Last seen", "Nofollow"]
        )
        + "\n"
    )
    for number, url in enumerate(text_lines(lines)):
        title = f'"The oak chair, number {number}"'
        cells = ["12", title, url.strip(), "https://t.example/", "oak", "2026-01-01", "2026-11-01", "FALSE"]
        yield delimiter.join(cells) + "\n"


def write_with(lines_of: Callable[[int], Iterator[str]], encoding: str = "utf-8") -> Callable[[Path, int], None]:
    """A function that writes a list of so many lines."""

    def write(path: Path, lines: int) -> None:
        with gzip.open(path, "wt", encoding=encoding) if path.suffix == ".gz" else path.open("w", encoding=encoding) as file:
            file.writelines(lines_of(lines))

    return write


FORMS = {
    "text.txt": write_with(text_lines),
    "text.txt.gz": write_with(text_lines),
    "table.csv": write_with(lambda lines: table_lines(lines, ",")),
    "utf-16.csv": write_with(lambda lines: table_lines(lines, "\t"), "utf-16"),
}


def measure(code: str, *words: object) -> tuple[float, float]:
    """Seconds of the processor and peak megabytes of a process."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, words)], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("a list could not be read")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
