"""`scrapy demo`: the main job on a small invented web, without any network."""

from __future__ import annotations

import argparse
import sys
from importlib import resources

from scrapy.commands import ScrapyCommand

from backlinkspider.commands.crawl import run_crawl
from backlinkspider.extensions.summary import Summary

OUTPUT = "demo.csv"
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
Every link of the invented web is in {output}: open it in a spreadsheet and filter the first column, relation, for backlink.

Then ask for a site of your own, naming sites that may link to it:

  {scrapy} crawl backlinks -a target=example.com -a seeds=one.example,two.example -O backlinks.csv

README.md has the other arguments, and docs/columns.md says what each column means.
"""


class Command(ScrapyCommand):
    """Crawls the packaged archive with the spider, pipelines and exporters of a real crawl."""

    requires_project = True

    def short_desc(self) -> str:
        """The line that `scrapy` prints for the command."""
        return f"Find the backlinks of {TARGET} in a small invented web, without any network"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what makes the crawl a demo, before the user's options."""
        assert self.settings is not None, "set by scrapy.cmdline"
        # Set here and not in default_settings, which the project's settings would override.
        self.settings.setdict(_SETTINGS, priority="cmdline")
        handlers = {**self.settings.getdict("DOWNLOAD_HANDLERS"), "http": _HANDLER, "https": _HANDLER}
        self.settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl the demo web into demo.csv and print the summary."""
        assert self.settings is not None, "set by scrapy.cmdline"
        assert self.crawler_process is not None, "requires_crawler_process"
        with resources.as_file(resources.files("backlinkspider") / "demo.warc.gz") as archive:
            self.settings.set("BACKLINKS_WARC_FILE", str(archive), priority="cmdline")
            crawler = self.crawler_process.create_crawler("backlinks")
            self.exitcode, why = run_crawl(self.crawler_process, crawler, target=TARGET, seeds=",".join(SEEDS), keep="all")
        if why:
            print(f"scrapy demo: {why}; scrapy demo -L INFO shows the log")
            return
        summary = crawler.get_extension(Summary)
        assert summary is not None, "one of the project's extensions"
        print(summary.text())
        scrapy = sys.argv[0] if sys.argv[0].endswith("scrapy") else "scrapy"
        print(_ADVICE.format(output=OUTPUT, scrapy=scrapy))
