"""The requests of a job in its database: those that wait, those in progress, and the URLs that were requested."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from heapq import heappop, heappush

from scrapy import Request, Spider

from backlinkspider.frontier.site_learner import SiteLearner
from backlinkspider.frontier.site_order import TopicRanks
from backlinkspider.request_meta import ROW, request_context, restore_meta, store_meta

_HEADS_READ = 8
"""Requests of a group that are read ahead, so that not every choice takes a query."""

_HEADS_MAXIMUM = 64
"""Places of a group's requests that are kept, about 100 bytes each; the others are read when they come first."""

POSTPONED = ""
"""Stands for the site of a postponed request (`frontier.ownership`)."""

_GROUPS = "SELECT site, family, COUNT(*) FROM requests WHERE site != ? GROUP BY site, family"

_UNRANKED = "SELECT id, request FROM requests WHERE site = ? AND instr(request, '\"link_text\"')"

_BEFORE_ALL = (-sys.maxsize, 0)


class RequestTable:
    """The requests of a job; each is stored until its page is processed. Nothing here commits. Raises: sqlite3.Error."""

    def __init__(self, connection: sqlite3.Connection, spider: Spider, learner: SiteLearner) -> None:
        self._connection = connection
        self._spider = spider
        self._learner = learner
        self._in_progress: dict[int, Request] = {}
        self._charged: set[int] = set()
        # The first waiting requests of each group of URLs of each site, as a heap of (-priority, row).
        self._heads: dict[str, dict[str, list[tuple[int, int]]]] = {}
        # The last that was read of those groups of which more wait in the database.
        self._read_until: dict[tuple[str, str], tuple[int, int]] = {}
        self._unread: dict[str, list[str]] = {}
        for site, group, number in connection.execute(_GROUPS, (POSTPONED,)):
            self._unread.setdefault(site, []).append(group)
            self._read_until[site, group] = _BEFORE_ALL
            learner.push(site, group, number)

    @property
    def in_progress(self) -> int:
        return len(self._in_progress)

    def by_site(self) -> dict[str, int]:
        return dict(self._connection.execute("SELECT site, COUNT(*) FROM requests WHERE site != ? GROUP BY site", (POSTPONED,)))

    def waiting_sites(self) -> dict[str, int]:
        """Return the number of waiting requests of each site that its budget was not charged for yet."""
        query = "SELECT site, SUM(waits) FROM requests WHERE site != ? GROUP BY site HAVING SUM(waits) > 0"
        return dict(self._connection.execute(query, (POSTPONED,)))

    def waiting_seeds(self) -> dict[str, int]:
        return waiting_seeds(self._connection)

    @property
    def has_postponed(self) -> bool:
        return self._connection.execute("SELECT 1 FROM requests WHERE site = ? LIMIT 1", (POSTPONED,)).fetchone() is not None

    def add(self, request: Request) -> None:
        site = request.meta["download_slot"]
        group = self._learner.group_of(request)
        self._push(site, group, (-request.priority, self._insert(request, site, group)))

    def _insert(self, request: Request, site: str, group: str) -> int:
        context = request_context(request)
        seed = context.seed.encode("utf-8", "surrogatepass")
        values = (site, group, request.priority, seed, not context.budget_released, _encode(request))
        insert = "INSERT INTO requests (site, family, priority, seed, waits, request) VALUES (?, ?, ?, ?, ?, ?)"
        row = self._connection.execute(insert, values).lastrowid
        assert row is not None, "an INSERT makes a row"
        return row

    def postpone(self, request: Request) -> None:
        """Store a request that waits until `pop_postponed`."""
        self._insert(request, POSTPONED, "")

    def pop_postponed(self) -> list[Request]:
        """Return the postponed requests, which are no longer stored."""
        rows = self._connection.execute("SELECT request FROM requests WHERE site = ? ORDER BY id", (POSTPONED,)).fetchall()
        self._connection.execute("DELETE FROM requests WHERE site = ?", (POSTPONED,))
        return [decode_request(stored, self._spider) for (stored,) in rows]

    def take(self, site: str) -> Request:
        """Return the first waiting request of a site (`SiteLearner.first_group`); from now on it is in progress."""
        group, row = self._pop(site)
        stored, waits = self._connection.execute("SELECT request, waits FROM requests WHERE id = ?", (row,)).fetchone()
        request = decode_request(stored, self._spider)
        request.meta[ROW] = row
        context = request_context(request)
        context.group = group or None
        if not waits:
            context.budget_released = True
        self._in_progress[row] = request
        return request

    def rank(self, site: str, topics: TopicRanks) -> None:
        """Rank the waiting requests of a site by the topics of the targets."""
        for row, stored in self._connection.execute(_UNRANKED, (site,)).fetchall():
            if row not in self._in_progress:
                request = decode_request(stored, self._spider)
                topics.rank(request)
                update = "UPDATE requests SET priority = ?, request = ? WHERE id = ?"
                self._connection.execute(update, (request.priority, _encode(request), row))
        for group in self._heads.pop(site, ()):
            self._unread.setdefault(site, []).append(group)
            self._read_until[site, group] = _BEFORE_ALL

    def put_back(self, row: int, request: Request) -> None:
        """Let a request in progress wait again, as a retry with a meta of its own."""
        self._end(row)
        update = "UPDATE requests SET priority = ?, waits = ?, request = ? WHERE id = ? RETURNING family"
        values = (request.priority, not request_context(request).budget_released, _encode(request), row)
        (group,) = self._connection.execute(update, values).fetchone()
        self._push(request.meta["download_slot"], group, (-request.priority, row))

    def delete(self, request: Request) -> None:
        """Delete a request in progress, whose page is processed or which is dropped."""
        row = request.meta[ROW]
        self._end(row)
        self._connection.execute("DELETE FROM requests WHERE id = ?", (row,))

    def store_charges(self) -> None:
        """Store which requests in progress the budget was charged for, so that it is not charged again."""
        for row, request in self._in_progress.items():
            if request_context(request).budget_spent and row not in self._charged:
                self._connection.execute("UPDATE requests SET waits = 0 WHERE id = ?", (row,))
                self._charged.add(row)

    def _end(self, row: int) -> None:
        del self._in_progress[row]
        self._charged.discard(row)

    def _push(self, site: str, group: str, place: tuple[int, int]) -> None:
        self._learner.push(site, group)
        if place > self._read_until.get((site, group), place):
            return
        heap = self._heads.setdefault(site, {}).setdefault(group, [])
        heappush(heap, place)
        if len(heap) > _HEADS_MAXIMUM:
            heap.sort()
            del heap[_HEADS_READ:]
            self._read_until[site, group] = heap[-1]

    def _pop(self, site: str) -> tuple[str, int]:
        for group in self._unread.pop(site, ()):
            self._read_heads(site, group)
        heads = self._heads[site]
        group = self._learner.first_group(site, heads)
        _, row = heappop(heads[group])
        self._learner.pop(site, group)
        if not heads[group]:
            del heads[group]
            if (site, group) in self._read_until:
                self._read_heads(site, group, but=row)
        return group, row

    def _read_heads(self, site: str, group: str, but: int | None = None) -> None:
        """Read the first requests of a group that wait."""
        query = "SELECT -priority, id FROM requests WHERE site = ? AND family = ? ORDER BY priority DESC, id LIMIT ?"
        maximum = _HEADS_READ + len(self._in_progress) + 1
        rows = self._connection.execute(query, (site, group, maximum)).fetchall()
        del self._read_until[site, group]
        if len(rows) == maximum:
            self._read_until[site, group] = rows[-1]
        heap = [place for place in rows if place[1] != but and place[1] not in self._in_progress]
        if heap:
            self._heads.setdefault(site, {})[group] = heap


