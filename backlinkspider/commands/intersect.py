"""`scrapy intersect`: sites that link to others and not to the user."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from backlinkspider.analysis.intersect import IntersectionCounts, IntersectionRequest, intersect_feeds
from backlinkspider.checks.settings import check_settings, csv_dialect
from backlinkspider.commands.crawl import refuse, refuse_options
from backlinkspider.commands.merge import text_of_facts, write_feed
from backlinkspider.core.arguments import parse_targets
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.feeds.reader import OnBadLine, open_feed
from backlinkspider.feeds.row_writer import check_format, check_output

_EXAMPLE = "for example: scrapy intersect links.csv --ours example.com --coverage coverage.csv -o gap.csv"


class Command(ScrapyCommand):
    """Reads feeds, and writes the sites that link to their targets and not to ours."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] <feed> [<feed> ...] --ours <target> -o <output>"

    def short_desc(self) -> str:
        """What `scrapy` lists."""
        return "Find sites that link to others and not to you, with whether that is proven"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add who we are, the coverage of the crawls, and the output."""
        super().add_options(parser)
        refuse_options(parser, "intersect")
        parser.add_argument("--ours", default="", metavar="T[,T]", help="what links to you lead to, as the argument target")
        parser.add_argument("-o", "-O", "--output", action="append", default=[], metavar="FILE", help="a .csv or .jsonl file")
        parser.add_argument("--coverage", action="append", default=[], metavar="FILE", help="a coverage file of the crawls")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the words and open the feeds; end the process at the first thing that is wrong."""
        try:
            super().process_options(args, opts)
            assert self.settings is not None, "set by scrapy.cmdline"
            check_settings(self.settings)
            self._dialect = csv_dialect(self.settings)
            _check_words(args, opts.ours, opts.output)
            self._output: str = opts.output[0]
            check_format(self._output)
            feeds = [open_feed(path) for path in args]
            check_output(self._output, feeds)
            self._request = IntersectionRequest(feeds, parse_targets(opts.ours), opts.coverage)
        except (UsageError, BacklinkSpiderError) as error:
            refuse("intersect", str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Compare the sites, say what came of it, and set the exit code."""

        def intersect(on_bad_line: OnBadLine) -> str:
            return _text_of(intersect_feeds(self._request, self._output, on_bad_line, dialect=self._dialect), self._output)

        self.exitcode = write_feed("intersect", self._output, intersect, bad_lines="passed over")


def _check_words(paths: Sequence[str], ours: str, outputs: Sequence[str]) -> None:
    if not paths:
        raise UsageError(f"name the feeds, {_EXAMPLE}")
    if not ours:
        raise UsageError(f"say with --ours who you are, {_EXAMPLE}")
    if len(outputs) != 1:
        raise UsageError(f"there are {len(outputs)} outputs: name one, {_EXAMPLE}")


def _text_of(counts: IntersectionCounts, output: str) -> str:
    facts = {
        "sites": counts.sites,
        "  absence proven": counts.proven,
        "  unproven": counts.sites - counts.proven,
        "link to both": counts.linking_to_both,
        "lines passed over": counts.bad_lines,
    }
    return text_of_facts(f"Sites that link to others and not to you in {output}", facts)
