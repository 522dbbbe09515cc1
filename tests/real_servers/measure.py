"""Crawls a site with the project's own command and measures what its budget went to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.real_servers.invented_text import TARGET, make_target_site
from tests.real_servers.php_site import PhpSite
from tests.support.fork_server import PROJECT
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import options, project_environment, read_json_lines, set_options

# A crawl without a budget asks a server for some hundreds of pages.
TIMEOUT_SECONDS = 900
# The order depends on what was read of the target, however busy the machine is.
SETTINGS = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", f"BACKLINKS_TARGET_TIMEOUT_SECONDS={TIMEOUT_SECONDS}")


@dataclass(frozen=True)
class SiteCrawl:
    """A crawl that has ended."""

    site: PhpSite
    """Its visits are those of this crawl, until the next one."""
    rows: Sequence[dict[str, Any]]
    log: str

    def harvest(self, limit: int) -> int:
        """How many backlinks stand on the content pages among the first `limit` pages that were asked for.

        A link counts once: lists and copies repeat what a content page has.
        """
        return count_backlinks(self.rows, self.site.fetched_pages()[:limit], self.site.page_of)


def crawl_site(site: PhpSite, folder: Path, *, project: Path = PROJECT, **arguments: str) -> SiteCrawl:
    """Crawl a site from its home page, looking for links to the invented target."""
    site.visits.clear()
    with MiniWeb(make_target_site(), {site.origin: site}) as web:
        seeds = {"target": TARGET.removeprefix("http://"), "seeds": f"{site.origin}/"}
        rows, log = run_crawl(web, folder, project, **seeds, **arguments)
    return SiteCrawl(site, rows, log)


def run_crawl(web: MiniWeb, folder: Path, project: Path, **arguments: str) -> tuple[list[dict[str, Any]], str]:
    """The rows and the log of the command of the project in a folder. Raises RuntimeError with the log when it fails."""
    feed = folder / "rows.jsonl"
    environment = {**project_environment(web.environment()), "PYTHONPATH": str(project)}
    command = [sys.executable, "-m", "scrapy", "crawl", "backlinks", *options(arguments), "-O", str(feed)]
    command += set_options(*SETTINGS)
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return read_json_lines(feed), done.stderr


def count_backlinks(rows: Iterable[dict[str, Any]], fetched: Iterable[str], page_of: Callable[[str], str | None]) -> int:
    """How many links from a page to a URL of the target are on the pages that were fetched."""
    seen = set(fetched)
    found = (
        (page_of(row["url_from"]), row["url_to"]) for row in rows if row["url_from"] in seen and row["relation"] == "backlink"
    )
    return len({(page, url) for page, url in found if page is not None})
