"""`scrapy compare`: what differs between two feeds, link by link.

0 nothing differs; 1 something does; 2 a wrong call, or a feed or output that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option, output_or_none
from backlinkspider.command_line.exit_codes import FINISHED
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.feeds.atomic_files import replace_file, temp_file_for
from backlinkspider.feeds.reader import OnBadLine, open_feed
from backlinkspider.feeds.row_writer import check_format, check_output

if TYPE_CHECKING:
    from backlinkspider.analysis.compare import ComparisonCounts, ComparisonRequest

DIFFERENT, TROUBLE = 1, 2
_WORKBOOK = ".xlsx"

_EXAMPLE = "for example: scrapy compare october.csv november.csv --coverage november-coverage.csv -o changes.csv"


class Command(CheckedCommand):
    """Reads two feeds, and writes the links that are in one only or that changed."""

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
        parser.add_argument(
            "--watch",
            default=",".join(WATCHED_COLUMNS),
            metavar="COLUMNS",
            help="the columns whose change counts, comma-separated",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        from backlinkspider.analysis.compare import ComparisonRequest

        _check_words(args)
        old, new = (open_feed(path) for path in args)
        self._output = output_or_none(opts.output)
        if self._output is not None:
            check_format(self._output, _WORKBOOK)
            check_output(self._output, {feed.identity: feed for feed in (old, new)}.values())
        self._request = ComparisonRequest(old, new, coverage=opts.coverage, watched=_watched_columns(opts.watch))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Compare, say what differs, and set the exit code."""
        from backlinkspider.analysis.compare import ComparisonCounts, compare_feeds

        counts = ComparisonCounts()

        def compare(on_bad_line: OnBadLine) -> str:
            nonlocal counts
            if self._output is not None and self._output.endswith(_WORKBOOK):
                counts = _write_workbook(self._request, self._output, on_bad_line)
            else:
                counts = compare_feeds(self._request, self._output, on_bad_line, dialect=self.dialect)
            return "\n".join(_lines(counts, self._output))

        code = write_output(self.name, self._output or "the comparison", compare, failed=TROUBLE)
        self.exitcode = DIFFERENT if code == FINISHED and not counts.are_same else code


def _write_workbook(request: ComparisonRequest, output: str, on_bad_line: OnBadLine) -> ComparisonCounts:
    """Write the links that differ as a workbook."""
    from backlinkspider.analysis.compare import open_comparison
    from backlinkspider.whole_files.sheets import write_rows

    with temp_file_for(Path(output)) as draft, open_comparison(request, on_bad_line) as comparison:
        write_rows("Changes", comparison.rows(), {column: column for column in comparison.columns}, draft)
        replace_file(draft, Path(output))
    return comparison.counts


def _check_words(paths: Sequence[str]) -> None:
    if len(paths) != 2:
        raise UsageError(f"name two feeds, the older one first, {_EXAMPLE}")


def _watched_columns(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None or not names:
        raise UsageError(f"--watch '{unknown or ''}' is not a column; without the option it is {','.join(WATCHED_COLUMNS)}")
    return names


def _lines(counts: ComparisonCounts, output: str | None) -> Iterator[str]:
    """Lines that say what differs, and what was not proven."""
    from backlinkspider.analysis.compare import Change, Evidence

    title = "The feeds have the same links" if counts.are_same else f"Compared{f' into {output}' if output else ''}"
    facts = {change.value.replace("_", " "): counts.changes[change.value] for change in Change}
    yield text_of_facts(title, {**facts, "the same": counts.same, "lines passed over": counts.bad_lines})
    if counts.evidence[Evidence.NO_COVERAGE]:
        yield "Without the coverage file of the newer crawl (--coverage) a link whose page has no row is never called gone."
    if counts.evidence[Evidence.UNREADABLE_LINES]:
        yield "The newer feed has lines that cannot be read: no link is called gone, because it may be in one of them."
