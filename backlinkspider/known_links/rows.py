"""The rows of a monitored list: one for every known link, in the order of the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from backlinkspider.core.arguments import Arguments
from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.relation import owns_any
from backlinkspider.core.monitor.judgement import Match, Moment, carry_over, judge
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.schedule import is_due
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.known_links.due_pages import DuePages
from backlinkspider.known_links.lists import KnownLists
from backlinkspider.known_links.sightings import Sightings

_ALIKE_SHARE = 0.8
_ALIKE_LINKS = 5
"""Links of a site, of which this share changed alike: that is said once."""
_SITES_COUNTED = 100_000


class MonitoredRows:
    """Judges the known links of all lists; can be read once. Raises SeedListError, sqlite3.Error."""

    def __init__(
        self,
        lists: KnownLists,
        seen: Sightings,
        arguments: Arguments,
        *,
        due: DuePages,
        now: str,
        destination_of: Callable[[str], Destination | None],
    ) -> None:
        self._lists = lists
        self._seen = seen
        self._due = due
        self._arguments = arguments
        self._destination_of = destination_of
        parts = (*arguments.targets, *arguments.aliases)
        self._moment = Moment(now, is_ours=lambda url: owns_any(parts, url))
        self._links_of_site: Counter[str] = Counter()
        self._changes_of_site: Counter[tuple[str, str]] = Counter()

    def __iter__(self) -> Iterator[FeedRow]:
        """Yield the rows, in the order of the lists."""
        self._seen.match(self._links())
        for link in self._links():
            row = self._row_of(link)
            self._count(link, row)
            yield row

    def summary(self, counts: Counter[str]) -> Iterator[str]:
        """Yield lines that say what became of the links."""
        said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
        yield f"{counts.total()} known links: {said or 'none'}"
        for (site, word), number in self._changes_of_site.most_common():
            total = self._links_of_site[site]
            if number >= _ALIKE_LINKS and number >= _ALIKE_SHARE * total:
                yield f"{site}: {number} of its {total} known links changed alike ({word}), which is one change of the site"

    def _links(self) -> Iterator[KnownLink]:
        """Yield the links that are this crawl's to judge; rows without a page are the first share's."""
        shard = self._arguments.shard
        return (link for link in self._lists.links() if (shard.owns(link.site) if link.site is not None else shard.number == 0))

    def _row_of(self, link: KnownLink) -> FeedRow:
        key = link.page_key
        sighting = self._seen.resolve(key)[1] if key is not None else None
        place = self._seen.place_of(link)
        other_lists = self._seen.other_lists(link, place)
        if key is not None and sighting is None and not self._due.is_due(key) and not self._was_cut_short(link):
            return carry_over(link, other_lists=other_lists)
        match = self._seen.find(link, place)
        if match is not None:
            match = self._with_destination(match)
        return judge(link, sighting, match, self._moment, other_lists=other_lists)

    def _was_cut_short(self, link: KnownLink) -> bool:
        """Return whether the crawl was ended before it came to a link of the lists that was due."""
        return is_due(link, self._arguments.recheck, now=self._moment.now)

    def _with_destination(self, match: Match) -> Match:
        end = self._destination_of(str(match.row["url_to"]))
        if end is None:
            return match
        known = {"url_to_status_code": end.status, "is_broken": end.is_broken}
        redirects = {"url_to_redirect_target": end.redirects} if end.status is not None or end.redirects else {}
        return replace(match, row={**match.row, **known, **redirects})

    def _count(self, link: KnownLink, row: FeedRow) -> None:
        site = link.site
        if site is None or (len(self._links_of_site) >= _SITES_COUNTED and site not in self._links_of_site):
            return
        self._links_of_site[site] += 1
        changes = row.get("changes")
        words = {change.partition(":")[0] for change in changes} if isinstance(changes, tuple) else set()
        if row.get("status") in ("missing", "lost"):
            words.add(str(row.get("status_reason")))
        for word in words:
            self._changes_of_site[site, word] += 1
