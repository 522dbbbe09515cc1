"""Answers that break a rule of HTTP, byte by byte; what curl and Chromium make of each is in `odd_answers.json`.

`tests/support/ask_browsers.py` writes that file.
"""

from __future__ import annotations

import gzip
import sys
import zlib

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TARGET = "http://target.example/"
PAGE = (
    f"<!doctype html><title>Odd</title><p>Oak chairs, made by hand, see <a href='{TARGET}'>the shop</a>"
    + " and many more words that fill the page." * 5
).encode()
LENGTH = len(PAGE)

_CHUNK = b"%x\r\n%b\r\n" % (LENGTH, PAGE)
_LAST = b"0\r\n\r\n"
_DEFLATE = zlib.compress(PAGE)
_RAW_DEFLATE = zlib.compress(PAGE, wbits=-15)
_GZIP = gzip.compress(PAGE, mtime=0)
_HALF = LENGTH // 2


def answer(
    *lines: str, status: str = "HTTP/1.1 200 OK", body: bytes = PAGE, end: str = "\r\n", length: str = "", kind: str = ""
) -> bytes:
    """An answer with its status line, Content-Type and Content-Length, and further header lines before the length."""
    head = [status, f"Content-Type: {kind or 'text/html'}", *lines, f"Content-Length: {length or len(body)}"]
    return encode(head, body, end)


def encode(head: list[str], body: bytes, end: str = "\r\n") -> bytes:
    """Status line and headers, an empty line, and the body."""
    return "".join(line + end for line in [*head, ""]).encode("latin-1") + body


def unlimited(*lines: str, body: bytes = PAGE, status: str = "HTTP/1.1 200 OK") -> bytes:
    """An answer that names no Content-Length."""
    return encode([status, "Content-Type: text/html", *lines], body)


def chunked(body: bytes, *lines: str, coding: str = "chunked") -> bytes:
    """An answer in chunks."""
    return unlimited(f"Transfer-Encoding: {coding}", *lines, body=body)


def encoded(coding: str, body: bytes) -> bytes:
    """An answer with a Content-Encoding."""
    return answer(f"Content-Encoding: {coding}", body=body)


def located(*locations: str, status: str = "HTTP/1.1 302 Found") -> bytes:
    """A redirect."""
    return answer(*(f"Location: {location}" for location in locations), status=status)


STATUS_LINES = {  # RFC 9112, 4
    "status without a reason": answer(status="HTTP/1.1 200"),
    "status in lower case": answer(status="http/1.1 200 OK"),
    "status of HTTP 1.0": answer(status="HTTP/1.0 200 OK"),
    "status of HTTP 2.0": answer(status="HTTP/2.0 200 OK"),
    "status of HTTP 2": answer(status="HTTP/2 200 OK"),
    "status of HTTP 1.10": answer(status="HTTP/1.10 200 OK"),
    "status without a version": answer(status="HTTP 200 OK"),
    "status with a version that is no number": answer(status="HTTP/x.y 200 OK"),
    "status of a radio station": answer(status="ICY 200 OK"),
    "status with two blanks": answer(status="HTTP/1.1  200 OK"),
    "status with a tab": answer(status="HTTP/1.1\t200 OK"),
    "status behind a blank": answer(status=" HTTP/1.1 200 OK"),
    "status glued to its reason": answer(status="HTTP/1.1 200OK"),
    "status with a reason in Latin-1": answer(status="HTTP/1.1 200 R\xe9ussi"),
    "status of four digits": answer(status="HTTP/1.1 2000 OK"),
    "status of two digits": answer(status="HTTP/1.1 20 OK"),
    "status without a number": answer(status="HTTP/1.1 OK"),
    "status with a comma": answer(status="HTTP/1.1 200, OK"),
    "status with nothing": answer(status="HTTP/1.1"),
    "empty line before the status": b"\r\n" + answer(),
    "three empty lines before the status": b"\r\n\r\n\r\n" + answer(),
    "four bytes before the status": b"junk" + answer(),
    "a line of text before the status": b"Warning: something\r\n" + answer(),
    "no status line at all": PAGE,
    "words that are not HTTP": b"SSH-2.0-OpenSSH_9.2p1\r\n",
}

