from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.checks.seed_files import check_seed_file, read_seed_file
from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.exceptions import SeedError, SeedListError
from backlinkspider.core.seeds.lists import parse_seed_list
from backlinkspider.core.seeds.seeds import BadLine, Seed, parse_seed

SEEDS = [
    pytest.param("example.com", ("https://example.com/", "http://example.com/"), id="a domain: https, then http"),
    pytest.param("Example.com/Blog", ("https://example.com/Blog", "http://example.com/Blog"), id="an address without scheme"),
    pytest.param("example.com:8080", ("https://example.com:8080/", "http://example.com:8080/"), id="a port"),
    pytest.param("http://example.com", ("http://example.com/",), id="a scheme is kept to"),
    pytest.param("HTTPS://example.com/a#b", ("https://example.com/a#b",), id="an address"),
    pytest.param("münchen.de", ("https://xn--mnchen-3ya.de/", "http://xn--mnchen-3ya.de/"), id="an international domain"),
    pytest.param("192.0.2.1", ("https://192.0.2.1/", "http://192.0.2.1/"), id="an IP address"),
    pytest.param("http://intranet/", ("http://intranet/",), id="a single label with a scheme"),
]


@pytest.mark.parametrize(("text", "urls"), SEEDS)
def test_a_seed(text: str, urls: tuple[str, ...]) -> None:
    assert parse_seed(text).urls == urls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "two words.com",
        "mailto:a@example.com",
        "ftp://example.com",
        "/etc/passwd",
        "../x",
        "a..b",
        "https://",
        "info@example.com",
        "5",
        "12.5",
        "# note",
        "*.example.com",
        "https://https://example.com/",
        "http://https//example.com",
        "HTTPS://HTTP://example.com",
        "https:https://example.com",
        "https://https",
    ],
)
def test_what_is_no_seed(text: str) -> None:
    with pytest.raises(SeedError):
        parse_seed(text)


def test_a_seed_shows_no_password_and_no_control_character() -> None:
    seed = parse_seed("https://me:secret@example.com/a\x1b[31m")
    assert "secret" not in seed.text
    assert seed.text.isprintable()


@pytest.mark.parametrize(
    ("text", "truncate_for_message"),
    [("me@example.com", "me@example.com"), ("me:secret@example.com", "example.com"), ("ftp://me:secret@a.com/", "ftp://a.com/")],
)
def test_a_message_names_what_was_written_without_its_password(text: str, truncate_for_message: str) -> None:
    with pytest.raises(SeedError, match=f"^'{truncate_for_message}' is not"):
        parse_seed(text)


def seeds_of(text: str) -> list[str | int]:
    """The seeds of a list as text, its bad lines as numbers."""
    return [line.text if isinstance(line, Seed) else line.number for line in parse_seed_list(io.StringIO(text))]


