"""`scrapy intersect`: sites that link to others and not to the user."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option, one_output
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.arguments import parse_targets
from backlinkspider.feeds.reader import OnBadLine, open_feed
from backlinkspider.feeds.row_writer import check_format, check_output

if TYPE_CHECKING:
    from backlinkspider.analysis.intersect import IntersectionCounts

_EXAMPLE = "for example: scrapy intersect links.csv --ours example.com --coverage coverage.csv -o gap.csv"


class Command(CheckedCommand):
    """Reads feeds, and writes the sites that link to their targets and not to ours."""

    def syntax(self) -> str:
        return "[options] <feed> [<feed> ...] --ours <target> -o <output>"

    def short_desc(self) -> str:
        return "Find sites that link to others and not to you, with whether that is proven"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--ours", default="", metavar="T[,T]", help="what links to you lead to, as the argument target")
        add_output_option(parser, "a .csv or .jsonl file")
        parser.add_argument("--coverage", action="append", default=[], metavar="FILE", help="a coverage file of the crawls")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        from backlinkspider.analysis.intersect import IntersectionRequest

        _check_words(args, opts.ours)
        self._output = one_output(opts.output, _EXAMPLE)
        check_format(self._output)
        feeds = [open_feed(path) for path in args]
        check_output(self._output, feeds)
        self._request = IntersectionRequest(feeds, parse_targets(opts.ours), opts.coverage)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Compare the sites, say what came of it, and set the exit code."""
        from backlinkspider.analysis.intersect import intersect_feeds

        def intersect(on_bad_line: OnBadLine) -> str:
            return _text_of(intersect_feeds(self._request, self._output, on_bad_line, dialect=self.dialect), self._output)

        self.exitcode = write_output(self.name, self._output, intersect)


def _check_words(paths: Sequence[str], ours: str) -> None:
    if not paths:
        raise UsageError(f"name the feeds, {_EXAMPLE}")
    if not ours:
        raise UsageError(f"say with --ours who you are, {_EXAMPLE}")


def _text_of(counts: IntersectionCounts, output: str) -> str:
    facts = {
        "sites": counts.sites,
        "  absence proven": counts.proven,
        "  unproven": counts.sites - counts.proven,
        "link to both": counts.linking_to_both,
        "lines passed over": counts.bad_lines,
    }
    return text_of_facts(f"Sites that link to others and not to you in {output}", facts)
