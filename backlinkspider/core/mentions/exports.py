"""Read tables that link tools export, and earlier feeds and lists of ours: linking pages, with what else a row says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from backlinkspider.core.mentions.mention import Mention
from backlinkspider.core.seeds.sitemaps import parse_date
from backlinkspider.core.tables.cells import Kind, kind_of, split_addresses
from backlinkspider.core.tables.headers import Role
from backlinkspider.core.tables.table import Row, Table

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SHORTEST_DATE = 8
"""Characters; what looks like a year may be a number of links."""

_WRITTEN_DATES = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d")
"""Forms of dates in exports that are not ISO 8601; where day and month could be exchanged, the day comes first."""


def read_rows(table: Table) -> Iterator[Mention]:
    """The linking pages and sites of a table, as written: a page with its scheme, a site without.

    A row whose cell holds no address is a mention of an empty page.
    """
    evidence = f"export of {table.tool}" if table.tool is not None else "export"
    last_seen = _column_of_last_sight(table)
    for row in table.rows():
        text = row.get(Role.PAGE) or ""
        pages = split_addresses(text) if kind_of(text) in (Kind.URL, Kind.HOST) else [""]
        for page in pages:
            yield Mention(
                page,
                _target_url(row),
                row.get(Role.ANCHOR),
                read_date(row.get(Role.FIRST_SEEN)),
                read_date(_cell(row, last_seen)),
                evidence=evidence,
            )


def read_date(text: str | None) -> str | None:
    """A date of an export in ISO 8601; None where it is in no known form.

    >>> read_date("2026-09-15"), read_date("Sep 15, 2026"), read_date("2026-09-15 10:20:30"), read_date("gestern")
    ('2026-09-15', '2026-09-15', '2026-09-15T10:20:30Z', None)
    """
    if text is None or len(text) < _SHORTEST_DATE:
        return None
    for form in _WRITTEN_DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day of no time zone
        except ValueError:
            continue
    moment = parse_date(text)
    return moment[:10] if moment is not None and ":" not in text else moment


def _column_of_last_sight(table: Table) -> int | None:
    """The column of dates; beside the pages alone it needs no name: Search Console translates its headers."""
    page = table.roles.get(Role.PAGE)
    beside = 1 - page if len(table.header) == 2 and page is not None else None
    return table.roles.get(Role.LAST_SEEN, beside)


def _cell(row: Row, column: int | None) -> str | None:
    return row.cells[column].strip() or None if column is not None and column < len(row.cells) else None


def _target_url(row: Row) -> str | None:
    """The URL linked to; None where the table does not say, or names a path alone."""
    text = row.get(Role.TARGET)
    if text is None or kind_of(text) not in (Kind.URL, Kind.HOST):
        return None
    return text if _SCHEME.match(text) else f"https://{text}"
