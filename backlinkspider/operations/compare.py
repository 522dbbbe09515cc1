"""What `scrapy compare` does."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from scrapy.exceptions import UsageError

from backlinkspider.analysis.compare import (
    Change,
    ComparisonCounts,
    ComparisonRequest,
    Evidence,
    compare_feeds,
    open_comparison,
)
from backlinkspider.command_line.exit_codes import FINISHED
from backlinkspider.command_line.operation import Operation, output_or_none
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.feeds.atomic_files import replace_file, temp_file_for
from backlinkspider.feeds.reader import OnBadLine, open_feed
from backlinkspider.feeds.row_writer import check_format, check_output
from backlinkspider.whole_files.sheets import write_rows

DIFFERENT, TROUBLE = 1, 2
_WORKBOOK = ".xlsx"

_EXAMPLE = "for example: scrapy compare october.csv november.csv --coverage november-coverage.csv -o changes.csv"


class Compare(Operation):
    """Reads two feeds, and writes the links that are in one only or that changed."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        _check_words(args)
        old, new = (open_feed(path) for path in args)
        self._output = output_or_none(opts.output)
        if self._output is not None:
            check_format(self._output, _WORKBOOK)
            check_output(self._output, {feed.identity: feed for feed in (old, new)}.values())
        self._request = ComparisonRequest(old, new, coverage=opts.coverage, watched=_watched_columns(opts.watch))

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Compare, and say what differs."""
        counts = ComparisonCounts()

        def compare(on_bad_line: OnBadLine) -> str:
            nonlocal counts
            if self._output is not None and self._output.endswith(_WORKBOOK):
                counts = _write_workbook(self._request, self._output, on_bad_line)
            else:
                counts = compare_feeds(self._request, self._output, on_bad_line, dialect=self.dialect)
            return "\n".join(_lines(counts, self._output))

        code = write_output(self.command, self._output or "the comparison", compare, failed=TROUBLE)
        return DIFFERENT if code == FINISHED and not counts.are_same else code


def _write_workbook(request: ComparisonRequest, output: str, on_bad_line: OnBadLine) -> ComparisonCounts:
    """Write the links that differ as a workbook."""
    with temp_file_for(Path(output)) as draft, open_comparison(request, on_bad_line) as comparison:
        write_rows("Changes", comparison.rows(), {column: column for column in comparison.columns}, draft)
        replace_file(draft, Path(output))
    return comparison.counts


def _check_words(paths: Sequence[str]) -> None:
    if len(paths) != 2:
        raise UsageError(f"name two feeds, the older one first, {_EXAMPLE}")


def _watched_columns(text: str | None) -> Sequence[str]:
    if text is None:
        return WATCHED_COLUMNS
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None or not names:
        raise UsageError(f"--watch '{unknown or ''}' is not a column; without the option it is {','.join(WATCHED_COLUMNS)}")
    return names


def _lines(counts: ComparisonCounts, output: str | None) -> Iterator[str]:
    """Lines that say what differs, and what was not proven."""
    title = "The feeds have the same links" if counts.are_same else f"Compared{f' into {output}' if output else ''}"
    facts = {change.value.replace("_", " "): counts.changes[change.value] for change in Change}
    yield text_of_facts(title, {**facts, "the same": counts.same, "lines passed over": counts.bad_lines})
    if counts.evidence[Evidence.NO_COVERAGE]:
        yield "Without the coverage file of the newer crawl (--coverage) a link whose page has no row is never called gone."
    if counts.evidence[Evidence.UNREADABLE_LINES]:
        yield "The newer feed has lines that cannot be read: no link is called gone, because it may be in one of them."