LISTS = [
    pytest.param("a.com\nb.com\n", ["a.com", "b.com"], id="text"),
    pytest.param("# sites\n\na.com  # the first\n  b.com\n", ["a.com", "b.com"], id="comments and blank lines"),
    pytest.param("a.com\nnot a seed\nb.com\n", ["a.com", 2, "b.com"], id="a bad line is named by number"),
    pytest.param("https://a.com/x,1;2\nb.com\n", ["https://a.com/x,1;2", "b.com"], id="a comma in an address"),
    pytest.param("a.com, b.com\nc.com,d.com # the last\n", ["a.com", "b.com", "c.com", "d.com"], id="several domains a line"),
    pytest.param("url\nhttps://a.com/\n", ["https://a.com/"], id="text with a header"),
    pytest.param("Source url,Target url\nhttps://a.com/,https://t.com/\n", ["https://a.com/"], id="CSV by its header"),
    pytest.param(
        'url,anchor\nhttps://a.com/,"two\nlines, ""both"""\nhttps://b.com/,b\n',
        ["https://a.com/", "https://b.com/"],
        id="a cell of two lines",
    ),
    pytest.param(
        'url,anchor\nhttps://a.com/,"5 inches\nhttps://b.com/,b\nhttps://c.com/,c\n',
        ["https://a.com/", "https://b.com/", "https://c.com/"],
        id="a quotation mark that is never closed",
    ),
    pytest.param(
        'url\tanchor\nhttps://a.com/\t"one\nhttps://b.com/\t"two\nhttps://c.com/\tc\n',
        ["https://a.com/", "https://b.com/", "https://c.com/"],
        id="quotation marks that are not meant as such",
    ),
    pytest.param(
        'url,anchor\nhttps://a.com/,"' + "x" * 50_000 + "\n" + f"https://b.com/,{'y' * 50_000}\n" * 3,
        ["https://a.com/", "https://b.com/", "https://b.com/", "https://b.com/"],
        id="one before more than a cell may have",
    ),
    pytest.param("Target URL,Source URL\nhttps://t.com/,https://a.com/\n", ["https://a.com/"], id="the column of the source"),
    pytest.param(
        "Target page,Linking page\nhttps://t.com/,https://a.com/\n", ["https://a.com/"], id="own pages beside linking ones"
    ),
    pytest.param("Title\tReferring page URL\nx\thttps://a.com/\n", ["https://a.com/"], id="TSV"),
    pytest.param('Domain;Note\n"a.com";"1;2"\n', ["a.com"], id="semicolons and quotes"),
    pytest.param('Note,Domain\n"two\nlines",a.com\nx,bad one\n', ["a.com", 4], id="a cell of two lines"),
    pytest.param("אתר,דפים מקשרים\na.com,5\nb.com,6\n", ["a.com", "b.com"], id="a header in an unknown language"),
    pytest.param("a.com,1\nb.com,2\n", ["a.com", "b.com"], id="CSV without a header"),
    pytest.param("Domain,Rank\na.com\n\nb.com,1\n,2\n", ["a.com", "b.com", 5], id="short rows"),
    pytest.param(
        "<urlset><url><loc>https://a.com/?x=1&amp;y</loc></url>\n<url><loc> https://b.com/ </loc></url>",
        ["https://a.com/?x=1&y", "https://b.com/"],
        id="sitemap",
    ),
    pytest.param("", [], id="empty"),
    pytest.param("# only\n# comments\n", [], id="only comments"),
]


@pytest.mark.parametrize(("text", "seeds"), LISTS)
def test_a_list(text: str, seeds: list[str | int]) -> None:
    assert seeds_of(text) == seeds


def test_a_list_is_read_lazily() -> None:
    def lines() -> Iterator[str]:
        yield "a.com\n"
        pytest.fail("read further than asked")

    assert next(parse_seed_list(lines())) == parse_seed("a.com")


ENDLESS = [
    pytest.param('https://a.com/","b\n', id="that lost the first and the last quotation mark of each line"),
    pytest.param('"https://a.com/"b,"c\n', id="with marks in the midst of cells"),
    pytest.param('https://a.com/,"b\n', id="with a mark that is not closed in each line"),
]


