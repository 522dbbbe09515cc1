"""A queue of seeds on a Redis server: the connection, and what the server answers.

redis is imported where it is used: that takes 30 ms and 6 MB, and most crawls have no queue.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Self, cast

from backlinkspider.core.coverage import Outcome
from backlinkspider.core.exceptions import SeedError, SeedQueueError, SeedQueueUnavailable
from backlinkspider.core.queue_url import QueueUrl
from backlinkspider.core.seeds.seeds import Seed, parse_seed
from backlinkspider.core.text import escape_control_characters
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.seed_queue import lua_scripts

PASSWORD_VARIABLE = "BACKLINKS_QUEUE_PASSWORD"  # noqa: S105 - its name
"""The environment variable for the password, so that it need not stand in the URL."""

_TIMEOUT_SECONDS = 5.0
_PUSHED_AT_ONCE = 500
_LOST, _DONE, _GONE = 0, 1, 2
"""The replies of the scripts."""
_CLAIMS_READ_AT_ONCE = 1_000

FAILURES = (Outcome.BLOCKED, Outcome.UNREACHABLE, "error", "given_up")
"""The outcomes of a site that is not crawled again although nothing was read, or not everything that was read was written."""


@dataclass
class Claim:
    """A site that only this worker may crawl as long as it renews its lease."""

    entry: str
    """Its entry in the stream; empty for a visit, which reads a single page that a seed of another site leads to."""
    site: str
    token: str
    renewed: float
    """When the lease was last known to be valid, on the worker's clock."""
    seeds: Sequence[Seed] = ()
    lines: int = 0
    """The number of seeds of the site when it was claimed."""
    is_poison: bool = False
    """Whether workers died with the site again and again, so that it is crawled alone."""


@dataclass
class ClaimBatch:
    """The reply to a worker that asked for sites."""

    claims: list[Claim]
    given_up: list[str]
    """Sites whose workers died again and again."""
    waiting: int
    pending: int
    """Sites that are claimed by any worker, this one included."""


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


