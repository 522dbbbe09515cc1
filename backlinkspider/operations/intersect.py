"""What `scrapy intersect` does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.exceptions import UsageError

from backlinkspider.analysis.intersect import IntersectionCounts, IntersectionRequest, intersect_feeds
from backlinkspider.command_line.operation import Operation, one_output
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.arguments import parse_targets
from backlinkspider.feeds.reader import OnBadLine, open_feed
from backlinkspider.feeds.row_writer import check_format, check_output

_EXAMPLE = "for example: scrapy intersect links.csv --ours example.com --coverage coverage.csv -o gap.csv"


class Intersect(Operation):
    """Reads feeds, and writes the sites that link to their targets and not to ours."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        _check_words(args, opts.ours)
        self._output = one_output(opts.output, _EXAMPLE)
        check_format(self._output)
        feeds = [open_feed(path) for path in args]
        check_output(self._output, feeds)
        self._request = IntersectionRequest(feeds, parse_targets(opts.ours), opts.coverage)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Compare the sites, and say what came of it."""

        def intersect(on_bad_line: OnBadLine) -> str:
            return _text_of(intersect_feeds(self._request, self._output, on_bad_line, dialect=self.dialect), self._output)

        return write_output(self.command, self._output, intersect)


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
