"""Tables that link tools export, and earlier tables of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate, page_of_url, place_of_host
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.exports import read_rows
from backlinkspider.core.tables.headers import Role
from backlinkspider.discovery.source import FileSource, Question
from backlinkspider.discovery.tables import TableFile, open_file, tables_at

_LISTS_OWN = "lists your own pages, not who links to them: export the linking pages or sites instead"
_NO_COLUMN = "has no column of linking pages or sites"


class ExportSource(FileSource):
    """Reads tables of any tool, which their headers tell. The names are for the column `sources`: each reads every table."""

    NAMES = ("export", "gsc", "ahrefs", "semrush", "majestic", "moz", "screamingfrog", "earlier")

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._paths = self.require_files("links.csv")
        self._own_sites = {target.site for target in question.ownership.targets}

    def read(self) -> Iterator[Candidate]:
        """Yield the pages and sites that the tables say to link."""
        files = [file for path in self._paths for file in tables_at(path)]
        for file in files:
            try:
                yield from self._read_file(file)
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(files), "tables")

    def _read_file(self, file: TableFile) -> Iterator[Candidate]:
        with open_file(file, self.question.stopped, self._own_sites) as table:
            if Role.PAGE not in table.roles:
                raise SourceError(f"'{file.name}' {_LISTS_OWN if Role.TARGET in table.roles else _NO_COLUMN}")
            found = 0
            for candidate in self.candidates_of(read_rows(table), _place_of):
                found += 1
                yield candidate
            if table.broken:
                self.report.unread["rows with broken quotation marks"] += table.broken
            if not found:
                raise SourceError(f"'{file.name}' names no page or site that links to a target")


def _place_of(text: str) -> Candidate | None:
    """The place that a cell names: a page where it has a scheme or a path, else a site."""
    if "://" in text:
        return page_of_url(text)
    return page_of_url(f"http://{text}") if "/" in text.rstrip("/") else place_of_host(text.rstrip("/"))
