from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence

import pytest

from backlinkspider.core.mentions.mention import Mention
from backlinkspider.core.mentions.wordpress import WordPressReader

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- This is a WordPress eXtended RSS file -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Oak</title><link>https://example.com</link><wp:wxr_version>1.2</wp:wxr_version>"""


def comment(url: str, kind: str = "pingback", approved: str = "1") -> str:
    return (
        f"<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author><![CDATA[A & B]]></wp:comment_author>"
        f"<wp:comment_author_url>{url}</wp:comment_author_url><wp:comment_date_gmt><![CDATA[2014-03-02 09:08:07]]>"
        f"</wp:comment_date_gmt><wp:comment_content><![CDATA[<b>]]></wp:comment_content>"
        f"<wp:comment_approved><![CDATA[{approved}]]></wp:comment_approved>"
        f"<wp:comment_type><![CDATA[{kind}]]></wp:comment_type></wp:comment>"
    )


def post(*comments: str, link: str = "https://example.com/oak") -> str:
    return f"<item><title>T</title><link>{link}</link><content:encoded><![CDATA[x]]></content:encoded>{''.join(comments)}</item>"


def read(xml: str) -> tuple[list[Mention], WordPressReader]:
    reader = WordPressReader()
    data = xml.encode()
    return list(reader.read(data[start : start + 100] for start in range(0, len(data), 100))), reader


EXPORTS = [
    pytest.param(
        post(comment("https://a.example/1"), comment("https://b.example/", "trackback")),
        ["https://a.example/1", "https://b.example/"],
        id="pings",
    ),
    pytest.param(
        post(comment("https://a.example/1", "comment"), comment("https://a.example/2", "")), [], id="comments by people"
    ),
    pytest.param(
        post(comment("https://a.example/1", approved="spam"), comment("https://a.example/2", approved="0")),
        ["https://a.example/2"],
        id="spam",
    ),
    pytest.param(post(comment("https://a.example/?a=1&amp;b=2")), ["https://a.example/?a=1&b=2"], id="an entity"),
    pytest.param(post(comment("https://a.example/?a=1&b=2")), ["https://a.example/?a=1&b=2"], id="a bare ampersand"),
]


@pytest.mark.parametrize(("items", "expected"), EXPORTS)
def test_the_pings_of_an_export(items: str, expected: Sequence[str]) -> None:
    mentions, reader = read(f"{HEAD}{items}{post(comment('https://last.example/'), link='')}</channel></rss>")
    assert [mention.page for mention in mentions] == [*expected, "https://last.example/"]
    assert {mention.target_url for mention in mentions[:-1]} <= {"https://example.com/oak"}
    assert mentions[-1].target_url is None
    assert mentions[-1].first_seen == "2014-03-02T09:08:07Z"
    assert (reader.is_export, reader.is_whole) == (True, True)


def test_spam_is_counted() -> None:
    _, reader = read(f"{HEAD}{post(comment('https://a.example/', approved='spam'))}</channel></rss>")
    assert reader.left_out == {"pings among spam": 1}


def test_an_export_that_breaks_off_is_read_up_to_there() -> None:
    xml = HEAD + post(comment("https://a.example/1"), comment("https://a.example/2"))
    mentions, reader = read(xml[: xml.rindex("<wp:comment_id>")])
    assert [mention.page for mention in mentions][:1] == ["https://a.example/1"]
    assert (reader.is_export, reader.is_whole) == (True, False)


@pytest.mark.parametrize(
    "text", ["", "<rss><channel><item/></channel></rss>", "no xml at all", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_other_documents_are_no_export(text: str) -> None:
    mentions, reader = read(text)
    assert (mentions, reader.is_export) == ([], False)


def test_memory_does_not_grow_with_the_export() -> None:
    def pieces(count: int) -> Iterator[bytes]:
        yield HEAD.encode()
        for number in range(count):
            yield post(comment(f"https://a.example/{number}")).encode()

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            assert sum(1 for _ in WordPressReader().read(pieces(count))) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(4_000) < peak(400) + 200_000
