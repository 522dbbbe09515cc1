"""Exports of programs that count visits: sites that send visitors, without access to the logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from backlinkspider.core.candidates.candidate import Candidate, place_of_url
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.logs.scanner import OWN
from backlinkspider.core.mentions.analytics import FORMS, read_json, read_table
from backlinkspider.core.mentions.mention import Mention
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.discovery.files import read_bytes
from backlinkspider.discovery.referrers import ReferrerSorter
from backlinkspider.discovery.source import FileSource, Question
from backlinkspider.discovery.tables import TableFile, open_file, tables_at

_JSON_MAXIMUM = 256 * 1024 * 1024


class AnalyticsSource(FileSource):
    """Reads exports of Matomo, GA4, Plausible and GoatCounter, which sort referrers less well than `ReferrerSorter` does."""

    NAMES = tuple(FORMS)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._paths = self.require_files("referrers.csv")
        self._referrers = ReferrerSorter(question.ownership)

    def read(self) -> Iterator[Candidate]:
        """Yield the places that visitors came from."""
        files = [file for path in self._paths for file in tables_at(path)]
        for file in files:
            try:
                yield from self._read_json(file.path) if file.path.suffix == ".json" else self._read_table(file)
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(files), "exports")

    def _read_table(self, file: TableFile) -> Iterator[Candidate]:
        sites = {target.site for target in self.question.ownership.targets}
        with open_file(file, self.question.stopped, sites) as table:
            yield from self._places_of(read_table(table, self.name), file.name)
            if table.broken:
                self.report.unread["rows with broken quotation marks"] += table.broken

    def _read_json(self, path: Path) -> Iterator[Candidate]:
        data = bytearray()
        for piece in read_bytes(path, self.question.stopped):
            data += piece
            if len(data) > _JSON_MAXIMUM:
                raise SourceError(f"'{self.shown(path.name)}' is too large for one answer in JSON")
        try:
            answer = msgspec.json.decode(data)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"'{self.shown(path.name)}' is not JSON ({self.shown(error)})") from None
        yield from self._places_of(read_json(answer, self.name), self.shown(path.name))

    def _places_of(self, mentions: Iterable[Mention] | None, name: str) -> Iterator[Candidate]:
        if mentions is None:
            raise SourceError(f"'{name}' has no referrers, or is not an export of {self.name}")
        for mention in mentions:
            url, why = self._referrers.judge(mention.page)
            place = place_of_url(url) if why is None else None
            if place is not None:
                yield self._candidate_of(place, mention)
            elif why != OWN:
                self.report.unread[why or "referrers that are no public address"] += 1

    def _candidate_of(self, place: Candidate, mention: Mention) -> Candidate:
        ownership = self.question.ownership
        target = ownership.targets[0] if len(ownership.targets) == 1 else None
        base = f"https://{target.host}/" if target is not None else None
        is_usable = mention.target_url is not None and (base is not None or "://" in mention.target_url)
        url = absolute_url(mention.target_url or "", base or "http://x/") if is_usable else None
        return replace(
            place,
            targets=ownership.owners_of(url) or ownership.of_link(None) or (),
            target_url=url if ownership.owners_of(url) else None,
            first_seen=mention.first_seen,
            last_seen=mention.last_seen,
            hits=mention.hits,
            evidence=mention.evidence,
        )
