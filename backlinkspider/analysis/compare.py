"""Compares two feeds link by link: what is new, what changed, what is gone, and what was only not seen this time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path
from typing import NamedTuple

from backlinkspider.analysis.link_store import LinkStore, StoredLink, link_key
from backlinkspider.analysis.seed_coverage import CoverageOfSeeds
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS, changed_columns, shown_value
from backlinkspider.core.rows.csv_cells import PLAIN_CSV, CsvDialect
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.latest_pages import LatestFetches, PageFetch, page_fetch
from backlinkspider.feeds.reader import FeedFile, OnBadLine
from backlinkspider.feeds.row_writer import FeedColumns, encode_rows
from backlinkspider.items import Cell

_KINDS_MAXIMUM = 10_000
"""Pairs of relation and target that are remembered of a feed."""


class Change(StrEnum):
    """What became of a link from one feed to the next."""

    NEW = "new"
    """Only the newer feed has it."""
    GONE = "gone"
    """Only the older feed has it, and its page, or all of its site, was read since."""
    CHANGED = "changed"
    """Both have it, and something about it differs: the column `changed` says what."""
    NOT_SEEN = "not_seen"
    """Only the older feed has it, and nothing shows that its page was read since: `evidence` says why."""


class Evidence(StrEnum):
    """Why a link that is not in the newer feed is gone, or is not called so; it may be an outcome of the coverage file too."""

    PAGE_READ = "page_read"
    """Gone: the newer feed has other links of this page."""
    SITE_READ = "site_read"
    """Gone: by the coverage file every page that was found on the site was read. A page that nothing links to any more is not
    found."""
    LOST = "lost"
    """Gone: the monitor found it lost."""
    NO_COVERAGE = "no_coverage"
    """Not seen: no coverage file was given that could say whether the page was read."""
    SEED_NOT_ASKED = "seed_not_asked"
    """Not seen: the coverage file does not know the seed from which the page was reached."""
    UNREADABLE_LINES = "unreadable_lines"
    """Not seen: the newer feed has lines that are not rows, and the link may be one of them."""
    OTHER_RELATION = "other_relation"
    """Not seen: the newer feed has no link of this relation to this target, and may not have been asked for any."""


@dataclass(frozen=True)
class ComparisonRequest:
    """Which feeds to compare, and how."""

    old: FeedFile
    new: FeedFile
    coverage: Sequence[str] = ()
    """Coverage files of the newer crawl."""
    watched: Sequence[str] = WATCHED_COLUMNS
    """The columns whose change counts."""


@dataclass
class ComparisonCounts:
    """Counts of links."""

    changes: Counter[str] = field(default_factory=Counter)
    evidence: Counter[str] = field(default_factory=Counter)
    same: int = 0
    bad_lines: int = 0

    @property
    def are_same(self) -> bool:
        return not self.changes


def compare_feeds(
    request: ComparisonRequest, output: str | None, on_bad_line: OnBadLine, *, dialect: CsvDialect = PLAIN_CSV
) -> ComparisonCounts:
    """Write one row a link that differs: those of the newer feed in its order, then those that only the older one has.

    Memory: a byte for each row, and the caches of the temporary files. Raises FeedError, OSError, sqlite3.Error.
    """
    with open_comparison(request, on_bad_line) as comparison:
        if output is None:
            for _ in comparison.rows():
                pass
            return comparison.counts
        with atomic_write(Path(output)) as file:
            for line in encode_rows(comparison.rows(), comparison.columns, output, dialect):
                file.write(line)
    return comparison.counts


@contextmanager
def open_comparison(request: ComparisonRequest, on_bad_line: OnBadLine) -> Iterator[Comparison]:
    """Read both feeds, for as long as the context lasts. Raises FeedError, OSError, sqlite3.Error."""
    with ExitStack() as stack:
        comparison = Comparison(request, on_bad_line, stack)
        comparison.read_feeds()
        yield comparison


_FIRST = ("change", "changed")
_LAST = ("evidence", "before")
_ADDED = frozenset({*_FIRST, *_LAST})


class _Presence(Enum):
    """Whether a row says that its link is there. Only rows of the monitor may say that it is not."""

    PRESENT = 1
    ABSENT = 2
    UNKNOWN = 3


_PRESENCE = {"lost": _Presence.ABSENT, "missing": _Presence.UNKNOWN, "unchecked": _Presence.UNKNOWN}


def _presence_of(row: FeedRow) -> _Presence:
    return _PRESENCE.get(str(row.get("status")), _Presence.PRESENT)


class _Row(NamedTuple):
    number: int
    row: FeedRow
    fetch: PageFetch

    @property
    def link(self) -> bytes:
        """See `link_key`."""
        return link_key(self.row, self.fetch)


class _Side:
    """One of the two feeds: its rows, and which of them are of the latest fetch of their page."""

    def __init__(self, feed: FeedFile, first: FeedRow, *, has_targets: bool, stack: ExitStack) -> None:
        self._feed = feed
        self._has_targets = has_targets
        # The monitor writes one row a known link, whenever its page was read: all are of one fetch.
        self._is_monitored = "status" in first
        self._pages = stack.enter_context(closing(LatestFetches()))
        self._rows = 0
        self.bad_lines = 0
        self.kinds: set[tuple[object, bytes]] = set()
        """The relations and targets of its rows."""

    def index(self, columns: FeedColumns, on_bad_line: OnBadLine) -> Iterator[_Row]:
        """Yield every row, and remember its page and kind."""
        for line in self._feed.rows():
            if isinstance(line, BadLine):
                self.bad_lines += 1
                on_bad_line(self._feed, line)
                continue
            columns.add(line, self._feed)
            row = self._identified(self._rows, line)
            self._rows += 1
            self._pages.add(row.fetch)
            if len(self.kinds) < _KINDS_MAXIMUM:
                self.kinds.add((line.get("relation"), row.fetch.target))
            yield row

    def latest_rows(self) -> Iterator[_Row]:
        """Yield the rows of the latest fetch of each page, once the feed is indexed. Raises FeedError."""
        number = 0
        for line in self._feed.rows():
            if isinstance(line, BadLine):
                continue
            row = self._identified(number, line)
            number += 1
            if self.is_latest(row.fetch):
                yield row
        if number != self._rows:
            raise FeedError(f"feed '{self._feed.path}' changed while it was read; compare again when nothing writes to it")

    def is_latest(self, fetch: PageFetch) -> bool:
        return self._pages.is_latest(fetch)

    def has_page(self, fetch: PageFetch) -> bool:
        """Return whether it has a row of the page for the target."""
        return self._pages.has_page(fetch)

    def may_have(self, row: _Row) -> bool:
        """Return whether it would have a link that the crawl had seen: it has links of that relation to that target."""
        kind = (row.row.get("relation"), row.fetch.target)
        return kind in self.kinds if self._rows else kind[0] in (None, Relation.BACKLINK.value)

    def _identified(self, number: int, row: FeedRow) -> _Row:
        fetch = page_fetch(row if self._has_targets else {**row, "target": None}, 0)
        if self._is_monitored:
            fetch = fetch._replace(fetch=b"")
        return _Row(number, row, fetch)


class Comparison:
    """The comparison of two feeds, pass by pass. `open_comparison` makes it."""

    def __init__(self, request: ComparisonRequest, on_bad_line: OnBadLine, stack: ExitStack) -> None:
        self.counts = ComparisonCounts()
        self._columns = FeedColumns()
        self._watched = tuple(request.watched)
        self._on_bad_line = on_bad_line
        self._store = stack.enter_context(closing(LinkStore()))
        self._coverage = stack.enter_context(closing(CoverageOfSeeds()))
        for path in request.coverage:
            self._coverage.read(path)
        feeds = (request.old, request.new)
        firsts = [next((row for row in feed.rows() if not isinstance(row, BadLine)), {}) for feed in feeds]
        # A link that the monitor did not find has no target.
        has_targets = all("target" in first and "status" not in first for first in firsts if first)
        self._old, self._new = (
            _Side(feed, first, has_targets=has_targets, stack=stack) for feed, first in zip(feeds, firsts, strict=True)
        )
        self._is_matched = bytearray()

    def read_feeds(self) -> None:
        """Read the older feed into the store, and the pages of the newer one."""
        kept = frozenset({*self._watched, "status"})
        for row in self._old.index(self._columns, self._on_bad_line):
            cells = {column: value for column, value in row.row.items() if column in kept}
            self._store.add(row.number, row.link, row.fetch.fetch, cells)
            self._is_matched.append(0)
        for _ in self._new.index(self._columns, self._on_bad_line):
            pass
        self.counts.bad_lines = self._old.bad_lines + self._new.bad_lines

    @property
    def columns(self) -> list[str]:
        return [*_FIRST, *(column for column in self._columns.in_order() if column not in _ADDED), *_LAST]

    def rows(self) -> Iterator[FeedRow]:
        for row in self._new.latest_rows():
            yield from self._compare(row)
        for row in self._old.latest_rows():
            if not self._is_matched[row.number] and _presence_of(row.row) is not _Presence.ABSENT:
                why_unread = self._why_unread(row)
                change = Change.GONE if why_unread is None else Change.NOT_SEEN
                read = Evidence.PAGE_READ if self._new.has_page(row.fetch) else Evidence.SITE_READ
                yield self._differing(row.row, change, evidence=why_unread or read)

    def _compare(self, new: _Row) -> Iterator[FeedRow]:
        """Yield the row of the newer feed if it differs from that of the older one."""
        found = next((old for old in self._store.find_next(new.link) if self._is_latest_of_old(new, old)), None)
        cells = self._store.cells_of(found.number) if found is not None else None
        if found is not None:
            self._is_matched[found.number] = 1
        presence = _presence_of(new.row)
        was = _presence_of(cells) if cells is not None else _Presence.ABSENT
        if cells is None or was is _Presence.ABSENT:
            if presence is _Presence.PRESENT:
                yield self._differing(new.row, Change.NEW)
        elif presence is _Presence.ABSENT:
            yield self._differing(new.row, Change.GONE, evidence=Evidence.LOST)
        elif presence is _Presence.UNKNOWN and was is _Presence.PRESENT:
            yield self._differing(new.row, Change.NOT_SEEN, evidence=new.row.get("status_reason") or new.row.get("status"))
        elif presence is _Presence.PRESENT and (changed := changed_columns(cells, new.row, self._watched)):
            before = tuple(f"{column}: {shown_value(cells[column])}" for column in changed)
            yield self._differing(new.row, Change.CHANGED, changed=changed, before=before)
        else:
            self.counts.same += 1

    def _is_latest_of_old(self, new: _Row, old: StoredLink) -> bool:
        return self._old.is_latest(new.fetch._replace(fetch=old.fetch))

    def _why_unread(self, row: _Row) -> Cell:
        """Return why a link that only the older feed has is not proven to be gone; None where it is."""
        if self._new.bad_lines:
            return Evidence.UNREADABLE_LINES.value
        if not self._new.may_have(row):
            return Evidence.OTHER_RELATION.value
        if self._new.has_page(row.fetch):
            return None
        return self._coverage.why_unread(row.row.get("seed"), row.row.get("depth"))

    def _differing(
        self,
        row: FeedRow,
        change: Change,
        *,
        changed: tuple[str, ...] | None = None,
        evidence: Cell = None,
        before: tuple[str, ...] | None = None,
    ) -> FeedRow:
        said = str(evidence) if evidence is not None else None
        self.counts.changes[change.value] += 1
        if said is not None:
            self.counts.evidence[said] += 1
        return {**row, "change": change.value, "changed": changed, "evidence": said, "before": before}
