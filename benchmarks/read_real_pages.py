"""Processor time to read real pages and describe their links, with this code and with another checkout, in turn.

    PYTHONPATH=. python benchmarks/read_real_pages.py OTHER_CHECKOUT [ROUNDS]

The pages are the 300 in `../shared/corpora`. Both checkouts run in processes of their own, in turn, so that a busy machine slows
both. It prints the best and the median of each, in seconds, and their ratios (this code by the other).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent.parent
CORPORA = HERE.parent / "shared" / "corpora"
ROUNDS = 7

READ_ALL = """
import sys, time
from pathlib import Path
from backlinkspider.core.html.parser import read_page
try:
    from backlinkspider.core.steps.describe import describe_links
except ImportError:
    # Until the core had the steps of the pipelines.
    from backlinkspider.pipelines.describe import describe_links
from tests.support.real_pages import read_real_pages
pages = list(read_real_pages(Path(sys.argv[1])))
def read(page):
    url, body, content_type = page
    begin = time.process_time()
    describe_links(read_page(url, body, content_type=content_type))
    return time.process_time() - begin
# What disturbs a page only makes it longer.
print(sum(map(min, zip(*([read(page) for page in pages] for _ in range(5))))))
"""


def main() -> None:
    """Print a line for each code, and one with their ratios."""
    other, rounds = Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else ROUNDS
    pairs = [(seconds_of(HERE), seconds_of(other)) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    print(f"{'':<12}{'best':>8}{'median':>8}")
    for name, seconds in (("this code", ours), ("other", theirs)):
        print(f"{name:<12}{min(seconds):8.3f}{median(seconds):8.3f}")
    print(f"{'ratio':<12}{min(ours) / min(theirs):8.3f}{median(mine / yours for mine, yours in pairs):8.3f}")


def seconds_of(checkout: Path) -> float:
    """Processor seconds that a checkout takes for all pages, each page the best of five."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-c", READ_ALL, str(CORPORA)]
    output = subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, text=True).stdout
    return float(output)


if __name__ == "__main__":
    main()
