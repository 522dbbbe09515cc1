"""Access logs of the target's own server: links that send visitors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from backlinkspider.core.candidates.candidate import Candidate, place_of_url
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.logs.formats import Hit
from backlinkspider.core.logs.referrers import is_bot, is_redirector
from backlinkspider.core.logs.scanner import OWN, LogScanner
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.discovery.files import read_bytes, whole_lines
from backlinkspider.discovery.referrers import NAMES_KEPT, ReferrerSorter
from backlinkspider.discovery.source import FileSource, Question

_PLACES_KEPT = 50_000
"""Places that are counted in memory before they go to the store, which adds up what comes again."""


@dataclass(slots=True)
class _Visits:
    """What a log says about one place."""

    place: Candidate
    hits: int
    first_day: str | None
    last_day: str | None
    target_url: str | None
    client: bytes
    """The address of the first client: it is compared with others, and goes nowhere."""
    has_many_clients: bool = False


class LogSource(FileSource):
    """Reads access logs, compressed or not, in any order. A client's address is used for counting only."""

    NAMES = ("log",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._paths = self.require_files("access.log")
        self._hits = _HitSorter(question.ownership)
        self._visits: dict[str, _Visits] = {}

    def read(self) -> Iterator[Candidate]:
        """Yield the places that visitors came from."""
        for path in self._paths:
            try:
                yield from self._read_file(path)
            except SourceError as error:
                self.miss(error)
        yield from self._take_visits()
        self.report.unread.update(self._hits.left_out)
        self.require_parts(len(self._paths), "logs")

    def _read_file(self, path: Path) -> Iterator[Candidate]:
        scanner = LogScanner(self._hits.pass_over)
        try:
            for block in whole_lines(read_bytes(path, self.question.stopped)):
                for hit in scanner.scan(block):
                    self._count(hit)
                if len(self._visits) > _PLACES_KEPT:
                    yield from self._take_visits()
        finally:
            self.report.unread.update(scanner.passed_over)
            if scanner.unreadable:
                self.report.unread["lines in no known format"] += scanner.unreadable

    def _count(self, hit: Hit) -> None:
        url = self._hits.site_url(hit)
        if url is None:
            return
        visits = self._visits.get(url)
        if visits is None:
            place = place_of_url(url)
            if place is None:
                self.report.unread["referrers that are no public address"] += 1
                return
            target_url = self._hits.target_url(hit)
            self._visits[url] = _Visits(place, 1, hit.day, hit.day, target_url, hit.client)
            return
        visits.hits += 1
        visits.has_many_clients = visits.has_many_clients or hit.client != visits.client
        if hit.day is not None:
            visits.first_day = min(visits.first_day or hit.day, hit.day)
            visits.last_day = max(visits.last_day or hit.day, hit.day)

    def _take_visits(self) -> Iterator[Candidate]:
        taken, self._visits = self._visits, {}
        ownership = self.question.ownership
        for visits in taken.values():
            yield replace(
                visits.place,
                targets=ownership.owners_of(visits.target_url) or ownership.of_link(None) or (),
                target_url=visits.target_url,
                first_seen=visits.first_day,
                last_seen=visits.last_day,
                hits=visits.hits,
                evidence="log" if visits.has_many_clients else "log, a single client",
            )


class _HitSorter:
    """Tells the requests whose referrer may hold a link from those that do not count."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._referrers = ReferrerSorter(ownership)
        self._owns = lru_cache(NAMES_KEPT)(ownership.owns)
        # Logs repeat: to judge an agent anew for each line takes half of the time.
        self._is_bot = lru_cache(NAMES_KEPT)(is_bot)
        self.left_out: Counter[str] = Counter()

    def pass_over(self, host: str) -> str | None:
        """Return why lines with a host as referrer need not be parsed."""
        return None if is_redirector(host) else self._referrers.reason_of_host(host)

    def site_url(self, hit: Hit) -> str | None:
        """Return the page or home page from which a visitor came; None for a request that does not count, which is counted."""
        url, why = self._referrers.judge(hit.referrer)
        why = self._reason_to_leave_out(hit) or why
        if why is None:
            return url
        if why != OWN:
            self.left_out[why] += 1
        return None

    def target_url(self, hit: Hit) -> str | None:
        """Return the URL that was visited, where the log or the only target says on which host."""
        targets = self._ownership.targets
        host = hit.host or (targets[0].host if len(targets) == 1 else None)
        return absolute_url(hit.path, f"https://{host}/") if host is not None else None

    def _reason_to_leave_out(self, hit: Hit) -> str | None:
        if hit.method != "GET" or not 200 <= hit.status < 400:
            return "requests that found nothing, or were no visit"
        if self._is_bot(hit.agent):
            return "requests by bots"
        if hit.host is not None and not self._owns(hit.host):
            return "requests to other hosts"
        return None
