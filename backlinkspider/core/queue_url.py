"""The URL of a seed queue on a Redis server, and the names of its keys."""

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
_FORM = "redis://host:port/0/name (rediss:// for TLS, user:password@ before the host if the server needs them)"


@dataclass(frozen=True)
class QueueUrl:
    """A seed queue: a stream of sites and related keys. Its text never contains the password.

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
        """The URL without user and password."""
        scheme = "rediss" if self.is_encrypted else "redis"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/{self.database}/{self.name}"

    @property
    def prefix(self) -> str:
        """The prefix of the other keys; its braces put all keys into one slot of a Redis cluster."""
        return f"{{{self.name}}}:"

    @property
    def known(self) -> str:
        """The set of all seeds ever pushed, as canonical URLs."""
        return f"{self.prefix}known"

    @property
    def open(self) -> str:
        """The hash of waiting and claimed sites, with the stream entry of each."""
        return f"{self.prefix}open"

    @property
    def outcomes(self) -> str:
        """The hash that counts sites by outcome."""
        return f"{self.prefix}outcomes"

    @property
    def failed(self) -> str:
        """The hash of failed sites with their outcomes."""
        return f"{self.prefix}failed"

    def lock(self, site: str) -> str:
        """The expiring key that names the worker with the lease on a site."""
        return f"{self.prefix}lock:{site}"


def is_queue_url(text: str) -> bool:
    """True if a text is meant as the URL of a queue, valid or not."""
    return _SCHEME.match(text) is not None


def parse_queue_url(text: str) -> QueueUrl:
    """Parse the URL of a queue. Raises ArgumentError, which does not repeat the text: it may contain a password."""
    parts = _ADDRESS.fullmatch(text.strip())
    if parts is None or not 0 < int(parts["port"] or 6379) < 65_536:
        raise ArgumentError(f"the URL of a seed queue must be {_FORM}; its name consists of letters, digits, '.', '_' and '-'")
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
