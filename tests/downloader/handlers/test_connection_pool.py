"""How many connections wait for a request."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import TimeoutError  # noqa: A004 - Twisted's
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol

from backlinkspider.downloader.handlers.connection_pool import LimitedConnectionPool


class Server:
    """The endpoint of a host, which accepts every connection."""

    def connect(self, factory: Any) -> Deferred[HTTP11ClientProtocol]:
        protocol = factory.buildProtocol(None)
        protocol.makeConnection(StringTransport())
        return succeed(protocol)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    assert not clock.getDelayedCalls()


@pytest.fixture
def pool(clock: Clock) -> LimitedConnectionPool:
    pool = LimitedConnectionPool(cast("IReactorTime", clock), 2, 10.0)
    pool.retryAutomatically = False
    return pool


def connect(pool: LimitedConnectionPool, host: str) -> Any:
    connections: list[Any] = []
    pool.getConnection(("http", host, 80), Server()).addCallback(connections.append)
    return connections[0]


def rest(pool: LimitedConnectionPool, *hosts: str) -> list[Any]:
    """Has connections to hosts wait, one after the other."""
    connections = [connect(pool, host) for host in hosts]
    for host, connection in zip(hosts, connections, strict=True):
        pool._putConnection(("http", host, 80), connection)
    return connections


def test_the_connection_that_has_waited_longest_goes_when_there_are_too_many(pool: LimitedConnectionPool) -> None:
    first, second, third = rest(pool, "a.example", "b.example", "c.example")
    assert [each.transport.disconnected for each in (first, second, third)] == [True, False, False]
    assert connect(pool, "b.example") is second
    assert connect(pool, "a.example") is not first
    assert connect(pool, "c.example") is third


def test_a_server_that_takes_no_connection_is_given_up(pool: LimitedConnectionPool, clock: Clock) -> None:
    class DeadServer:
        def connect(self, factory: Any) -> Deferred[HTTP11ClientProtocol]:
            return Deferred()

    failures: list[Failure] = []
    pool.getConnection(("http", "dead.example", 80), DeadServer()).addErrback(failures.append)
    clock.advance(9.9)
    assert not failures
    clock.advance(0.2)
    assert failures[0].check(TimeoutError)


def test_a_connection_that_was_used_again_has_waited_anew(pool: LimitedConnectionPool) -> None:
    first, second = rest(pool, "a.example", "b.example")
    pool._putConnection(("http", "a.example", 80), connect(pool, "a.example"))
    (third,) = rest(pool, "c.example")
    assert [each.transport.disconnected for each in (first, second, third)] == [False, True, False]
    connect(pool, "a.example")
    connect(pool, "c.example")


def test_nothing_is_kept_of_hosts_whose_connections_are_gone(pool: LimitedConnectionPool, clock: Clock) -> None:
    rest(pool, *(f"{number}.example" for number in range(10)))
    connect(pool, "8.example")
    assert list(pool._connections) == [("http", "9.example", 80)]
    clock.advance(pool.cachedConnectionTimeout)
    assert not pool._connections
    assert not pool._timeouts


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
@pytest.mark.parametrize(("files", "idle"), [("1024", 256), ("64", 16), ("8000", 1000)])
def test_connections_leave_room_for_other_files(files: str, idle: int) -> None:
    code = "from backlinkspider.downloader.handlers.connection_pool import max_idle_connections; print(max_idle_connections())"
    command = ["bash", "-c", f'ulimit -Sn {files} && exec "$@"', "bash", sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == [str(idle)]
