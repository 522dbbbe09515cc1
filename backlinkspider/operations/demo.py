"""What `scrapy demo` does."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from backlinkspider.command_line.crawl_run import print_result, run_crawl
from backlinkspider.command_line.exit_codes import FAILED
from backlinkspider.command_line.operation import Operation
from backlinkspider.command_line.program import as_called, program_name
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.text import escape_control_characters
from backlinkspider.feeds.reader import open_feed
from backlinkspider.feeds.rewriter import rewrite_feed
from backlinkspider.items import Cell
from backlinkspider.operations.report import write_report

OUTPUT = "demo.csv"
OTHER_LINKS = "demo-other-links.csv"
COVERAGE = "demo-coverage.csv"
REPORTS = ("demo.html", "demo.xlsx")
TARGET = "oakandiron.example"
SEEDS = (
    TARGET,
    "hearthsidequarterly.example",
    "crookedstairs.example",
    "plumblinereviews.example",
    "spanflug.example",
    "scierie-valbrune.example",
    "brindleforge.example",
    "cheap-oak-deals.example",
    "best-table-bargains.example",
    "home-savings-guide.example",
)

_HANDLER = "backlinkspider.downloader.handlers.warc.ArchiveDownloadHandler"
_SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "FEEDS": {OUTPUT: {"format": "csv", "overwrite": True}},
    "LOG_ENABLED": False,
}
_ADVICE = """
Look at what was found:

  demo.html              a report: open it in a browser
  demo.xlsx              the same as a workbook, for Excel or LibreOffice
  demo.csv               who links to {target}, one row a link
  demo-other-links.csv   the other links on these pages, for comparison
  demo-coverage.csv      what was read of each site, and what was not

Then ask for a site of your own, naming sites that may link to it:

  {program} crawl backlinks -a target=example.com -a seeds=one.example,two.example -O backlinks.xlsx

README.md has the other arguments, and docs/columns.md says what each column means.
"""


class Demo(Operation):
    """Crawls the packaged archive with the spider, pipelines and exporters of a real crawl."""

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what makes the crawl a demo, before the user's options."""
        # Set here and not in default_settings, which the project's settings would override.
        self.settings.setdict(_SETTINGS, priority="cmdline")
        handlers = {**self.settings.getdict("DOWNLOAD_HANDLERS"), "http": _HANDLER, "https": _HANDLER}
        self.settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Crawl the demo web, write its tables and reports, and print the result."""
        assert self.crawler_process is not None, "requires_crawler_process"
        with resources.as_file(resources.files("backlinkspider") / "demo.warc.gz") as archive:
            self.settings.set("BACKLINKS_WARC_FILE", str(archive), priority="cmdline")
            crawler = self.crawler_process.create_crawler("backlinks")
            code, why = run_crawl(
                self.crawler_process, crawler, target=TARGET, seeds=",".join(SEEDS), keep="all", coverage=COVERAGE
            )
        if why is None:
            why = _write_outputs()
            code = FAILED if why else code
        if why:
            print(as_called(f"scrapy demo: {why}; scrapy demo -L INFO shows the log"))
            return code
        print_result(crawler)
        program = sys.argv[0] if sys.argv[0].endswith(program_name()) else program_name()
        print(_ADVICE.format(target=TARGET, program=program))
        return code


def _write_outputs() -> str | None:
    """Divide the table in two and write the reports; return why that failed."""
    try:
        # What opens first is what the tool is about.
        _copy_rows(OTHER_LINKS, lambda relation: relation != Relation.BACKLINK)
        _copy_rows(OUTPUT, lambda relation: relation == Relation.BACKLINK)
        for output in REPORTS:
            write_report([OUTPUT, COVERAGE], output)
    except (BacklinkSpiderError, OSError, sqlite3.Error) as error:
        return f"failed: {escape_control_characters(str(error))}"
    return None


def _copy_rows(output: str, is_wanted: Callable[[Cell], bool]) -> None:
    """Write the rows of the table whose relation is wanted."""
    rewrite_feed(open_feed(OUTPUT), Path(output), lambda row: row if is_wanted(row["relation"]) else None)
