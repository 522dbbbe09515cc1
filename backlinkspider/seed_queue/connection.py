"""The connection to the Redis server of a queue, and what is wrong with it in one line.

redis is imported where it is used: that takes 30 ms and 6 MB, and most crawls have no queue.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backlinkspider.core.exceptions import SeedQueueError, SeedQueueUnavailable
from backlinkspider.core.queue_url import QueueUrl
from backlinkspider.core.text import escape_control_characters
from backlinkspider.seed_queue import lua_scripts

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

PASSWORD_VARIABLE = "BACKLINKS_QUEUE_PASSWORD"  # noqa: S105 - its name
"""The environment variable for the password, so that it need not stand in the URL."""

TIMEOUT_SECONDS = 5.0
"""Seconds without a reply, after which the server is unavailable."""


def connect(address: QueueUrl) -> Redis:
    """Return a client that blocks; it connects when it is first used."""
    from redis import Redis  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    return Redis(**_options(address, TIMEOUT_SECONDS), retry=Retry(NoBackoff(), 0))


def connect_async(address: QueueUrl, timeout_seconds: float) -> AsyncRedis:
    """Return a client that does not block; it connects when it is first used."""
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    return Redis(**_options(address, timeout_seconds), retry=Retry(NoBackoff(), 0), single_connection_client=True)


def script_keys(address: QueueUrl) -> list[str]:
    """Return the keys that every script gets (`lua_scripts`)."""
    return [address.name, address.known, address.open, address.outcomes, address.failed]


@contextmanager
def in_one_line(address: QueueUrl) -> Iterator[None]:
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


@contextmanager
def ignored_reply(code: str) -> Iterator[None]:
    """Ignore an error that the server replies with, such as NOGROUP."""
    from redis.exceptions import ResponseError  # noqa: PLC0415

    try:
        yield
    except ResponseError as error:
        if code not in str(error):
            raise


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
