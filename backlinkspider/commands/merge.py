"""`scrapy merge`: the feeds of several crawls into one."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from backlinkspider.checks.settings import check_settings, csv_dialect
from backlinkspider.commands.crawl import FAILED, FINISHED, INTERRUPTED, refuse, refuse_options
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.text import escape_control_characters
from backlinkspider.feeds.merge import MergeCounts, merge_feeds, open_feeds
from backlinkspider.feeds.reader import FeedFile, OnBadLine

_BAD_LINES_NAMED = 10

_NOT_A_COMPARISON = (
    "This is not a comparison: a link that is gone since stays where its page has no newer row; see scrapy compare."
)


class Command(ScrapyCommand):
    """Read feeds, keep the latest crawl of each page, and write one feed."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <feed> <feed> ... -o <output>"

    def short_desc(self) -> str:
        return "Merge the feeds of several crawls; of a page that was crawled again the latest crawl counts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        refuse_options(parser, "merge")
        parser.add_argument(
            "-o", "-O", "--output", action="append", default=[], metavar="FILE", help="write to this file (.csv or .jsonl)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the feeds, and exit at the first that cannot be merged."""
        try:
            super().process_options(args, opts)
            assert self.settings is not None, "set by scrapy.cmdline"
            check_settings(self.settings)
            self._dialect = csv_dialect(self.settings)
            _check_words(args, opts.output)
            self._output: str = opts.output[0]
            self._feeds = open_feeds(args, self._output)
        except (UsageError, BacklinkSpiderError) as error:
            refuse("merge", str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Merge, print what was done, and set the exit code."""

        def merge(on_bad_line: OnBadLine) -> str:
            return _text_of(merge_feeds(self._feeds, self._output, on_bad_line, dialect=self._dialect), self._output)

        self.exitcode = write_feed("merge", self._output, merge, bad_lines="passed over")


def write_feed(command: str, output: str, write: Callable[[OnBadLine], str], *, bad_lines: str, failed: int = FAILED) -> int:
    """Has a feed written and prints what `write` says of it; the exit code, `failed` when it could not be written.

    `bad_lines` says what becomes of what is no row.
    """
    # A half-written file is removed, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = _BadLineReport(command, bad_lines)
    exit_code, why = failed, ""
    try:
        text = write(report.note)
    except BacklinkSpiderError as error:
        refuse(command, str(error))
    except OSError as error:
        why = f"failed: {output} could not be written: {error.strerror or error}"
    except sqlite3.Error as error:
        why = f"failed: the temporary file could not be written: {error}"
    except KeyboardInterrupt:
        exit_code, why = INTERRUPTED, f"interrupted: {output} is as it was"
    else:
        report.close()
        print(text)
        return FINISHED
    print(f"scrapy {command}: {escape_control_characters(why)}", file=sys.stderr)
    return exit_code


class _BadLineReport:
    """Prints the first lines that are not rows, and how many more there are."""

    def __init__(self, command: str, fate: str) -> None:
        self._command = command
        self._fate = fate
        self._count = 0

    def note(self, feed: FeedFile, line: BadLine) -> None:
        """Count a line, and print it if it is one of the first."""
        self._count += 1
        if self._count <= _BAD_LINES_NAMED:
            text = escape_control_characters(f"{feed.path} line {line.number} {self._fate}: {line.problem}")
            print(f"scrapy {self._command}: {text}", file=sys.stderr)

    def close(self) -> None:
        """Print how many were not named."""
        rest = self._count - _BAD_LINES_NAMED
        if rest > 0:
            print(f"scrapy {self._command}: and {rest} more", file=sys.stderr)


def _check_words(paths: Sequence[str], outputs: Sequence[str]) -> None:
    """Raise UsageError unless there are feeds and one output."""
    example = "for example: scrapy merge monday.jsonl tuesday.jsonl -o all.csv"
    if not paths:
        raise UsageError(f"name the feeds, {example}")
    if not outputs:
        raise UsageError(f"name the output, {example}")
    if len(outputs) > 1:
        raise UsageError(f"there are {len(outputs)} outputs: name one")


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


def text_of_facts(title: str, facts: Mapping[str, int]) -> str:
    """Return a line that says what was done, and one for each count."""
    return "\n".join([escape_control_characters(title), *(f"  {name:<23}{count}" for name, count in facts.items())])