class SeedQueue:
    """A worker's side of a queue.

    Raises: SeedQueueUnavailable when there is no reply, SeedQueueError for a reply that cannot be used.
    """

    def __init__(self, address: QueueUrl, *, lease_seconds: float, deliveries: int) -> None:
        from redis.asyncio import Redis  # noqa: PLC0415
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415

        self.worker = f"{_host_label()}-{os.getpid()}-{token_hex(4)}"
        self._address = address
        self._lease = round(lease_seconds * 1000)
        self._deliveries = deliveries
        self._timeout = min(_TIMEOUT_SECONDS, lease_seconds / 4)
        self._server_ahead: float | None = None
        self._redis = Redis(
            **_options(address, self._timeout),
            retry=Retry(NoBackoff(), 0),
            single_connection_client=True,
        )
        self._scripts: dict[str, Any] = {}

    async def claim(self, now: float, held: int, at_once: int, *, look_for_dead: bool) -> ClaimBatch:
        """Claim this worker's fair share of sites, up to `at_once` with those that it holds."""
        numbers = (self._lease, held, at_once, self._deliveries, int(look_for_dead), self._deadline(now))
        try:
            claims, given_up, waiting, pending, milliseconds = await self._run(lua_scripts.CLAIM, self.worker, *numbers)
        except SeedQueueUnavailable as error:
            if lua_scripts.TOO_LATE in str(error):
                # It is a reply all the same: somebody set one of the clocks.
                self._server_ahead = None
            raise
        # At least this much, because the reply was on its way for a while.
        self._server_ahead = milliseconds / 1000 - now
        return ClaimBatch([_read_claim(claim, now) for claim in claims], given_up, waiting, pending)

    async def renew(self, claims: Sequence[Claim], now: float) -> tuple[list[Claim], list[Claim]]:
        """Renew the leases of some claims; return those that are lost, and those that were ended before."""
        named = [part for claim in claims for part in (claim.entry, claim.site, claim.token)]
        answers = await self._run(lua_scripts.RENEW, self.worker, self._lease, *named)
        answered = list(zip(claims, answers, strict=True))
        for claim, answer in answered:
            if answer == _DONE:
                claim.renewed = now
        return [claim for claim, answer in answered if answer == _LOST], [claim for claim, answer in answered if answer == _GONE]

    async def finish(self, claim: Claim, outcome: str, rest_seconds: float) -> bool:
        """Acknowledge a site; return whether it was this worker's to acknowledge, or is acknowledged already."""
        ended = (claim.lines, outcome, int(outcome in FAILURES))
        return bool(await self._run(lua_scripts.FINISH, *self._named(claim), _milliseconds(rest_seconds), *ended))

    async def give_back(self, claim: Claim, rest_seconds: float) -> bool:
        """Let others claim a site again; return whether it was this worker's."""
        return bool(await self._run(lua_scripts.GIVE_BACK, *self._named(claim), _milliseconds(rest_seconds)))

    async def acquire_visit(self, site: str, now: float) -> Claim | None:
        """Return the right to request one page of a site; None while another worker has the site, or its delay runs."""
        token = await self._run(lua_scripts.VISIT, self.worker, self._lease, site)
        return Claim("", site, token, now) if token else None

    async def release_visit(self, visit: Claim, rest_seconds: float) -> None:
        """End a visit."""
        await self._run(lua_scripts.LEAVE, visit.site, visit.token, _milliseconds(rest_seconds))

    async def deregister(self) -> None:
        """Remove the worker's name from the group."""
        await self._run(lua_scripts.SIGN_OFF, self.worker)

    async def close(self) -> None:
        """Close the connection."""
        with _in_one_line(self._address):
            await self._redis.aclose()

    def _deadline(self, now: float) -> int:
        """Return the server's time in milliseconds after which this worker no longer waits for a reply.

        A server that was stopped still reads what it was sent meanwhile, and would claim sites for nobody.
        """
        return 0 if self._server_ahead is None else round((now + self._server_ahead + self._timeout) * 1000)

    def _named(self, claim: Claim) -> tuple[str, ...]:
        return (self.worker, claim.entry, claim.site, claim.token)

    async def _run(self, script: str, *arguments: str | int) -> Any:
        if script not in self._scripts:
            self._scripts[script] = self._redis.register_script(script)
        with _in_one_line(self._address):
            return await self._scripts[script](_keys(self._address), [self._address.prefix, *arguments])


