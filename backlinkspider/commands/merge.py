"""`scrapy merge`: the feeds of several crawls into one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.merge import Merge


class Command(CheckedCommand):
    """Reads feeds, keeps the latest crawl of each page, and writes one feed."""

    def operation(self) -> type[Merge]:
        from backlinkspider.operations.merge import Merge

        return Merge

    def syntax(self) -> str:
        return "[options] <feed> <feed> ... -o <output>"

    def short_desc(self) -> str:
        return "Merge the feeds of several crawls; of a page that was crawled again the latest crawl counts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "write to this file (.csv or .jsonl)")
