from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.encoding import decode

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
