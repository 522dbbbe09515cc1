"""The columns that a report reads from feeds, with their types in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from backlinkspider.core.rows.columns import COLUMNS, CrawlLevelColumns
from backlinkspider.items import COVERAGE_COLUMNS, Coverage, Link, Page

STATUS_COLUMNS = ("status", "status_reason", "lost_reason", "first_seen", "last_seen", "last_checked")
"""What a feed of the monitor says beside the link; all are texts."""

LIST_TYPES = {"from_list": "VARCHAR", "list_says": "VARCHAR", "list_check": "VARCHAR[]", "other_lists": "VARCHAR[]"}
"""What a feed of the monitor says of the list that names a link (`core.monitor.list_check`)."""

LONG_COLUMNS = frozenset(
    {"link_html", "link_path", "href", "text_pre", "text_post", "page_from_template", "page_from_analytics_ids"}
)
"""Evidence that no summary needs; a tenth of the rows, half of the bytes."""

_SQL_TYPES: Mapping[type, str] = {bool: "BOOLEAN", float: "DOUBLE", int: "BIGINT", tuple: "VARCHAR[]"}


def _sql_type(hint: Any) -> str:
    """Return the type of a field; unions with None and enumerations of texts are what they hold.

    >>> _sql_type(int | None), _sql_type(tuple[str, ...] | None), _sql_type(float | None)
    ('BIGINT', 'VARCHAR[]', 'DOUBLE')
    """
    options = (hint,) if get_origin(hint) is tuple else get_args(hint) or (hint,)
    kinds = {get_origin(option) or option for option in options}
    return next((name for kind, name in _SQL_TYPES.items() if kind in kinds), "VARCHAR")


_HINTS = {**get_type_hints(CrawlLevelColumns), **get_type_hints(Page), **get_type_hints(Link)}
_COVERAGE_HINTS = get_type_hints(Coverage)

LINK_TYPES: Mapping[str, str] = (
    dict.fromkeys(STATUS_COLUMNS, "VARCHAR") | LIST_TYPES | {column: _sql_type(_HINTS[column]) for column in COLUMNS}
)
"""The SQL type of each column of a link."""

COVERAGE_TYPES: Mapping[str, str] = {column: _sql_type(_COVERAGE_HINTS[column]) for column in COVERAGE_COLUMNS}
"""The SQL type of each column of coverage."""

CANDIDATE_TYPES: Mapping[str, str] = {
    "candidate": "VARCHAR",
    "candidate_domain": "VARCHAR",
    "level": "VARCHAR",
    "sources": "VARCHAR[]",
}
"""The SQL type of what is read of each candidate of `scrapy discover`."""

RELIED_ON = ("relation", "url_to", "anchor", "dofollow", "domain_from", "fetched_at")
"""Columns without which a summary says less; a report names those that are missing."""