HEADER_LINES = {  # RFC 9112, 5; RFC 9110, 5.5
    "blank before the colon": answer("Server : x"),
    "blank in a name": answer("My Header: x"),
    "name outside ASCII": answer("X-B\xe9d: x"),
    "name with a bracket": answer("X[1]: x"),
    "name with a NUL": answer("X-\x00: x"),
    "no name": answer(": x"),
    "no colon": answer("this is not a header"),
    "no value": answer("X-Empty:"),
    "first line folded": encode(["HTTP/1.1 200 OK", " X-First: x", "Content-Type: text/html", f"Content-Length: {LENGTH}"], PAGE),
    "folded value": answer("X-Long: one", " two"),
    "folded value with a tab": answer("X-Long: one", "\ttwo"),
    "folded Content-Type": answer(kind="text/html;\r\n charset=utf-8"),
    "NUL in a value": answer("X-Nul: a\x00b"),
    "control character in a value": answer("X-Bell: a\x07b"),
    "CR in a value": answer("X-Cr: a\rb"),
    "Latin-1 in a value": answer("X-Name: caf\xe9"),
    "lines that end with LF": answer(end="\n"),
    "lines that end with CR": answer(end="\r"),
    "lines that end with CR CR LF": answer(end="\r\r\n"),
    "lines with both ends": answer("X-A: 1\nX-B: 2"),
    "no empty line after the headers": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: x\r\n",
    "header of 100 KB": answer("X-Long: " + "x" * 100_000),
    "header of 300 KB": answer("X-Long: " + "x" * 300_000),
    "600 headers": answer(*(f"X-{number}: x" for number in range(600))),
    "Set-Cookie with bytes": answer("Set-Cookie: a=\xff\xfe; path=/"),
}

CONTENT_TYPES = {  # WHATWG Fetch, "extract a MIME type"
    "two types, text first": answer("Content-Type: text/html; charset=utf-8", kind="text/plain"),
    "two types, HTML first": answer("Content-Type: text/plain"),
    "two types in one line": answer(kind="text/plain, text/html"),
    "second type is of anything": answer("Content-Type: */*"),
    "second type is broken": answer("Content-Type: html"),
    "type with two charsets": answer(kind="text/html; charset=utf-8; charset=latin1"),
    "type with a comma in quotes": answer(kind='text/html; charset="a,b"'),
    "two equal types": answer("Content-Type: text/html"),
    "no type": encode(["HTTP/1.1 200 OK", f"Content-Length: {LENGTH}"], PAGE),
    "type without a value": answer(kind=" "),
}

LENGTHS = {  # RFC 9110, 8.6; RFC 9112, 6.3
    "length in bytes": answer(length=f"{LENGTH} bytes"),
    "length with a plus": answer(length=f"+{LENGTH}"),
    "length with a semicolon": answer(length=f"{LENGTH};"),
    "length in quotes": answer(length=f'"{LENGTH}"'),
    "length in hexadecimal": answer(length=hex(LENGTH)),
    "length with a fraction": answer(length=f"{LENGTH}.0"),
    "length with zeros": answer(length=f"000{LENGTH}"),
    "length that is negative": answer(length="-1"),
    "length that is a word": answer(length="unknown"),
    "length without a value": answer(length=" "),
    "length beyond 64 bits": answer(length="99999999999999999999999"),
    "length twice": answer(f"Content-Length: {LENGTH}"),
    "length twice in a line": answer(length=f"{LENGTH}, {LENGTH}"),
    "two lengths": answer(f"Content-Length: {LENGTH - 9}"),
    "two lengths in a line": answer(length=f"{LENGTH}, {LENGTH - 9}"),
    "length too large": answer(length=str(LENGTH + 100)),
    "length too small": answer(length=str(_HALF)),
    "length of zero": answer(length="0"),
    "length and chunks": chunked(_CHUNK + _LAST, f"Content-Length: {LENGTH}"),
    "lengths and chunks": chunked(_CHUNK + _LAST, "Content-Length: 5", "Content-Length: 7"),
    "no length": unlimited(),
    "no length, kept alive": unlimited("Connection: keep-alive"),
    "bytes after the answer": answer() + b"HTTP/1.1 404 Not Found\r\n\r\n",
}

