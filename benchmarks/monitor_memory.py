"""Time, memory and requests of `scrapy crawl monitor` over the length of the list.

    PYTHONPATH=. python benchmarks/monitor_memory.py [--links 10000 100000 1000000] [--links-of-a-page 100]

Each page of the list has so many known links; every tenth of them is no longer there. The web is served from this process.
Printed are the seconds of the clock and of the crawl's processor, its peak memory (resident set), the pages of the list and the
requests for pages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import project_environment

TARGET = "target.example"
SITES = 500


def main() -> None:
    """Monitors a list of each length and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--links-of-a-page", type=int, default=100)
    options = parser.parse_args()
    print(f"{'links':>12}{'seconds':>10}{'CPU':>8}{'peak MB':>10}{'pages':>10}{'requests':>10}{'rows':>12}  statuses")
    for links in options.links:
        with tempfile.TemporaryDirectory() as folder:
            pages = write_list(Path(folder, "known.csv"), links, options.links_of_a_page)
            seconds, processor, megabytes, requests = monitor(Path(folder), options.links_of_a_page)
            statuses = count_statuses(Path(folder, "rows.csv"))
        said = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
        took = f"{links:>12,}{seconds:>10.1f}{processor:>8.1f}{megabytes:>10.1f}"
        print(f"{took}{pages:>10,}{requests:>10,}{statuses.total():>12,}  {said}")


def page_of(number: int) -> str:
    """The URL of a page."""
    return f"https://site{number % SITES}.example/{number // SITES}"


def write_list(path: Path, links: int, links_of_a_page: int) -> int:
    """Writes a list; the number of its pages."""
    with path.open("w", encoding="utf-8") as file:
        file.write("url_from,url_to,anchor,note\n")
        for number in range(links):
            page, place = divmod(number, links_of_a_page)
            file.write(f"{page_of(page)},https://{TARGET}/{place},the oak chair {place},note {number}\n")
    return -(-links // links_of_a_page)


def monitor(folder: Path, links_of_a_page: int) -> tuple[float, float, float, int]:
    """Seconds, seconds of the processor, peak megabytes and requests of a run."""
    links = "".join(
        f'<p>Words about <a href="https://{TARGET}/{place}">the oak chair {place}</a> and tables.</p>'
        for place in range(links_of_a_page)
        if place % 10
    )
    body = f"<title>Chairs</title><main>{links}</main>"
    settings = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "BACKLINKS_LINK_CHECK_LIMIT=0", "LOG_LEVEL=WARNING")
    words = [part for setting in settings for part in ("-s", setting)]
    line = ["crawl", "monitor", "-a", f"target={TARGET}", "-a", "known=known.csv", *words, "-O", "rows.csv"]
    with MiniWeb(
        {}, {f"https://site{number}.example": lambda url: "" if "robots" in url else body for number in range(SITES)}
    ) as web:
        began = time.monotonic()
        command = [sys.executable, "-m", "scrapy", *line]
        process = subprocess.Popen(
            command, cwd=folder, env=project_environment({**os.environ, **web.environment()}), stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("the crawl failed")
        requests = sum("robots.txt" not in request.url and request.method == "GET" for request in web.requests)
        seconds = time.monotonic() - began
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, requests


def count_statuses(path: Path) -> Counter[str]:
    """How many rows of a table have each status, which is its first cell."""
    with path.open(encoding="utf-8-sig") as rows:
        next(rows)
        return Counter(row.partition(",")[0] for row in rows)


if __name__ == "__main__":
    main()
