"""Parse the spider arguments, which are all text; the only module that knows their names and defaults."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property
from typing import TypeVar

from backlinkspider.core.exceptions import ArgumentError, SeedError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.target import Scope, Target, parse_target
from backlinkspider.core.monitor.columns import parse_map
from backlinkspider.core.monitor.schedule import Ages, parse_recheck
from backlinkspider.core.queue_url import QueueUrl, is_queue_url, parse_queue_url
from backlinkspider.core.rows.columns import parse_columns
from backlinkspider.core.seeds.seeds import Seed, parse_seed
from backlinkspider.core.seeds.shards import EVERYTHING, Shard
from backlinkspider.core.urls.canonicalize import has_doubled_scheme, strip_credentials


class Argument(StrEnum):
    """The arguments of `scrapy crawl backlinks`, in the order of the reference, which is made of these docstrings.

    A paragraph that begins with "Default:" says what holds without the argument, where no number, switch or word says it.
    """

    TARGET = "target"
    """What to find links to: one target or several, comma-separated. `example.com` is the domain with all its subdomains,
    `blog.example.com` that host and everything under it, `https://example.com/shop/*` every URL that begins so,
    `https://example.com/page` that one page. http and https are the same. Each link is judged against each target, and the column
    `target` names it.

    Default: required.
    """
    SCOPE = "scope"
    """How much of each target counts, whatever its form says: `domain`, `host`, `prefix` or `exact`.

    Default: by the form of the target.
    """
    SEEDS = "seeds"
    """Where to look: domains or URLs, comma-separated, or a list. A list is a file (a name with the ending of one, such as `.csv`
    or `.xlsx`, or a path such as `./mine`), an http(s) URL, a name on a server (`list:partners`, see `BACKLINKS_LISTS_DIR`), or a
    queue that several workers share (`redis://host:port/0/name`). It may be text with one site a line, or several, and `#`
    comments; a table (CSV, Excel, LibreOffice) such as other tools export; rows, candidates or coverage that we wrote; a disavow
    file; bookmarks; a sitemap or feed. [Which column of a table counts](check-a-list.md#what-a-list-may-be). A bad line is named
    and skipped.

    Default: the setting `BACKLINKS_SEEDS`; without it the target's own site, then every site that it links to.
    """
    KEEP = "keep"
    """Which links to write, by their relation to the target: `backlink`, `internal_backlink`, `outbound`, `external`, `internal`,
    comma-separated, or `all`.

    Default: `backlink`.
    """
    KEYWORDS = "keywords"
    """Words for which the target wants to be found, comma-separated. `anchor_type` compares anchors with them.

    Default: none.
    """
    FOLLOW = "follow"
    """Which links lead to further pages: those on the `site` of the seed (its registrable domain), on its `host`, or `none`."""
    MAX_PAGES = "max_pages"
    """Maximum number of URLs fetched per site; 0 means no limit. Files, errors and responses that are not HTML count; redirects
    do not."""
    MAX_DEPTH = "max_depth"
    """Maximum number of links followed from a seed; steps along the pages of a list (`/page/2`, `?page=3`) do not count."""
    MAX_PAGINATION = "max_pagination"
    """Maximum number of pages followed in one listing (`/page/2`, `?page=3`) or calendar (`/2026/11/`, `?month=2026-11`); 0 means
    no limit."""
    MAX_QUERY_VARIANTS = "max_query_variants"
    """Maximum number of URLs followed that differ only in their query (`/shop?color=red`); 0 means no limit. A forum or an old
    shop in which every page has the same path needs more."""
    SITEMAPS = "sitemaps"
    """Whether to read the sitemaps and feeds of a site. `auto` reads those that robots.txt or the head of the seed's page names,
    and WordPress's own, and mixes their pages with those that are linked to: of each part of the site some. `true` reads those
    that robots.txt names, and feeds, first; their newest pages come before the pages that are linked to. `false` reads none."""
    SHARD = "shard"
    """The share of the seeds' sites that this crawl takes. `0/3`, `1/3` and `2/3` divide one list among three crawls, on one
    machine or several. Each site is in exactly one share, whatever the order of the list.

    Default: all.
    """
    PROCESSES = "processes"
    """The number of processes, from 1 to 64, that share the seeds' sites: as many as the machine has cores to spare.
    [How they work together](processes.md)."""
    WAIT = "wait"
    """`true` lets a crawl with an empty queue wait for more seeds. Without it the crawl ends when nothing waits and no worker
    holds a site."""
    COVERAGE = "coverage"
    """The name of a file, `.csv` or `.jsonl`, with one row a seed: what was seen, what was not, and why. It is written to the
    folder of the command, or to `BACKLINKS_COVERAGE_DIR`.

    Default: no such file.
    """
    PROFILE_PAGES = "profile_pages"
    """Maximum number of pages read from each target beside the seeds, breadth first, to learn what it is called, what it is about
    and which sites it links to. 0 reads none."""
    ALIASES = "aliases"
    """Former domains of the target, comma-separated. A link to one of them is a link to the target, broken or not; a link from
    one of them to the target is an internal one. Only with a single target.

    Default: none.
    """
    SHORTENERS = "shorteners"
    """Hosts of short links, comma-separated (`bit.ly,t.co`). Their URLs are asked where they lead; one that leads to the target
    is a link to it. They count for `BACKLINKS_LINK_CHECK_LIMIT`.

    Default: none.
    """
    COLUMNS = "columns"
    """The columns of every output that has no `fields` of its own: names, comma-separated, or `core`, `seo` or `all`
    ([which these are](columns.md#groups)). What is in no output, and what no verdict rests on, is not computed: `keep=all` with
    `columns=core` is the fastest way to list all links.

    Default: all.
    """
    TRUSTED = "trusted"
    """Sites from which trust flows to the sites they link to, for the column `domain_from_trust`: domains, comma-separated, or a
    list as in `seeds`.

    Default: none.
    """


class MonitorArgument(StrEnum):
    """The arguments that only `scrapy crawl monitor` has, in the order of its reference, which is made of these docstrings."""

    KNOWN = "known"
    """The lists of links to look at, comma-separated: files (`.csv`, `.tsv`, `.jsonl`) or `list:name`. Exports of Ahrefs,
    Semrush, Majestic, Moz, Search Console, Bing, Yandex, Screaming Frog, Linkody and TraceLinker are known, and so are tables of
    a crawl and the monitor's own. A list without a column of addresses is one of pages: any link to the target on a page is the
    known one.

    Default: required.
    """
    MAP = "map"
    """Which columns of the lists are which, where that cannot be told: `page:COLUMN,url:COLUMN` or
    `page:COLUMN,url:COLUMN,anchor:COLUMN`.

    Default: by the header, and by what the cells hold.
    """
    STRICT = "strict"
    """`true` ends the command with 3 when a promise of a contract is broken."""
    RECHECK = "recheck"
    """After how many days a link that is live or lost is looked at again (`7d`), or links of a status (`live=7d,lost=30d`). Links
    that are new, changed, missing or unchecked, and those with a contract, are looked at in every run.

    Default: every link in every run.
    """


NAMES = tuple(argument.value for argument in Argument)
"""The names of the arguments of `scrapy crawl backlinks`."""

MONITOR_NAMES = (
    *("target", "scope", *(argument.value for argument in MonitorArgument)),
    *("keywords", "max_pages", "shard", "coverage", "aliases"),
)
"""The names of the arguments of `scrapy crawl monitor`."""

_ALL_NAMES = tuple(dict.fromkeys((*NAMES, *MONITOR_NAMES)))

_RENAMED = {"resolve": "shorteners", "max_queries": "max_query_variants"}
"""Arguments of versions before 0.2, and their names since."""

DEFAULT_MAX_PAGES = 100
DEFAULT_MAX_DEPTH = 5
DEFAULT_MAX_PAGINATION = 20
DEFAULT_MAX_QUERY_VARIANTS = 50
DEFAULT_PROFILE_PAGES = 25
DEFAULT_PROCESSES = 1

_PROCESSES_MAXIMUM = 64
"""More cores than a machine that crawls has; each process takes some 100 MB."""

_FILE_ENDINGS = (
    "txt|csv|tsv|list|lst|xml|json|jsonl|ndjson|html?|xlsx|xlsm|xlsb|xls|ods|odt|numbers|docx?|rtf|pdf|gz|bz2|zst|parquet|sqlite"
)
"""Endings of files, none of which is a top-level domain."""
_LIST_FILE = re.compile(
    rf"(?:[./~\\]|[A-Za-z]:[\\/])|.*\.(?:txt|csv|tsv|xml)\Z|(?:[^/.]+[/\\].*|[^/]*)\.(?:{_FILE_ENDINGS})\Z", re.IGNORECASE
)
_AROUND = " \t\r\n\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
"""White space and quotation marks, typographic ones too, that get pasted along with a value."""
_NAMED_LIST = re.compile(r"list:(.*)\Z", re.IGNORECASE | re.DOTALL)
_LIST_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}\Z")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][\w.-]{0,99}\.(?:csv|jsonl)\Z")
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Follow(Enum):
    """The links that the crawl follows."""

    SITE = "site"
    """Links to the registrable domain of the seed."""
    HOST = "host"
    """Links to the host of the seed."""
    NONE = "none"
    """No links: only the seeds themselves are fetched."""


class UseSitemaps(Enum):
    """Whether sitemaps and feeds are read."""

    AUTO = "auto"
    """Those that a site declares, mixed with links."""
    TRUE = "true"
    """Those that robots.txt names, and feeds, before links."""
    FALSE = "false"
    """None."""


class _Switch(Enum):
    TRUE = "true"
    FALSE = "false"


_Word = TypeVar("_Word", bound=Enum)


@dataclass(frozen=True)
class SeedFile:
    """A seed list in a file."""

    path: str
    """As the user wrote it."""

    def __str__(self) -> str:
        return f"the list '{self.path}'"


@dataclass(frozen=True)
class NamedList:
    """A seed list in the folder BACKLINKS_LISTS_DIR."""

    name: str
    """The file name, with or without extension; never a path."""

    def __str__(self) -> str:
        """The name for messages, without the server's path."""
        return f"the list '{self.name}'"


@dataclass(frozen=True)
class Arguments:
    """The checked arguments."""

    targets: tuple[Target, ...]
    seeds: tuple[Seed | SeedFile | NamedList | QueueUrl, ...]
    """Empty if the user gave none: then the targets' own sites are crawled, and the sites they link to."""
    keep: frozenset[Relation]
    keywords: tuple[str, ...]
    """The phrases that the target wants to rank for; anchors are compared with them."""
    follow: Follow
    max_pages: int
    """Maximum number of pages fetched per site; 0 means no limit."""
    max_depth: int
    """Maximum number of links followed from a seed; steps along the pages of a list (`/page/2`, `?page=3`) do not count."""
    max_pagination: int
    """Maximum number of pages followed per paginated list or calendar; 0 means no limit."""
    max_query_variants: int
    """Maximum number of URLs followed that differ only in the query; 0 means no limit."""
    sitemaps: UseSitemaps
    """Whether to read the sitemaps and feeds of seeds."""
    shard: Shard
    """The share of the seeds' sites that this crawl takes."""
    processes: int
    """How many processes share the sites."""
    wait: bool
    """Whether to wait for more seeds when the queue is empty."""
    coverage: str | None
    """The name of the coverage file."""
    profile_pages: int
    """Maximum number of pages fetched from each target beside the seeds, to learn its topic; 0 fetches none."""
    aliases: tuple[Target, ...]
    """Former names of the target: a link to one is a link to the target."""
    shorteners: tuple[Target, ...]
    """URL shorteners whose links are resolved; one that leads to the target is a link to it."""
    columns: tuple[str, ...]
    """The columns of outputs that say nothing else; empty for all."""
    trusted: tuple[Seed | SeedFile | NamedList, ...]
    """Sites from which trust flows."""
    known: tuple[SeedFile | NamedList, ...]
    """The lists of links to look at."""
    column_map: Mapping[str, str] = field(hash=False)
    """The columns of these lists that the user names, by ours."""
    strict: bool
    """Whether a broken promise fails the command."""
    recheck: Ages = field(hash=False)
    """The days after which a link of a status is looked at again."""
    texts: Mapping[str, str] = field(repr=False, compare=False)
    """The arguments as given, to resume a job."""

    @cached_property
    def target_sites(self) -> frozenset[str]:
        """The sites that the targets are, or are on."""
        return frozenset(target.site for target in self.targets)

    @property
    def own_sites(self) -> frozenset[str]:
        """The sites of the targets and of their former names."""
        return frozenset(target.site for target in (*self.targets, *self.aliases))

    @property
    def queue(self) -> QueueUrl | None:
        """The seed queue; None if the seeds come from elsewhere."""
        first = self.seeds[0] if self.seeds else None
        return first if isinstance(first, QueueUrl) else None


def parse_arguments(
    given: Mapping[str, str], *, default_seeds: str | None = None, is_file: Callable[[str], bool] = lambda _: False
) -> Arguments:
    """Parse the spider arguments `given`; `default_seeds` is the default of `seeds`.

    `is_file` says of a name whether a file has it, so that no file is taken for a domain.
    Names that start with `_` belong to Scrapyd and are ignored. Raises ArgumentError.

    >>> parse_arguments({"target": "example.com", "seeds": "example.org"}).max_pages
    100
    """
    check_names(given, _ALL_NAMES)
    known = tuple(_parse_known(name) for name in _split(given.get("known", "")))
    seeds = _parse_seeds(given.get("seeds", default_seeds), is_file)
    has_queue = any(isinstance(seed, QueueUrl) for seed in seeds)
    targets = parse_targets(given.get("target", ""), given.get("scope", ""))
    seeds_text = {} if default_seeds is None else {"seeds": default_seeds}
    return Arguments(
        targets=targets,
        seeds=seeds,
        keep=parse_keep(given.get("keep", Relation.BACKLINK.value)),
        keywords=tuple(_split(given.get("keywords", ""))),
        follow=_parse_word("follow", given.get("follow", Follow.SITE.value), Follow),
        max_pages=_parse_number("max_pages", given.get("max_pages", str(DEFAULT_MAX_PAGES))),
        max_depth=_parse_number("max_depth", given.get("max_depth", str(DEFAULT_MAX_DEPTH))),
        max_pagination=_parse_number("max_pagination", given.get("max_pagination", str(DEFAULT_MAX_PAGINATION))),
        max_query_variants=_parse_number("max_query_variants", given.get("max_query_variants", str(DEFAULT_MAX_QUERY_VARIANTS))),
        sitemaps=_parse_word("sitemaps", given.get("sitemaps", UseSitemaps.AUTO.value), UseSitemaps),
        shard=_parse_shard(given.get("shard"), is_list=bool(known or seeds) and not has_queue),
        processes=_parse_processes(given.get("processes", str(DEFAULT_PROCESSES)), is_list=bool(seeds) and not has_queue),
        wait=_parse_wait(given.get("wait"), has_queue=has_queue),
        coverage=_parse_file_name("coverage", given.get("coverage")),
        profile_pages=_parse_number("profile_pages", given.get("profile_pages", str(DEFAULT_PROFILE_PAGES))),
        aliases=_parse_aliases(given.get("aliases", ""), targets),
        shorteners=_parse_parts("shorteners", given.get("shorteners", "")),
        columns=parse_columns(given.get("columns", "")),
        trusted=tuple(_parse_list_or_seed("trusted", name, is_file) for name in _split(given.get("trusted", ""))),
        known=known,
        column_map=parse_map(given.get("map", "")),
        strict=_parse_word("strict", given.get("strict", "false"), _Switch) is _Switch.TRUE,
        recheck=parse_recheck(given.get("recheck", "")),
        texts={**seeds_text, **{name: text for name, text in given.items() if not name.startswith("_")}},
    )


def check_names(given: Iterable[str], names: Sequence[str]) -> None:
    """Raise ArgumentError for an argument that is not one of `names`; those of Scrapyd begin with `_`."""
    for name in given:
        if name not in names and not name.startswith("_"):
            raise ArgumentError(_unknown(name, names))


def _unknown(name: str, names: Sequence[str]) -> str:
    if name in _RENAMED:
        return f"argument '{name}' is now called '{_RENAMED[name]}'"
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the arguments are {', '.join(names)}"
    return f"unknown argument '{name}': {hint}"


def parse_targets(text: str, scope: str = "") -> tuple[Target, ...]:
    """The targets that a text names, comma-separated. Raises ArgumentError."""
    names = _split(text)
    if not names:
        raise ArgumentError("no target: say what to find links to, for example -a target=example.com")
    forced = _parse_word("scope", scope, Scope) if scope else None
    return tuple(dict.fromkeys(parse_target(name, forced) for name in names))


def _parse_seeds(text: str | None, is_file: Callable[[str], bool]) -> tuple[Seed | SeedFile | NamedList | QueueUrl, ...]:
    if text is None:
        return ()
    names = _split(text)
    if any(is_queue_url(name) for name in names):
        # The whole text: a comma in it is a mistake, and a message about one part could show half a password.
        return (parse_queue_url(text.strip(_AROUND)),)
    if not names:
        raise ArgumentError("seeds is empty: give domains, URLs or a list file, or omit it to start at the target's own site")
    return tuple(_parse_list_or_seed("seeds", name, is_file) for name in names)


def _parse_list_or_seed(argument: str, name: str, is_file: Callable[[str], bool]) -> Seed | SeedFile | NamedList:
    if (named := _NAMED_LIST.match(name)) is not None:
        return _parse_named_list(argument, named[1])
    if not _WEB_ADDRESS.match(name) and (_LIST_FILE.match(name) or is_file(name)):
        return SeedFile(name)
    try:
        return parse_seed(name)
    except SeedError as error:
        if has_doubled_scheme(name):
            raise ArgumentError(f"{argument}: {error}") from None
        raise ArgumentError(
            f"{argument}: {error}, nor the file of a list (.txt, .csv, .xlsx …, or a path such as ./{strip_credentials(name)})"
        ) from None


def _parse_known(name: str) -> SeedFile | NamedList:
    named = _NAMED_LIST.match(name)
    if named is not None:
        return _parse_named_list("known", named[1])
    if is_queue_url(name):
        raise ArgumentError(
            "known links come from files: their rows are written in the order of the list, when all of its pages are read; "
            "divide a list among several crawls with -a shard=0/2 and -a shard=1/2, then merge their tables"
        )
    return SeedFile(name)


def _parse_named_list(argument: str, name: str) -> NamedList:
    if not _LIST_NAME.match(name):
        raise ArgumentError(f"{argument} 'list:{name}' must be the name of a list, such as list:partners, never a path")
    return NamedList(name)


def _parse_aliases(text: str, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    aliases = _parse_parts("aliases", text)
    if aliases and len(targets) > 1:
        raise ArgumentError("aliases need a single target: give one target, or run one crawl for each")
    return aliases


def _parse_parts(argument: str, text: str) -> tuple[Target, ...]:
    """Parse an argument whose values are written like targets."""
    try:
        return tuple(parse_target(name, None) for name in _split(text))
    except ArgumentError as error:
        raise ArgumentError(f"{argument}: {str(error).removeprefix('target ')}") from None


def parse_keep(text: str, argument: str = "keep") -> frozenset[Relation]:
    """The relations that a text names, comma-separated, or all. Raises ArgumentError."""
    names = [name.lower() for name in _split(text)]
    if names == ["all"]:
        return frozenset(Relation)
    if "all" in names:
        raise ArgumentError(f"{argument}=all means every relation: remove the others")
    known = {relation.value: relation for relation in Relation}
    for name in names:
        if name not in known:
            raise ArgumentError(f"{argument} '{name}' must be one of {_words(Relation)}, or all")
    if not names:
        raise ArgumentError(f"{argument} is empty: give one or more of {_words(Relation)}, or all")
    return frozenset(known[name] for name in names)


def _parse_word(name: str, text: str, choices: type[_Word]) -> _Word:
    try:
        return choices(text.strip().lower())
    except ValueError:
        raise ArgumentError(f"{name} '{text}' must be one of {_words(choices)}") from None


def _parse_number(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        raise ArgumentError(f"{name} '{text}' must be a whole number from 0 to 999999999")
    return int(text)


def _parse_wait(text: str | None, *, has_queue: bool) -> bool:
    if text is not None and not has_queue:
        raise ArgumentError("wait needs a seed queue: pass -a seeds=redis://host:port/0/name")
    return _parse_word("wait", text or "false", _Switch) is _Switch.TRUE


def _parse_shard(text: str | None, *, is_list: bool) -> Shard:
    if text is None:
        return EVERYTHING
    shard = re.fullmatch(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*", text, re.ASCII)
    if shard is None or int(shard[1]) >= int(shard[2]):
        raise ArgumentError(f"shard '{text}' must be a number from 0 and the number of shards, such as 0/2 or 1/2")
    if not is_list:
        raise ArgumentError("shard divides a seed list among several crawls: pass -a seeds=sites.txt; a queue needs no shard")
    return Shard(int(shard[1]), int(shard[2]))


def _parse_processes(text: str, *, is_list: bool) -> int:
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII) or not 1 <= int(text) <= _PROCESSES_MAXIMUM:
        raise ArgumentError(f"processes '{text}' must be a whole number from 1 to {_PROCESSES_MAXIMUM}")
    if int(text) > 1 and not is_list:
        raise ArgumentError(
            "processes share the sites of a seed list: pass -a seeds=sites.txt; with a queue, start several workers"
        )
    return int(text)


def _parse_file_name(name: str, text: str | None) -> str | None:
    """A file name without a folder: arguments may come from a server's users, who must not choose where files are written."""
    if text is not None and not _FILE_NAME.match(text):
        raise ArgumentError(f"{name} '{text}' must be a file name without a folder, such as {name}.csv or {name}.jsonl")
    return text


def _split(text: str) -> list[str]:
    return [part for piece in text.split(",") if (part := piece.strip(_AROUND))]


def _words(choices: type[Enum]) -> str:
    return ", ".join(str(choice.value) for choice in choices)
