"""Read responses that break a rule of HTTP as browsers and curl read them.

A connection that carried an odd response is closed after it, so
that nothing in it can be taken for the response to another request.
"""

from __future__ import annotations

import re

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from backlinkspider.downloader.compat import HEADER, STATUS, ChunkDecoder, LenientParser
from backlinkspider.exceptions import UnreadableResponseError

HEADERS_MAXIMUM_BYTES = 256 * 1024
"""The bytes of headers that a browser accepts (`net::HttpStreamParser`, kMaxHeaderBufSize, in Chromium)."""

_STATUS_LINE = re.compile(rb"HTTP[^ \t]*(?:[ \t]+([0-9]+))?", re.IGNORECASE)
"""The start of a status line; without a number the status is 200 (`net::HttpResponseHeaders::ParseStatusLine`, in Chromium)."""

_PLAIN_STATUS_LINE = re.compile(rb"HTTP/1\.[01] [1-9][0-9]{2}(?: |\Z)")

_BYTES_BEFORE = 4
"""The bytes that may stand before the status line (`net::HttpUtil::LocateStartOfStatusLine`)."""

_MARKUP = re.compile(rb"\s*<[!a-zA-Z]")
"""The start of a document that came without status line and headers, as in HTTP/0.9."""

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
"""The name of a header (RFC 9110, 5.6.2); browsers and curl skip a line with another one."""

_LENGTH = re.compile(rb'\s*"?\+?([0-9]{1,18})(?![0-9A-Za-z])')
"""A Content-Length, whatever follows it (`120 bytes`); `0x78` is not one."""

_CHUNK_SIZE = re.compile(rb"0*([0-9A-Fa-f]{0,15})(?![0-9A-Fa-f])")
_CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;|\Z)")
_CHUNK_LINE_MAXIMUM = 16_384
"""The bytes of the line before a chunk (`net::HttpChunkedDecoder::kMaxLineBufLen`)."""

_UNZIPPED = {b"gzip": b"gzip", b"x-gzip": b"gzip", b"deflate": b"deflate"}
"""Transfer codings that are content codings too: the body is unzipped where it would be for a Content-Encoding."""

_SWITCHING_PROTOCOLS = 101


class ForgivingChunkDecoder(ChunkDecoder):
    """Decodes chunks whose lines end with LF alone, or hold something behind the size (RFC 9112, 7.1, allows extensions)."""

    is_odd = False
    _searched = 0
    """The bytes of the buffer that hold no end of a line."""

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802 - Twisted's name
        line = self._take_line()
        if line is None:
            return False
        size = _CHUNK_SIZE.match(line)
        if size is None or not size[0]:
            raise UnreadableResponseError(f"not a chunk size: {bytes(line[:20])!r}")
        self.length = int(size[0], 16)
        self.is_odd = self.is_odd or not _CHUNK_LINE.match(line)
        self.state = "BODY" if self.length else "TRAILER"
        return True

    def _dataReceived_CRLF(self) -> bool:  # noqa: N802
        if self._buffer == b"\r":
            return False
        if not self._buffer.startswith((b"\r\n", b"\n")):
            raise UnreadableResponseError("a chunk does not end with a line end")
        del self._buffer[: self._buffer.index(b"\n") + 1]
        self.state = "CHUNK_LENGTH"
        return True

    def _dataReceived_TRAILER(self) -> bool:  # noqa: N802
        line = self._take_line()
        if line is None or line:
            return line is not None
        rest = bytes(self._buffer)
        self._buffer.clear()
        self.state = "FINISHED"
        self.finishCallback(rest)
        return False

    def noMoreData(self) -> None:  # noqa: N802
        """Accept the end of the connection in place of the empty line after the last chunk."""
        if self.state != "TRAILER":
            super().noMoreData()

    def _take_line(self) -> bytes | None:
        """Remove a line from the buffer and return it without its end; None while it is not whole."""
        end = self._buffer.find(b"\n", self._searched)
        if max(end, len(self._buffer) if end < 0 else 0) > _CHUNK_LINE_MAXIMUM:
            raise UnreadableResponseError("the line before a chunk is too long")
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        self.is_odd = self.is_odd or not line.endswith(b"\r")
        line = line.rstrip(b"\r")
        del self._buffer[: end + 1]
        self._searched = 0
        return line


