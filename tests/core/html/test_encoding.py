from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.encoding import decode, encode_query

CHARSETS = [
    pytest.param("ü".encode(), None, id="UTF-8 by guess"),
    pytest.param("ü".encode("cp1252"), None, id="Latin by guess"),
    pytest.param("ü".encode("cp1252"), "text/html; charset=ISO-8859-1", id="header"),
    pytest.param("\ufeffü".encode(), "text/html; charset=iso-8859-1", id="byte order mark before header"),
    pytest.param("\ufeffü".encode("utf-16-le"), None, id="UTF-16 with its mark"),
    pytest.param(b"<meta charset=iso-8859-2>\xfc", None, id="meta"),
    pytest.param("<meta charset=utf-16>ü".encode(), None, id="a meta that cannot be true"),
    pytest.param("<meta charset=undefined>ü".encode(), None, id="a codec that is Python's own"),
    pytest.param("ü".encode(), "text/html; charset=rot13", id="a header with a codec that is none for text"),
    pytest.param("ü".encode(), "text/html; charset=nonsense", id="a header with nonsense"),
]


@pytest.mark.parametrize(("body", "content_type"), CHARSETS)
def test_charset(body: bytes, content_type: str | None) -> None:
    assert decode(body, content_type).endswith("ü")


LABELS = [
    pytest.param("<meta charset=windows-949>", "cp949", "가", id="a label that Python does not know"),
    pytest.param("<meta charset=x-gbk>", "gbk", "椅", id="another"),
    pytest.param("<meta charset=x-sjis>", "shift_jis", "椅", id="a third"),
    pytest.param("<meta charset=iso-8859-8-i>", "iso8859-8", "ש", id="Hebrew in logical order"),
    pytest.param("<meta http-equiv=Content-Type content='text/html; charset=koi8-u'>", "koi8-u", "ї", id="the old way"),
    pytest.param(
        "<meta content='text/html;charset=koi8-u' HTTP-EQUIV='content-type' />", "koi8-u", "ї", id="the other way round"
    ),
    pytest.param("<?xml version='1.0' encoding='iso-8859-2'?>", "iso8859-2", "ő", id="XML"),
    pytest.param("<!-- <meta charset=utf-8> --><meta charset=koi8-r>", "koi8-r", "ж", id="behind a comment"),
    pytest.param("<script>'<meta charset=utf-8>'</script><meta charset=koi8-r>", "koi8-r", "ж", id="behind a script"),
    pytest.param(
        "<meta name=description content='charset=utf-8'><meta charset=koi8-r>", "koi8-r", "ж", id="behind a description"
    ),
    pytest.param("<style>" + "x" * 50_000 + "</style><meta charset=koi8-r>", "koi8-r", "ж", id="late"),
    pytest.param("<meta charset=nonsense><meta charset=koi8-r>", "koi8-r", "ж", id="behind nonsense"),
    pytest.param("<meta charset=x-user-defined>", "cp1252", "ü", id="one that browsers take for another"),
]


@pytest.mark.parametrize(("head", "encoding", "letter"), LABELS)
def test_encodings_that_pages_name(head: str, encoding: str, letter: str) -> None:
    assert decode(head.encode() + letter.encode(encoding)).endswith(letter)


@given(st.lists(st.sampled_from([b"<!--", b"-->", b"<script>", b"</script>", b"<meta ", b"charset=", b"utf-16", b">", b"\xff"])))
def test_nothing_raises(pieces: list[bytes]) -> None:
    decode(b"".join(pieces))


# Rows of https://encoding.spec.whatwg.org/index-jis0208.txt, index-gb18030.txt and index-big5.txt.
TABLES = [
    pytest.param("euc-jp", b"\xb2\xc8\xb6\xf1", "家具", id="EUC-JP"),
    pytest.param("euc-jp", b"\xad\xa1\xad\xb5", "①Ⅰ", id="EUC-JP, signs of NEC"),
    pytest.param("euc-jp", b"\xfc\xe2", "髙", id="EUC-JP, a sign of IBM in names"),
    pytest.param("euc-jp", b"\xa1\xc1\xa1\xdd", "～－", id="EUC-JP, a wave and a minus"),
    pytest.param("euc-jp", b"\x8e\xb1a", "ｱa", id="EUC-JP, narrow katakana"),
    pytest.param("euc-jp", b"\x8f\xb0\xa1", "丂", id="EUC-JP, three bytes"),
    pytest.param("iso-2022-jp", b"a\x1b$B2H6q\x1b(Bb", "a家具b", id="ISO-2022-JP"),
    pytest.param("iso-2022-jp", b"\x1b$B-!\x1b(J~", "①~", id="ISO-2022-JP, a sign of NEC"),
    pytest.param("iso-2022-jp", b"\x1b(I1\x1b(B", "ｱ", id="ISO-2022-JP, narrow katakana"),
    pytest.param("gbk", b"\x95\x32\x82\x36", "𠀀", id="GBK, read as GB18030"),
    pytest.param("gb2312", b"\xd2\xce\xa6\xd9", "椅︐", id="GB2312, read as GB18030"),
    pytest.param("big5", b"\xb4\xc8\x88\x62", "椅\u00ca\u0304", id="Big5 with signs of Hong Kong"),
    pytest.param("shift_jis", b"\x87\x40\xfb\xfc", "①髙", id="Shift_JIS with signs of NEC and IBM"),
]


@pytest.mark.parametrize(("label", "code", "text"), TABLES)
def test_tables_are_those_of_the_encoding_standard(label: str, code: bytes, text: str) -> None:
    assert decode(code, f"text/html; charset={label}") == text


# https://url.spec.whatwg.org/#query-state and #string-percent-encode-after-encoding
QUERIES = [
    pytest.param("/find?q=дуб", "cp1251", "/find?q=%E4%F3%E1", id="windows-1251"),
    pytest.param("?q=дуб", "koi8-r", "?q=%C4%D5%C2", id="KOI8-R, nothing but a query"),
    pytest.param("/дуб?a=1", "cp1251", "/дуб?a=1", id="a path is always UTF-8"),
    pytest.param("/?a#дуб", "cp1251", "/?a#дуб", id="so is a fragment"),
    pytest.param("/?a=#дуб?b=дуб", "cp1251", "/?a=#дуб?b=дуб", id="a question mark in a fragment"),
    pytest.param("/?q=ü&%C3%BC", "cp1252", "/?q=%FC&%C3%BC", id="what is percent-encoded stays"),
    pytest.param("/?q=☃", "cp1252", "/?q=%26%239731%3B", id="a sign that the encoding lacks"),
    pytest.param("/?q=ソ", "cp932", "/?q=%83\\", id="a second byte in ASCII"),
    pytest.param("/?q=椅", "gbk", "/?q=%D2%CE", id="GBK"),
    pytest.param("/?q=€", "gbk", "/?q=%80", id="GBK, the sign of the euro"),
    pytest.param("/?q=椅a", "iso2022_jp", "/?q=%1B$B0X%1B(Ba", id="ISO-2022-JP"),
    pytest.param("/?q=a b", "cp1251", "/?q=a b", id="ASCII is the parser's"),
]


@pytest.mark.parametrize(("href", "codec", "encoded"), QUERIES)
def test_a_query_is_in_the_encoding_of_its_page(href: str, codec: str, encoded: str) -> None:
    assert encode_query(href, codec) == encoded