class SeenUrls:
    """The keys of requested URLs in the database of a job; where it fails, every URL counts as seen."""

    def __init__(self, connection: sqlite3.Connection, failing: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._failing = failing

    def __contains__(self, key: object) -> bool:
        assert isinstance(key, int)
        known: tuple[int] | None = (1,)
        with self._failing():
            known = self._connection.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone()
        return known is not None

    def add(self, key: int) -> None:
        with self._failing():
            self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,))


def _encode(request: Request) -> str:
    """Return a request as JSON: URL, callback, errback, priority and meta."""
    assert request.callback is not None
    assert request.errback is not None
    stored = [
        request.url,
        request.callback.__name__,
        request.errback.__name__,
        request.priority,
        request.dont_filter,
        store_meta(request.meta),
    ]
    return json.dumps(stored, separators=(",", ":"))


def waiting_seeds(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of waiting requests of each seed in the database of a job."""
    rows = connection.execute("SELECT seed, COUNT(*) FROM requests GROUP BY seed")
    return {seed.decode("utf-8", "surrogatepass"): number for seed, number in rows}


def postponed_requests(connection: sqlite3.Connection, *, after: int) -> list[tuple[int, str]]:
    """Return the postponed requests in the database of a job, behind a row, as they are stored, with their rows."""
    query = "SELECT id, request FROM requests WHERE site = ? AND id > ? ORDER BY id"
    return connection.execute(query, (POSTPONED, after)).fetchall()


def decode_request(text: str, spider: Spider) -> Request:
    """Return a request of a job that is stored as JSON."""
    url, callback, errback, priority, dont_filter, meta = json.loads(text)
    return Request(
        url,
        callback=getattr(spider, callback),
        errback=getattr(spider, errback),
        meta=restore_meta(meta),
        priority=priority,
        dont_filter=dont_filter,
    )