class ForgivingResponseParser(LenientParser):
    """Parses what Chromium or curl reads; `tests/downloader/handlers/odd_answers.json` has the list.

    Takes the place of Twisted's parser by its class, so `__init__` never runs. Raises: UnreadableResponseError.
    """

    MAX_LENGTH = HEADERS_MAXIMUM_BYTES
    _transferDecoders = {b"chunked": ForgivingChunkDecoder}  # noqa: N815, RUF012 - Twisted's name
    _bytes_before = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Read a line that ends with more than one CR; skip one that is not a header and continues none."""
        text = line.rstrip(b"\r")
        if self.state == STATUS:
            self._read_first_line(line + b"\n")
            return
        if b"\0" in text:
            raise UnreadableResponseError(f"NUL in a header: {text[:100]!r}")
        is_folded = text.startswith((b" ", b"\t"))
        if is_folded and self._partialHeader is None:
            self._close_after()
            return
        if text and not is_folded and b":" not in text:
            self._close_after()
        super().lineReceived(text)

    def statusReceived(self, status: bytes) -> None:  # noqa: N802
        """Read a status line that lacks a version, a reason or a number."""
        line = _STATUS_LINE.match(status)
        assert line is not None, "it was found before"
        version = b"HTTP/1.0" if b"/1.0" in line[0] else b"HTTP/1.1"
        super().statusReceived(b"%s %d" % (version, int(line[1][:9]) if line[1] else 200))  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        """Store a header, and skip one whose name is not a token."""
        bare = name.rstrip(b" \t")
        if bare != name or not _TOKEN.match(bare):
            self._close_after()
        if _TOKEN.match(bare):
            super().headerReceived(bare, value)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Settle how the body ends before Twisted looks: with the last chunk, after a length or with the connection."""
        if self.response.code == _SWITCHING_PROTOCOLS:
            raise UnreadableResponseError("switches to another protocol")
        self._settle_transfer_coding()
        self._settle_length()
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def accept_end(self, reason: Failure) -> Failure:
        """End headers that have begun with the connection, as Chromium does; return why it is lost, or what is unreadable."""
        if self.state not in (STATUS, HEADER) or not reason.check(ConnectionDone):
            return reason
        try:
            self._end_headers()
        except UnreadableResponseError:
            return Failure()
        return reason

    def _end_headers(self) -> None:
        rest = self.clearLineBuffer()  # type: ignore[no-untyped-call]
        if rest and self.state == STATUS:
            self._read_first_line(rest)
        elif rest:
            self.lineReceived(rest)
        self._close_after()
        if self.state == HEADER:
            self.lineReceived(b"")
        if self.state == STATUS:
            raise UnreadableResponseError(f"no response: {rest[:100]!r}")

    def _read_first_line(self, line: bytes) -> None:
        """Begin with the status line, wherever it begins, or with a document that has none."""
        text = line.rstrip(b"\r\n")
        start = text[: _BYTES_BEFORE + 4].upper().find(b"HTTP")
        if not text and self._bytes_before < _BYTES_BEFORE:
            self._bytes_before += len(line)
        elif start >= 0 and start + self._bytes_before <= _BYTES_BEFORE:
            super().lineReceived(text[start:])
            if not _PLAIN_STATUS_LINE.match(text) or self._bytes_before:
                self._close_after()
        elif _MARKUP.match(text):
            super().statusReceived(b"HTTP/1.0 200")  # type: ignore[no-untyped-call]
            self.allHeadersReceived()
            self._close_after()
            self.rawDataReceived(line)  # type: ignore[no-untyped-call]
        else:
            raise UnreadableResponseError(f"not a status line: {text[:100]!r}")

    def _settle_transfer_coding(self) -> None:
        """Leave chunks to Twisted, zipped bodies to the middleware, and ignore other codings (RFC 9112, 6.1)."""
        values = self.connHeaders.getRawHeaders(b"transfer-encoding", [])
        codings = [coding.partition(b";")[0].strip().lower() for value in values for coding in value.split(b",")]
        if not values or [value.lower() for value in values] == [b"chunked"]:
            return
        self._close_after()
        self.connHeaders.removeHeader(b"transfer-encoding")
        if b"chunked" in codings:
            self.connHeaders.addRawHeader(b"transfer-encoding", b"chunked")
        for coding in filter(None, map(_UNZIPPED.get, codings)):
            self.headers.addRawHeader(b"content-encoding", coding)

    def _settle_length(self) -> None:
        """Leave the largest length to Twisted: what came before the connection ended early is kept all the same."""
        values = self.connHeaders.getRawHeaders(b"content-length", [])
        if self.response.code in self.NO_BODY_CODES and values:
            self._close_after()
        if len(values) < 2 and all(value.isdigit() and len(value) < 19 for value in values):
            return
        self._close_after()
        self.connHeaders.removeHeader(b"content-length")
        lengths = [int(length[1]) for value in values for part in value.split(b",") if (length := _LENGTH.match(part))]
        if lengths:
            self.connHeaders.addRawHeader(b"content-length", b"%d" % max(lengths))

    def _finished(self, rest: bytes) -> None:
        if rest or getattr(self.bodyDecoder, "is_odd", False):
            self._close_after()
        super()._finished(rest)  # type: ignore[no-untyped-call]

    def _close_after(self) -> None:
        """Have the connection closed when the response has been read."""
        self.connHeaders.addRawHeader(b"connection", b"close")
