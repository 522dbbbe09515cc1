from __future__ import annotations

import bz2
import gzip
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.decompression import DecompressionError, StreamDecompressor

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMATS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress, "zstd": zstd.compress}
formats = pytest.mark.parametrize("compress", FORMATS.values(), ids=FORMATS)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[:4], *(data[start : start + size] for start in range(4, len(data), size))]


@formats
@given(texts=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), size=st.integers(1, 50))
def test_members_come_out_as_they_went_in_however_they_are_cut(
    compress: Callable[[bytes], bytes], texts: list[bytes], size: int
) -> None:
    stream = StreamDecompressor()
    data = b"".join(map(compress, texts))
    assert b"".join(part for piece in pieces(data, size) for part in stream.decompress(piece)) == b"".join(texts)
    assert stream.is_complete


@formats
def test_what_is_small_and_becomes_large_comes_in_parts(compress: Callable[[bytes], bytes]) -> None:
    parts = list(StreamDecompressor().decompress(compress(bytes(50_000_000))))
    assert sum(map(len, parts)) == 50_000_000
    assert max(map(len, parts)) <= 4 * 1024 * 1024


@formats
def test_a_stream_that_breaks_off_is_not_complete(compress: Callable[[bytes], bytes]) -> None:
    stream = StreamDecompressor()
    list(stream.decompress(compress(b"oak" * 1_000)[:-3]))
    assert not stream.is_complete


@formats
def test_a_damaged_stream_is_an_error(compress: Callable[[bytes], bytes]) -> None:
    data = bytearray(compress(bytes(range(256)) * 40))
    data[4:60] = b"\xff" * 56
    with pytest.raises(DecompressionError):
        list(StreamDecompressor().decompress(bytes(data)))


def test_zeros_behind_the_last_member_mean_nothing() -> None:
    stream = StreamDecompressor()
    assert b"".join(stream.decompress(gzip.compress(b"oak") + bytes(512))) == b"oak"


def test_text_passes_as_it_is() -> None:
    stream = StreamDecompressor()
    assert [*stream.decompress(b"BZ"), *stream.decompress(b"\x1f\x8b")] == [b"BZ", b"\x1f\x8b"]
    assert stream.is_complete