@pytest.mark.parametrize("line", ENDLESS)
def test_a_table_of_twice_the_length_takes_twice_the_steps(line: str) -> None:
    def steps(lines: int) -> int:
        count = 0

        def note(_frame: object, event: str, _value: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(note)
        try:
            list(parse_seed_list(["url,anchor\n", *[line] * lines]))
        finally:
            sys.setprofile(None)
        return count

    assert steps(400) < 3 * steps(200)


def test_the_users_own_pages_are_refused() -> None:
    with pytest.raises(SeedListError, match="your own pages"):
        seeds_of("Target page,Incoming links,Linking sites\nhttps://t.com/,3,2\n")


def test_markup_that_is_no_sitemap_is_refused() -> None:
    with pytest.raises(SeedListError, match="neither a sitemap nor a feed"):
        seeds_of("<html>\n<p>x")


def test_a_message_shows_no_control_characters() -> None:
    (line,) = parse_seed_list(["\x1b[31mred and more words\n"])
    assert isinstance(line, BadLine)
    assert line.problem.isprintable()


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_list_reads_or_is_refused(lines: list[str]) -> None:
    with contextlib.suppress(SeedListError):
        list(parse_seed_list(lines))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b" \n ", "it is empty", id="blank"),
        pytest.param(b"# only a comment\n", "it is empty", id="only a comment"),
        pytest.param(b"PK\x03\x04rest", "save the sheet as CSV", id="an Excel file"),
        pytest.param(b"\x7fELF\x00\x01", "binary", id="binary"),
        pytest.param(b"%PDF-1.7", "binary", id="a PDF"),
        pytest.param(b"bad one\nbad two\n", "line 1: 'bad one' is not a domain", id="nothing but bad lines"),
    ],
)
def test_a_file_without_a_seed_is_refused_in_one_line(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "seeds.txt"
    path.write_bytes(content)
    with pytest.raises(SeedListError, match=problem) as error:
        check_seed_file(SeedFile(str(path)))
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedListError, match="No such file"):
        check_seed_file(SeedFile(str(tmp_path / "none.txt")))
    with pytest.raises(SeedListError, match="directory"):
        check_seed_file(SeedFile(str(tmp_path)))


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder of named lists, with a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret.example")
    folder = tmp_path / "lists"
    (folder / "folder.txt").mkdir(parents=True)
    (folder / "partners.txt").write_text("# ours\na.example\nnot a seed\nb.example\n")
    (folder / "press.csv").write_text("note,url\nx,https://c.example/\n")
    (folder / "press").write_text("d.example")
    (folder / "twice.txt").write_text("e.example")
    (folder / "twice.csv").write_text("f.example")
    (folder / "empty.txt").write_text("")
    return folder


NAMED = [("partners", ["a.example", "b.example"]), ("partners.txt", ["a.example", "b.example"]), ("press", ["d.example"]),
         ("press.csv", ["https://c.example/"]), ("twice.csv", ["f.example"])]  # fmt: skip


@pytest.mark.parametrize(("name", "seeds"), NAMED)
def test_a_list_by_its_name(lists: Path, name: str, seeds: list[str]) -> None:
    check_seed_file(NamedList(name), str(lists))
    found = read_seed_file(NamedList(name), str(lists))
    assert [seed.text for seed in found if isinstance(seed, Seed)] == seeds


NO_LISTS = [
    pytest.param("partner", "no list has that name", id="an unknown name"),
    pytest.param("folder", "no list has that name", id="a folder"),
    pytest.param("x" * 100, "no list has that name", id="a long name"),
    pytest.param("twice", "several of that name: twice.txt, twice.csv", id="a name of two files"),
    pytest.param("empty", "it is empty", id="a list without a seed"),
]


@pytest.mark.parametrize(("name", "problem"), NO_LISTS)
def test_a_name_of_no_list_is_refused_without_a_word_on_where_lists_lie(lists: Path, name: str, problem: str) -> None:
    with pytest.raises(SeedListError, match=problem) as error:
        check_seed_file(NamedList(name), str(lists))
    assert str(lists) not in str(error.value)
    assert "\n" not in str(error.value)


def test_names_need_a_folder(lists: Path) -> None:
    with pytest.raises(SeedListError, match="BACKLINKS_LISTS_DIR names no folder"):
        check_seed_file(NamedList("partners"), None)
    with pytest.raises(SeedListError, match="no list has that name"):
        check_seed_file(NamedList("partners"), str(lists / "missing"))


def test_the_headers_of_other_tools_are_known(corpora: Path) -> None:
    exports = json.loads((corpora / "exports" / "headers.json").read_text(encoding="utf-8"))
    unread = []
    for name, export in exports.items():
        if not isinstance(export, dict) or name == "gsc_top_linked_pages":
            continue
        header = export["header"]
        source = next(column for column in header if column.casefold() in SOURCES)
        row = ["https://source.example/" if column == source else "https://target.example/" for column in header]
        table = io.StringIO()
        csv.writer(table).writerows([header, row])
        if seeds_of(table.getvalue()) != ["https://source.example/"]:
            unread.append(name)
    assert not unread


SOURCES = {"linking page", "site", "אתר", "referring page url", "source url", "source", "domain"}


def test_a_real_search_console_export(corpora: Path) -> None:
    lines = list(read_seed_file(SeedFile(str(corpora / "exports" / "gsc-Latest-links-2020-07-15.csv"))))
    assert len(lines) > 1
    assert all(isinstance(line, Seed) for line in lines)
