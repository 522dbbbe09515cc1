"""Decompress gzip, bzip2 and Zstandard as a stream; the only user of isal."""

from __future__ import annotations

import bz2
import sys
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from isal import igzip_lib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MOST_AT_ONCE = 4 * 1024 * 1024
"""Bytes that come out at one time, however small what went in."""


class _Decompressor(Protocol):
    """One member of a stream, as `bz2.BZ2Decompressor` has it."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


def _gzip_decompressor() -> _Decompressor:
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


_KINDS: dict[bytes, Callable[[], _Decompressor]] = {
    b"\x1f\x8b": _gzip_decompressor,
    b"BZh": bz2.BZ2Decompressor,
    b"\x28\xb5\x2f\xfd": zstd.ZstdDecompressor,
}
"""The kinds, by the bytes with which a stream begins."""

_ERRORS: tuple[type[Exception], ...] = (
    cast("type[Exception]", igzip_lib.IsalError),
    zstd.ZstdError,
    OSError,
    EOFError,
    ValueError,
)


class DecompressionError(ValueError):
    """Raised by `StreamDecompressor` for bytes that are not what their beginning says."""


class StreamDecompressor:
    """Decompresses a stream piece by piece; a stream may have several members, as `cat a.gz b.gz` makes them.

    What is not compressed passes unchanged. It stays ready when the pieces stop coming: a gzip stream cannot be entered in the
    middle, so a download that broke off goes on with the same object.
    """

    def __init__(self) -> None:
        self._make: Callable[[], _Decompressor] | None = None
        self._member: _Decompressor | None = None
        self._has_begun = False

    @property
    def is_complete(self) -> bool:
        """Return whether the stream may end here."""
        return self._member is None or self._member.eof

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Yield what comes out of the next piece, some megabytes at a time. Raises DecompressionError."""
        if not self._has_begun and data:
            self._has_begun = True
            self._make = next((make for magic, make in _KINDS.items() if data.startswith(magic)), None)
        if self._make is None:
            yield data
            return
        while data:
            if self._member is None or self._member.eof:
                # Tapes and some servers fill the end with zeros.
                data = data.lstrip(b"\0") if self._member is not None else data
                self._member = self._make() if data else self._member
            if data:
                yield from self._decompress_member(data)
                assert self._member is not None, "made above"
                data = self._member.unused_data if self._member.eof else b""

    def _decompress_member(self, data: bytes) -> Iterator[bytes]:
        member = self._member
        assert member is not None, "made by the caller"
        while True:
            try:
                text = member.decompress(data, _MOST_AT_ONCE)
            except _ERRORS as error:
                raise DecompressionError(str(error) or type(error).__name__) from None
            if text:
                yield text
            if member.eof or member.needs_input:
                return
            data = b""
