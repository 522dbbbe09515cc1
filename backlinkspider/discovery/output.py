"""Writes the candidates and what each source gave, as CSV or JSON lines, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from backlinkspider.core.candidates.columns import CANDIDATE_COLUMNS, SOURCE_COLUMNS
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.discovery.source import Source
from backlinkspider.discovery.store import CandidateStore
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.items import Cell

ENDINGS = (".csv", ".jsonl")
_ROWS_AT_ONCE = 1_000


def write_candidates(path: Path, rows: Iterable[Sequence[Cell]]) -> int:
    """Write candidates; return how many. Raises OSError."""
    return _write_table(path, CANDIDATE_COLUMNS, rows)


def write_sources(path: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """Write one row a source. Raises OSError."""
    _write_table(path, SOURCE_COLUMNS, rows)


def source_rows(sources: Iterable[Source], store: CandidateStore) -> Iterator[tuple[Cell, ...]]:
    """Yield what each source gave, by `SOURCE_COLUMNS`."""
    union = store.count_all()
    for source in sources:
        counts, report = store.count(source.name), source.report
        share = round(counts.candidates / union, 4) if union else None
        read_at = report.read_at.strftime("%Y-%m-%dT%H:%M:%SZ") if report.read_at is not None else None
        yield source.name, *counts, share, report.complete.value, read_at, report.note or None


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    count = 0
    remaining = iter(rows)
    with atomic_write(path) as file:
        if path.suffix == ".csv":
            file.write(BYTE_ORDER_MARK + encode_csv([columns]))
        while some := list(islice(remaining, _ROWS_AT_ONCE)):
            count += len(some)
            file.write(encode_csv(some) if path.suffix == ".csv" else _json_lines(columns, some))
    return count


def _json_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    return b"".join(encode_json(dict(zip(columns, row, strict=True))) + b"\n" for row in rows)
