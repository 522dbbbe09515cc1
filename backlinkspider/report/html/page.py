"""One HTML page: what was looked at, what was found, what to do. All that a feed says is text in it, never markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import groupby, islice
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from backlinkspider.analysis.compare import Change
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.items import Cell
from backlinkspider.report.html import charts, columns
from backlinkspider.report.html.columns import Column
from backlinkspider.report.html.packing import pack_rows, pack_text
from backlinkspider.report.notes import notes_on
from backlinkspider.report.tables import FeedTables, Summary
from backlinkspider.skip_reasons import FETCH_FAILURES, NOT_FOLLOWED

if TYPE_CHECKING:
    from jinja2 import Environment

ROWS_MAXIMUM = 100_000
"""Links in the page: 3 MB, which a browser shows within seconds."""

SUMMARY_ROWS_MAXIMUM = 5_000
"""Rows of each summary in the page; `--table` writes all of them."""

_PLAIN_ROWS = 100
"""Rows of a table that stand in the page without a script, and on paper."""

_TASK_ROWS = 20
_NETWORKS_MAXIMUM = 12
_WORDS_MAXIMUM = 12
_PENDING = {"pending": "It was still waiting when the crawl was ended."}
_BAR_WIDTH = 380.0
_PILLAR_HEIGHT = 150.0

VERDICTS = ("good", "neutral", "review", "bad", "unknown")

_TASKS: Mapping[str, tuple[str, str, str]] = {
    "mend": (
        "Mend dead pages that have links",
        "Visitors and search engines end at a dead page. Let the address answer again, or redirect it to what took its place.",
        "to_do=mend",
    ),
    "lost": ("Ask for lost links", "They were there and are gone: their pages were read again.", ""),
    "nofollow": ("Ask why links became nofollow", "They were dofollow in the earlier feed, and pass nothing on any more.", ""),
    "bad": (
        "Look at links that seem bad",
        "Several independent signs say that they were made to deceive search engines. Look before you disavow anything.",
        "verdict=bad",
    ),
    "review": (
        "Look at doubtful links",
        "One strong sign, or several weak ones. A person decides better than a rule.",
        "verdict=review",
    ),
    "reciprocal": (
        "Think about links in exchange",
        "You link back to an unusual share of the sites that link to you, and search engines may take that for a scheme.",
        "",
    ),
}
"""By task of `sql/todo.sql`: what to do, why, and the filter of the table of all links that shows them."""


class PlainTable(NamedTuple):
    """The first rows of a table, and all that its searchable form needs."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Cell]]
    total: int
    packed: str = ""
    left_out: int = 0


def write_page(tables: FeedTables, output: str) -> None:
    """Write the page; nothing is left of it if that fails. Raises OSError."""
    with atomic_write(Path(output)) as file:
        render_page(tables, file)


