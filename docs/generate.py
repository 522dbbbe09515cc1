"""Write the reference pages of this folder from the docstrings and comments of the code.

python docs/generate.py           writes the pages
python docs/generate.py --check   writes nothing, and ends with 1 if a page is not up to date
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from backlinkspider import default_settings  # noqa: E402 - the project need not be installed
from backlinkspider.checks.weights import load_weights  # noqa: E402
from backlinkspider.core.arguments import Argument, Follow, MonitorArgument, parse_arguments  # noqa: E402
from backlinkspider.core.coverage.outcome import Outcome  # noqa: E402
from backlinkspider.core.links.anchors import AnchorType  # noqa: E402
from backlinkspider.core.links.relation import Relation  # noqa: E402
from backlinkspider.core.links.target import Scope  # noqa: E402
from backlinkspider.core.page.position_words import Position  # noqa: E402
from backlinkspider.core.quality.judge import ToDo, Verdict  # noqa: E402
from backlinkspider.core.quality.signals import SIGNALS  # noqa: E402
from backlinkspider.core.quality.weights import Weights  # noqa: E402
from backlinkspider.core.quality.wordings import word_reading  # noqa: E402
from backlinkspider.core.rows.columns import COLUMN_GROUPS, COLUMNS, DEFERRED_COLUMNS, CrawlLevelColumns  # noqa: E402
from backlinkspider.items import COVERAGE_COLUMNS, AnchorSource, Coverage, Link, LinkType, Page  # noqa: E402
from backlinkspider.skip_reasons import FETCH_FAILURES, NOT_FOLLOWED  # noqa: E402
from backlinkspider.whole_files.member_docs import assigned_name, member_docs, split_example  # noqa: E402

_MADE = "<!-- Made by `python docs/generate.py` from the code: change the docstring or comment there, not this page. -->"

_FORMS = {"str": "text", "int": "number", "float": "number", "bool": "true, false", "tuple[str, ...]": "list"}
"""What a reader calls the type of a field; any other is a word of a fixed set."""


def comments_above(path: Path) -> dict[str, str]:
    """The comment right above each setting of a file."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    comments = {}
    for statement in ast.parse(source).body:
        name = assigned_name(statement)
        if name is None:
            continue
        above: list[str] = []
        for line in reversed(lines[: statement.lineno - 1]):
            if not line.startswith("# ") or line.startswith("# ---"):
                break
            above.insert(0, line.removeprefix("# "))
        comments[name] = " ".join(above)
    return comments


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    titles = list(header)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|")


def _words(enum: type[Enum]) -> str:
    docs = member_docs(enum)
    return table(("word", "meaning"), ((f"`{member.value}`", docs[member.name]) for member in enum))


def arguments_page() -> str:
    """The arguments of `scrapy crawl backlinks`."""
    parsed = parse_arguments({"target": "example.com"})
    rows = []
    for argument, doc in zip(Argument, (member_docs(Argument)[member.name] for member in Argument), strict=True):
        meaning, _, default = doc.partition("\n\nDefault: ")
        rows.append((f"`{argument.value}`", meaning, default.rstrip(".") or _default(getattr(parsed, argument.value))))
    return f"""# Arguments

Give each one to `scrapy crawl backlinks` as `-a name=value`. A wrong one ends the command before anything is fetched, with one
line that says what is wrong and exit code 2. An unknown one is refused, unless its name starts with `_` (Scrapyd passes such).

{table(("argument", "meaning", "default"), rows)}

## `scope`

{_words(Scope)}

A target is matched exactly as written: `www.example.com` means only that host, `https://example.com/page/` only that page with
its slash. The home page is the exception: `https://example.com/`, pasted from a browser, means the site;
`scope=exact` makes it that page alone.
If links lead elsewhere on the target's site, the summary says how many.

## `keep`

{_words(Relation)}

More about these words: [What a link is to the target](relations.md).

## `follow`

{_words(Follow)}

## Arguments of `scrapy crawl monitor`

It has `target`, `scope`, `keywords`, `shard`, `coverage` and `aliases` as above, `max_pages` without a limit unless you give
one, and:

{table(("argument", "meaning", "default"), _monitor_rows())}

What it writes: [Are my links still there?](monitor.md)
"""


def _monitor_rows() -> Iterator[tuple[str, str, str]]:
    docs = member_docs(MonitorArgument)
    for argument in MonitorArgument:
        meaning, _, default = docs[argument.name].partition("\n\nDefault: ")
        yield f"`{argument.value}`", meaning, default.rstrip(".") or "`false`"


