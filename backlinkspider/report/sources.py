"""Find the files that make up a report, and tell what each of them is."""

from __future__ import annotations

import csv
import glob
import gzip
import zlib
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec

from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.rows.csv_cells import unescape_formula
from backlinkspider.core.text import truncate_for_message
from backlinkspider.feeds.line_reader import LINE_MAXIMUM
from backlinkspider.feeds.reader import feed_error, file_identity
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.report.columns import CANDIDATE_TYPES

JSON_ENDINGS = (".jsonl", ".jl", ".jsonlines")
ENDINGS = (".csv", ".json", ".parquet", *JSON_ENDINGS)
DELIMITERS = ",;\t|"

_GZIP = ".gz"
_HEADER_MAXIMUM = 1024 * 1024
_UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading a file may raise, one that is packed and torn included."""


class Form(Enum):
    """How the rows of a file are written."""

    CSV = "csv"
    JSON_LINES = "newline_delimited"
    JSON_ARRAY = "array"
    PARQUET = "parquet"


class Source(NamedTuple):
    """A file that was found, and how to read it."""

    path: str
    form: Form
    is_coverage: bool = False
    columns: tuple[str, ...] = ()
    """The header of a CSV file; empty for the other forms."""
    delimiter: str = ","


def find_sources(patterns: Sequence[str]) -> list[Source]:
    """Return the files that the names and globs mean, each once, in their order. Raises FeedError, with the path."""
    found: dict[tuple[int, int], Source] = {}
    for path in (path for pattern in patterns for path in _expand(pattern)):
        identity = file_identity(path)
        if identity is None:
            raise feed_error(path, "there is no such file")
        if identity not in found:
            found[identity] = _recognise(path)
    return list(found.values())


def find_candidates(path: str) -> Source:
    """Tell the form of a list of candidates (`scrapy discover`). Raises FeedError, with the path."""
    if not path.endswith((".csv", *JSON_ENDINGS)):
        raise FeedError(f"candidates '{path}' must be named .csv or .jsonl, in lower case")
    if not Path(path).is_file():
        raise feed_error(path, "there is no such file")
    if not path.endswith(".csv"):
        return Source(path, Form.JSON_LINES, columns=tuple(CANDIDATE_TYPES))
    columns = _cells_of(_first_line(path).decode("utf-8", "replace"), ",")
    if not set(CANDIDATE_TYPES) <= set(columns):
        raise feed_error(path, "it is not a list of candidates, as scrapy discover writes it")
    _check_columns(path, columns)
    return Source(path, Form.CSV, columns=columns)


def _expand(pattern: str) -> list[str]:
    """Return the paths that a name means. The name of a file is itself, brackets and all."""
    if Path(pattern).exists() or not glob.has_magic(pattern):
        return [pattern]
    paths = sorted(path for path in glob.glob(pattern, recursive=True) if Path(path).is_file())  # noqa: PTH207 - it may be absolute
    if not paths:
        raise FeedError(f"feed '{pattern}' cannot be read: no file has a name like this")
    return paths


def _recognise(path: str) -> Source:
    """Tell the form of a file by its name, and by its first line whether it is coverage. Raises FeedError."""
    name = path.removesuffix(_GZIP)
    if not name.endswith(ENDINGS) or (name.endswith(".parquet") and name != path):
        raise FeedError(f"feed '{path}' must be named .csv, .jsonl, .json or .parquet, or .csv.gz or .jsonl.gz, in lower case")
    if not Path(path).is_file():
        raise feed_error(path, "it is a folder" if Path(path).is_dir() else "it is not a file that can be read twice")
    if name.endswith(".parquet"):
        return Source(path, Form.PARQUET)
    try:
        first = _first_line(path)
    except _UNREADABLE as error:
        raise feed_error(path, getattr(error, "strerror", None) or error) from None
    if name.endswith(".csv"):
        return _recognise_csv(path, first)
    if name.endswith(".json"):
        return Source(path, Form.JSON_ARRAY)
    return Source(path, Form.JSON_LINES, is_coverage=_is_coverage_row(first))


def _first_line(path: str) -> bytes:
    """Return the first line that is not blank, without the byte order mark; empty for an empty file."""
    with _opened(path) as file:
        while line := file.readline(_HEADER_MAXIMUM):
            if text := line.removeprefix(b"\xef\xbb\xbf").strip():
                return text
    return b""


def _is_coverage_row(line: bytes) -> bool:
    try:
        row = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and row.keys() == set(COVERAGE_COLUMNS)


def _recognise_csv(path: str, header: bytes) -> Source:
    text = header.decode("utf-8", "replace")
    if not text:
        return Source(path, Form.CSV)
    for delimiter in DELIMITERS:
        columns = _cells_of(text, delimiter)
        if "url_from" in columns or set(columns) == set(COVERAGE_COLUMNS):
            _check_columns(path, columns)
            return Source(path, Form.CSV, "url_from" not in columns, columns, delimiter)
    raise feed_error(path, f"its first line has no column url_from: {truncate_for_message(text)}")


def _cells_of(header: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(unescape_formula(cell) for cell in next(csv.reader([header], delimiter=delimiter, strict=True)))
    except csv.Error:
        return ()


def _check_columns(path: str, columns: Sequence[str]) -> None:
    repeated = next((column for column in columns if columns.count(column) > 1), None)
    if repeated is not None:
        raise feed_error(path, f"it has two columns named '{truncate_for_message(repeated)}'")


def count_lines(path: str) -> int:
    """Return how many lines of a file are not blank. Raises FeedError, with the path."""
    try:
        with _opened(path) as file:
            return sum(1 for line in iter(lambda: file.readline(LINE_MAXIMUM), b"") if not line.isspace())
    except _UNREADABLE as error:
        raise feed_error(path, getattr(error, "strerror", None) or error) from None


def _opened(path: str) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.endswith(_GZIP) else Path(path).open("rb")