TRANSFER_CODINGS = {  # RFC 9112, 6.1 and 7
    "coding of identity": answer("Transfer-Encoding: identity"),
    "coding of identity without length": chunked(PAGE, coding="identity"),
    "coding without a value": answer("Transfer-Encoding:"),
    "coding in capitals": chunked(_CHUNK + _LAST, coding="CHUNKED"),
    "coding with a blank before the colon": unlimited("Transfer-Encoding : chunked", body=_CHUNK + _LAST),
    "coding twice": chunked(_CHUNK + _LAST, "Transfer-Encoding: chunked"),
    "coding twice in a line": chunked(_CHUNK + _LAST, coding="chunked, chunked"),
    "coding of identity and chunked": chunked(_CHUNK + _LAST, coding="identity, chunked"),
    "coding of chunked and identity": chunked(_CHUNK + _LAST, coding="chunked, identity"),
    "coding of gzip and chunked": chunked(b"%x\r\n%b\r\n" % (len(_GZIP), _GZIP) + _LAST, coding="gzip, chunked"),
    "coding of gzip": chunked(_GZIP, coding="gzip"),
    "coding with a parameter": chunked(_CHUNK + _LAST, coding="chunked;q=1"),
    "coding that nobody knows": chunked(PAGE, coding="sometimes"),
    "coding of chunked, and no chunks": answer("Transfer-Encoding: chunked"),
    "coding of chunked in HTTP 1.0": encode(
        ["HTTP/1.0 200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked"], _CHUNK + _LAST
    ),
}

