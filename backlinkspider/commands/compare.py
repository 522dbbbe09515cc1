"""`scrapy compare`: what differs between two feeds, link by link.

0 nothing differs; 1 something does; 2 a wrong call, or a feed or output that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.compare import Compare


class Command(CheckedCommand):
    """Reads two feeds, and writes the links that are in one only or that changed."""

    def operation(self) -> type[Compare]:
        from backlinkspider.operations.compare import Compare

        return Compare

    def syntax(self) -> str:
        return "[options] <older feed> <newer feed>"

    def short_desc(self) -> str:
        return "Compare two feeds: links that are new, gone, changed, or only not seen this time"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "a .csv, .jsonl or .xlsx file")
        parser.add_argument(
            "--coverage",
            action="append",
            default=[],
            metavar="FILE",
            help="the coverage file of the newer crawl, or one of several",
        )
        parser.add_argument("--watch", metavar="COLUMNS", help="the columns whose change counts, comma-separated")
