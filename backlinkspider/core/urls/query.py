"""Read the parameters of a query, as written or decoded, and write them, encoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import ada_url

_ENCODED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def parameters_of(url: str) -> dict[str, str]:
    """The parameters of a URL or resource as written, by name in lower case; the last where a name stands twice.

    >>> parameters_of("https://example.com/shop?Color=red&page=2#top")
    {'color': 'red', 'page': '2'}
    """
    parts = (parameter.partition("=") for parameter in url.partition("#")[0].partition("?")[2].split("&") if parameter)
    return {name.lower(): value for name, _, value in parts}


def without_parameters(url: str, is_unwanted: Callable[[str], object]) -> str:
    """A URL or resource, without fragment, and without the parameters (`name=value`) that are unwanted.

    >>> without_parameters("/a?id=1&print=1", lambda parameter: parameter.startswith("print"))
    '/a?id=1'
    """
    head, question, query = url.partition("?")
    if not question:
        return url
    parameters = query.split("&")
    kept = [parameter for parameter in parameters if not is_unwanted(parameter)]
    if len(kept) == len(parameters):
        return url
    return f"{head}?{'&'.join(kept)}" if any(kept) else head


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
