"""Broken and hostile XML, whatever the pieces in which it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.xml import local_name, read_elements


def texts(data: bytes, size: int) -> list[tuple[str, str]]:
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return [(local_name(element), element.text or "") for element in read_elements(pieces)]


DOCUMENTS = [
    pytest.param("<a><b>x &amp; y</b></a>", "x & y", id="an entity"),
    pytest.param("<a><b>?a=1&b=2&amp;c=3</b></a>", "?a=1&b=2&c=3", id="bare ampersands"),
    pytest.param("<a><b><![CDATA[a & b ]] > &amp;]]></b></a>", "a & b ]] > &amp;", id="ampersands in CDATA"),
    pytest.param("<a><b>&#8211;&#x1F600;</b></a>", "\u2013\U0001f600", id="numbers of characters"),
    pytest.param(
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a><b>x&b;</b></a>", "x&b;", id="an entity that is declared"
    ),
    pytest.param("<a><b>\u00fc&\u00fc</b></a>", "\u00fc&\u00fc", id="an ampersand between other letters"),
    pytest.param("<a><b>x</b>&", "x", id="an ampersand at the end"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(("document", "expected"), DOCUMENTS)
def test_text_is_that_of_the_document_whatever_the_pieces(document: str, expected: str, size: int) -> None:
    assert ("b", expected) in texts(document.encode(), size)


def test_utf_16_is_read() -> None:
    assert ("b", "\u00fc") in texts("<?xml version='1.0' encoding='utf-16'?><a><b>\u00fc</b></a>".encode("utf-16"), 10)


@given(st.binary(max_size=200), st.integers(1, 50))
def test_nothing_is_raised(data: bytes, size: int) -> None:
    texts(b"<a>" + data, size)
