"""Finds sites that link to others and not to the user, and says whether the absence of a link is proven."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from backlinkspider.analysis.seed_coverage import CoverageOfSeeds
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.target import Target, parse_target
from backlinkspider.core.rows.csv_cells import PLAIN_CSV, CsvDialect
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.feeds.atomic_files import atomic_write
from backlinkspider.feeds.reader import FeedFile, OnBadLine
from backlinkspider.feeds.row_writer import encode_rows

INTERSECTION_COLUMNS = (
    "domain_from",
    "targets",
    "targets_count",
    "links",
    "dofollow_links",
    "absence",
    "evidence",
    "url_from",
    "url_to",
    "anchor",
)
"""The columns of a site that links to others."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE sites (
    domain TEXT PRIMARY KEY, links INTEGER, dofollow INTEGER, url_from TEXT, url_to TEXT, anchor TEXT
) WITHOUT ROWID;
CREATE TABLE targets (domain TEXT, target TEXT, PRIMARY KEY (domain, target)) WITHOUT ROWID;
CREATE TABLE looks (domain TEXT, feed INTEGER, why_unread TEXT, PRIMARY KEY (domain, feed, why_unread)) WITHOUT ROWID;
CREATE TABLE ours (domain TEXT PRIMARY KEY) WITHOUT ROWID;
BEGIN;
"""
_ADD_SITE = """
INSERT INTO sites VALUES (?, 1, ?, ?, ?, ?)
ON CONFLICT (domain) DO UPDATE SET links = links + 1, dofollow = dofollow + excluded.dofollow
"""
_TARGETS = "SELECT target FROM targets WHERE domain = ? ORDER BY target"
_READ_WHOLE = ""
_SITES = """
SELECT domain, links, dofollow, url_from, url_to, anchor FROM sites
JOIN (SELECT domain, count(*) AS number FROM targets GROUP BY domain) USING (domain)
WHERE domain NOT IN (SELECT domain FROM ours) ORDER BY number DESC, links DESC, domain
"""


class Absence(StrEnum):
    """What is known of the links that a site does not have."""

    PROVEN = "proven"
    """The crawl looked for links to you, and read every page that it found on the site."""
    UNPROVEN = "unproven"
    """No link was found, and not every page was read or not looked at for you; `evidence` says which."""


@dataclass
class IntersectionCounts:
    """Counts of sites."""

    sites: int = 0
    proven: int = 0
    bad_lines: int = 0
    linking_to_both: int = 0


@dataclass(frozen=True)
class IntersectionRequest:
    """Whose links to compare."""

    feeds: Sequence[FeedFile]
    ours: Sequence[Target]
    coverage: Sequence[str] = ()


def intersect_feeds(
    request: IntersectionRequest, output: str, on_bad_line: OnBadLine, *, dialect: CsvDialect = PLAIN_CSV
) -> IntersectionCounts:
    """Write one row a site that links to others and not to us, those that link to most of them first.

    Memory: the caches of the temporary files. Raises FeedError, OSError, sqlite3.Error.
    """
    with ExitStack() as stack:
        coverage = stack.enter_context(closing(CoverageOfSeeds()))
        for path in request.coverage:
            coverage.read(path)
        file = stack.enter_context(atomic_write(Path(output)))
        intersection = stack.enter_context(closing(_Intersection(request, coverage, on_bad_line)))
        intersection.read_feeds()
        for line in encode_rows(intersection.rows(), INTERSECTION_COLUMNS, output, dialect):
            file.write(line)
    return intersection.counts


class _Intersection:
    """The sites of all feeds, in a temporary file that SQLite deletes by itself."""

    def __init__(self, request: IntersectionRequest, coverage: CoverageOfSeeds, on_bad_line: OnBadLine) -> None:
        self.counts = IntersectionCounts()
        self._request = request
        self._coverage = coverage
        self._on_bad_line = on_bad_line
        self._ownership = Ownership(request.ours)
        self._own_sites = {target.site for target in request.ours}
        self._target_sites = set(self._own_sites)
        self._feeds_that_looked: set[int] = set()
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()

    def read_feeds(self) -> None:
        for number, feed in enumerate(self._request.feeds):
            for row in feed.rows():
                if isinstance(row, BadLine):
                    self.counts.bad_lines += 1
                    self._on_bad_line(feed, row)
                    continue
                self._note_target(row, number)
                self._note_link(row, number)

    def rows(self) -> Iterator[FeedRow]:
        query = "SELECT count(*) FROM ours WHERE domain IN (SELECT domain FROM sites)"
        (self.counts.linking_to_both,) = self._database.execute(query).fetchone()
        for domain, *values in self._database.execute(_SITES):
            if domain in self._target_sites:
                continue
            evidence = self._why_unproven(domain)
            targets = tuple(name for (name,) in self._database.execute(_TARGETS, (domain,)))
            absence = Absence.PROVEN if evidence is None else Absence.UNPROVEN
            self.counts.sites += 1
            self.counts.proven += evidence is None
            links, dofollow, url_from, url_to, anchor = values
            yield {
                "domain_from": domain,
                "targets": targets,
                "targets_count": len(targets),
                "links": links,
                "dofollow_links": dofollow,
                "absence": absence.value,
                "evidence": evidence or "site_read",
                "url_from": url_from,
                "url_to": url_to,
                "anchor": anchor,
            }

    def _note_target(self, row: FeedRow, feed: int) -> None:
        """Note whether the crawl of a feed would have written a link to us: we are a target of it, or it kept all links."""
        target = row.get("target")
        if isinstance(target, str):
            parsed = _target_of(target)
            if parsed is not None and parsed in self._request.ours:
                self._feeds_that_looked.add(feed)
            elif parsed is not None:
                self._target_sites.add(parsed.site)
        if row.get("relation") == Relation.EXTERNAL.value:
            self._feeds_that_looked.add(feed)

    def _note_link(self, row: FeedRow, feed: int) -> None:
        url_from, url_to = (absolute_url(str(row.get(column) or ""), "http://x/") for column in ("url_from", "url_to"))
        if url_from is None or url_to is None:
            return
        domain = site_of_url(url_from)
        if domain in self._own_sites:
            return
        is_backlink = row.get("relation", Relation.BACKLINK.value) == Relation.BACKLINK.value
        # A former domain or a short link that leads to us has our target and another address.
        is_judged_ours = is_backlink and _target_of(str(row.get("target"))) in self._request.ours
        if is_judged_ours or self._ownership.owns(url_to):
            self._database.execute("INSERT OR IGNORE INTO ours VALUES (?)", (domain,))
        elif is_backlink:
            values = (domain, row.get("dofollow") is True, url_from, url_to, row.get("anchor"))
            self._database.execute(_ADD_SITE, values)
            target = row.get("target") or site_of_url(url_to)
            self._database.execute("INSERT OR IGNORE INTO targets VALUES (?, ?)", (domain, target))
            why_unread = self._why_unread(row.get("seed"), domain)
            self._database.execute("INSERT OR IGNORE INTO looks VALUES (?, ?, ?)", (domain, feed, why_unread))

    def _why_unread(self, seed: object, domain: str) -> str:
        """Return why a site was not read whole on account of a seed; empty where it was."""
        if _site_of_seed(str(seed)) != domain:
            return "other_site"
        return self._coverage.why_unread(seed, None) or _READ_WHOLE

    def _why_unproven(self, domain: str) -> str | None:
        if self.counts.bad_lines:
            return "unreadable_lines"
        looks = self._database.execute("SELECT feed, why_unread FROM looks WHERE domain = ?", (domain,)).fetchall()
        looked = [why_unread for feed, why_unread in looks if feed in self._feeds_that_looked]
        if not looked:
            return "other_target"
        return min(looked) or None


@lru_cache(maxsize=1_024)
def _target_of(text: str) -> Target | None:
    try:
        return parse_target(text)
    except ArgumentError:
        return None


@lru_cache(maxsize=1_024)
def _site_of_seed(text: str) -> str | None:
    url = absolute_url(text if "://" in text else f"http://{text}", "http://x/")
    return site_of_url(url) if url is not None else None
