"""What `scrapy merge` does."""

from __future__ import annotations

import argparse

from scrapy.exceptions import UsageError

from backlinkspider.command_line.operation import Operation, one_output
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.feeds.merge import MergeCounts, merge_feeds, open_feeds
from backlinkspider.feeds.reader import OnBadLine

_EXAMPLE = "for example: scrapy merge monday.jsonl tuesday.jsonl -o all.csv"
_NOT_A_COMPARISON = (
    "This is not a comparison: a link that is gone since stays where its page has no newer row; see scrapy compare."
)


class Merge(Operation):
    """Reads feeds, keeps the latest crawl of each page, and writes one feed."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        if not args:
            raise UsageError(f"name the feeds, {_EXAMPLE}")
        self._output = one_output(opts.output, _EXAMPLE)
        self._feeds = open_feeds(args, self._output)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Merge, and print what was done."""

        def merge(on_bad_line: OnBadLine) -> str:
            return _text_of(merge_feeds(self._feeds, self._output, on_bad_line, dialect=self.dialect), self._output)

        return write_output(self.command, self._output, merge)


def _text_of(counts: MergeCounts, output: str) -> str:
    """Describe what was done, one line for each fact."""
    facts = {
        "rows read": counts.rows_read,
        "pages": counts.pages,
        "rows written": counts.rows_written,
        "duplicates removed": counts.duplicates,
        "lines passed over": counts.bad_lines,
    }
    return f"{text_of_facts(f'Merged into {output}', facts)}\n{_NOT_A_COMPARISON}"
