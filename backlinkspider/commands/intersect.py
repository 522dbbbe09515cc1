"""`scrapy intersect`: sites that link to others and not to the user."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.intersect import Intersect


class Command(CheckedCommand):
    """Reads feeds, and writes the sites that link to their targets and not to ours."""

    def operation(self) -> type[Intersect]:
        from backlinkspider.operations.intersect import Intersect

        return Intersect

    def syntax(self) -> str:
        return "[options] <feed> [<feed> ...] --ours <target> -o <output>"

    def short_desc(self) -> str:
        return "Find sites that link to others and not to you, with whether that is proven"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--ours", default="", metavar="T[,T]", help="what links to you lead to, as the argument target")
        add_output_option(parser, "a .csv or .jsonl file")
        parser.add_argument("--coverage", action="append", default=[], metavar="FILE", help="a coverage file of the crawls")
