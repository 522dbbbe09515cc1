"""Read GDELT's Global Knowledge Graph 2.1: news articles with the links in their text.

The codebook: http://data.gdeltproject.org/documentation/GDELT-Global_Knowledge_Graph_Codebook-V2.1.pdf. Links are in the extras,
the last column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import unescape

from backlinkspider.core.mentions.mention import Mention

_COLUMNS = 27
_DATE, _COLLECTION, _ARTICLE, _EXTRAS = 1, 2, 4, 26
_WEB = b"1"

_BEGINNING = re.compile(rb"\d{14}-T?\d+\t")
_PAGE_LINKS = re.compile(rb"<PAGE_LINKS>(.*?)</PAGE_LINKS>", re.DOTALL)
_BETWEEN_LINKS = re.compile(r";\s*(?=https?://)")
"""A semicolon ends an HTML entity too (`&amp;`)."""

_QUARTER = timedelta(minutes=15)
_RECORD_MAXIMUM = 8 * 1024 * 1024


def file_names(first: datetime, end: datetime) -> Iterator[str]:
    """The files from a time up to another, two for each quarter of an hour: articles in English, and translated ones.

    >>> list(file_names(datetime(2026, 10, 10, 12, 7), datetime(2026, 10, 10, 12, 16)))
    ['20261010121500.gkg.csv.zip', '20261010121500.translation.gkg.csv.zip']
    """
    time = first.replace(minute=first.minute // 15 * 15, second=0, microsecond=0)
    time += _QUARTER if time < first.replace(microsecond=0) else timedelta()
    while time < end:
        yield f"{time:%Y%m%d%H%M%S}.gkg.csv.zip"
        yield f"{time:%Y%m%d%H%M%S}.translation.gkg.csv.zip"
        time += _QUARTER


class GkgReader:
    """Finds the articles that link to some hosts."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = [host.lower().encode() for host in hosts]
        self.torn = 0
        """Records that do not have all their columns."""

    def read(self, lines: Iterable[bytes]) -> Iterator[Mention]:
        """Yield a mention for each link with one of the hosts in it; whether it leads there is for the caller to say."""
        for record in self._join_lines(lines):
            if record.count(b"\t") < _COLUMNS - 1:
                self.torn += 1
            elif self._has_host(record):
                yield from self._read_record(record.split(b"\t", _COLUMNS - 1))

    def _join_lines(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield whole records: there is no quoting, so a line break in the extras tears a record."""
        record: list[bytes] = []
        size = 0
        for line in lines:
            if record and _BEGINNING.match(line):
                yield b"".join(record)
                record, size = [], 0
            size += len(line)
            if size <= _RECORD_MAXIMUM:
                record.append(line)
        if record:
            yield b"".join(record)

    def _read_record(self, cells: list[bytes]) -> Iterator[Mention]:
        links = _PAGE_LINKS.search(cells[_EXTRAS])
        if links is None or cells[_COLLECTION] != _WEB or not self._has_host(links[1]):
            return
        date = cells[_DATE].decode("ascii", "replace")
        seen = _iso_time(date)
        # Names and titles come in Latin-1 in the middle of UTF-8.
        for link in _BETWEEN_LINKS.split(links[1].decode("utf-8", "replace")):
            url = unescape(link.strip().removesuffix(";"))
            if self._has_host(url.encode("utf-8", "replace")):
                article = cells[_ARTICLE].decode("utf-8", "replace")
                yield Mention(article, url, first_seen=seen, last_seen=seen, evidence=f"gkg {date}")

    def _has_host(self, text: bytes) -> bool:
        lower = text.lower()
        return any(host in lower for host in self._hosts)


def _iso_time(date: str) -> str | None:
    """A time such as `20261010121500` in ISO 8601; None for another text."""
    try:
        return datetime.strptime(date, "%Y%m%d%H%M%S").strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - it is in UTC
    except ValueError:
        return None
