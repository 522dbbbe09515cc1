"""The administrator's side of a queue of seeds: push seeds, ask for status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self, cast

from backlinkspider.core.exceptions import SeedQueueError
from backlinkspider.core.queue_url import QueueUrl
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.text import escape_control_characters
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.seed_queue import lua_scripts
from backlinkspider.seed_queue.client import FAILURES, seeds_of
from backlinkspider.seed_queue.connection import connect, ignored_reply, in_one_line, script_keys

_PUSHED_AT_ONCE = 500
_CLAIMS_READ_AT_ONCE = 1_000


@dataclass
class LeaseHolder:
    """The worker that has claimed a site."""

    site: str
    worker: str
    since: int | None
    """Seconds since the epoch; None when the lease has ended and the site can be claimed."""


@dataclass
class Status:
    """The progress of the workers of a queue."""

    waiting: int
    claimed: list[LeaseHolder]
    outcomes: dict[str, int]
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> dict[str, int]:
        """The number of crawled sites by outcome."""
        return {outcome: count for outcome, count in self.outcomes.items() if outcome not in FAILURES}


class SeedQueueAdmin:
    """The administrator's side of a queue: push seeds, ask for status. It blocks. Raises: as `SeedQueue`."""

    def __init__(self, address: QueueUrl) -> None:
        self._address = address
        self._redis = connect(address)

    def __enter__(self) -> Self:
        """Create the object; it connects when it is first used."""
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.close()

    def open(self) -> None:
        """Create the queue where there is none. Raises SeedQueueError for a key that holds something else."""
        self.check()
        with in_one_line(self._address), ignored_reply("BUSYGROUP"):
            self._redis.xgroup_create(self._address.name, lua_scripts.GROUP, id="0", mkstream=True)

    def check(self) -> bool:
        """Return whether anything was ever pushed. Raises SeedQueueError for a key that holds something else."""
        with in_one_line(self._address):
            kind = cast("str", self._redis.type(self._address.name))
            if kind not in ("none", "stream"):
                raise SeedQueueError(f"{self._address} is not a queue of seeds: the key '{self._address.name}' is a {kind}")
            first = (
                cast("list[tuple[str, dict[str, str]]]", self._redis.xrange(self._address.name, count=1))
                if kind == "stream"
                else []
            )
            if first and set(first[0][1]) != {"site"}:
                raise SeedQueueError(
                    f"{self._address} is not a queue of seeds: the stream '{self._address.name}' is something else's"
                )
            return bool(self._redis.exists(self._address.known))

    def push(self, seeds: Iterable[Seed]) -> Iterator[int]:
        """Push seeds; return for each 0 when it is known, 1 for one more of a known site, 2 for a new site."""
        batch: list[Seed] = []
        for seed in seeds:
            batch.append(seed)
            if len(batch) == _PUSHED_AT_ONCE:
                yield from self._push_batch(batch)
                batch = []
        yield from self._push_batch(batch)

    def status(self) -> Status:
        with in_one_line(self._address):
            outcomes = cast("dict[str, str]", self._redis.hgetall(self._address.outcomes))
            failed = cast("dict[str, str]", self._redis.hgetall(self._address.failed))
            claimed = list(self._holders())
            waiting = self._redis.xlen(self._address.name) - len(claimed)
        return Status(max(0, waiting), claimed, {outcome: int(count) for outcome, count in outcomes.items()}, failed)

    def _push_batch(self, seeds: Sequence[Seed]) -> list[int]:
        with in_one_line(self._address):
            pipeline = self._redis.pipeline(transaction=False)
            script = self._redis.register_script(lua_scripts.PUSH)
            for seed in seeds:
                key = canonical_url(seed.urls[0])
                script(script_keys(self._address), [self._address.prefix, _site_of(seed), key, seed.text], client=pipeline)
            return cast("list[int]", pipeline.execute())

    def _holders(self) -> Iterator[LeaseHolder]:
        for entry in self._pending():
            fields = cast(
                "list[tuple[str, dict[str, str]]]",
                self._redis.xrange(self._address.name, entry["message_id"], entry["message_id"]),
            )
            if fields:
                site = fields[0][1].get("site", "")
                token = cast("str | None", self._redis.get(self._address.lock(site)))
                since = token.rpartition(" ")[2] if token else ""
                yield LeaseHolder(
                    escape_control_characters(site),
                    escape_control_characters(entry["consumer"]),
                    int(since) if since.isdecimal() else None,
                )

    def _pending(self) -> Iterator[dict[str, str]]:
        first = "-"
        while True:
            page: list[dict[str, str]] = []
            with ignored_reply("NOGROUP"):
                claims = self._redis.xpending_range(self._address.name, lua_scripts.GROUP, first, "+", _CLAIMS_READ_AT_ONCE)
                page = cast("list[dict[str, str]]", claims)
            yield from page
            if len(page) < _CLAIMS_READ_AT_ONCE:
                return
            first = f"({page[-1]['message_id']}"


def fits_queue(seed: Seed) -> bool:
    """Return whether a worker that parses the text of a seed finds the same URLs: it is printable and not too long."""
    return seeds_of([seed.text]) == [seed]


def _site_of(seed: Seed) -> str:
    return site_of_url(seed.urls[0])