class SeedQueueAdmin:
    """The administrator's side of a queue: push seeds, ask for status. It blocks. Raises: as `SeedQueue`."""

    def __init__(self, address: QueueUrl) -> None:
        from redis import Redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self._address = address
        self._redis = Redis(**_options(address, _TIMEOUT_SECONDS), retry=Retry(NoBackoff(), 0))

    def __enter__(self) -> Self:
        """Create the object; it connects when it is first used."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._redis.close()

    def open(self) -> None:
        """Create the queue where there is none. Raises SeedQueueError for a key that holds something else."""
        from redis.exceptions import ResponseError  # noqa: PLC0415

        self.check()
        with _in_one_line(self._address):
            try:
                self._redis.xgroup_create(self._address.name, lua_scripts.GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def check(self) -> bool:
        """Whether anything was ever pushed. Raises SeedQueueError for a key that holds something else."""
        with _in_one_line(self._address):
            kind = cast("str", self._redis.type(self._address.name))
            if kind not in ("none", "stream"):
                raise SeedQueueError(f"{self._address} is no queue of seeds: the key '{self._address.name}' is a {kind}")
            first = (
                cast("list[tuple[str, dict[str, str]]]", self._redis.xrange(self._address.name, count=1))
                if kind == "stream"
                else []
            )
            if first and set(first[0][1]) != {"site"}:
                raise SeedQueueError(
                    f"{self._address} is no queue of seeds: the stream '{self._address.name}' is something else's"
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
        """Return the progress of the workers."""
        with _in_one_line(self._address):
            outcomes = cast("dict[str, str]", self._redis.hgetall(self._address.outcomes))
            failed = cast("dict[str, str]", self._redis.hgetall(self._address.failed))
            claimed = list(self._holders())
            waiting = self._redis.xlen(self._address.name) - len(claimed)
        return Status(max(0, waiting), claimed, {outcome: int(count) for outcome, count in outcomes.items()}, failed)

    def _push_batch(self, seeds: Sequence[Seed]) -> list[int]:
        with _in_one_line(self._address):
            pipeline = self._redis.pipeline(transaction=False)
            script = self._redis.register_script(lua_scripts.PUSH)
            for seed in seeds:
                key = canonical_url(seed.urls[0])
                script(_keys(self._address), [self._address.prefix, _site_of(seed), key, seed.text], client=pipeline)
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
        from redis.exceptions import ResponseError  # noqa: PLC0415

        first = "-"
        while True:
            try:
                page = cast(
                    "list[dict[str, str]]",
                    self._redis.xpending_range(self._address.name, lua_scripts.GROUP, first, "+", _CLAIMS_READ_AT_ONCE),
                )
            except ResponseError as error:
                if "NOGROUP" in str(error):
                    return
                raise
            yield from page
            if len(page) < _CLAIMS_READ_AT_ONCE:
                return
            first = f"({page[-1]['message_id']}"


def fits_queue(seed: Seed) -> bool:
    """Whether a worker that parses the text of a seed finds the same URLs: it is printable and not too long."""
    return _seeds_of([seed.text]) == [seed]


def _site_of(seed: Seed) -> str:
    return site_of_url(seed.urls[0])


def _read_claim(fields: Sequence[Any], now: float) -> Claim:
    entry, site, token, lines, deaths = fields
    return Claim(entry, site, token, now, _seeds_of(lines), len(lines), is_poison=deaths >= lua_scripts.SUSPECT)


def _seeds_of(lines: Iterable[str]) -> list[Seed]:
    seeds = []
    for line in lines:
        try:
            seeds.append(parse_seed(line))
        except SeedError:
            # Not written by `push`.
            continue
    return seeds


def _keys(address: QueueUrl) -> list[str]:
    return [address.name, address.known, address.open, address.outcomes, address.failed]


def _options(address: QueueUrl, timeout_seconds: float) -> dict[str, Any]:
    return {
        "host": address.host,
        "port": address.port,
        "db": address.database,
        "username": address.user,
        "password": address.password or os.environ.get(PASSWORD_VARIABLE),
        "ssl": address.is_encrypted,
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "decode_responses": True,
        "encoding_errors": "replace",
        "protocol": 2,
    }


@contextmanager
def _in_one_line(address: QueueUrl) -> Iterator[None]:
    """Describe in one line, without the password, what is wrong with a server."""
    from redis import exceptions  # noqa: PLC0415

    try:
        yield
    except (exceptions.AuthenticationError, exceptions.AuthorizationError) as error:
        raise SeedQueueError(f"{address} refuses this user or password: {escape_control_characters(str(error))}") from None
    except (exceptions.ConnectionError, exceptions.TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        raise SeedQueueUnavailable(
            f"{address} does not answer: {escape_control_characters(str(error)) or type(error).__name__}"
        ) from None
    except exceptions.ResponseError as error:
        kind = SeedQueueUnavailable if str(error).startswith(lua_scripts.TOO_LATE) else SeedQueueError
        raise kind(f"{address} cannot be used: {escape_control_characters(str(error))}") from None
    except exceptions.RedisError as error:
        raise SeedQueueError(f"{address} cannot be used: {escape_control_characters(str(error))}") from None


def _host_label() -> str:
    return "".join(character if character.isalnum() or character in ".-" else "-" for character in socket.gethostname())


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
