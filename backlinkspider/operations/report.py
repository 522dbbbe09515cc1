"""What `scrapy report` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from scrapy.exceptions import UsageError

from backlinkspider.command_line.operation import Operation, one_output
from backlinkspider.command_line.program import say
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.rows.csv_cells import CsvDialect
from backlinkspider.feeds.atomic_files import atomic_write, replace_file, temp_file_for
from backlinkspider.feeds.reader import OnBadLine, file_identity
from backlinkspider.feeds.row_writer import encode_rows
from backlinkspider.report.columns import LINK_TYPES
from backlinkspider.report.html.page import write_page
from backlinkspider.report.notes import notes_on
from backlinkspider.report.sources import find_sources
from backlinkspider.report.tables import SUMMARY_COLUMNS, FeedTables, Summary, open_tables
from backlinkspider.whole_files.sheets import write_table, write_workbook

_EXAMPLE = "for example: scrapy report backlinks.jsonl coverage.csv -o report.html"
_PAGE = ".html"
_WORKBOOK = ".xlsx"


class Report(Operation):
    """Reads feeds and coverage files, and writes what they say."""

    @staticmethod
    def names_of_tables() -> str:
        """Return the summaries that can be written alone, for the help of the command."""
        return ", ".join(Summary)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        self._output = _checked_output(args, opts.output)
        self._write = self._writer_of(opts.table)
        _check_has_candidates(opts.table, opts.candidates)
        _check_is_no_feed(self._output, [*args, *opts.before], opts.candidates)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the output, and say what is in it."""

        def write(_: OnBadLine) -> str:
            columns = _columns_for(self._output)
            with open_tables(args, before=opts.before, candidates=opts.candidates, columns=columns) as tables:
                self._write(tables)
                for note in notes_on(tables.feeds):
                    say(self.command, note)
                return _text_of(tables, self._output)

        return write_output(self.command, self._output, write)

    def _writer_of(self, table: str | None) -> Callable[[FeedTables], None]:
        """Return what writes the output. Raises UsageError for a name that says no form."""
        if table is None:
            return _writer_of_all(self._output)
        if table not in tuple(Summary):
            raise UsageError(f"--table '{table}' is none of {self.names_of_tables()}")
        if self._output.endswith(_WORKBOOK):
            return lambda tables: _write_workbook(tables, self._output, Summary(table))
        if not self._output.endswith((".csv", ".jsonl")):
            raise UsageError(f"the output '{self._output}' of --table must be named .csv, .jsonl or .xlsx, in lower case")
        return lambda tables: _write_summary(tables, Summary(table), self._output, self.dialect)


def write_report(feeds: Sequence[str], output: str) -> None:
    """Write a page or a workbook, by the name of the output. Raises FeedError, OSError, sqlite3.Error."""
    with open_tables(feeds, columns=_columns_for(output)) as tables:
        _writer_of_all(output)(tables)


def _columns_for(output: str) -> Sequence[str]:
    return tuple(LINK_TYPES) if output.endswith(_WORKBOOK) else SUMMARY_COLUMNS


def _writer_of_all(output: str) -> Callable[[FeedTables], None]:
    if output.endswith(_PAGE):
        return lambda tables: write_page(tables, output)
    if output.endswith(_WORKBOOK):
        return lambda tables: _write_workbook(tables, output)
    raise UsageError(
        f"the output '{output}' must be named .html for a page or .xlsx for a workbook; for .csv say which summary "
        f"(--table {Report.names_of_tables()})"
    )


def _checked_output(feeds: Sequence[str], outputs: Sequence[str]) -> str:
    if not feeds:
        raise UsageError(f"name the feeds, {_EXAMPLE}")
    output = one_output(outputs, _EXAMPLE)
    if not Path(output).absolute().parent.is_dir():
        raise UsageError(f"the output '{output}' is in a folder that does not exist")
    return output


def _check_has_candidates(table: str | None, candidates: str | None) -> None:
    if table == Summary.SOURCES and candidates is None:
        raise UsageError("--table sources needs the list of scrapy discover: --candidates candidates.csv")


def _check_is_no_feed(output: str, feeds: Sequence[str], candidates: str | None) -> None:
    read = [*(source.path for source in find_sources(feeds)), *([candidates] if candidates is not None else [])]
    if any(file_identity(path) == file_identity(output) for path in read):
        raise UsageError(f"'{output}' is a feed and the output too; name another output")


def _write_summary(tables: FeedTables, summary: Summary, output: str, dialect: CsvDialect) -> None:
    with atomic_write(Path(output)) as file:
        table = tables.query(summary)
        file.writelines(encode_rows(table.dicts(), table.columns, output, dialect))


def _write_workbook(tables: FeedTables, output: str, summary: Summary | None = None) -> None:
    """Write the workbook, or one summary as one."""
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
