"""`scrapy report`: what feeds say, as a page, a workbook or a table.

0 written; 1 the output could not be written; 2 a wrong call, or a feed that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.report import Report


class Command(CheckedCommand):
    """Reads feeds and coverage files, and writes what they say."""

    def operation(self) -> type[Report]:
        from backlinkspider.operations.report import Report

        return Report

    def syntax(self) -> str:
        return "[options] <feed or coverage file> ... -o <output>"

    def short_desc(self) -> str:
        return "Report what feeds say: who links, what is good, what is broken, what to do"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "write to this file")
        names = self.operation().names_of_tables()
        parser.add_argument("--table", metavar="NAME", help=f"write this summary alone ({names}), to .csv, .jsonl or .xlsx")
        parser.add_argument(
            "--before", action="append", default=[], metavar="FEED", help="a feed of an earlier crawl, to say what changed"
        )
        parser.add_argument(
            "--candidates", metavar="FILE", help="the list of scrapy discover that was crawled, for --table sources"
        )