def _default(value: object) -> str:
    """A default as somebody would type it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    assert isinstance(value, int), f"{value!r}: its docstring must say what the default is"
    return str(value)


def columns_page() -> str:
    """The columns of a row and of a coverage feed."""
    docs = {**member_docs(Page), **member_docs(Link), **member_docs(CrawlLevelColumns)}
    annotations = {**_annotations(Page), **_annotations(Link), **_annotations(CrawlLevelColumns)}
    rows = [(f"`{name}`", _form(name, annotations[name]), *split_example(docs[name])) for name in COLUMNS]
    coverage_docs, coverage_types = member_docs(Coverage), _annotations(Coverage)
    coverage = [(f"`{name}`", _FORMS[coverage_types[name]], *split_example(coverage_docs[name])) for name in COVERAGE_COLUMNS]
    header = ("column", "form", "meaning", "example")
    groups = "\n".join(f"- `{name}`: {_group(columns)}" for name, columns in COLUMN_GROUPS.items())
    return f"""# Columns

One row is one link, with the same columns in the same order in every format. Every occurrence counts: a page that links twice has
two rows. How each format writes them: [Outputs](outputs.md).

Columns marked "at the end" need the whole crawl. They are filled in when the crawl ends, or after one Ctrl-C; after a second
Ctrl-C or a kill they stay empty. The inputs of the verdict are computed for backlinks only: for other links the columns from
`text_share` to `domain_graph_sites` are empty.

{table(header, rows)}

## Groups

`-a columns=` chooses the columns of every output that has no `fields` of its own: names, groups, or both (`columns=core,depth`).
A name that does not exist is refused before anything is fetched. What no output has, and no verdict rests on, is not computed;
the columns that are written are the same to the byte.

{groups}

`core` has no verdict, so nothing is judged: the target's pages are not read, and no linked URL is checked. With one column that
is filled "at the end", each link to the target is judged as ever.

## `link_type`

{_words(LinkType)}

## `position`

{_words(Position)}

## `anchor_type`

{_words(AnchorType)}

## `anchor_source`

{_words(AnchorSource)}

## Columns of the coverage file

One row is one seed: what was seen, what was not, and why (argument `coverage`, see [Coverage](coverage.md)).

{table(header, coverage)}
"""


def _group(columns: Sequence[str]) -> str:
    return "every column." if columns == COLUMNS else f"{', '.join(f'`{column}`' for column in columns)}."


def _annotations(cls: type) -> dict[str, str]:
    names = [field.name for field in fields(cls)] if is_dataclass(cls) else list(cls.__annotations__)
    return {name: str(inspect.get_annotations(cls)[name]).removesuffix(" | None") for name in names}


def _form(name: str, annotation: str) -> str:
    form = _FORMS.get(annotation, "word")
    return f"{form}, at the end" if name in DEFERRED_COLUMNS else form


def settings_page() -> str:
    """The settings of the project, and those of Scrapy that it changes."""
    comments = comments_above(PROJECT / "backlinkspider" / "default_settings.py")
    own, changed = [], []
    for name, comment in comments.items():
        value = getattr(default_settings, name)
        if name.startswith("BACKLINKS_"):
            meaning, _, readers = comment.partition(" Read by ")
            own.append((f"`{name}`", meaning, _value(value), readers.rstrip(".")))
        elif comment.startswith("Default: ") and not isinstance(value, dict | list):
            default, reason = _split_default(comment)
            changed.append((f"`{name}`", _value(value), default, reason))
    return f"""# Settings

Change any setting for one crawl with `-s NAME=value`, for good in `backlinkspider/settings.py`. A value that cannot be meant
(a word where a number is expected) ends the command with one line and exit code 2. A setting under an old name is named in a
warning.

## Settings of this project

{table(("setting", "meaning", "default", "read by"), own)}

`JOBDIR` is Scrapy's setting for [a crawl that resumes after a kill](jobs.md).

## Settings of Scrapy with another default

{table(("setting", "here", "Scrapy", "why"), changed)}

The lists of components (`DOWNLOADER_MIDDLEWARES`, `ITEM_PIPELINES`, `EXTENSIONS` and the like) stand in
`backlinkspider/default_settings.py`, each with the reason for its place. What you set there joins them: `-s
'ITEM_PIPELINES={{"mine.Pipeline": 900}}'` adds a pipeline. None switches one off; one without which rows are wrong is refused.

In a Scrapy project of your own, `ADDONS = {{"backlinkspider.addon.BacklinksAddon": 0}}` brings the spiders, these defaults and
the components; what your project sets goes before.
"""


def _split_default(comment: str) -> tuple[str, str]:
    """Scrapy's default, and the rest of the comment."""
    default, _, reason = comment.removeprefix("Default: ").partition(". ")
    return default.rstrip("."), reason


def _value(value: object) -> str:
    if value is None:
        return "none"
    return f"`{value}`"


