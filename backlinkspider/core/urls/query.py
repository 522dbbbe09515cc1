"""Read the parts of a query, decoded, and write them, encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping

import ada_url

_ENCODED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def query_value(query: str, name: str) -> str | None:
    """The first value of a parameter, decoded as a form's (https://url.spec.whatwg.org/#urlencoded-parsing); None without it.

    >>> query_value("a=1&u=https%3A%2F%2Fexample.com%2F", "u")
    'https://example.com/'
    """
    parameters = ada_url.URLSearchParams(query)
    return str(parameters.get(name)) if parameters.has(name) else None


def percent_decode(text: str) -> str:
    """The text with its percent-encoded bytes as characters of UTF-8.

    >>> percent_decode("caf%C3%A9%20%zz")
    'café %zz'
    """
    if "%" not in text:
        return text
    decoded = _ENCODED_BYTE.sub(lambda match: bytes([int(match[1], 16)]), text.encode("utf-8", "surrogatepass"))
    return decoded.decode("utf-8", "replace")


def percent_encode(text: str, kept: str = "") -> str:
    """The text in percent-encoded UTF-8; unreserved characters (RFC 3986, 2.3) and those `kept` stay as they are.

    >>> percent_encode("Caf\u00e9/50%", "/")
    'Caf%C3%A9/50%25'
    """
    plain = frozenset(_UNRESERVED + kept.encode())
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def with_query(url: str, parameters: Mapping[str, str | int]) -> str:
    """A URL without a query, with these parameters encoded as a form's.

    >>> with_query("https://example.com/api", {"q": "a b&c", "page": 0})
    'https://example.com/api?q=a+b%26c&page=0'
    """
    query = ada_url.URLSearchParams("")
    for name, value in parameters.items():
        query.append(name, str(value))
    return f"{url}?{query}"
