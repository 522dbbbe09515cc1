"""Writes a disavow file from the verdicts of a feed: each entry below the reason for it, behind what an existing file has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from backlinkspider.core.disavow import (
    LINES_MAXIMUM,
    URL_MAXIMUM,
    comment_line,
    domain_line,
    limit_problem,
    parse_disavow_line,
)
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url, host_of, strip_credentials
from backlinkspider.core.urls.domains import is_ip_address, is_public_suffix, site_of_url
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.reader import FeedFile, OnBadLine

_REASONS_NAMED = 3


class By(StrEnum):
    """What a line disavows."""

    DOMAIN = "domain"
    """All pages of a site, on every host of it."""
    PAGE = "page"
    """One page."""


@dataclass(frozen=True)
class DisavowRequest:
    """What to disavow."""

    feed: FeedFile
    verdicts: frozenset[Verdict]
    by: By
    existing: bytes = b""
    """The lines of the file so far."""
    note: str = ""
    """Said above the new entries."""


@dataclass
class _Entry:
    """A domain or page to disavow."""

    links: int = 0
    reasons: tuple[str, ...] = ()
    verdict: str = ""


@dataclass
class DisavowFile:
    """A disavow file that is ready to be written."""

    text: bytes
    domains: int = 0
    pages: int = 0
    kept_lines: int = 0
    known: int = 0
    """Entries that the existing file has already."""
    spared_domains: int = 0
    """Domains that have a good link too; their pages are named instead."""
    unfit: int = 0
    """Links on pages whose URL is longer than Google takes, or not a URL."""
    links: int = 0
    judged: int = 0
    """Backlinks with a verdict."""
    bad_lines: int = 0
    problems: list[BadLine] = field(default_factory=list)
    """Lines of the existing file that Google would not read as they are meant; they are kept."""


def build_disavow_file(request: DisavowRequest, on_bad_line: OnBadLine) -> DisavowFile:
    """Return the file: the existing lines as they are, then the new entries in the order of the feed.

    Memory: the entries, at most 100,000. Raises FeedError for a feed that cannot be read or has no verdicts, and where the file
    would be larger than Google takes: nothing is left out in silence.
    """
    return _Builder(request, on_bad_line).build()


def write_disavow_file(file: DisavowFile, output: str) -> None:
    """Write the file whole or not at all. Raises OSError."""
    with atomic_write(Path(output)) as opened:
        opened.write(file.text)


class _Builder:
    def __init__(self, request: DisavowRequest, on_bad_line: OnBadLine) -> None:
        self._request = request
        self._on_bad_line = on_bad_line
        self._file = DisavowFile(b"")
        self._domains: dict[str, _Entry] = {}
        self._pages: dict[str, _Entry] = {}
        self._known_domains: set[str] = set()
        self._known_pages: set[str] = set()

    def build(self) -> DisavowFile:
        """Read everything and put the lines together."""
        file = self._file
        self._read_existing()
        self._read_feed()
        if not file.judged:
            raise FeedError(
                f"feed '{self._request.feed.path}' has no backlink with a verdict; `scrapy rescore` gives verdicts to the "
                "feed of a crawl that was ended by force"
            )
        self._spare_good_domains()
        lines = list(self._lines())
        kept = self._request.existing
        if lines and kept and not kept.endswith(b"\n"):
            kept += b"\n"
        file.text = kept + "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        problem = limit_problem(file.text.count(b"\n"), len(file.text))
        if problem is not None:
            raise FeedError(f"the disavow file cannot be written: {problem}. Disavow by domain, or fewer verdicts")
        return file

    def _read_existing(self) -> None:
        for number, line in enumerate(self._request.existing.splitlines(), 1):
            entry = parse_disavow_line(line)
            self._file.kept_lines += 1
            if entry.problem is not None:
                self._file.problems.append(BadLine(number, entry.problem))
            if entry.domain is not None:
                self._known_domains.add(entry.domain)
            if entry.url is not None:
                self._known_pages.add(entry.url)

    def _read_feed(self) -> None:
        for row in self._request.feed.rows():
            if isinstance(row, BadLine):
                self._file.bad_lines += 1
                self._on_bad_line(self._request.feed, row)
            elif _is_judged(row):
                self._note_bad_links(row)

    def _note_bad_links(self, row: FeedRow) -> None:
        self._file.judged += 1
        if row["verdict"] not in self._request.verdicts:
            return
        self._file.links += 1
        domain = _domain_of(row)
        # Where anybody may have a host, one of them is not all of them.
        is_one_owner = domain is not None and not is_ip_address(domain) and not is_public_suffix(domain)
        if domain is not None and is_one_owner and self._request.by is By.DOMAIN:
            self._add(self._domains, domain, row)
        else:
            self._add_page(row)

    def _add_page(self, row: FeedRow) -> None:
        url = _page_of(row)
        if url is None or len(url) > URL_MAXIMUM:
            self._file.unfit += 1
        else:
            self._add(self._pages, url, row)

    def _add(self, entries: dict[str, _Entry], name: str, row: FeedRow) -> None:
        if self._is_known(name):
            self._file.known += 1
            return
        entry = entries.setdefault(name, _Entry(verdict=str(row["verdict"])))
        entry.links += 1
        reasons = row.get("reasons")
        if not entry.reasons and isinstance(reasons, tuple):
            entry.reasons = tuple(reason for reason in reasons if ":-" in reason)[:_REASONS_NAMED]
        if len(entries) > LINES_MAXIMUM:
            raise FeedError(f"the disavow file cannot be written: {limit_problem(LINES_MAXIMUM + len(entries), 0)}")

    def _is_known(self, name: str) -> bool:
        """Return whether the existing file disavows a domain or page, or a domain that it is under."""
        host = host_of(name) if "://" in name else name
        labels = host.split(".")
        is_covered = any(".".join(labels[first:]) in self._known_domains for first in range(len(labels)))
        return is_covered or ("://" in name and canonical_url(name) in self._known_pages)

    def _spare_good_domains(self) -> None:
        """Name the pages of a domain that has a good link too, not the domain."""
        if not self._domains:
            return
        spared: set[str] = set()

        def note_good(row: FeedRow) -> None:
            if row["verdict"] == Verdict.GOOD and Verdict.GOOD not in self._request.verdicts:
                spared.add(_domain_of(row) or "")

        def note_page(row: FeedRow) -> None:
            if row["verdict"] in self._request.verdicts and _domain_of(row) in spared:
                self._add_page(row)

        self._quietly(note_good)
        spared &= self._domains.keys()
        self._file.spared_domains = len(spared)
        for domain in spared:
            del self._domains[domain]
        if spared:
            self._quietly(note_page)

    def _quietly(self, note: Callable[[FeedRow], None]) -> None:
        """Read the feed again; its bad lines are named already."""
        for row in self._request.feed.rows():
            if not isinstance(row, BadLine) and _is_judged(row):
                note(row)

    def _lines(self) -> Iterator[str]:
        self._file.domains, self._file.pages = len(self._domains), len(self._pages)
        if not self._domains and not self._pages:
            return
        yield comment_line(self._request.note)
        for domain, entry in self._domains.items():
            yield from (comment_line(_reason(entry)), domain_line(domain))
        for url, entry in self._pages.items():
            yield from (comment_line(_reason(entry)), url)


def _is_judged(row: FeedRow) -> bool:
    return row.get("relation", Relation.BACKLINK.value) == Relation.BACKLINK.value and bool(row.get("verdict"))


def _page_of(row: FeedRow) -> str | None:
    """Return the page as a browser writes it: a feed that somebody edited may have anything in a cell, such as a line break."""
    url = absolute_url(str(row["url_from"]), "http://x/")
    return strip_credentials(url.partition("#")[0]) if url is not None else None


def _domain_of(row: FeedRow) -> str | None:
    url = _page_of(row)
    return site_of_url(url) if url is not None else None


def _reason(entry: _Entry) -> str:
    links = "1 link" if entry.links == 1 else f"{entry.links} links"
    return f"{links}, verdict {entry.verdict}: {', '.join(entry.reasons) or 'the feed names no reasons'}"
