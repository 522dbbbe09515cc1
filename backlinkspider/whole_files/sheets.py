"""The sheets of a workbook: what a reader looks for first, the rows behind it, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from backlinkspider.core.coverage.outcome import Outcome
from backlinkspider.core.rows.columns import COLUMNS, CrawlLevelColumns
from backlinkspider.items import COVERAGE_COLUMNS, Cell, Coverage, Link, Page
from backlinkspider.report.tables import FeedTables, Summary, Table
from backlinkspider.whole_files.exporter import CheckTime
from backlinkspider.whole_files.member_docs import member_docs, split_example
from backlinkspider.whole_files.summary_sheet import add_summary
from backlinkspider.whole_files.workbook import Column, Kind, Value, WorkbookWriter, open_workbook

READ_FIRST = (
    "domain_from",
    "verdict",
    "to_do",
    "status",
    "url_from",
    "anchor",
    "url_to",
    "dofollow",
    "position",
    "quality",
    "summary",
    "is_broken",
    "url_to_status_code",
    "anchor_type",
    "link_type",
    "rel",
    "reciprocal",
    "page_from_title",
    "page_from_language",
    "fetched_at",
)
"""The columns of a link that people read, in this order; the others are evidence and folded behind."""

_KINDS = {
    **dict.fromkeys(("url_from", "url_to", "url_from_now", "expected_url", "target_page", "page_from_canonical"), Kind.ADDRESS),
    **dict.fromkeys(("verdict", "best_verdict", "worst_verdict", "to_do", "task", "outcome"), Kind.WORD),
    **dict.fromkeys(
        ("fetched_at", "first_seen", "last_seen", "last_checked", "status_since", "unresolved_since", "seen"), Kind.TIME
    ),
    **dict.fromkeys(("share_of_domains", "share_false_live"), Kind.SHARE),
}

_SUMMARIES = {
    "Referring domains": Summary.DOMAINS,
    "Anchors": Summary.ANCHORS,
    "Target pages": Summary.PAGES,
    "To do": Summary.TODO,
}

_ROWS_BETWEEN_CHECKS = 1_000


def write_workbook(
    tables: FeedTables, output: Path, *, chosen: Mapping[str, str] | None = None, check_time: CheckTime = lambda: None
) -> None:
    """Write the workbook of some feeds to a new file. `chosen` are the columns of the links, with their headers.

    Raises FeedError, OSError, and what `check_time` raises.
    """
    with open_workbook(output) as book:
        add_summary(book, tables)
        columns = _link_columns(tables, chosen)
        book.add_table("Backlinks", [*columns.values()], _checked(tables.links([*columns]).rows, check_time))
        for title, name in _SUMMARIES.items():
            add_query(book, title, tables.query(name), check_time)
        if tables.has_lists():
            add_query(book, "Lists", tables.query(Summary.VENDORS), check_time)
        add_query(book, "Coverage", tables.query("seeds"), check_time)
        _add_other_links(book, tables, columns, check_time)
        meaning = [Column("sheet"), Column("column"), Column("example"), Column("meaning", Kind.SENTENCES)]
        book.add_table("Columns", meaning, column_rows())


def write_table(table: Table, title: str, output: Path, check_time: CheckTime = lambda: None) -> None:
    """Write one table as a workbook. Raises FeedError, OSError, and what `check_time` raises."""
    with open_workbook(output) as book:
        add_query(book, title, table, check_time)


def write_rows(title: str, rows: Iterable[Mapping[str, Cell]], headers: Mapping[str, str], output: Path) -> None:
    """Write columns of some rows as a workbook; `headers` names them. Raises FeedError, OSError, and what `rows` raises."""
    with open_workbook(output) as book:
        columns = [Column(header, _kind_of(name)) for name, header in headers.items()]
        book.add_table(title, columns, ([row.get(name) for name in headers] for row in rows))


def add_query(book: WorkbookWriter, title: str, table: Table, check_time: CheckTime) -> int:
    """Add a table with the columns that a query has; return how many rows it has."""
    columns = [Column(name, _kind_of(name)) for name in table.columns]
    return book.add_table(title, columns, _checked(table.rows, check_time))


def _link_columns(tables: FeedTables, chosen: Mapping[str, str] | None) -> dict[str, Column]:
    """Return the columns of a link by name; those that were chosen stay in their order, and none is folded."""
    if chosen:
        return {name: Column(header, _kind_of(name)) for name, header in chosen.items()}
    filled = tables.filled_columns()
    front = filled.intersection(READ_FIRST)
    return {name: Column(name, _kind_of(name), is_folded=name not in front) for name in arrange_columns(filled)}


def _add_other_links(book: WorkbookWriter, tables: FeedTables, columns: dict[str, Column], check_time: CheckTime) -> None:
    """Add the links that are not backlinks, which the argument `keep` asks for, if there are any."""
    if tables.has_other_links():
        arranged = {"relation": Column("relation"), **columns}
        book.add_table("Other links", [*arranged.values()], _checked(tables.other_links([*arranged]).rows, check_time))


def _kind_of(column: str) -> Kind:
    return _KINDS.get(column, Kind.PLAIN)


def arrange_columns(filled: frozenset[str]) -> list[str]:
    """Return the columns of a link as a reader wants them: evidence behind, and those without a value last.

    >>> arrange_columns(frozenset({"url_from", "alt", "verdict"}))[:4]
    ['verdict', 'url_from', 'alt', 'domain_from']
    """
    every = [*READ_FIRST, *(column for column in COLUMNS if column not in READ_FIRST)]
    known = [column for column in every if column in filled]
    return known + [column for column in every if column not in filled and column in COLUMNS]


def column_rows() -> Iterator[tuple[Value, ...]]:
    """Yield what each column means, and each word that a column may hold."""
    docs = {**member_docs(Page), **member_docs(Link), **member_docs(CrawlLevelColumns)}
    for column in COLUMNS:
        yield "Backlinks", column, *_meaning(docs[column])
    of_coverage = member_docs(Coverage)
    for column in COVERAGE_COLUMNS:
        yield "Coverage", column, *_meaning(of_coverage[column])
    outcomes = member_docs(Outcome)
    for outcome in Outcome:
        yield "Coverage", f"outcome: {outcome.value}", *_meaning(outcomes[outcome.name])


def _meaning(doc: str) -> tuple[str, str]:
    meaning, example = split_example(doc)
    return example.strip("`"), meaning.replace("`", "")


def _checked(rows: Iterable[Sequence[Value]], check_time: CheckTime) -> Iterator[Sequence[Value]]:
    for number, row in enumerate(rows):
        if number % _ROWS_BETWEEN_CHECKS == 0:
            check_time()
        yield row
