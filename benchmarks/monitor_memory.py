"""Time, memory and requests of `scrapy crawl monitor` over the length of the list.

    PYTHONPATH=. python benchmarks/monitor_memory.py [--links 10000 100000 1000000] [--links-of-a-page 20] [--sites 500]

Each page of the list has so many known links; every tenth of them is no longer there. The web is served from this process, links
are checked as usual. Printed are the seconds of the clock and of the crawl's processor, its peak memory (resident set), the
pages of the list and the requests for them. It fails where a page was asked for twice.
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
from typing import NamedTuple

from tests.support.miniweb import MiniWeb, Site
from tests.support.scrapy_command import project_environment, set_options

TARGET = "target.example"


def main() -> None:
    """Monitors a list of each length and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--links-of-a-page", type=int, default=20)
    parser.add_argument("--sites", type=int, default=500)
    options = parser.parse_args()
    print(f"{'links':>12}{'seconds':>10}{'CPU':>8}{'peak MB':>10}{'pages':>10}{'requests':>10}{'rows':>12}  statuses")
    for links in options.links:
        with tempfile.TemporaryDirectory() as folder:
            web = Web(options.sites, options.links_of_a_page)
            pages = write_list(Path(folder, "known.csv"), links, web)
            seconds, processor, megabytes, requests = monitor(Path(folder), web)
            statuses = count_statuses(Path(folder, "rows.csv"))
        said = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
        took = f"{links:>12,}{seconds:>10.1f}{processor:>8.1f}{megabytes:>10.1f}"
        print(f"{took}{pages:>10,}{requests:>10,}{statuses.total():>12,}  {said}")


class Web(NamedTuple):
    """Sites whose pages all look alike."""

    sites: int
    links_of_a_page: int

    def page(self, number: int) -> str:
        """The URL of a page."""
        return f"https://site{number % self.sites}.example/{number // self.sites}"

    def answers(self) -> dict[str, Site]:
        """What each site answers."""
        links = "".join(
            f'<p>Words about <a href="https://{TARGET}/{place}">the oak chair {place}</a> and tables.</p>'
            for place in range(self.links_of_a_page)
            if place % 10
        )
        body = f"<title>Chairs</title><main>{links}</main>"
        pages = {f"https://site{number}.example": answer_with(body) for number in range(self.sites)}
        return {**pages, f"https://{TARGET}": answer_with("<title>Oak</title>")}


def answer_with(body: str) -> Site:
    """A site that answers every URL alike, and has no robots.txt."""
    return lambda url: "" if url.endswith("/robots.txt") else body


def write_list(path: Path, links: int, web: Web) -> int:
    """Writes a list; the number of its pages."""
    with path.open("w", encoding="utf-8") as file:
        file.write("url_from,url_to,anchor,note\n")
        for number in range(links):
            page, place = divmod(number, web.links_of_a_page)
            file.write(f"{web.page(page)},https://{TARGET}/{place},the oak chair {place},note {number}\n")
    return -(-links // web.links_of_a_page)


def monitor(folder: Path, sites: Web) -> tuple[float, float, float, int]:
    """Seconds, seconds of the processor, peak megabytes and requests for pages of a run."""
    settings = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "LOG_LEVEL=WARNING")
    line = ["crawl", "monitor", "-a", f"target={TARGET}", "-a", "known=known.csv", *set_options(*settings), "-O", "rows.csv"]
    with MiniWeb({}, sites.answers()) as web:
        began = time.monotonic()
        command = [sys.executable, "-m", "scrapy", *line]
        process = subprocess.Popen(
            command, cwd=folder, env=project_environment({**os.environ, **web.environment()}), stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("the crawl failed")
        asked = Counter(request.url for request in web.requests if TARGET not in request.url and "/robots.txt" not in request.url)
        seconds = time.monotonic() - began
    if max(asked.values()) > 1:
        sys.exit(f"{asked.most_common(1)[0][0]} was asked for {max(asked.values())} times")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, asked.total()


def count_statuses(path: Path) -> Counter[str]:
    """How many rows of a table have each status, which is its first cell."""
    with path.open(encoding="utf-8-sig") as rows:
        next(rows)
        return Counter(row.partition(",")[0] for row in rows)


if __name__ == "__main__":
    main()
