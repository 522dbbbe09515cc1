"""GDELT: news articles with the links in their text, from files that come every quarter of an hour."""

from __future__ import annotations

import asyncio
import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime, time, timedelta

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.gdelt import GkgReader, file_names
from backlinkspider.core.mentions.mention import Mention
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import FileReplacedError, MissingFileError, RefusedError, Web

_DAYS_MAXIMUM = 92
"""A day has 1 to 2 GB."""

_FILE_MAXIMUM = 64 * 1024 * 1024
_UNZIPPED_MAXIMUM = 1024 * 1024 * 1024
_LINE_MAXIMUM = 4 * 1024 * 1024
_FAILURES_IN_A_ROW = 5


class GdeltSource(NetworkSource):
    """Reads the files of some days, one after the other, and keeps none.

    Reads: BACKLINKS_GDELT_URL.
    """

    NAMES = ("gdelt",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._url: str = question.settings["BACKLINKS_GDELT_URL"]
        self._first, self._end = self._parse_days(self.require_single_value())
        self._reader = GkgReader(question.ownership.hosts)

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the articles that link to the targets."""
        self.limit(f"articles from {self._first:%Y-%m-%d %H:%M} to {self._end:%Y-%m-%d %H:%M} UTC")
        failures = 0
        for name in file_names(self._first, self._end):
            try:
                mentions = await self._read_file(web, name)
            except MissingFileError:
                self.report.unread["files that are not there"] += 1
                continue
            except SourceError as error:
                failures += 1
                self.miss_one("files that cannot be read", error)
                if failures == _FAILURES_IN_A_ROW or isinstance(error, RefusedError):
                    raise
                continue
            failures = 0
            for candidate in self.candidates_of(mentions):
                yield candidate
        if self._reader.torn:
            self.report.unread["records without all their columns"] = self._reader.torn

    def _parse_days(self, text: str | None) -> tuple[datetime, datetime]:
        """Return where the days begin and end that a value names; without one, the last 24 hours. Raises SourceError."""
        if text is None:
            return self.question.now - timedelta(days=1), self.question.now
        first, _, last = text.partition("..")
        try:
            begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            raise SourceError(
                f"gdelt '{self.shown(text)}' is not a day or a span of days, such as 2026-10-01..2026-10-07"
            ) from None
        if not timedelta() <= end - begin < timedelta(days=_DAYS_MAXIMUM):
            raise SourceError(f"gdelt '{self.shown(text)}' is not a span of 1 to {_DAYS_MAXIMUM} days")
        midnight = time(tzinfo=UTC)
        return datetime.combine(begin, midnight), min(datetime.combine(end + timedelta(days=1), midnight), self.question.now)

    async def _read_file(self, web: Web, name: str) -> list[Mention]:
        body = io.BytesIO()
        try:
            async with aclosing(web.read_parts(f"{self._url}{name}")) as parts:
                async for part in parts:
                    body.write(part)
                    if body.tell() > _FILE_MAXIMUM:
                        raise SourceError(f"{name} has more than {_FILE_MAXIMUM:,} bytes")
        except FileReplacedError:
            raise SourceError(f"{name} was replaced while it was read") from None
        return await asyncio.to_thread(self._read_mentions, body, name)

    def _read_mentions(self, body: io.BytesIO, name: str) -> list[Mention]:
        try:
            return list(self._reader.read(_lines_in_zip(body)))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise SourceError(f"{name} is damaged: {error}") from None


def _lines_in_zip(body: io.BytesIO) -> Iterator[bytes]:
    """Yield the lines of the files in an archive; one that grows out of all proportion ends early."""
    with zipfile.ZipFile(body) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                while file.tell() < _UNZIPPED_MAXIMUM and (line := file.readline(_LINE_MAXIMUM)):
                    yield line
