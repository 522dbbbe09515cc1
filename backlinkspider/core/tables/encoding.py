"""The lines of a text file whose encoding nobody declares."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.html.charset_guess import guess_codec

_ANSI = "cp1252"
"""What Excel's "CSV" is in on a western Windows."""

_UTF_16_SHARE = 4
"""One byte in so many is NUL in UTF-16 whose text has URLs, and all of them stand at even, or at odd, places."""

_LETTERS_THAT_TELL = 8
"""Bytes beyond ASCII from which on a guess is better than the code page of most."""
_RUN_OF_LETTERS = re.compile(rb"[\x80-\xff]{3}")
"""Letters beyond ASCII in a row: rare in what cp1252 writes, and the rule in Cyrillic, Greek, Hebrew and Chinese."""

_BINARY = {
    b"%PDF": "it is binary (a PDF), not a list in text, CSV or XML",
    b"PK\x03\x04": "it is a spreadsheet or zip file; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "it is a file of an old Office program; save the sheet as CSV",
    b"\x1f\x8b": "it is compressed; unpack it first (gunzip)",
    b"BZh": "it is compressed; unpack it first (bunzip2)",
    b"\x28\xb5\x2f\xfd": "it is compressed; unpack it first (unzstd)",
}


def decode_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    r"""The lines of a file, each with `\n` at its end where it had an end (`\n`, `\r\n` or `\r`), read lazily.

    The first chunk, which should have some thousand bytes, tells UTF-16 (by its mark, or by where its NUL bytes are) from the
    rest. There each line is UTF-8 or, where it is not, in the code page of those that are not: guessed from what the first chunk
    has of them, and Windows-1252 where they are too few to tell. What cannot be decoded becomes U+FFFD.
    Raises TableError for what is not text.

    >>> list(decode_lines(["a.com/größe\r\nb.com\r".encode("cp1252")]))
    ['a.com/größe\n', 'b.com\n']
    """
    rest = iter(chunks)
    head = next(rest, b"")
    codec = _utf_16(head)
    if codec is not None:
        yield from _split_text(chain([head], rest), codec)
        return
    _check_text(head)
    lines = _split_bytes(chain([head.removeprefix(codecs.BOM_UTF8)], rest))
    yield from _decode_each(lines, head)


def _utf_16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even and odd * _UTF_16_SHARE >= len(head):
        return "utf-16-le"
    if not odd and even * _UTF_16_SHARE >= len(head):
        return "utf-16-be"
    return None


def _check_text(head: bytes) -> None:
    for beginning, problem in _BINARY.items():
        if head.startswith(beginning):
            raise TableError(problem)
    if b"\x00" in head:
        raise TableError("it is binary, not a list in text, CSV or XML")


def _split_text(chunks: Iterable[bytes], codec: str) -> Iterator[str]:
    begun: list[str] = []
    for text in _decoded(chunks, codec):
        *ended, last = text.split("\n")
        if ended:
            yield "".join([*begun, ended[0], "\n"])
            yield from (f"{line}\n" for line in ended[1:])
            begun = []
        begun.append(last)
    if any(begun):
        yield "".join(begun)


def _decoded(chunks: Iterable[bytes], codec: str) -> Iterator[str]:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("replace"), translate=True)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _split_bytes(chunks: Iterable[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for chunk in chunks:
        lines = chunk.splitlines(keepends=True)
        if begun and begun[-1].endswith(b"\r") and not chunk.startswith(b"\n"):
            yield b"".join(begun)
            begun = []
        for line in lines:
            begun.append(line)
            if line.endswith(b"\n") or (line.endswith(b"\r") and line is not lines[-1]):
                yield b"".join(begun)
                begun = []
    if begun:
        yield b"".join(begun)


def _decode_each(lines: Iterable[bytes], head: bytes) -> Iterator[str]:
    code_page: str | None = None
    for line in lines:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            code_page = code_page or _code_page(head, line)
            text = line.decode(code_page, "replace")
        yield text.rstrip("\r\n") + "\n" if text.endswith(("\n", "\r")) else text


def _code_page(head: bytes, line: bytes) -> str:
    """The encoding of the lines that are not UTF-8."""
    sample = b"".join(other for other in head.splitlines(keepends=True) if not _is_utf8(other)) or line
    letters = sum(byte > 0x7F for byte in sample)
    if letters < _LETTERS_THAT_TELL and not _RUN_OF_LETTERS.search(sample):
        return _ANSI
    guess = guess_codec(sample)
    return _ANSI if guess == "utf-8" else guess


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
