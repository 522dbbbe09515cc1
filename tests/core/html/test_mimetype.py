from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.mimetype import extract_mime_type, is_html

DOCUMENT = b"<!DOCTYPE html><p>x"
CASES = [
    pytest.param(b"", "text/html", True, id="an empty page"),
    pytest.param(b"plain words", "Text/HTML; charset=x", True, id="what is named HTML, in any case"),
    pytest.param(b"x", "application/xhtml+xml", True, id="XHTML"),
    pytest.param(b"x", "text/html, text/html", True, id="named twice"),
    pytest.param(b"x", "text/htmlx", False, id="another type"),
    pytest.param(b"\x89PNG\r\n", "text/html", False, id="a picture that is named HTML"),
    pytest.param(b"%PDF-1.4 <a href=x>", "text/html", False, id="a PDF that is named HTML"),
    pytest.param(DOCUMENT, "text/plain", True, id="a page that is named text"),
    pytest.param(DOCUMENT, "image/png", True, id="a page that is named a picture"),
    pytest.param(b"\xef\xbb\xbf <!-- x -->\n<html lang=en>", "text/plain", True, id="behind a mark and a comment"),
    pytest.param("\ufeff<!doctype html>".encode("utf-16-le"), "text/plain", True, id="in UTF-16"),
    pytest.param(b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "application/xml", True, id="XHTML as XML"),
    pytest.param(b"<?xml version='1.0'?><urlset>", "application/xml", False, id="a sitemap"),
    pytest.param(b"<p>x", "text/plain", False, id="text that has a tag"),
    pytest.param(b"<p>x", None, True, id="a tag without a type"),
    pytest.param(b"<p>x", "*/*", True, id="a tag with a type that is none"),
    pytest.param(b"https://example.com/", None, False, id="a list without a type"),
    pytest.param(b"<htmlx>", "text/plain", False, id="another element"),
]


@pytest.mark.parametrize(("body", "content_type", "expected"), CASES)
def test_is_html(body: bytes, content_type: str | None, *, expected: bool) -> None:
    assert is_html(body, content_type) is expected


@given(st.binary(max_size=100), st.one_of(st.none(), st.text(max_size=30)))
def test_nothing_raises(body: bytes, content_type: str | None) -> None:
    assert is_html(body, content_type) in (True, False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # https://fetch.spec.whatwg.org/#content-type-header: its own examples, then more.
        pytest.param(["text/plain;charset=gbk, text/html"], "text/html", id="the last type in a line"),
        pytest.param(["text/html;charset=gbk;a=b, text/html;x=y"], "text/html;x=y", id="an equal type with parameters"),
        pytest.param(["text/html;charset=gbk;a=b", "text/html;x=y"], "text/html;x=y", id="in two headers"),
        pytest.param(["text/html;charset=gbk", "x/x", "text/html;x=y"], "text/html;x=y", id="another type between"),
        pytest.param(["text/html", "cannot-parse"], "text/html", id="what cannot be parsed"),
        pytest.param(["text/html", "*/*"], "text/html", id="anything"),
        pytest.param(["text/html", ""], "text/html", id="an empty header"),
        pytest.param(["text/html; charset=gbk", "text/html"], "text/html; charset=gbk", id="an equal type keeps its charset"),
        pytest.param(['text/html; charset="a,b"'], 'text/html; charset="a,b"', id="a comma in quotes"),
        pytest.param(["html", ","], None, id="no type"),
        pytest.param([], None, id="no header"),
    ],
)
def test_several_types_are_one(values: list[str], expected: str | None) -> None:
    assert extract_mime_type(values) == expected
