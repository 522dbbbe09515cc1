"""Exports of WordPress: the pingbacks and trackbacks that a site has received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.wordpress import WordPressReader
from backlinkspider.discovery.files import read_bytes
from backlinkspider.discovery.source import Completeness, FileSource, Question


class WordPressSource(FileSource):
    """Reads exports, compressed or not."""

    NAMES = ("wordpress",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._paths = self.require_files("export.xml")

    def read(self) -> Iterator[Candidate]:
        """Yield the pages that sent a ping."""
        for path in self._paths:
            reader = WordPressReader()
            try:
                yield from self.candidates_of(reader.read(read_bytes(path, self.question.stopped)))
                if not reader.is_export:
                    self.miss(SourceError(f"'{self.shown(path.name)}' is not an export of WordPress"))
                elif not reader.is_whole:
                    self.report.complete = Completeness.NO
                    self.report.notes.append(f"'{self.shown(path.name)}' breaks off: its end is missing")
            except SourceError as error:
                self.miss(error)
            self.report.unread.update(reader.left_out)
        self.require_parts(len(self._paths), "exports")
