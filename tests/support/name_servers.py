"""A resolver that knows no name, for tests: it asks nobody."""

from __future__ import annotations

import socket

from twisted.internet.defer import Deferred, fail

from backlinkspider.downloader.resolver import Address, PublicResolver

NO_ANSWER = "silent.example"


class NoNames(PublicResolver):
    """Every name is one that nobody has, as a name server says it; of `NO_ANSWER` and what is under it no server answers."""

    def _look_up(self, name: str) -> Deferred[list[Address]]:
        code = socket.EAI_AGAIN if name.endswith(NO_ANSWER) else socket.EAI_NONAME
        failed: Deferred[list[Address]] = fail(socket.gaierror(code, "for a test"))
        return failed.addErrback(self._give_up, name)
