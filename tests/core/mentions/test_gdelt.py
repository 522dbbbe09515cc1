from __future__ import annotations

from collections.abc import Sequence

import pytest

from backlinkspider.core.mentions.gdelt import GkgReader
from backlinkspider.core.mentions.mention import Mention

ARTICLE = "https://news.example/2026/oak"


def record(
    links: str, *, article: str = ARTICLE, collection: str = "1", number: str = "20261010121500-12", extras: str = ""
) -> bytes:
    """A record with 27 columns."""
    cells = [number, "20261010121500", collection, "news.example", article, *[""] * 21]
    return "\t".join([*cells, f"<PAGE_LINKS>{links}</PAGE_LINKS><PAGE_TITLE>{extras}Oak</PAGE_TITLE>"]).encode()


def read(data: bytes, *hosts: str) -> tuple[list[Mention], int]:
    reader = GkgReader(hosts or ("example.com",))
    return list(reader.read(data.splitlines(keepends=True))), reader.torn


RECORDS = [
    pytest.param(record("https://a.example/;https://example.com/oak;"), ["https://example.com/oak"], id="one link of several"),
    pytest.param(
        record("https://example.com/?a=1&amp;b=2;https://www.Example.com/x"),
        ["https://example.com/?a=1&b=2", "https://www.Example.com/x"],
        id="a semicolon that ends an entity parts no links",
    ),
    pytest.param(record("https://a.example/"), [], id="links to others"),
    pytest.param(record("https://a.example/", article="https://example.com/press"), [], id="the article is the target's own"),
    pytest.param(record("https://example.com/", collection="2"), [], id="no page of the web"),
    pytest.param(
        record("https://example.com/").replace(b"Oak", "Café".encode("latin-1")), ["https://example.com/"], id="Latin-1 in UTF-8"
    ),
    pytest.param(
        record("https://example.com/").replace(b"<PAGE_TITLE>", b"\n\n<PAGE_TITLE>"),
        ["https://example.com/"],
        id="torn behind the links",
    ),
    pytest.param(record("https://a.example/;\r\nhttps://example.com/x"), ["https://example.com/x"], id="torn between the links"),
    pytest.param(
        record("https://example.com/", number="20261010121500-T12"), ["https://example.com/"], id="a translated article"
    ),
    pytest.param(b"\xff\x00 rubbish\n" + record("https://example.com/"), ["https://example.com/"], id="rubbish before"),
]


@pytest.mark.parametrize(("data", "expected"), RECORDS)
def test_the_links_of_articles(data: bytes, expected: Sequence[str]) -> None:
    mentions, _ = read(data + b"\n" + record("https://example.com/last", article="https://last.example/") + b"\n")
    assert [mention.target_url for mention in mentions] == [*expected, "https://example.com/last"]
    assert {mention.page for mention in mentions[:-1]} <= {ARTICLE}
    assert mentions[-1] == Mention(
        "https://last.example/",
        "https://example.com/last",
        first_seen="2026-10-10T12:15:00Z",
        last_seen="2026-10-10T12:15:00Z",
        evidence="gkg 20261010121500",
    )


def test_a_record_without_all_its_columns_is_counted() -> None:
    whole = record("https://example.com/")
    mentions, torn = read(whole[: whole.index(b"<PAGE_LINKS>") - 3] + b"\n" + whole)
    assert (len(mentions), torn) == (1, 1)


def test_a_record_without_end_is_cut() -> None:
    lines = [record("https://example.com/") + b"\n", *[b"x" * 1_000_000] * 50, record("https://example.com/") + b"\n"]
    assert len(list(GkgReader(["example.com"]).read(lines))) == 2