CHUNKS = {  # RFC 9112, 7.1
    "blanks behind a size": chunked(b"%x  \r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "tab behind a size": chunked(b"%x\t\r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "blank before a size": chunked(b" " + _CHUNK + _LAST),
    "size in capitals": chunked(b"%X\r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "size with zeros": chunked(b"0000000000%x\r\n%b\r\n" % (LENGTH, PAGE) + b"00000\r\n\r\n"),
    "size with 0x": chunked(b"0x" + _CHUNK + _LAST),
    "size with a plus": chunked(b"+" + _CHUNK + _LAST),
    "size that is negative": chunked(b"-5\r\n" + _CHUNK + _LAST),
    "size with a letter too much": chunked(b"%xg\r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "size beyond 64 bits": chunked(b"fffffffffffffffff\r\n" + PAGE),
    "size without a number": chunked(b"\r\n" + _CHUNK + _LAST),
    "extension": chunked(b"%x;name=value\r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "extension behind a blank": chunked(b'%x ; name = "a;b"\r\n%b\r\n' % (LENGTH, PAGE) + _LAST),
    "extension of 2 KB": chunked(b"%x;%b\r\n%b\r\n" % (LENGTH, b"x" * 2_000, PAGE) + _LAST),
    "extension with a control character": chunked(b"%x;a\x01\r\n%b\r\n" % (LENGTH, PAGE) + _LAST),
    "chunks whose lines end with LF": chunked(b"%x\n%b\n" % (LENGTH, PAGE) + b"0\n\n"),
    "no line end after a chunk": chunked(b"%x\r\n%b" % (LENGTH, PAGE) + _LAST),
    "no line end after the last chunk": chunked(_CHUNK + b"0\r\n"),
    "no last chunk": chunked(_CHUNK),
    "half a chunk": chunked(_CHUNK[:_HALF]),
    "second chunk broken": chunked(_CHUNK + b"zz\r\n"),
    "trailer": chunked(_CHUNK + b"0\r\nX-Sum: 1\r\n\r\n"),
    "trailer that is no header": chunked(_CHUNK + b"0\r\nno header\r\n\r\n"),
    "bytes after the last chunk": chunked(_CHUNK + _LAST + b"junk"),
    "no chunk came": chunked(b""),
    "only the last chunk": chunked(_LAST),
}

CONTENT_CODINGS = {  # RFC 9110, 8.4
    "encoded by identity": encoded("identity", PAGE),
    "encoded by none": encoded("none", PAGE),
    "encoded by UTF-8": encoded("utf-8", PAGE),
    "encoded by nothing": encoded("", PAGE),
    "encoded by something unknown": encoded("foo", PAGE),
    "encoded by gzip": encoded("gzip", _GZIP),
    "encoded by gzip in capitals": encoded("GZIP", _GZIP),
    "encoded by x-gzip": encoded("x-gzip", _GZIP),
    "encoded by gzip, and plain": encoded("gzip", PAGE),
    "encoded by gzip, and deflate": encoded("gzip", _DEFLATE),
    "encoded by gzip, and empty": encoded("gzip", b""),
    "encoded by gzip without saying so": answer(body=_GZIP),
    "encoded by gzip, said twice": encoded("gzip, gzip", _GZIP),
    "encoded by gzip, said in two headers": answer("Content-Encoding: gzip", "Content-Encoding: gzip", body=_GZIP),
    "encoded by gzip and identity": encoded("gzip, identity", _GZIP),
    "encoded by gzip twice": encoded("gzip, gzip", gzip.compress(_GZIP, mtime=0)),
    "encoded by gzip with a weight": encoded("gzip;q=1", _GZIP),
    "gzip with bytes behind it": encoded("gzip", _GZIP + b"\0\0\0junk"),
    "gzip of two members": encoded("gzip", gzip.compress(PAGE[:_HALF], mtime=0) + gzip.compress(PAGE[_HALF:], mtime=0)),
    "gzip with a wrong sum": encoded("gzip", _GZIP[:-8] + b"\0" * 8),
    "gzip without its end": encoded("gzip", _GZIP[:-8]),
    "gzip cut in half": encoded("gzip", _GZIP[: len(_GZIP) // 2]),
    "encoded by deflate": encoded("deflate", _DEFLATE),
    "encoded by raw deflate": encoded("deflate", _RAW_DEFLATE),
    "encoded by deflate, and plain": encoded("deflate", PAGE),
    "encoded by deflate, and gzip": encoded("deflate", _GZIP),
    "deflate with bytes behind it": encoded("deflate", _DEFLATE + b"junk"),
    "deflate without its end": encoded("deflate", _DEFLATE[:-4]),
    "encoded by Brotli": encoded("br", brotli.compress(PAGE)),
    "encoded by Brotli, and plain": encoded("br", PAGE),
    "Brotli with bytes behind it": encoded("br", brotli.compress(PAGE) + b"junk"),
    "Brotli without its end": encoded("br", brotli.compress(PAGE)[:-3]),
    "encoded by Zstandard": encoded("zstd", zstd.compress(PAGE)),
    "encoded by Zstandard, and plain": encoded("zstd", PAGE),
    "Zstandard with bytes behind it": encoded("zstd", zstd.compress(PAGE) + b"junk"),
    "Zstandard of two frames": encoded("zstd", zstd.compress(PAGE[:_HALF]) + zstd.compress(PAGE[_HALF:])),
    "Zstandard without its end": encoded("zstd", zstd.compress(PAGE)[:-3]),
}

STATUSES = {  # RFC 9110, 15
    "continue before the answer": b"HTTP/1.1 100 Continue\r\n\r\n" + answer(),
    "early hints before the answer": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + answer(),
    "three interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + answer(),
    "interim answer with a length": b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n" + answer(),
    "switching protocols": unlimited(status="HTTP/1.1 101 Switching Protocols"),
    "204 with a body": answer(status="HTTP/1.1 204 No Content"),
    "205 with a body": answer(status="HTTP/1.1 205 Reset Content"),
    "304 that nobody asked for": answer(status="HTTP/1.1 304 Not Modified"),
    "status 999": answer(status="HTTP/1.1 999 Denied"),
    "404 with a page": answer(status="HTTP/1.1 404 Not Found"),
}

LOCATIONS = {  # RFC 9110, 10.2.2; WHATWG Fetch, "location URL"
    "two equal Locations": located("/landed", "/landed"),
    "two Locations": located("/landed", "/elsewhere"),
    "Location with blanks": located("/landed here"),
    "Location in Latin-1": located("/landed-caf\xe9"),
    "Location in UTF-8": located("/landed-caf\xe9".encode().decode("latin-1")),
    "Location with a tab": located("/lan\tded"),
    "Location with a backslash": located("\\landed"),
    "Location with a NUL": located("/landed\x00"),
    "Location in blanks": located("   /landed   "),
    "Location folded": located("/landed\r\n -more"),
    "Location without a value": located(""),
    "no Location": located(),
    "Location of no web": located("mailto:me@example.com"),
    "Location in status 200": located("/landed", status="HTTP/1.1 200 OK"),
    "Location in status 300": located("/landed", status="HTTP/1.1 300 Multiple Choices"),
}

ANSWERS: dict[str, bytes] = {
    **STATUS_LINES,
    **HEADER_LINES,
    **CONTENT_TYPES,
    **LENGTHS,
    **TRANSFER_CODINGS,
    **CHUNKS,
    **CONTENT_CODINGS,
    **STATUSES,
    **LOCATIONS,
}
