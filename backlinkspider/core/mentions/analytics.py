"""Read what programs that count visits export: which referrers sent how many visitors. Tables, and the JSON of their APIs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from backlinkspider.core.mentions.mention import Mention, as_list, as_text
from backlinkspider.core.seeds.sitemaps import parse_date
from backlinkspider.core.tables.headers import Role, normalize_name
from backlinkspider.core.tables.table import Row, Table


class Form(NamedTuple):
    """The columns of a program's exports, the better names first."""

    referrers: Sequence[str]
    hits: Sequence[str]
    """Without one, each row is a visit."""
    paths: Sequence[str] = ()
    dates: Sequence[str] = ()
    excluding: Sequence[str] = ()
    """Columns whose rows do not count when they say yes."""


FORMS: Mapping[str, Form] = {
    # https://matomo.org/faq/how-to/export-data-from-matomo/, Referrers.getWebsites with flat=1
    "matomo": Form(("url", "label", "website", "referrers_website"), ("nb_visits", "visits", "sum_daily_nb_uniq_visitors")),
    # https://support.google.com/analytics/answer/9317657
    "ga4": Form(
        ("page referrer", "full referrer", "session source", "session source / medium", "source"),
        ("sessions", "active users", "total users", "views", "event count"),
        ("landing page + query string", "landing page", "page path + query string", "page path"),
    ),
    # https://plausible.io/docs/export-stats
    "plausible": Form(("referrer", "source", "name"), ("visitors", "visits"), (), ("date",)),
    # https://www.goatcounter.com/help/export
    "goatcounter": Form(("referrer",), (), ("2path", "path"), ("date",), ("bot", "event")),
}
"""By the name of the program."""

_HOST_AND_PATH = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d+)?(?:/\S*)?\Z")
_FLAT = re.compile(r" - (?=/)")
"""What Matomo puts between the parts of a flat label."""

_DIGITS = re.compile(r"\d+")
_NO = frozenset({"", "0", "false", "no"})


def read_table(table: Table, program: str) -> Iterator[Mention] | None:
    """The referrers in an export, `hits` being visits and `page` as written; None for a table without a column of referrers."""
    form = FORMS[program]
    names = {normalize_name(name) for name in table.header}
    if names.isdisjoint(map(normalize_name, form.referrers)) and Role.PAGE not in table.roles:
        return None
    return (mention for row in table.rows() if (mention := _read_row(row, form, program)) is not None)


def read_json(answer: Any, program: str) -> Iterator[Mention] | None:
    """The referrers in an answer of Matomo's or Plausible's API; None for another one."""
    if program == "plausible" and isinstance(answer, dict) and "results" in answer:
        return _read_plausible(answer)
    if program == "matomo" and isinstance(answer, list | dict):
        return _read_matomo(answer)
    return None


def referrer_url(text: str) -> str:
    """The URL of a referrer that may be written without its scheme; what is not an address stays as it is.

    >>> referrer_url("blog.example/post"), referrer_url("blog.example - /post"), referrer_url("(direct)")
    ('https://blog.example/post', 'https://blog.example/post', '(direct)')
    """
    text = _FLAT.sub("", text.strip()).partition(" / ")[0]
    return f"https://{text}" if "://" not in text and _HOST_AND_PATH.match(text) else text


def _read_row(row: Row, form: Form, program: str) -> Mention | None:
    if any((row.get(name) or "").casefold() not in _NO for name in form.excluding):
        return None
    referrer = _first(row, form.referrers) or row.get(Role.PAGE)
    if referrer is None:
        return None
    date = parse_date(_first(row, form.dates) or "")
    hits = _number(_first(row, form.hits)) if form.hits else 1
    return Mention(referrer_url(referrer), _first(row, form.paths), None, date, date, hits, program)


def _first(row: Row, names: Sequence[str]) -> str | None:
    return next((cell for name in names if (cell := row.get(name)) is not None), None)


def _number(text: str | None) -> int | None:
    """A number with or without separators of thousands."""
    digits = "".join(_DIGITS.findall(text or ""))
    return int(digits[:18]) if digits else None


def _read_plausible(answer: dict[str, Any]) -> Iterator[Mention]:
    for entry in as_list(answer, "results"):
        dimensions, metrics = entry.get("dimensions"), entry.get("metrics")
        referrer = as_text(dimensions[0]) if isinstance(dimensions, list) and dimensions else ""
        hits = metrics[0] if isinstance(metrics, list) and metrics and isinstance(metrics[0], int) else None
        yield Mention(referrer_url(referrer), None, hits=hits, evidence="plausible")


def _read_matomo(answer: Any) -> Iterator[Mention]:
    """The rows of a report, which may be in parts by date, and have the pages of a site in a table below it."""
    tables = list(answer.values()) if isinstance(answer, dict) else [answer]
    for entry in (entry for table in tables for entry in as_list({"rows": table}, "rows")):
        if pages := as_list(entry, "subtable"):
            yield from _read_matomo(pages)
            continue
        visits = entry.get("nb_visits")
        yield Mention(
            referrer_url(as_text(entry.get("url")) or as_text(entry.get("label"))),
            None,
            hits=visits if isinstance(visits, int) else None,
            evidence="matomo",
        )
