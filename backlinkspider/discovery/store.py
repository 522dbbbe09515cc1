"""Merges the candidates of all sources, for more candidates than fit in memory."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backlinkspider.core.candidates.candidate import Candidate, Level
from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR
from backlinkspider.items import Cell

MAXIMUM_NAMES = 62
"""Sources and targets, each: the bits of one SQLite integer."""

_EVIDENCE_MAXIMUM = 5
"""Pieces of evidence that a candidate keeps."""

_LEVELS = tuple(Level)

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
PRAGMA temp_store = FILE;
CREATE TABLE candidates (
    key TEXT PRIMARY KEY, spelling TEXT, candidate TEXT, domain TEXT, level INTEGER, sources INTEGER, targets INTEGER,
    target_url TEXT, anchor TEXT, first_seen TEXT, last_seen TEXT, hits INTEGER,
    harmonic INTEGER, pagerank INTEGER, hosts INTEGER, evidence TEXT
) WITHOUT ROWID;
BEGIN;
"""

_EXTREMES = {"target_url": "min", "anchor": "min", "first_seen": "min", "last_seen": "max", "harmonic": "min"} | {
    "pagerank": "min",
    "hosts": "max",
}
"""Columns of which one value stays, whatever the order in which sources are read; one that is not known gives way."""

_KEEP_EXTREMES = ", ".join(
    f"{name} = {pick}(ifnull({name}, excluded.{name}), ifnull(excluded.{name}, {name}))" for name, pick in _EXTREMES.items()
)

_ADD = f"""
INSERT INTO candidates VALUES ({", ".join("?" * 16)})
ON CONFLICT (key) DO UPDATE SET
    candidate = CASE WHEN excluded.spelling < spelling THEN excluded.candidate ELSE candidate END,
    spelling = min(spelling, excluded.spelling),
    level = min(level, excluded.level),
    sources = sources | excluded.sources,
    targets = targets | excluded.targets,
    hits = CASE WHEN hits IS NULL AND excluded.hits IS NULL THEN NULL ELSE ifnull(hits, 0) + ifnull(excluded.hits, 0) END,
    evidence = join_evidence(evidence, excluded.evidence),
    {_KEEP_EXTREMES}
"""  # noqa: S608 - the names stand above

_ORDER = "level, bit_count(sources) DESC, harmonic IS NULL, harmonic, key"
_GAP_ORDER = f"evidence LIKE '%hub: %', bit_count(targets) DESC, {_ORDER}"


class SourceCounts(NamedTuple):
    """What one source gave."""

    candidates: int
    domains: int
    only_here: int
    """Candidates that no other source named."""


class CandidateStore:
    """The candidates of all sources in a temporary file that SQLite deletes by itself. Sources may add from several threads.

    Raises sqlite3.Error.
    """

    def __init__(self, sources: Sequence[str], targets: Sequence[str]) -> None:
        self._sources = tuple(sources)
        self._targets = tuple(targets)
        self._lock = threading.Lock()
        # A database without a name spills to the disk and is deleted when it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.create_function("bit_count", 1, int.bit_count, deterministic=True)
        self._database.create_function("join_evidence", 2, _join_evidence, deterministic=True)
        self._database.executescript(_SCHEMA)

    def add(self, source: str, candidates: Iterable[Candidate]) -> None:
        bit = 1 << self._sources.index(source)
        rows = [self._row_of(candidate, bit) for candidate in candidates]
        with self._lock:
            self._database.executemany(_ADD, rows)

    def count(self, source: str) -> SourceCounts:
        bit = 1 << self._sources.index(source)
        query = "SELECT count(*), count(DISTINCT domain), ifnull(sum(sources = ?1), 0) FROM candidates WHERE sources & ?1"
        return SourceCounts(*self._database.execute(query, (bit,)).fetchone())

    def count_all(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM candidates").fetchone()[0])

    def platforms(self) -> list[str]:
        """Return the names under which others have their sites, and which are not places to look at."""
        query = "SELECT candidate FROM candidates WHERE level = ? ORDER BY harmonic IS NULL, harmonic, key"
        return [name for (name,) in self._database.execute(query, (_LEVELS.index(Level.PLATFORM),))]

    def rows(self, *, maximum: int | None = None) -> Iterator[tuple[Cell, ...]]:
        """Yield the candidates by `CANDIDATE_COLUMNS`: pages first, then by number of sources, then by rank."""
        return self._select(_ORDER, "level < 3", maximum)

    def gap_rows(self, ours: str, *, maximum: int | None = None) -> Iterator[tuple[Cell, ...]]:
        """Yield the candidates whose domain links to rivals and, as far as any source knows, not to `ours`.

        The ones that link to most rivals come first; hubs, which link to everybody, last.
        """
        bit = 1 << self._targets.index(ours)
        condition = f"level < 3 AND targets & ~{bit} AND domain NOT IN (SELECT domain FROM candidates WHERE targets & {bit})"  # noqa: S608
        return self._select(_GAP_ORDER, condition, maximum)

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()

    def _select(self, order: str, condition: str, maximum: int | None) -> Iterator[tuple[Cell, ...]]:
        limit = -1 if maximum is None else maximum
        query = f"SELECT * FROM candidates WHERE {condition} ORDER BY {order} LIMIT {limit}"  # noqa: S608 - no text of a user
        return map(self._cells_of, self._database.execute(query))

    def _row_of(self, candidate: Candidate, source: int) -> tuple[Cell, ...]:
        name = candidate.candidate
        return (
            candidate.key,
            # Of several spellings the one over https is shown, then the shortest.
            f"{0 if name.startswith('https') else 1}{len(name):06}{name}",
            name,
            candidate.domain,
            _LEVELS.index(candidate.level),
            source,
            sum(1 << self._targets.index(target) for target in candidate.targets),
            candidate.target_url,
            candidate.anchor,
            candidate.first_seen,
            candidate.last_seen,
            candidate.hits,
            candidate.harmonic_position,
            candidate.pagerank_position,
            candidate.hosts,
            candidate.evidence,
        )

    def _cells_of(self, row: Sequence[Cell]) -> tuple[Cell, ...]:
        _, _, candidate, domain, level, sources, targets, target_url, anchor, *seen, harmonic, pagerank, hosts, evidence = row
        assert isinstance(level, int)
        assert isinstance(sources, int)
        assert isinstance(targets, int)
        return (
            candidate,
            domain,
            _LEVELS[level],
            _named(self._targets, targets),
            target_url,
            anchor,
            _named(self._sources, sources),
            sources.bit_count(),
            *seen,
            harmonic,
            pagerank,
            hosts,
            # Where no source says to which target a place links, that it links to none is not known either.
            targets.bit_count() or None,
            evidence,
        )


def _named(names: Sequence[str], bits: int) -> tuple[str, ...] | None:
    return tuple(name for number, name in enumerate(names) if bits >> number & 1) or None


def _join_evidence(known: str | None, more: str | None) -> str | None:
    """The pieces of both, each once, in order: the result does not depend on which source is read first."""
    if known is None or more is None or known == more:
        return known or more
    pieces = sorted({*known.split(LIST_SEPARATOR), *more.split(LIST_SEPARATOR)})
    return LIST_SEPARATOR.join(pieces[:_EVIDENCE_MAXIMUM])
