"""The address of a queue of seeds on a Redis server, and the names of its keys there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backlinkspider.core.exceptions import ArgumentError

_SCHEME = re.compile(r"rediss?:", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<scheme>rediss?)://(?:(?P<user>[^\s:@/]*)(?::(?P<password>[^\s@/]*))?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?/(?P<database>\d{1,4})/(?P<name>[A-Za-z0-9._-]{1,100})",
    re.IGNORECASE | re.ASCII,
)
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_FORM = "redis://host:port/0/name, with rediss:// for TLS and user:password@ before the host where the server wants them"


@dataclass(frozen=True)
class QueueUrl:
    """A queue of seeds: a stream of sites and the keys beside it. Its text never has the password.

    >>> str(parse_queue_url("redis://me:secret@queue.example/0/partners"))
    'redis://queue.example:6379/0/partners'
    """

    host: str
    port: int
    database: int
    name: str
    """The key of the stream."""
    is_encrypted: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The address without user and password."""
        scheme = "rediss" if self.is_encrypted else "redis"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/{self.database}/{self.name}"

    @property
    def prefix(self) -> str:
        """What the keys beside the stream begin with; the braces keep all of them together where keys are spread."""
        return f"{{{self.name}}}:"

    @property
    def known(self) -> str:
        """The set of all seeds that were ever pushed, by their comparison keys."""
        return f"{self.prefix}known"

    @property
    def open(self) -> str:
        """The hash of the sites that wait or are claimed, with the one entry of each."""
        return f"{self.prefix}open"

    @property
    def outcomes(self) -> str:
        """The hash of how many sites came out how."""
        return f"{self.prefix}outcomes"

    @property
    def failed(self) -> str:
        """The hash of the sites that failed, with their outcomes."""
        return f"{self.prefix}failed"

    def lock(self, site: str) -> str:
        """The key that says who may ask a site, and expires."""
        return f"{self.prefix}lock:{site}"


def is_queue_url(text: str) -> bool:
    """Whether a text is meant as the address of a queue, be it a good one or not."""
    return _SCHEME.match(text) is not None


def parse_queue_url(text: str) -> QueueUrl:
    """The queue that a text names. Raises ArgumentError, which does not repeat the text: it may hold a password."""
    parts = _ADDRESS.fullmatch(text.strip())
    if parts is None or not 0 < int(parts["port"] or 6379) < 65_536:
        raise ArgumentError(f"the address of a queue of seeds is {_FORM}; the name is made of letters, digits, '.', '_' and '-'")
    return QueueUrl(
        host=parts["host"].strip("[]"),
        port=int(parts["port"] or 6379),
        database=int(parts["database"]),
        name=parts["name"],
        is_encrypted=parts["scheme"].lower() == "rediss",
        user=_unescaped(parts["user"]),
        password=_unescaped(parts["password"]),
    )


def _unescaped(text: str | None) -> str | None:
    if not text:
        return None
    return _ESCAPED.sub(lambda escape: bytes.fromhex(escape[1].decode()), text.encode()).decode("utf-8", "replace")
