"""Unzips bodies whose Content-Encoding is not quite true, as browsers and curl do."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from backlinkspider.downloader.compat import BROTLI, ZSTANDARD, check_size, decode_body
from backlinkspider.exceptions import UnreadableResponseError

_CODINGS = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd"})
"""What is unzipped; `identity`, `none`, `utf-8` and unknown words change nothing (RFC 9110, 8.4.1; Chromium does the same)."""

_ERRORS = (OSError, EOFError, zlib.error, BROTLI.error, ZSTANDARD.ZstdError)

_GARBAGE_MAXIMUM_BYTES = 65_536
"""The bytes behind a Brotli stream that are looked through, one by one, for its end."""


class ForgivingCompressionMiddleware(HttpCompressionMiddleware):
    """Unzips what came, whatever follows it, and leaves alone what is not zipped.

    Raises: UnreadableResponseError for a body that is not zipped as its header says; IgnoreRequest for one that is too large.
    """

    @staticmethod
    def _split_encodings(content_encoding: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
        codings = [coding.strip().lower() for value in content_encoding for coding in value.split(b",")]
        return [coding for coding in reversed(codings) if coding in _CODINGS], []

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if not body:
            return body
        try:
            return decode_body(body, encoding, max_size)
        except _ERRORS as error:
            beginning = decode_beginning(body, encoding, max_size)
            if not beginning:
                raise UnreadableResponseError(f"the body is not {encoding.decode()}") from error
            return beginning


def decode_beginning(body: bytes, coding: bytes, maximum: int) -> bytes:
    """Return what a body holds before the first byte that its coding does not allow.

    A body said to be gzip may be a zlib stream, which curl tells apart by its header.
    """
    parts: list[bytes] = []
    size = 0
    try:
        for part in _decode_parts(body, coding, maximum + 1):
            parts.append(part)
            size += len(part)
            check_size(size, maximum)
    except _ERRORS:
        pass
    return b"".join(parts)


def _decode_parts(body: bytes, coding: bytes, maximum: int) -> Iterable[bytes]:
    if coding in (b"gzip", b"x-gzip"):
        yield zlib.decompressobj().decompress(body, maximum)
    elif coding == b"zstd":
        while body:
            frame = ZSTANDARD.ZstdDecompressor()
            yield frame.decompress(body, maximum)
            body = frame.unused_data
    elif coding == b"br":
        stream = BROTLI.Decompressor()
        start = max(0, len(body) - _GARBAGE_MAXIMUM_BYTES)
        yield stream.process(body[:start], output_buffer_limit=maximum)
        for place in range(start, len(body)):
            yield stream.process(body[place : place + 1], output_buffer_limit=maximum)
