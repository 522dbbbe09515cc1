"""Connections that are kept open for the next request to their host, in a bounded number."""

from __future__ import annotations

from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.tcp import Connection
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import HTTPConnectionPool

_IDLE_MAXIMUM = 1_000
"""Connections that wait for a request: as many as sites take turns. Over TLS each takes 60 KB; with 400 of them a crawl of a
thousand sites took a tenth more time, and 12 MB more for all the connections that it made anew."""

_FILES_FOR_EACH = 4
"""Files that the process may have open for each of them: there are as many of http as of https, and others at work."""


class LimitedConnectionPool(HTTPConnectionPool):
    """Twisted's pool of idle connections, which lets go of the one that has waited longest when there are too many.

    Its own keeps one of each host for four minutes: a crawl of 1,600 hosts had as many open, and where a process may have 1,024
    files it read nothing of the last 590 and could not finish its feed.
    """

    def __init__(self, reactor: IReactorTime, maximum: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._maximum = maximum

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[HTTP11ClientProtocol]:  # noqa: N802 - Twisted's name
        """A connection to a host: an idle one, or one that is made."""
        connection = super().getConnection(key, endpoint)
        if not self._connections.get(key, True):
            # Twisted keeps an empty list for each host that was asked twice.
            del self._connections[key]
        return connection

    def _putConnection(self, key: Any, connection: Any) -> None:  # noqa: N802
        connection.pool_key = key
        super()._putConnection(key, connection)  # type: ignore[no-untyped-call]
        if len(self._timeouts) > self._maximum:
            oldest: Any = next(iter(self._timeouts))
            self._timeouts[oldest].cancel()
            self._removeConnection(oldest.pool_key, oldest)

    def _removeConnection(self, key: Any, connection: HTTP11ClientProtocol) -> None:  # noqa: N802
        if connection.state == "QUIESCENT":
            # To lose it would be to wait, over TLS, until the server says that it closes too.
            cast("Connection", connection.transport).abortConnection()  # type: ignore[no-untyped-call]
        del self._timeouts[connection]
        self._connections[key].remove(connection)
        if not self._connections[key]:
            del self._connections[key]


def max_idle_connections() -> int:
    """How many idle connections of a scheme there may be, by how many files the process may have open."""
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:
        return _IDLE_MAXIMUM
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _IDLE_MAXIMUM if files == resource.RLIM_INFINITY else max(1, min(_IDLE_MAXIMUM, files // _FILES_FOR_EACH))
