"""A worker's side of a queue of seeds: claim sites, renew their leases, acknowledge them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from backlinkspider.core.coverage.outcome import Outcome
from backlinkspider.core.exceptions import SeedError, SeedQueueUnavailable
from backlinkspider.core.queue_url import QueueUrl
from backlinkspider.core.seeds.seeds import Seed, parse_seed
from backlinkspider.seed_queue import lua_scripts
from backlinkspider.seed_queue.connection import TIMEOUT_SECONDS, connect_async, in_one_line, script_keys

_LOST, _DONE, _GONE = 0, 1, 2
"""The replies of the scripts."""

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


class SeedQueue:
    """A worker's side of a queue.

    Raises: SeedQueueUnavailable when there is no reply, SeedQueueError for a reply that cannot be used.
    """

    def __init__(self, address: QueueUrl, *, lease_seconds: float, deliveries: int) -> None:
        self.worker = f"{_host_label()}-{os.getpid()}-{token_hex(4)}"
        self._address = address
        self._lease = round(lease_seconds * 1000)
        self._deliveries = deliveries
        self._timeout = min(TIMEOUT_SECONDS, lease_seconds / 4)
        self._server_ahead: float | None = None
        self._redis = connect_async(address, self._timeout)
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
        await self._run(lua_scripts.LEAVE, visit.site, visit.token, _milliseconds(rest_seconds))

    async def deregister(self) -> None:
        """Remove the worker's name from the group."""
        await self._run(lua_scripts.SIGN_OFF, self.worker)

    async def close(self) -> None:
        with in_one_line(self._address):
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
        with in_one_line(self._address):
            return await self._scripts[script](script_keys(self._address), [self._address.prefix, *arguments])


def seeds_of(lines: Iterable[str]) -> list[Seed]:
    """Return the seeds that were pushed as these lines."""
    seeds = []
    for line in lines:
        try:
            seeds.append(parse_seed(line))
        except SeedError:
            # Not written by `push`.
            continue
    return seeds


def _read_claim(fields: Sequence[Any], now: float) -> Claim:
    entry, site, token, lines, deaths = fields
    return Claim(entry, site, token, now, seeds_of(lines), len(lines), is_poison=deaths >= lua_scripts.SUSPECT)


def _host_label() -> str:
    return "".join(character if character.isalnum() or character in ".-" else "-" for character in socket.gethostname())


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
