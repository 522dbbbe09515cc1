from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backlinkspider.core.html.charset_guess import guess_codec
from backlinkspider.core.html.parser import read_page
from tests.support.ask_chromium import page_of

CASES = json.loads((Path(__file__).parent / "chromium_charsets.json").read_text(encoding="utf-8"))

OTHERWISE = {
    "EUC-JP": "家具",  # Chromium takes this one for GBK
    "ISO-2022-JP": "家具",  # not looked for by Chromium
    "undeclared UTF-8": "Мебель",  # not looked for by browsers, so that authors declare it
    "windows-1251 at .ru": "Äóá",  # three letters are too few for the detector
    "Greek at .gr": "Άπιπλα",  # Chromium takes windows-1253 for ISO-8859-7, which lacks this letter
}
"""Titles that are not read as Chromium reads them."""


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_page_is_read_in_the_encoding_that_chromium_reads_it_in(case: dict[str, Any]) -> None:
    url, content_type = f"http://{case.get('host', 'a.test')}/", case.get("content_type", "text/html")
    title = read_page(url, page_of(case), content_type=content_type).page_from_title
    assert title == OTHERWISE.get(case["name"], case["chromium"][1])
    assert (title == case["chromium"][1]) == (case["name"] not in OTHERWISE)


RUSSIAN = "Здесь можно купить диван недорого, с доставкой по городу и области. "

NEARLY_UTF_8 = [
    pytest.param(RUSSIAN.encode()[:-3], id="cut in a character"),
    pytest.param(RUSSIAN.encode() + b"\xff", id="one wrong byte"),
    pytest.param(RUSSIAN.encode() * 3 + "Möbel".encode("latin-1"), id="a part in another encoding"),
    pytest.param(b"x" * 300_000 + RUSSIAN.encode(), id="letters far behind"),
]


@pytest.mark.parametrize("body", NEARLY_UTF_8)
def test_a_text_that_is_utf_8_but_for_a_few_bytes_is_utf_8(body: bytes) -> None:
    assert guess_codec(body) == "utf-8"


NOT_UTF_8 = [
    pytest.param("Möbel und Stühle für die Küche", "cp1252", "", id="German"),
    pytest.param(RUSSIAN, "cp1251", "", id="Russian"),
    pytest.param("Őrült tölgyfa bútorok, erős székek", "iso8859-2", "hu", id="Hungarian with its domain"),
    pytest.param("ประเทศไทยเป็นรัฐชาติอันตั้งอยู่", "cp874", "", id="Thai, which the detector calls by Python's name"),
    pytest.param("こちらは家具の店です。", "euc_jp", "jp", id="Japanese"),
]


@pytest.mark.parametrize(("text", "codec", "tld"), NOT_UTF_8)
def test_the_letters_of_a_text_tell_its_encoding(text: str, codec: str, tld: str) -> None:
    assert guess_codec(text.encode(codec), tld) == codec


UTF_16 = [
    pytest.param("utf-16-le", id="little end first"),
    pytest.param("utf-16-be", id="big end first"),
]


@pytest.mark.parametrize("encoding", UTF_16)
def test_an_xml_declaration_in_utf_16_without_a_mark_is_seen(encoding: str) -> None:
    # https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding
    body = "<?xml version='1.0'?><title>Möbel</title>".encode(encoding)
    assert read_page("https://a.example/", body).page_from_title == "Möbel"


@given(st.binary(max_size=200), st.text(max_size=5))
@example(b"\xff", "RU")
@example(b"\xff", "co.uk")
@example(b"\xff", "\xe9")
@example(b"\xff", "8]")
def test_any_bytes_at_any_host_are_read(body: bytes, tld: str) -> None:
    assert isinstance(body.decode(guess_codec(body, tld), "replace"), str)
