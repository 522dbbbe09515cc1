"""Parse lines of access logs: Apache and nginx, IIS and CloudFront (W3C), Caddy and Cloudflare (JSON)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from backlinkspider.core.urls.query import percent_decode


class Hit(NamedTuple):
    """One request that a server logged."""

    referrer: str
    method: str
    path: str
    """Path and query as logged; may be a whole URL, as a proxy logs it."""
    status: int
    agent: bytes
    """As logged, which may be encoded."""
    client: bytes
    """The address of the client: for counting, never for an output."""
    host: str | None
    """The host that was asked; None where the log has it not."""
    day: str | None
    """The date as the server wrote it, in ISO 8601."""


LineParser = Callable[[bytes], Hit | None]
"""Parses one line; None for one that is not of the format."""

_QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
# A virtual host stands in front with its port, or before the address of the client; a line that begins with an IPv4 address has
# none, and is not tried for it. The end is left open: nginx may add fields such as "$http_x_forwarded_for".
_COMBINED = re.compile(
    rb"(?:(?![\d.]+ )([\w.-]*[A-Za-z][\w.-]*)(?::\d+ | (?=[\da-fA-F.:]+ )))?(\S+) [^\"\[]*\[([^\]]*)\]"
    rb" \"([A-Z]+) ([^\s\"]+)(?: HTTP/[\d.]+)?\" (\d{3}) \S+ " + _QUOTED + rb" " + _QUOTED
)
_HEX_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAY = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def parse_combined(line: bytes) -> Hit | None:
    r"""A line in the combined format of Apache or nginx, with or without the virtual host in front.

    >>> line = b'a - - [10/Oct/2026:13:55:36 +0000] "GET /oak HTTP/1.1" 200 23 "https://blog.example/" "Mozilla/5.0"'
    >>> hit = parse_combined(line)
    >>> hit.referrer, hit.path, hit.status, hit.day, hit.host
    ('https://blog.example/', '/oak', 200, '2026-10-10', None)
    """
    match = _COMBINED.match(line)
    if match is None:
        return None
    host, client, time, method, path, status, referrer, agent = match.groups()
    name = host.decode("latin-1").lower() if host is not None else None
    text_of = _unescape if b"\\" in line else _decode_text
    return Hit(text_of(referrer), method.decode("latin-1"), text_of(path), int(status), agent, client, name, _day(time[:11]))


def parse_json(line: bytes) -> Hit | None:
    r"""A line of Caddy's log or of Cloudflare's Logpush.

    >>> line = b'{"ClientRequestReferer":"https://blog.example/","ClientRequestURI":"/","EdgeResponseStatus":200}'
    >>> parse_json(line).referrer
    'https://blog.example/'
    """
    try:
        entry = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    return _cloudflare_hit(entry) if "ClientRequestReferer" in entry else _caddy_hit(entry)


def w3c_parser(directive: bytes) -> LineParser | None:
    """The parser of the lines behind a `#Fields:` line; None where the fields do not tell a referrer."""
    names = directive.decode("latin-1").partition(":")[2].split()
    if "cs(Referer)" not in names or "sc-status" not in names:
        return None
    places = {name: place for place, name in enumerate(names)}
    # CloudFront separates by tabs and encodes URLs; IIS separates by spaces and writes a plus for one in a value.
    is_cloudfront = "x-edge-location" in names
    separator, decode = (b"\t", _decode_url) if is_cloudfront else (b" ", _decode)
    # An empty cell at the end stands for the fields that a log does not have.
    stem, query, method, status, referrer, agent, client, day = (
        places.get(name, -1)
        for name in ("cs-uri-stem", "cs-uri-query", "cs-method", "sc-status", "cs(Referer)", "cs(User-Agent)", "c-ip", "date")
    )
    host = next((places[name] for name in _HOST_FIELDS if name in places), -1)

    count = len(names)

    def parse(line: bytes) -> Hit | None:
        cells = line.rstrip(b"\r\n").split(separator)
        if len(cells) != count or not cells[status].isdigit():
            return None
        cells.append(b"")
        path, parameters = decode(cells[stem]), cells[query]
        return Hit(
            referrer=decode(cells[referrer]),
            method=decode(cells[method]),
            path=f"{path or '/'}?{decode(parameters)}" if parameters not in _NOTHING else path or "/",
            status=int(cells[status]),
            agent=cells[agent],
            client=cells[client],
            host=decode(cells[host]) or None,
            day=decode(cells[day]) or None,
        )

    return parse


_HOST_FIELDS = ("x-host-header", "cs-host", "cs(Host)")
"""The fields that hold the host that was asked for; at CloudFront `cs(Host)` is a name of its own."""


_NOTHING = (b"", b"-")
"""What stands in a cell without a value."""


def _decode_url(cell: bytes) -> str:
    return percent_decode(_decode(cell))


def _decode(cell: bytes) -> str:
    return _decode_text(cell) if cell not in _NOTHING else ""


def _cloudflare_hit(entry: Mapping[str, Any]) -> Hit | None:
    status = entry.get("EdgeResponseStatus")
    return Hit(
        referrer=_text(entry.get("ClientRequestReferer")),
        method=_text(entry.get("ClientRequestMethod", "GET")),
        path=_text(entry.get("ClientRequestURI")) or "/",
        status=status if isinstance(status, int) else 0,
        agent=_text(entry.get("ClientRequestUserAgent")).encode("utf-8", "replace"),
        client=_text(entry.get("ClientIP")).encode("utf-8", "replace"),
        host=_text(entry.get("ClientRequestHost")) or None,
        day=_day_of_value(entry.get("EdgeStartTimestamp")),
    )


def _caddy_hit(entry: Mapping[str, Any]) -> Hit | None:
    request = entry.get("request")
    headers = request.get("headers") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(headers, dict):
        return None
    status = entry.get("status")
    return Hit(
        referrer=_first(headers.get("Referer")),
        method=_text(request.get("method")),
        path=_text(request.get("uri")) or "/",
        status=status if isinstance(status, int) else 0,
        agent=_first(headers.get("User-Agent")).encode("utf-8", "replace"),
        client=_text(request.get("client_ip") or request.get("remote_ip")).encode("utf-8", "replace"),
        host=_text(request.get("host")).partition(":")[0] or None,
        day=_day_of_value(entry.get("ts")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _first(value: object) -> str:
    return _text(value[0]) if isinstance(value, list) and value else _text(value)


def _day_of_value(value: object) -> str | None:
    """The day of a time in ISO 8601, or in seconds or nanoseconds since 1970."""
    if isinstance(value, str):
        return value[:10] if _ISO_DAY.match(value) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    seconds = value / 1e9 if value > 1e14 else value / 1e3 if value > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=4_096)
def _day(text: bytes) -> str | None:
    match = _DAY.match(text.decode("latin-1"))
    month = _MONTHS.get(match[2]) if match is not None else None
    return f"{match[3]}-{month:02}-{match[1]}" if match is not None and month is not None else None


def _decode_text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _unescape(value: bytes) -> str:
    r"""The text of a quoted field: Apache writes `\"`, nginx `\x22`."""
    text = _decode_text(value)
    return _HEX_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")
