"""Find the lines of a log that name a referrer of interest, without parsing the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from backlinkspider.core.logs.formats import Hit, LineParser, parse_combined, parse_json, w3c_parser

# A slash may be escaped in JSON. A search for this literal beginning runs at a gigabyte a second.
_URL = rb"https?:\\?/\\?/%s([^/\\?#\"'\s:]*)"
_HOST_ENDS = rb"(?=[/\\?#\"'\s:])"
_BEFORE_FIELD = b'" \t'
_FIELDS = b"#Fields:"
_REDIRECT = b"/url?"
OWN = "own"
_HOSTS_KEPT = 50_000
_OWN_HOSTS_KEPT = 8
"""Own hosts that the search itself passes over."""


class LogScanner:
    """Reads one log, block by block of whole lines, in whatever format it is.

    `pass_over` says of the host of a URL why its lines are not parsed (`OWN` for the target's own, most of a log, which are not
    counted); None for a host of interest.
    """

    def __init__(self, pass_over: Callable[[str], str | None]) -> None:
        self._pass_over = pass_over
        self._reasons: dict[bytes, str | None] = {}
        self._own: set[bytes] = set()
        self._url = re.compile(_URL % b"")
        self._w3c: LineParser | None = None
        self._is_w3c = False
        self.unreadable = 0
        """Lines with a URL that are in none of the formats."""
        self.passed_over: Counter[str] = Counter()
        """Lines that were not parsed, by reason."""

    def scan(self, block: bytes) -> Iterator[Hit]:
        """Yield the requests of a block whose referrer is of interest."""
        start = 0
        while (found := block.find(_FIELDS, start)) >= 0:
            if found and block[found - 1] != ord(b"\n"):
                yield from self._scan_lines(block, start, found + 1)
                start = found + 1
                continue
            yield from self._scan_lines(block, start, found)
            end = block.find(b"\n", found)
            start = len(block) if end < 0 else end + 1
            self._is_w3c, self._w3c = True, w3c_parser(block[found:start])
        yield from self._scan_lines(block, start, len(block))

    def _scan_lines(self, block: bytes, start: int, stop: int) -> Iterator[Hit]:
        """Look at each URL that begins a field; a line is parsed for the first one of interest."""
        line_end = start
        reasons = self._reasons
        for match in self._url.finditer(block, start, stop):
            place = match.start()
            if place < line_end or (place and block[place - 1] not in _BEFORE_FIELD):
                continue
            host = match[1]
            reason = reasons[host] if host in reasons else self._look_up(host)
            if reason == OWN:
                continue
            # The redirects of a search engine name the page behind.
            if reason is not None and not block.startswith(_REDIRECT, match.end()):
                self.passed_over[reason] += 1
                continue
            line_start = block.rfind(b"\n", 0, place) + 1
            line_end = block.find(b"\n", place)
            line_end = stop if line_end < 0 else line_end
            hit = self._parse(block[line_start:line_end])
            if hit is None:
                self.unreadable += 1
            elif hit.referrer.startswith("http"):
                yield hit

    def _parse(self, line: bytes) -> Hit | None:
        if line.startswith(b"{"):
            return parse_json(line)
        if self._is_w3c:
            return self._w3c(line) if self._w3c is not None else None
        return parse_combined(line)

    def _look_up(self, host: bytes) -> str | None:
        if len(self._reasons) >= _HOSTS_KEPT:
            self._reasons.clear()
        self._reasons[host] = reason = self._pass_over(host.decode("utf-8", "replace").lower())
        if reason == OWN and host not in self._own and len(self._own) < _OWN_HOSTS_KEPT:
            # Half of all lines have one: to come by each of them in Python would take a third of the time.
            self._own.add(host)
            self._url = re.compile(_URL % (b"(?!(?:%s)%s)" % (b"|".join(map(re.escape, self._own)), _HOST_ENDS)))
        return reason
