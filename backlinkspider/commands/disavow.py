"""`scrapy disavow`: a disavow file for Google from the verdicts of a feed; without an output it only shows it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option

if TYPE_CHECKING:
    from backlinkspider.operations.disavow import Disavow


class Command(CheckedCommand):
    """Reads a feed and an existing disavow file, and writes both as one."""

    def operation(self) -> type[Disavow]:
        from backlinkspider.operations.disavow import Disavow

        return Disavow

    def syntax(self) -> str:
        return "[options] <feed>"

    def short_desc(self) -> str:
        return "Write a disavow file for Google from the bad links of a feed; without -o only show it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "write to this .txt file")
        parser.add_argument("--existing", metavar="FILE", help="the disavow file so far, whose lines are kept")
        parser.add_argument("--verdict", default="bad", metavar="WORDS", help="the verdicts to disavow, comma-separated (bad)")
        parser.add_argument("--by", default="domain", metavar="WORD", help="what a line disavows: domain (default) or page")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, show the file")
