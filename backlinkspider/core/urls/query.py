"""Read the parts of a query, decoded."""

from __future__ import annotations

import re

import ada_url

_ENCODED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")


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
