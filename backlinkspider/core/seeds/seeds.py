"""Texts, lists and exports of other tools to seeds: where a crawl starts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from backlinkspider.core.exceptions import SeedError, SeedListError
from backlinkspider.core.seeds.sitemaps import is_sitemap, read_entries
from backlinkspider.core.text import escape_control_characters, truncate_for_message
from backlinkspider.core.urls.canonicalize import absolute_url, has_doubled_scheme, host_of, strip_credentials
from backlinkspider.core.urls.domains import is_host_name, is_ip_address

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")
_COMMENT = re.compile(r"(?:^|\s)#.*")

_SOURCE_COLUMNS = (
    "url_from",
    "candidate",
    "referring page url",
    "source url",
    "sourceurl",
    "linking page",
    "source",
    "url",
    "address",
    "seed",
    "site",
    "domain_from",
    "referring domain",
    "source domain",
    "root domain",
    "domain",
    "website",
    "page",
)
"""Headers of the column that holds the linking page or site, the better ones first: ours, Ahrefs, Semrush, Majestic and Bing,
Search Console, Screaming Frog (https://docs.dataforseo.com/v3/backlinks/backlinks/live/ has ours)."""

_OWN_PAGES_COLUMNS = frozenset({"target page", "top linked pages"})
"""Headers of Search Console's list of the user's own pages, which says nothing about who links to them."""

_URL_MAXIMUM = 8_000
"""Characters of a seed; servers take no longer ones."""

_SEED_MAXIMUM = 2_000
"""Characters of a seed that a row shows."""


@dataclass(frozen=True)
class Seed:
    """Where to start on one site."""

    text: str
    """As the user wrote it."""
    urls: tuple[str, ...]
    """The addresses to try, in this order, until one answers: of a bare domain https, then http."""


@dataclass(frozen=True)
class BadLine:
    """A line of a list or feed that cannot be used."""

    number: int
    """From 1."""
    problem: str


def parse_seed(text: str) -> Seed:
    """The seed that a domain or an http(s) URL names. Raises SeedError.

    >>> parse_seed("example.com").urls
    ('https://example.com/', 'http://example.com/')
    >>> parse_seed("http://example.com/blog").urls
    ('http://example.com/blog',)
    """
    named = text.strip()
    scheme = _SCHEME.match(named)
    candidates = (named,) if scheme else (f"https://{named}", f"http://{named}")
    urls = tuple(url for candidate in candidates if (url := absolute_url(candidate, "http://x/")) is not None)
    # An e-mail address is shown as it is, a password is not.
    said = truncate_for_message(strip_credentials(named) if ":" in named else named)
    if any(len(url) > _URL_MAXIMUM for url in urls):
        raise SeedError(f"'{said}' has more than {_URL_MAXIMUM} characters")
    if not urls or re.search(r"\s", named) or named.startswith(("/", ".", "#")) or (not scheme and "@" in named):
        raise SeedError(f"'{said}' is not a domain or an http(s) address")
    if has_doubled_scheme(named):
        raise SeedError(f"'{said}' has its scheme twice; remove one")
    host = host_of(urls[0])
    if is_ip_address(host) and not scheme and not named.startswith((host, "[")):
        raise SeedError(f"'{said}' is a number, not a domain or an http(s) address")
    is_name = is_host_name(host) and (scheme is not None or "." in host)
    if not is_name and not is_ip_address(host):
        raise SeedError(f"'{said}' is not a domain or an http(s) address")
    return Seed(escape_control_characters(strip_credentials(named))[:_SEED_MAXIMUM], urls)


def site_seed(host: str) -> Seed:
    """The seed that a normalized host is: its home page over https, then http."""
    return Seed(host, (f"https://{host}/", f"http://{host}/"))


def parse_seed_list(lines: Iterable[str]) -> Iterator[Seed | BadLine]:
    """The seeds of a list and its bad lines, read lazily.

    A list is text, one seed a line with `#` comments, or CSV / TSV, known by its header or, where the header is in an
    unknown language, by the first column that holds seeds, or a sitemap or feed. Raises SeedListError for a list that cannot
    name seeds.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    first = next(((number, line) for number, line in numbered if not line.lstrip().startswith("#")), None)
    if first is None:
        return
    _, line = first
    rest = chain([first], numbered)
    if line.lstrip().startswith("<"):
        yield from _read_markup(rest)
    elif (delimiter := _delimiter_of(line)) is None:
        yield from _read_text(rest)
    elif _is_row_of_domains(line.strip().split(delimiter)):
        yield from _read_text((number, cell) for number, row in rest for cell in _COMMENT.sub("", row).split(delimiter))
    else:
        yield from _read_table(rest, delimiter)


def list_encoding(head: bytes) -> str:
    """The encoding of a seed list whose first bytes are `head`. Raises SeedListError for what is no text."""
    if not head.strip():
        raise SeedListError("it is empty")
    if head.startswith(b"PK\x03\x04"):
        raise SeedListError("it is a spreadsheet or zip file; save the sheet as CSV")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head or head.startswith((b"%PDF", b"\x1f\x8b")):
        raise SeedListError("it is binary, not a list in text, CSV or XML")
    return "utf-8-sig"


def _read_text(lines: Iterable[tuple[int, str]]) -> Iterator[Seed | BadLine]:
    for number, line in lines:
        text = _COMMENT.sub("", line.strip())
        if text and not (number == 1 and text.casefold() in _SOURCE_COLUMNS):
            yield _seed_or_bad_line(number, text)


def _read_table(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[Seed | BadLine]:
    record = _RecordLines(lines)
    table = csv.reader(record, delimiter=delimiter, strict=True)
    column: int | None = None
    is_header = True
    while True:
        try:
            cells = _next_cells(table, record, delimiter)
        except csv.Error as error:
            yield BadLine(record.last_number, f"not readable as CSV ({error})")
            continue
        if cells is None:
            return
        if is_header:
            is_header = False
            column = _source_column(cells)
            if column is not None:
                continue
        if column is None:
            column = _first_column_of_seeds(cells)
        if column is None:
            if record.last_number > 1:
                yield BadLine(record.last_number, "no column of it holds a domain or an http(s) address")
            continue
        yield _seed_or_bad_line(record.last_number, cells[column] if column < len(cells) else "")


class _RecordLines:
    """Lines for a CSV reader, with those that its record is made of.

    Where a cell was seen to go on without an end, the lines that it went through are no part of a cell that began before them:
    to go through them again for each would take a time that grows with the square of the list.
    """

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self._given_back: list[tuple[int, str]] = []
        self._record: list[tuple[int, str]] = []
        self._endless_until = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.pop() if self._given_back else next(self._lines)
        if self._record and line[0] <= self._endless_until:
            self._given_back.append(line)
            raise StopIteration
        self._record.append(line)
        return line[1]

    @property
    def last_number(self) -> int:
        """The number of the line at which the record ends."""
        return self._record[-1][0]

    def begin(self) -> None:
        """Another record begins."""
        self._record = []

    def end_at_once(self) -> str:
        """The first line, which is made the record; those behind it are the next to be read."""
        if len(self._record) > 1:
            self._endless_until = self.last_number
        self._given_back += reversed(self._record[1:])
        del self._record[1:]
        return self._record[0][1]


def _next_cells(table: Iterator[list[str]], record: _RecordLines, delimiter: str) -> list[str] | None:
    """The cells of the next record; None at the end. Raises csv.Error.

    A cell that opens a quotation mark and never closes it takes no lines behind it.
    """
    record.begin()
    try:
        return next(table, None)
    except csv.Error:
        return next(csv.reader([record.end_at_once()], delimiter=delimiter))


def _read_markup(lines: Iterable[tuple[int, str]]) -> Iterator[Seed | BadLine]:
    numbers, texts = zip(*lines, strict=True)
    text = "".join(texts)
    if not is_sitemap(text):
        raise SeedListError("it is markup, but neither a sitemap nor a feed")
    for entry in read_entries(text):
        yield _seed_or_bad_line(numbers[entry.line - 1], entry.href)


def _source_column(header: list[str]) -> int | None:
    names = [cell.strip().casefold() for cell in header]
    column = next((names.index(name) for name in _SOURCE_COLUMNS if name in names), None)
    if column is None and not _OWN_PAGES_COLUMNS.isdisjoint(names):
        raise SeedListError(
            "it lists your own pages (column 'Target page'), not who links to them; export the linking pages or sites instead"
        )
    return column


def _first_column_of_seeds(cells: list[str]) -> int | None:
    for column, cell in enumerate(cells):
        try:
            parse_seed(cell)
        except SeedError:
            continue
        return column
    return None


def _is_row_of_domains(cells: list[str]) -> bool:
    """Whether a line is no row of a table but several seeds: bare domains, one beside the other."""
    return all("." in cell and "/" not in cell and isinstance(_seed_or_bad_line(1, cell), Seed) for cell in cells if cell.strip())


def _seed_or_bad_line(number: int, text: str) -> Seed | BadLine:
    try:
        return parse_seed(text)
    except SeedError as error:
        return BadLine(number, str(error))


def _delimiter_of(line: str) -> str | None:
    counts = {delimiter: line.count(delimiter) for delimiter in ("\t", ",", ";")}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    # A comma or semicolon in the path of an address makes no table.
    is_address = "://" in line and best != "\t" and counts[best] == 1 and not re.search(r'[\s"]', line.strip())
    return best if counts[best] and not is_address else None
