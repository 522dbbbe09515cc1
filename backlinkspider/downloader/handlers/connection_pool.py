"""A pool of idle connections with a limit."""

from __future__ import annotations

from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.error import TimeoutError  # noqa: A004 - Twisted's
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorTime, IStreamClientEndpoint
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool

from backlinkspider.checks.concurrency import files_allowed

_IDLE_MAXIMUM = 1_000
"""Idle connections: as many as sites take turns. Over TLS each takes 60 KB. With 400 of them a crawl of a thousand sites took a
tenth more time, and 12 MB more for all the connections that it opened again.
"""

_FILES_FOR_EACH = 4
"""The files that the process may open for each idle connection: http and https have as many, and others are in use."""


class BoundedEndpoint:
    """An endpoint whose connections must be there within some seconds, so that a dead server does not hold a place for long.

    Raises: twisted.internet.error.TimeoutError, as Twisted does where the system gives up.
    """

    def __init__(self, endpoint: Any, clock: IReactorTime, seconds: float) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._seconds = seconds

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:  # noqa: N803 - Twisted's name
        """Connect."""
        connected: Deferred[IProtocol] = self._endpoint.connect(protocolFactory)
        return connected.addTimeout(self._seconds, self._clock, self._give_up)

    def _give_up(self, _: object, seconds: float) -> Failure:
        return Failure(TimeoutError(f"no connection within {seconds:g} seconds"))


class LimitedConnectionPool(HTTPConnectionPool):
    """Twisted's pool of idle connections, which closes the longest idle one when there are too many.

    Twisted keeps one for each host for four minutes. In a crawl of 1,600 hosts that passed a limit of 1,024 open files: the last
    590 hosts were not read, and the feed could not be finished.
    """

    def __init__(self, reactor: IReactorTime, maximum: int, connect_seconds: float) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._maximum = maximum
        self._clock = reactor
        self.connect_seconds = connect_seconds

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802 - Twisted's name
        """Return an idle connection to a host, or a new one."""
        bounded = BoundedEndpoint(endpoint, self._clock, self.connect_seconds)
        connection = super().getConnection(key, cast("IStreamClientEndpoint", bounded))
        if not self._connections.get(key, True):
            # Twisted keeps an empty list for each host that was requested twice.
            del self._connections[key]
        return connection

    def _putConnection(self, key: Any, connection: Any) -> None:  # noqa: N802
        connection.pool_key = key
        super()._putConnection(key, connection)  # type: ignore[no-untyped-call]
        if len(self._timeouts) > self._maximum:
            oldest: Any = next(iter(self._timeouts))
            self._timeouts[oldest].cancel()
            self._removeConnection(oldest.pool_key, oldest)

    def _removeConnection(self, key: Any, connection: Any) -> None:  # noqa: N802
        if connection.state == "QUIESCENT":
            # `loseConnection` would wait, over TLS, until the server closes too.
            cast("Connection", connection.transport).abortConnection()
        del self._timeouts[connection]
        self._connections[key].remove(connection)
        if not self._connections[key]:
            del self._connections[key]


def max_idle_connections() -> int:
    """Return how many idle connections a scheme may have, given how many files the process may open."""
    return max(1, min(_IDLE_MAXIMUM, files_allowed() // _FILES_FOR_EACH))
