"""`scrapy rescore`: score the links of a feed again without crawling."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.rescore import Rescore


class Command(CheckedCommand):
    """Reads a feed, and writes it with the verdicts of other weights, in its place or to another file."""

    def operation(self) -> type[Rescore]:
        from backlinkspider.operations.rescore import Rescore

        return Rescore

    def syntax(self) -> str:
        return "[options] <feed>"

    def short_desc(self) -> str:
        return "Judge the links of a feed anew, with other weights, without crawling"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--weights", action="append", default=[], metavar="FILE", help="take the weights of this file (.toml)"
        )
        add_output_option(parser, "write to this file, not to the feed itself")