def render_page(tables: FeedTables, file: IO[bytes]) -> None:
    """Write the page to a file that is open."""
    context = {
        **_overview(tables),
        **_coverage(tables),
        "tasks": list(_tasks(tables)),
        **_domains(tables),
        **_anchors(tables),
        "pages": _summary_table(tables, Summary.PAGES, "Pages that are linked to", columns.PAGES),
        "positions": _positions(tables),
        "qualities": _qualities(tables),
        "networks": list(_networks(tables)),
        "lists": _lists(tables),
        "networks_maximum": _NETWORKS_MAXIMUM,
        "languages": _words(tables, "languages", "language"),
        "tlds": _words(tables, "tlds", "tld"),
        "links": _links(tables),
        **_assets(),
    }
    for part in _environment().get_template("page.html.j2").stream(context):
        file.write(part.encode("utf-8", "replace"))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("backlinkspider.report.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "percent": _percent, "cell": _cell_text, "day": _day, "counted": _counted}
    environment.tests["web_url"] = _is_web_url
    return environment


def _assets() -> dict[str, Any]:
    """Return scripts and styles, which are ours, and the policy that allows these alone."""
    folder = resources.files(__package__)
    library = (folder / "tabulator" / "tabulator.min.js").read_text(encoding="utf-8").partition("//# sourceMappingURL")[0]
    styles = (folder / "tabulator" / "tabulator_simple.min.css").read_text(encoding="utf-8").partition("/*# sourceMappingURL")[0]
    script = (folder / "templates" / "page.js").read_text(encoding="utf-8")
    sheets = [styles, (folder / "templates" / "page.css").read_text(encoding="utf-8")]
    policy = (
        f"default-src 'none'; script-src {_hashes([script, library])}; style-src {_hashes(sheets)}; base-uri 'none'; "
        "form-action 'none'"
    )
    return {"policy": policy, "script": script, "library": pack_text(library), "sheets": sheets}


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _overview(tables: FeedTables) -> dict[str, Any]:
    counters = tables.one("summary")
    return {
        "counters": counters,
        "lead": list(_lead(counters)),
        "earlier": tables.earlier,
        "changes": dict.fromkeys(Change, 0) | {str(row["change"]): row["links"] for row in tables.query("change_counts").dicts()},
        "targets": [str(row["target"]) for row in islice(tables.query("targets").dicts(), 5)],
        "feeds": [
            {"name": PurePath(feed.path).name, "rows": feed.rows, "is_coverage": feed.is_coverage} for feed in tables.feeds
        ],
        "notes": list(notes_on(tables.feeds)),
        "verdicts": charts.stacked_bar([(verdict, f"v-{verdict}", int(counters[verdict])) for verdict in VERDICTS]),
    }


def _lead(counters: Mapping[str, int]) -> Iterator[str]:
    yield f"{_counted(counters['backlinks'], 'link')} from {_counted(counters['referring_domains'], 'site')} were found."
    if counters["good"]:
        yield f"{_counted(counters['good'], 'link')} from {_counted(counters['good_domains'], 'site')} are good."
    if counters["broken"]:
        verb = "leads" if counters["broken"] == 1 else "lead"
        yield f"{_counted(counters['broken'], 'link')} {verb} to {_counted(counters['broken_target_pages'], 'dead page')}."
    if counters["to_look_at"]:
        yield f"{_counted(counters['to_look_at'], 'link')} should be looked at."


def _coverage(tables: FeedTables) -> dict[str, Any]:
    totals = tables.one("coverage_totals")
    seeds = [dict(row) for row in islice(tables.query("seeds").dicts(), _PLAIN_ROWS)]
    # What was kept out and what was left out; redirects and sitemaps were read, and are not pages.
    parts = [
        ("pages read", "c-read", totals["pages"]),
        ("redirects and sitemaps", "c-other", totals["redirects"] + totals["sitemaps"]),
        ("robots.txt forbids", "c-shut", totals["robots_blocked"]),
        ("errors, no HTML", "c-error", totals["errors"] + totals["not_html"]),
        ("over max_pages", "c-budget", totals["over_budget"]),
        ("too deep, or left aside by a rule", "c-rule", totals["cut_by_depth"] + totals["not_followed"]),
        ("still waiting", "c-waiting", totals["pending"]),
    ]
    return {
        "coverage": totals,
        "coverage_bar": charts.stacked_bar(parts),
        "outcomes": list(tables.query("coverage").dicts()),
        "reasons": [row | {"meaning": _meaning(str(row["reason"]))} for row in tables.query("coverage_reasons").dicts()],
        "seeds": PlainTable("seeds", "Seeds, those that were not read whole first", columns.SEEDS, seeds, totals["seeds"]),
    }


def _tasks(tables: FeedTables) -> Iterator[dict[str, Any]]:
    counts = {str(row["task"]): row for row in tables.query("todo_counts").dicts()}
    rows: dict[str, list[Mapping[str, Cell]]] = {}
    for task, found in groupby(tables.query(Summary.TODO).dicts(), key=lambda row: str(row["task"])):
        rows.setdefault(task, []).extend(islice(found, _TASK_ROWS))
    for task, (title, why, where) in _TASKS.items():
        if task in counts:
            table = PlainTable(f"task-{task}", title, columns.TODO, rows[task][:_TASK_ROWS], int(str(counts[task]["links"])))
            yield {"name": task, "title": title, "why": why, "filter": where, "table": table, **counts[task]}


def _domains(tables: FeedTables) -> dict[str, Any]:
    ranks = [(row["at_least"], row["referring_domains"]) for row in tables.query("ranks").dicts()]
    labels = [f"{_plain(float(str(least)))}x" for least, _ in ranks]
    counts = [{"bar": int(str(number))} for _, number in ranks]
    return {
        "domains": _summary_table(tables, Summary.DOMAINS, "Sites that link, those with the best links first", columns.DOMAINS),
        "ranks": charts.pillars(labels, counts, ["bar"], _PILLAR_HEIGHT) if len(ranks) > 1 else [],
    }


def _anchors(tables: FeedTables) -> dict[str, Any]:
    kinds = [
        (str(row["anchor_type"]), int(str(row["backlinks"])), _links_from_sites(row))
        for row in tables.query("anchor_kinds").dicts()
    ]
    return {
        "anchor_kinds": charts.bars(kinds, _BAR_WIDTH),
        "anchors": _summary_table(
            tables, Summary.ANCHORS, "The words of links, those that most sites use first", columns.ANCHORS
        ),
    }


def _positions(tables: FeedTables) -> dict[str, Any]:
    cells = {
        (str(row["position"]), str(row["link_type"])): int(str(row["backlinks"])) for row in tables.query("positions").dicts()
    }
    most = max(cells.values(), default=1)
    kinds = sorted(
        {kind for _, kind in cells}, key=lambda kind: -sum(count for (_, other), count in cells.items() if other == kind)
    )
    places = list(dict.fromkeys(place for place, _ in cells))
    grid = [
        {
            "place": place,
            "cells": [
                {"count": count, "heat": -(-5 * count // most)} for count in (cells.get((place, kind), 0) for kind in kinds)
            ],
        }
        for place in places
    ]
    return {"kinds": kinds, "rows": grid}


def _qualities(tables: FeedTables) -> Sequence[charts.Pillar]:
    counts: list[dict[str, int]] = [{} for _ in range(10)]
    for row in tables.query("qualities").dicts():
        counts[int(str(row["quality"])) // 10][str(row["verdict"])] = int(str(row["backlinks"]))
    labels = [f"{10 * step} to {10 * step + 9 if step < 9 else 100}" for step in range(10)]
    # The worst at the bottom, where it is easy to compare.
    return charts.pillars(labels, counts, [*reversed(VERDICTS)], _PILLAR_HEIGHT) if any(counts) else []


def _networks(tables: FeedTables) -> Iterator[dict[str, Any]]:
    for _, group in groupby(tables.query(Summary.NETWORKS).dicts(), key=lambda row: row["network"]):
        rows = list(group)
        number = int(str(rows[0]["network"]))
        if number > _NETWORKS_MAXIMUM:
            return
        members = [str(site) for site in rows[0]["members"]] if isinstance(rows[0]["members"], tuple) else []
        footprints = [str(word) for word in rows[0]["footprints"]] if isinstance(rows[0]["footprints"], tuple) else []
        yield {
            "number": number,
            "footprints": footprints,
            "picture": charts.picture(members, are_all_linked="clique" in footprints),
            "table": PlainTable(f"network-{number}", f"Sites of link farm {number}", columns.NETWORKS, rows, len(members)),
        }


def _lists(tables: FeedTables) -> PlainTable:
    rows = list(tables.query(Summary.VENDORS).dicts())
    return PlainTable("lists", "Lists of known links, the longest first", columns.LISTS, rows[:_PLAIN_ROWS], len(rows))


def _words(tables: FeedTables, query: str, column: str) -> Sequence[charts.Bar]:
    found = list(tables.query(query).dicts())
    told = [(str(row[column]), int(str(row["referring_domains"])), _links_from_sites(row)) for row in found]
    rest = told[_WORDS_MAXIMUM:]
    return charts.bars(told[:_WORDS_MAXIMUM] + ([(f"{len(rest)} others", 0, "")] if rest else []), _BAR_WIDTH)


def _summary_table(tables: FeedTables, summary: Summary, caption: str, shown: Sequence[Column]) -> PlainTable:
    table = tables.query(summary).dicts()
    rows = list(islice(table, SUMMARY_ROWS_MAXIMUM))
    left_out = sum(1 for _ in table)
    packed = pack_rows(shown, rows)
    return PlainTable(summary.value, caption, shown, rows[:_PLAIN_ROWS], len(rows) + left_out, packed, left_out)


def _links(tables: FeedTables) -> PlainTable:
    rows = sorted(tables.query("links", {"rows": ROWS_MAXIMUM}).dicts(), key=_best_first)
    total = int(tables.one("summary")["backlinks"])
    packed = pack_rows(columns.LINKS, sorted(rows, key=lambda row: str(row["url_from"])))
    return PlainTable("links", "All links, the best first", columns.LINKS, rows[:_PLAIN_ROWS], total, packed, total - len(rows))


def _best_first(row: Mapping[str, Cell]) -> tuple[int, float, str, str]:
    quality = row["quality"]
    points = -float(quality) if isinstance(quality, int) else 1.0
    return VERDICTS.index(str(row["verdict"])), points, str(row["domain_from"]), str(row["url_from"])


def _links_from_sites(row: Mapping[str, Cell]) -> str:
    return f"{_counted(row['backlinks'], 'link')} from {_counted(row['referring_domains'], 'site')}"


def _meaning(reason: str) -> str:
    """Return what the word for a reason means; of an HTTP status, which it is."""
    status = reason.removeprefix("http_")
    if status != reason:
        return f"The server answered with status {status}."
    return (FETCH_FAILURES | NOT_FOLLOWED | _PENDING).get(reason, "").replace("`", "")


def _counted(number: object, noun: str) -> str:
    """Return a number with its noun.

    >>> _counted(1, "link"), _counted(1200, "site")
    ('1 link', '1,200 sites')
    """
    return f"{_number(number)} {noun if number == 1 else f'{noun}s'}"


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else _plain(value) if isinstance(value, float) else ""


def _plain(value: float) -> str:
    return f"{value:.4g}"


def _percent(share: object) -> str:
    return f"{100 * share:.1f} %" if isinstance(share, int | float) else ""


def _day(time: object) -> str:
    return str(time)[:10] if time else ""


def _cell_text(value: Cell, kind: str) -> str:
    """Return a cell as a reader sees it.

    >>> _cell_text(True, "flag"), _cell_text(None, "flag"), _cell_text(("oak", "pine"), "list"), _cell_text(0.5, "share")
    ('yes', '', 'oak · pine', '50.0 %')
    """
    if value is None:
        return ""
    if kind == "share":
        return _percent(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " · ".join(value)
    return _number(value) if isinstance(value, int | float) else str(value)


def _is_web_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
