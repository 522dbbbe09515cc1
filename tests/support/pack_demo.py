"""Packs tests/demoweb, the sources of the demo web, into the archive that `scrapy demo` crawls.

Run `python tests/support/pack_demo.py` after a change there; test_demo compares the two. A source file is one answer: the
address on the first line, then the HTTP answer as it is.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SOURCES = Path(__file__).parents[1] / "demoweb"
ARCHIVE = Path(__file__).parents[2] / "backlinkspider" / "demo.warc.gz"
_WRITTEN = "2026-11-21T00:00:00Z"


class Answer(NamedTuple):
    """One file of the demo web."""

    url: str
    status: str
    headers: list[tuple[str, str]]
    body: bytes


def read_sources() -> list[Answer]:
    """The answers of the demo web, in the order of their files."""
    return [_read_source(path) for path in sorted(SOURCES.rglob("*.http"))]


def _read_source(path: Path) -> Answer:
    head, _, body = path.read_bytes().partition(b"\n\n")
    url, status, *headers = head.decode("ascii").splitlines()
    pairs = [(name, value.strip()) for name, _, value in (header.partition(":") for header in headers)]
    return Answer(url, status.partition(" ")[2], [*pairs, ("Content-Length", str(len(body)))], body)


def pack(answers: list[Answer], archive: Path) -> None:
    """Writes the answers as a WARC file that is the same for the same answers."""
    with archive.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, answer in enumerate(answers):
            record = writer.create_warc_record(
                answer.url,
                "response",
                payload=io.BytesIO(answer.body),
                http_headers=StatusAndHeaders(answer.status, answer.headers, protocol="HTTP/1.1"),
                warc_headers_dict={
                    "WARC-Date": _WRITTEN,
                    "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
                },
            )
            writer.write_record(record)


if __name__ == "__main__":
    pack(read_sources(), ARCHIVE)
