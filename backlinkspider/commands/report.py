"""`scrapy report`: what feeds say, as a page, a workbook or a table.

0 written; 1 the output could not be written; 2 a wrong call, or a feed that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option, one_output
from backlinkspider.command_line.program import say
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.rows.csv_cells import CsvDialect
from backlinkspider.feeds.atomic_files import atomic_write, replace_file, temp_file_for
from backlinkspider.feeds.reader import OnBadLine, file_identity
from backlinkspider.feeds.row_writer import encode_rows

if TYPE_CHECKING:
    from backlinkspider.report.tables import FeedTables, Summary

_EXAMPLE = "for example: scrapy report backlinks.jsonl coverage.csv -o report.html"
_PAGE = ".html"
_WORKBOOK = ".xlsx"


class Command(CheckedCommand):
    """Reads feeds and coverage files, and writes what they say."""

    def syntax(self) -> str:
        return "[options] <feed or coverage file> ... -o <output>"

    def short_desc(self) -> str:
        return "Report what feeds say: who links, what is good, what is broken, what to do"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "write to this file")
        parser.add_argument(
            "--table", metavar="NAME", help=f"write this summary alone ({_names_of_tables()}), to .csv, .jsonl or .xlsx"
        )
        parser.add_argument(
            "--before", action="append", default=[], metavar="FEED", help="a feed of an earlier crawl, to say what changed"
        )
        parser.add_argument(
            "--candidates", metavar="FILE", help="the list of scrapy discover that was crawled, for --table sources"
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        self._output = _checked_output(args, opts.output)
        self._write = self._writer_of(opts.table)
        _check_has_candidates(opts.table, opts.candidates)
        _check_is_no_feed(self._output, [*args, *opts.before], opts.candidates)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the output, say what is in it, and set the exit code."""
        from backlinkspider.report.notes import notes_on
        from backlinkspider.report.tables import open_tables

        def write(_: OnBadLine) -> str:
            columns = _columns_for(self._output)
            with open_tables(args, before=opts.before, candidates=opts.candidates, columns=columns) as tables:
                self._write(tables)
                for note in notes_on(tables.feeds):
                    say("report", note)
                return _text_of(tables, self._output)

        self.exitcode = write_output(self.name, self._output, write)

    def _writer_of(self, table: str | None) -> Callable[[FeedTables], None]:
        """Return what writes the output. Raises UsageError for a name that says no form."""
        from backlinkspider.report.tables import Summary

        if table is None:
            return _writer_of_all(self._output)
        if table not in tuple(Summary):
            raise UsageError(f"--table '{table}' is none of {_names_of_tables()}")
        if self._output.endswith(_WORKBOOK):
            return lambda tables: _write_workbook(tables, self._output, Summary(table))
        if not self._output.endswith((".csv", ".jsonl")):
            raise UsageError(f"the output '{self._output}' of --table must be named .csv, .jsonl or .xlsx, in lower case")
        return lambda tables: _write_summary(tables, Summary(table), self._output, self.dialect)


def write_report(feeds: Sequence[str], output: str) -> None:
    """Write a page or a workbook, by the name of the output. Raises FeedError, OSError, sqlite3.Error."""
    from backlinkspider.report.tables import open_tables

    with open_tables(feeds, columns=_columns_for(output)) as tables:
        _writer_of_all(output)(tables)


def _names_of_tables() -> str:
    from backlinkspider.report.tables import Summary

    return ", ".join(Summary)


def _columns_for(output: str) -> Sequence[str]:
    from backlinkspider.report.columns import LINK_TYPES
    from backlinkspider.report.tables import SUMMARY_COLUMNS

    return tuple(LINK_TYPES) if output.endswith(_WORKBOOK) else SUMMARY_COLUMNS


def _writer_of_all(output: str) -> Callable[[FeedTables], None]:
    from backlinkspider.report.html.page import write_page

    if output.endswith(_PAGE):
        return lambda tables: write_page(tables, output)
    if output.endswith(_WORKBOOK):
        return lambda tables: _write_workbook(tables, output)
    raise UsageError(
        f"the output '{output}' must be named .html for a page or .xlsx for a workbook; for .csv say which summary "
        f"(--table {_names_of_tables()})"
    )


def _checked_output(feeds: Sequence[str], outputs: Sequence[str]) -> str:
    if not feeds:
        raise UsageError(f"name the feeds, {_EXAMPLE}")
    output = one_output(outputs, _EXAMPLE)
    if not Path(output).absolute().parent.is_dir():
        raise UsageError(f"the output '{output}' is in a folder that does not exist")
    return output


def _check_has_candidates(table: str | None, candidates: str | None) -> None:
    from backlinkspider.report.tables import Summary

    if table == Summary.SOURCES and candidates is None:
        raise UsageError("--table sources needs the list of scrapy discover: --candidates candidates.csv")


def _check_is_no_feed(output: str, feeds: Sequence[str], candidates: str | None) -> None:
    from backlinkspider.report.sources import find_sources

    read = [*(source.path for source in find_sources(feeds)), *([candidates] if candidates is not None else [])]
    if any(file_identity(path) == file_identity(output) for path in read):
        raise UsageError(f"'{output}' is a feed and the output too; name another output")


def _write_summary(tables: FeedTables, summary: Summary, output: str, dialect: CsvDialect) -> None:
    with atomic_write(Path(output)) as file:
        table = tables.query(summary)
        file.writelines(encode_rows(table.dicts(), table.columns, output, dialect))


def _write_workbook(tables: FeedTables, output: str, summary: Summary | None = None) -> None:
    """Write the workbook, or one summary as one."""
    from backlinkspider.whole_files.sheets import write_table, write_workbook

    with temp_file_for(Path(output)) as draft:
        if summary is None:
            write_workbook(tables, draft)
        else:
            write_table(tables.query(summary), summary.value, draft)
        replace_file(draft, Path(output))


def _text_of(tables: FeedTables, output: str) -> str:
    counters = tables.one("summary")
    facts = {
        "backlinks": counters["backlinks"],
        "referring domains": counters["referring_domains"],
        "good": counters["good"],
        "to mend": counters["to_mend"],
        "to look at": counters["to_look_at"],
    }
    return text_of_facts(f"Wrote {output}", facts)
