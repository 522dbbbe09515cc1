from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.checks.seed_files import check_seed_file, read_seed_file, read_seeds
from backlinkspider.core.arguments import SeedFile
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.seeds.lists import parse_seed_list
from backlinkspider.core.seeds.seeds import BadLine, Seed


def seeds_of(text: str, *own_sites: str) -> list[str | int]:
    """The seeds of a list as text, its bad lines as numbers."""
    return told(parse_seed_list(io.StringIO(text), own_sites))


def told(lines: Iterator[Seed | BadLine]) -> list[str | int]:
    return [line.text if isinstance(line, Seed) else line.number for line in lines]


SEVERAL = [
    pytest.param("http://a.com/, http://b.com/\n", ["http://a.com/", "http://b.com/"], id="comma and blank"),
    pytest.param("http://a.com/,http://b.com/\n", ["http://a.com/", "http://b.com/"], id="comma"),
    pytest.param("http://a.com/;http://b.com/;http://c.com/\n", ["http://a.com/", "http://b.com/", "http://c.com/"],
                 id="semicolon"),
    pytest.param("http://a.com/ http://b.com/\n", ["http://a.com/", "http://b.com/"], id="blank"),
    pytest.param("http://a.com/\thttp://b.com/\n", ["http://a.com/", "http://b.com/"], id="tab"),
    pytest.param("a.com b.com\nc.com\n", ["a.com", "b.com", "c.com"], id="bare domains and a blank"),
    pytest.param("a.com, b.com # two\nc.com\n", ["a.com", "b.com", "c.com"], id="a comment behind"),
    pytest.param('url,note\n"http://a.com/, http://b.com/",x\nhttp://c.com/,y\n',
                 ["http://a.com/", "http://b.com/", "http://c.com/"], id="a cell"),
    pytest.param('url;note\n"http://a.com/\nhttp://b.com/";x\n', ["http://a.com/", "http://b.com/"], id="lines of a cell"),
    pytest.param("https://a.com/map?ll=48.1,11.5\nb.com\n", ["https://a.com/map?ll=48.1,11.5", "b.com"],
                 id="a comma in a query is none"),
    pytest.param("https://a.com/?ids=1;2, b.com\n", ["https://a.com/?ids=1;2", "b.com"], id="a semicolon in a query is none"),
    pytest.param("- http://a.com/\n* http://b.com/\n3. http://c.com/\n", ["http://a.com/", "http://b.com/", "http://c.com/"],
                 id="bullets and numbers are none"),
    pytest.param("a.com\nb.com, n/a, c.com\n", ["a.com", "b.com", 2, "c.com"], id="one of them is bad"),
    pytest.param("a.com\nOak Ltd, London\n", ["a.com", 2], id="words are one bad line"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seeds"), SEVERAL)
def test_a_line_or_cell_of_several_addresses_is_several_seeds(text: str, seeds: list[str | int]) -> None:
    assert seeds_of(text) == seeds


ROW = '{"url_from": "https://a.com/x", "url_to": "https://t.com/", "rel": ["ugc"], "dofollow": true}'
OTHER_ROW = '{"url_from": "https://b.com/", "url_to": "https://t.com/", "rel": null, "dofollow": false}'
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1">Partners &amp; friends</H3>
    <DL><p>
        <DT><A HREF="https://a.com/?x=1&amp;y=2" ADD_DATE="2" ICON="data:image/png;base64,AAAA">A, the first</A>
        <DT><A HREF='http://b.com/'>B</A>
        <DT><A HREF="javascript:alert('http://c.com/')">a script</A>
        <DT><A HREF="place:sort=8">a search</A>
    </DL><p>
</DL>
"""

FORMS = [
    pytest.param("domain:a.com\n# spam\ndomain:b.com # bought\nhttp://c.com/x\n", ["a.com", "b.com", "http://c.com/x"],
                 id="disavow"),
    pytest.param("http://c.com/\ndomain: a.com\nDOMAIN:*.b.icu\ndomain:https://d.com/x\n",
                 ["http://c.com/", "a.com", "b.icu", "d.com/x"],
                 id="disavow as people write it"),
    pytest.param("domain:a.com, domain:b.com\ndomain:c.com,domain:d.com\n", ["a.com", "b.com", "c.com", "d.com"],
                 id="disavow in a line"),
    pytest.param("Domain;Spam score\na.com;30\nb.com;40\n", ["a.com", "b.com"], id="disavow as a table"),
    pytest.param(f"{ROW}\n{OTHER_ROW}\n", ["https://a.com/x", "https://b.com/"], id="our rows in JSON lines"),
    pytest.param(f"[\n{ROW},\n{OTHER_ROW}\n]\n", ["https://a.com/x", "https://b.com/"], id="our rows in JSON"),
    pytest.param(f"[{ROW}, {OTHER_ROW}]", ["https://a.com/x", "https://b.com/"], id="our rows in JSON, in one line"),
    pytest.param(f'{ROW}\n{{"url_from"\n{OTHER_ROW}\n', ["https://a.com/x", 2, "https://b.com/"], id="a line that is cut off"),
    pytest.param('{"candidate": "a.com", "level": "domain", "anchor": null}\n', ["a.com"], id="our candidates in JSON lines"),
    pytest.param('{"seed": "a.com", "outcome": "complete"}\n', ["a.com"], id="our coverage in JSON lines"),
    pytest.param('{"source_url": "https://a.com/", "target_url": "https://t.com/"}\n', ["https://a.com/"],
                 id="JSON lines of others"),
    pytest.param("a.com,192.0.2.1\nb.com,192.0.2.2\n", ["a.com", "b.com"], id="where a site is hosted is none"),
    pytest.param("192.0.2.1\n192.0.2.2\n", ["192.0.2.1", "192.0.2.2"], id="but numbers alone are"),
    pytest.param("url,anchor\nhttp://a.com/,oak\nhttp://a.com/x,y.html,oak\nhttp://b.com/,oak, elm\n", ["http://a.com/", 3, "http://b.com/"],
                 id="an address with a comma in a table without quotation marks"),
    pytest.param(BOOKMARKS, ["https://a.com/?x=1&y=2", "http://b.com/"], id="bookmarks"),
    pytest.param("# mine\n\n<urlset><url><loc>https://a.com/</loc></url></urlset>", ["https://a.com/"],
                 id="a sitemap under a comment"),
    pytest.param('"Domain"\n"a.com"\n"b.com"\n', ["a.com", "b.com"], id="one column in quotation marks"),
    pytest.param('"http://a.com/"\n"http://b.com/x,y"\n', ["http://a.com/", "http://b.com/x,y"], id="that without a header"),
    pytest.param("a.com\n\u200bb.com\n\u201chttp://c.com/\u201d\n", ["a.com", "b.com", "http://c.com/"],
                 id="pasted from a document"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seeds"), FORMS)
def test_forms_of_lists(text: str, seeds: list[str | int]) -> None:
    assert seeds_of(text) == seeds


REFUSED = [
    pytest.param("One,Two\nhttp://a.com/,http://b.com/\nhttp://c.com/,http://d.com/\n", "'One' and column 'Two'",
                 id="two columns"),
    pytest.param("Domain,Rank\na.com,1\nn/a,2\nn/a,3\n", "2 of its first 3 rows .* in column 'Domain'; line 3",
                 id="most rows are bad"),
    pytest.param("Name,Domain\nOak,x\nElm,y\n", "2 of its first 2 rows", id="all rows are bad"),
    pytest.param("Name,Rank\nOak,1\nElm,2\n", "no column of it holds domains", id="no column of addresses"),
    pytest.param("Top linked pages,Links\nhttps://t.com/,3\n", "your own pages \\(column 'Top linked pages'", id="own pages"),
    pytest.param('{"url_from": "http://a.com/"}\n', "url_from and url_to", id="JSON of something else"),
    pytest.param('{\n"url_from": "http://a.com/"\n}\n', "one object a line", id="JSON over several lines"),
    pytest.param("[1, 2]\n", "one object a line", id="JSON of numbers"),
    pytest.param("<html><a href='http://a.com/'>", "nor exported bookmarks", id="a web page"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_a_list_that_cannot_name_seeds_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(SeedListError, match=problem) as error:
        seeds_of(text)
    assert "\n" not in str(error.value)


def test_the_target_throughout_is_not_the_source_even_in_one_row() -> None:
    text = "Seite;Zielseite\nhttp://a.com/;http://shop.t.com/x\n"
    assert seeds_of(text, "t.com") == ["http://a.com/"]
    with pytest.raises(SeedListError, match="could both hold the linking pages"):
        seeds_of(text)


def test_a_list_of_own_pages_alone_is_what_the_user_wants() -> None:
    assert seeds_of("url,note\nhttp://t.com/1,x\nhttp://t.com/2,y\n", "t.com") == ["http://t.com/1", "http://t.com/2"]


FILES = [
    pytest.param(b"t.com\n2026-11-28\n\nTarget URL;Source URL\nhttp://t.com/;http://a.com/\n", ["http://a.com/"],
                 id="a title that is an address"),
    pytest.param("url;note\nhttp://a.com/größe;x\nhttp://münchen.de/;y\n".encode("cp1252"), ["http://a.com/größe", "http://münchen.de/"],
                 id="ANSI"),
    pytest.param("url\nhttp://a.ru/стулья\n".encode("cp1251"), ["http://a.ru/стулья"], id="the code page of Russia"),
    pytest.param("Referring page URL\tTarget URL\nhttp://a.com/\thttp://t.com/\n".encode("utf-16"), ["http://a.com/"],
                 id="UTF-16"),
    pytest.param("a.com\nb.com\n".encode("utf-16-le"), ["a.com", "b.com"], id="UTF-16 without a mark"),
    pytest.param(b'\xef\xbb\xbf"Domain"\r\n"a.com"\r\n', ["a.com"], id="a byte order mark before a quotation mark"),
    pytest.param("sep=,\r\nurl,note\r\nhttp://a.com/,x\r\n".encode("utf-8-sig"), ["http://a.com/"], id="one before sep="),
    pytest.param(b"a.com\rb.com\r", ["a.com", "b.com"], id="line ends of an old Mac"),
    pytest.param("http://a.com/\ufffd\nb.com\n".encode(), [1, "b.com"], id="a character that was lost before"),
    pytest.param(gzip.compress(b"a.com\nb.com\n"), ["a.com", "b.com"], id="compressed"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "seeds"), FILES)
def test_files(tmp_path: Path, content: bytes, seeds: list[str | int]) -> None:
    (tmp_path / "list").write_bytes(content)
    source = SeedFile(str(tmp_path / "list"))
    check_seed_file(source)
    assert told(read_seed_file(source)) == seeds


def test_the_name_of_a_file_that_is_missing_is_no_domain_either() -> None:
    with pytest.raises(
        SeedListError, match=r"'partners.xlsx' cannot be read: .*; give its path, or, for a site of that name, its https"
    ):
        check_seed_file(SeedFile("partners.xlsx"))
    with pytest.raises(SeedListError, match=r"No such file or directory$"):
        check_seed_file(SeedFile("./partners.xlsx"))


def test_what_is_wrong_with_the_beginning_of_a_list_is_said_before_a_crawl(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"Domain,Rank\n" + b"a.com,1\n" * 300 + b",2\n" * 900)
    with pytest.raises(SeedListError, match="700 of its first 1000 rows"):
        check_seed_file(SeedFile(str(tmp_path / "list")))


def test_a_cut_off_gzip_file_gives_what_it_has(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b"site%d.com\n" % number for number in range(5_000)))
    (tmp_path / "list.gz").write_bytes(whole[: len(whole) // 2])
    assert told(read_seed_file(SeedFile(str(tmp_path / "list.gz"))))[:2] == ["site0.com", "site1.com"]


HOSTS = st.from_regex(r"[a-z]{2,8}(-[a-z]{1,4})?\.(com|co\.uk|de)", fullmatch=True)
PATHS = st.sampled_from(["", "/", "/oak", "/?p=12", "/größe", "/a,b", "/x;y"])
URLS = st.builds("http://{}{}".format, HOSTS, PATHS)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@given(st.lists(st.tuples(URLS, st.text("abc ,;\t|\"'\n€ü", max_size=10)), min_size=2, max_size=8),
       st.sampled_from("\t;,|"), st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n"]),
       st.sampled_from(["", "Backlinks\n", "sep={}\n", "Report{0}{0}\n{0}{0}\n"]))  # fmt: skip
def test_a_table_gives_the_same_seeds_in_any_delimiter_encoding_and_line_end(
    rows: list[tuple[str, str]], delimiter: str, encoding: str, line_end: str, title: str
) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    table.writerows([("Anchor", "Source URL", "Target URL"), *((anchor, url, "http://t.com/") for url, anchor in rows)])
    body = (title.format(delimiter).replace("\n", line_end) + text.getvalue()).encode(encoding)
    assert told(read_seeds(iter([body]))) == [url for url, _ in rows]


PLAIN_URLS = st.builds("http://{}{}".format, HOSTS, st.sampled_from(["", "/", "/oak", "/?p=12", "/größe", "/x?ids=1,2;3"]))


@given(
    st.lists(PLAIN_URLS, min_size=1, max_size=8),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n", ", ", " "]),
)
def test_a_text_gives_the_same_seeds_in_any_encoding_and_arrangement(urls: list[str], encoding: str, between: str) -> None:
    assert told(read_seeds(iter([between.join(urls).encode(encoding)]))) == urls
