from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.encoding import decode_lines

TEXT = "url;note\nhttp://a.com/größe;x\nhttp://münchen.de/;y\n"

ENCODINGS = [
    pytest.param("utf-8", TEXT, id="UTF-8"),
    pytest.param("utf-8-sig", TEXT, id="UTF-8 with a mark, as Excel writes it"),
    pytest.param("utf-16", TEXT, id="UTF-16 with a mark, as Ahrefs writes it"),
    pytest.param("utf-16-le", TEXT, id="UTF-16 without a mark"),
    pytest.param("utf-16-be", TEXT, id="UTF-16 without a mark, the other way round"),
    pytest.param("cp1252", TEXT, id="the code page of a western Windows"),
    pytest.param("cp1252", "url\nhttp://a.com/café\n", id="one letter of it"),
    pytest.param("cp1252", "url\nhttp://a.com/pâte\n", id="a letter for which a guess from so little would be wrong"),
    pytest.param("cp1250", "url\nhttp://a.pl/łódź\nhttp://a.pl/żółw\nhttp://a.pl/gęś\n", id="that of central Europe"),
    pytest.param("cp1251", "url\nhttp://a.ru/москва\n", id="Cyrillic"),
    pytest.param("cp1253", "url\nhttp://a.gr/ελληνικά\n", id="Greek"),
    pytest.param("gbk", "url\nhttp://a.cn/中文家具\n", id="Chinese"),
    pytest.param("utf-8", "url\rhttp://a.com/\r", id="line ends of an old Mac"),
    pytest.param("utf-8", "", id="nothing"),
]


def normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(("encoding", "text"), ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_whose_encoding_nobody_declares(encoding: str, text: str, line_end: str) -> None:
    body = text.replace("\n", line_end).encode(encoding)
    assert "".join(decode_lines([body])) == normal(text)


def test_a_line_in_another_encoding_than_the_rest_costs_no_other() -> None:
    body = "http://a.com/größe\n".encode() + "http://b.com/größe\n".encode("cp1252") + "http://c.com/größe\n".encode()
    assert list(decode_lines([body])) == [f"http://{host}.com/größe\n" for host in "abc"]


def test_a_code_page_that_only_a_late_line_shows() -> None:
    chunks = ["http://a.com/\n" * 500, "http://b.com/größe\n"]
    assert list(decode_lines(chunk.encode("cp1252") for chunk in chunks))[-1] == "http://b.com/größe\n"


BINARY = [
    pytest.param(b"%PDF-1.7", "binary \\(a PDF", id="a PDF"),
    pytest.param(b"\x1f\x8b\x08", "compressed", id="gzip"),
    pytest.param(b"\x7fELF\x00\x01\x00\x00", "binary", id="a program"),
    pytest.param(b"PK\x03\x04", "zip", id="a zip file"),
]


@pytest.mark.parametrize(("head", "problem"), BINARY)
def test_what_is_no_text(head: bytes, problem: str) -> None:
    with pytest.raises(TableError, match=problem):
        list(decode_lines([head]))


@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\r\n"), max_size=40),
    size=st.integers(1, 9),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example(text="\r", size=1, encoding="utf-16")
def test_how_a_file_arrives_does_not_matter(text: str, size: int, encoding: str) -> None:
    head, rest = "site.example\n".encode(encoding), text.encode("utf-16-le" if encoding == "utf-16" else "utf-8")
    chunks = [head, *(rest[start : start + size] for start in range(0, len(rest), size))]
    assert "".join(decode_lines(chunks)) == normal(f"site.example\n{text}")


def test_lines_are_read_lazily() -> None:
    chunks = iter([b"a.com\nb.com\nc", b".com\n"])
    lines = decode_lines(chunks)
    assert [next(lines), next(lines)] == ["a.com\n", "b.com\n"]
    assert next(chunks) == b".com\n"
