"""`scrapy discover`: candidate pages from sources that name them, as a list for `-a seeds=`.

0 done; 1 every source failed, or the output could not be written; 2 wrong call, in one line on standard error; 130 interrupted
(what was found is written).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.discover import Discover


class Command(CheckedCommand):
    """Reads sources, merges what they name, and writes candidates."""

    requires_crawler_process = True

    def operation(self) -> type[Discover]:
        from backlinkspider.operations.discover import Discover

        return Discover

    def syntax(self) -> str:
        return "--target <target> --source <name>[=<value>] ... -o <candidates>"

    def short_desc(self) -> str:
        return "Find pages that may link to a target, in exports, logs, Common Crawl and other sources"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--target", default="", metavar="T[,T]", help="what links are to point to; rivals behind your own")
        names = self.operation().names_of_sources()
        parser.add_argument("--source", action="append", default=[], metavar="NAME[=VALUE]", help=f"where to look: {names}")
        add_output_option(parser, "a .csv or .jsonl file")
        parser.add_argument("--sources", metavar="FILE", help="what each source gave (.csv or .jsonl)")
        parser.add_argument("--gap", action="store_true", help="only what links to rivals and not to the first target")
        parser.add_argument(
            "--min-rank", type=int, metavar="N", help="leave out domains behind this place in Common Crawl's order"
        )
        parser.add_argument(
            "--exclude-hubs",
            action="store_true",
            help="leave out domains of Common Crawl's graph that refer to 20,000 others or more",
        )
        parser.add_argument("--max", type=int, metavar="N", help="write the first N candidates only")
        parser.add_argument("--keep", metavar="DIR", help="keep large downloads here, and use those that are here")