def reasons_page() -> str:
    """The words that say why: verdicts and signals, outcomes, fetch failures, URLs not followed."""
    weights = load_weights(None)
    signals = "\n\n".join(_signal(signal.name, signal.levels, signal.read, weights) for signal in SIGNALS)
    return f"""# Reasons

Every word that a row, the coverage file, the log or the summary gives as a reason.

## Verdicts

{_words(Verdict)}

How a verdict comes about, and how to use other weights: [Verdicts](verdicts.md).

## To do

The column `to_do`, which stands beside the verdict, because a good link can lead to a dead page.

{_words(ToDo)}

## Signals

The column `reasons` holds the signals of a link, the heaviest first, as `signal:points(evidence)`. `quality` is
{weights.base:g} plus the points, from 0 to 100. A signal that was not measured adds nothing. The points are in
`backlinkspider/weights.toml`. Strong, weak and supporting say what a level counts as for the verdicts `review` and `bad`.
The column `summary` says the heaviest of them in the words below.

{signals}

## Outcomes of a seed

The column `outcome` of the [coverage file](coverage.md).

{_words(Outcome)}

## Fetch failures

Why a URL was not read. The summary counts them; in the coverage file they are in `error_reasons`, `robots_blocked` and
`not_html`.

{table(("word", "meaning"), ((f"`{word}`", meaning) for word, meaning in FETCH_FAILURES.items()))}

"Truncated pages" in the summary counts pages that ended early both times they were requested: their rows are those of the
part that arrived.

## URLs not followed

Why a URL that a page or sitemap names was not requested. A URL that several pages name counts once for each of them. In the
coverage file they are in `over_budget`, `cut_by_depth` and `not_followed_reasons`.

{table(("word", "meaning"), ((f"`{word}`", meaning) for word, meaning in NOT_FOLLOWED.items()))}
"""


def _signal(name: str, levels: Iterable[str], read: Callable[..., object], weights: Weights) -> str:
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(read) or "").split("\n\n") if not part.startswith(">>>")]
    points = weights.points[name]
    rows = (
        (
            f"`{level}`",
            f"{points[level]:+g}" if points[level] else "0",
            ", ".join(_kinds(name, level, weights)),
            word_reading(name, level, "…"),
        )
        for level in levels
    )
    return "\n\n".join((f"### `{name}`", *paragraphs, table(("level", "points", "counts as", "in words"), rows)))


def _kinds(name: str, level: str, weights: Weights) -> Iterator[str]:
    kinds: Mapping[str, Iterable[tuple[str, str]]] = {
        "strong": weights.strong,
        "enough alone": weights.alone,
        "weak": weights.weak,
        "supporting": weights.supporting,
        "harmless": weights.harmless,
        "never good": weights.never_good,
    }
    return (kind for kind, members in kinds.items() if (name, level) in members)


def packages_page() -> str:
    """The packages, what each is for, and which others it may import."""
    allowed = _constant(PROJECT / "tests" / "test_layers.py", "MAY_IMPORT")
    ground = _constant(PROJECT / "tests" / "test_layers.py", "GROUND")
    rows = [(f"`{name}`", _purpose(name), ", ".join(f"`{other}`" for other in sorted(allowed[name]))) for name in allowed]
    header = ("package", "what it is for", "may import")
    core = [row for row in rows if row[0].startswith("`core")]
    return f"""# Packages

Which package may import which, from the ground up. `tests/test_layers.py` fails for an import that breaks this table, and for a
cycle. How a page travels through them: [Architecture](architecture.md).

## Around the core

Each of these may import {", ".join(f"`{name}`" for name in sorted(ground))} too.

{table(header, (row for row in rows if row not in core))}

## The core

Pure: it imports neither Scrapy nor Twisted, opens no file, reads no clock and uses no network. Each of these may import `items`
too.

{table(header, core)}
"""


def _constant(path: Path, name: str) -> Any:
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if assigned_name(statement) == name and isinstance(statement, ast.Assign | ast.AnnAssign):
            assert statement.value is not None
            return ast.literal_eval(statement.value)
    raise LookupError(name)


def _purpose(name: str) -> str:
    """The first sentence of the docstring of a package or module."""
    path = PROJECT / "backlinkspider" / name.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]


PAGES: Mapping[str, Callable[[], str]] = {
    "arguments.md": arguments_page,
    "columns.md": columns_page,
    "settings.md": settings_page,
    "reasons.md": reasons_page,
    "packages.md": packages_page,
}
"""The pages of this folder that are made of the code."""


def stale_pages() -> Iterator[tuple[Path, str]]:
    """The pages whose file differs from what the code says today, with that text."""
    for name, make in PAGES.items():
        path = Path(__file__).parent / name
        text = f"{_MADE}\n\n{make()}"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(options: list[str]) -> int:
    """Write the pages, or only say which are not up to date."""
    is_check = options == ["--check"]
    if options and not is_check:
        print(__doc__)
        return 2
    stale = list(stale_pages())
    for path, text in stale:
        print(f"{path.name} is not up to date" if is_check else f"wrote {path.name}")
        if not is_check:
            path.write_text(text, encoding="utf-8")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
