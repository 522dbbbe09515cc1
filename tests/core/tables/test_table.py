from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import TableError
from backlinkspider.core.tables.cells import Kind, kind_of, split_addresses
from backlinkspider.core.tables.headers import Role
from backlinkspider.core.tables.records import Record, RecordReader
from backlinkspider.core.tables.table import Table, open_records, open_table


def table_of(text: str, *own_sites: str) -> Table:
    return open_table(io.StringIO(text), own_sites)


def pages_of(text: str, *own_sites: str) -> list[str | None]:
    return [row.get(Role.PAGE) for row in table_of(text, *own_sites).rows()]


A_AND_B = ["http://a.com/1", "http://b.com/2"]
ROWS = "http://t.com/;http://a.com/1;oak\nhttp://t.com/;http://b.com/2;elm\n"
TABLE = f"Target URL;Source URL;Anchor\n{ROWS}"

HEADERS = [
    pytest.param(TABLE, id="in the first line"),
    pytest.param(f"sep=;\n{TABLE}", id="behind the separator that Excel is told"),
    pytest.param(f'"sep=;"\n{TABLE}', id="behind that in quotation marks"),
    pytest.param(f"Backlinks of t.com;;\nExported;2026-11-28;\n;;\n{TABLE}", id="behind a title and a date in cells"),
    pytest.param(f"Backlink report for t.com\nGenerated 2026-11-28\n\n{TABLE}".replace(";", ","), id="behind a title in words"),
    pytest.param('"All Inlinks"\n' + TABLE.replace(";", ","), id="behind the title of Screaming Frog before version 15"),
    pytest.param("t: one, two, three\n" * 6 + TABLE.replace(";", "\t"), id="behind six lines with commas, in tabs"),
    pytest.param(f"# made by hand\n{TABLE}", id="behind a comment"),
    pytest.param(f"Report,with,commas\n{TABLE}", id="behind a title with the other delimiter"),
    pytest.param("#," + TABLE.replace(";", ",").replace("\nhttp", "\n1,http"), id="behind a column of numbers"),
    pytest.param(f"Domain;Backlinks;Referring domains\nt.com;120;30\n\n{TABLE}", id="behind a summary with a header of its own"),
    pytest.param(TABLE.replace(";", " | "), id="with bars and blanks between"),
    pytest.param(TABLE.replace("Source URL", "Source URL "), id="with a blank behind a name"),
    pytest.param(TABLE.replace("Source URL", "source_url"), id="as a database writes names"),
    pytest.param(TABLE.replace("Source URL", "SourceURL"), id="without a blank"),
]


@pytest.mark.parametrize("text", HEADERS)
def test_a_known_header_anywhere_in_the_first_lines(text: str) -> None:
    table = table_of(text)
    assert [row.get(Role.PAGE) for row in table.rows()] == A_AND_B
    assert [row.get("anchor") for row in table_of(text).rows()] == ["oak", "elm"]
    assert set(table.roles) == {Role.PAGE, Role.TARGET, Role.ANCHOR}


COLUMNS = [
    pytest.param(
        "Company,Link\nBooking.com,http://a.com/1\nOak Ltd,http://b.com/2\nElm,http://c.com/\n",
        [],
        id="URLs beat words",
    ),
    pytest.param(
        "Firm,Found\na.com,http://a.com/1\nb.com,http://b.com/2\n",
        [],
        id="URLs beat bare hosts",
    ),
    pytest.param(
        "Zielseite;Verweisende Seite\nhttp://t.com/;http://a.com/1\nhttp://t.com/;http://b.com/2\n",
        [],
        id="the target throughout is not the source",
    ),
    pytest.param(
        "Ziel;Seite\nhttp://t.com/;http://a.com/1\nhttp://shop.t.com/;http://b.com/2\n",
        ["t.com"],
        id="nor are the target's hosts",
    ),
    pytest.param(
        "Source,Link\nAhrefs,http://a.com/1\nMoz,http://b.com/2\n",
        [],
        id="a known name over words is not the source",
    ),
    pytest.param(
        "URL,Website\nhttp://a.com/1,http://a.com/\nhttp://b.com/2,http://www.b.com/\n",
        [],
        id="a page beside its site",
    ),
    pytest.param(
        "Logo,Backlink\nhttps://cdn.com/a.png,http://a.com/1\nhttps://pics.com/b.png,http://b.com/2\n",
        [],
        id="a name that says it links",
    ),
    pytest.param(
        "Title,URL,Target URL\na,http://a.com/1,http://t.com/x\nb,http://b.com/2,http://u.com/\n",
        [],
        id="a name of targets is none",
    ),
    pytest.param(
        "http://a.com/1,http://t.com/\nhttp://b.com/2,http://t.com/\n",
        [],
        id="without a header",
    ),
    pytest.param(
        "http://a.com/1,5\nhttp://b.com/2,6\n",
        [],
        id="without a header, numbers behind",
    ),
    pytest.param(
        "http://a.com/1\t5\nhttp://b.com/2\t6\n",
        [],
        id="without a header, in tabs",
    ),
    pytest.param(
        "x,Seite\n,http://a.com/1\nhttp://z.com/,\n,http://b.com/2\n" + ",http://c.com/\n" * 2,
        [],
        id="a nearly empty column does not count",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "own_sites"), COLUMNS)
def test_the_column_of_linking_pages_by_what_it_holds(text: str, own_sites: list[str]) -> None:
    assert [page for page in pages_of(text, *own_sites) if page][:2] == A_AND_B


def test_a_named_column_of_one_site_is_the_source_unless_it_is_the_targets() -> None:
    text = "url,screenshot\nhttp://a.com/1,https://cdn1.com/a.png\nhttp://a.com/2,https://cdn2.com/b.png\n"
    assert pages_of(text, "t.com") == ["http://a.com/1", "http://a.com/2"]
    assert pages_of(text, "a.com") == ["https://cdn1.com/a.png", "https://cdn2.com/b.png"]


TWO_COLUMNS = [
    pytest.param(
        "One,Two\nhttp://a.com/,http://b.com/\nhttp://c.com/,http://d.com/\n", "column 'One' and column 'Two'", id="unknown"
    ),
    pytest.param(
        "URL,Page\nhttp://a.com/,http://b.com/\nhttp://c.com/,http://d.com/\n", "column 'URL' and column 'Page'", id="known"
    ),
    pytest.param("Backlink,Source\nhttp://a.com/,http://b.com/\nhttp://c.com/,http://d.com/\n", "'Backlink' and", id="both link"),
    pytest.param(
        "x,http://a.com/,http://b.com/\ny,http://c.com/,http://d.com/\n", "column 2 and column 3", id="without a header"
    ),
]


@pytest.mark.parametrize(("text", "named"), TWO_COLUMNS)
def test_two_columns_that_are_equally_good(text: str, named: str) -> None:
    with pytest.raises(TableError, match=named) as error:
        table_of(text)
    assert "url_from" in str(error.value)
    assert "\n" not in str(error.value)


TEXTS = [
    pytest.param("a.com\nb.com\n", ["a.com", "b.com"], id="one a line"),
    pytest.param('"url"\n"http://a.com/"\n', ["http://a.com/"], id="in quotation marks, with a header"),
    pytest.param("My partners\nhttps://a.com/x,1\n", ["My partners", "https://a.com/x,1"], id="a comma in an address"),
    pytest.param("https://x.pl/a,1.html\nhttps://x.pl/b,2.html\n", ["https://x.pl/a,1.html", "https://x.pl/b,2.html"],
                 id="a comma in each address of a site"),
    pytest.param("Domains\na.com, b.com\nc.com\n", ["a.com, b.com", "c.com"], id="several a line, with a header"),
    pytest.param("http://a.com/,http://b.com/\n", ["http://a.com/,http://b.com/"], id="several addresses a line"),
    pytest.param("# one\na.com # two\n", ["a.com"], id="comments"),
]  # fmt: skip


COMMAS = [
    pytest.param(
        "http://a.com/x?ll=1,2\nhttp://b.com/y?ll=3,4\n", ["http://a.com/x?ll=1,2", "http://b.com/y?ll=3,4"], id="in queries"
    ),
    pytest.param("http://a.com/x/,oak\nhttp://b.com/,elm\n", ["http://a.com/x/", "http://b.com/"], id="behind a slash"),
    pytest.param(
        "http://a.com/x,2026-11-28\nhttp://b.com/y,2026-11-29\n", ["http://a.com/x", "http://b.com/y"], id="before dates"
    ),
    pytest.param(
        "http://a.com/x,1\nhttp://a.com/y,2\n", ["http://a.com/x,1", "http://a.com/y,2"], id="in the addresses of one site"
    ),
]


@pytest.mark.parametrize(("text", "pages"), COMMAS)
def test_whether_a_comma_belongs_to_an_address(text: str, pages: list[str]) -> None:
    assert pages_of(text) == pages


def test_a_comma_of_which_it_cannot_be_told_is_an_error() -> None:
    with pytest.raises(TableError, match=r"'http://a.com/x' could be an address, or its beginning; write url above"):
        table_of("http://a.com/x,oak\nhttp://b.com/y,elm\n")
    assert pages_of("url,anchor\nhttp://a.com/x,oak\nhttp://b.com/y,elm\n") == ["http://a.com/x", "http://b.com/y"]
    assert pages_of('"http://a.com/x,oak"\n"http://b.com/y,elm"\n') == ["http://a.com/x,oak", "http://b.com/y,elm"]
    assert pages_of("url\nhttp://a.com/x,oak\nhttp://b.com/y,elm\n") == ["http://a.com/x,oak", "http://b.com/y,elm"]


@pytest.mark.parametrize(("text", "lines"), TEXTS)
def test_a_text_is_a_table_of_one_column(text: str, lines: list[str]) -> None:
    assert pages_of(text) == lines


def test_rows_know_their_lines_and_columns() -> None:
    row, _ = table_of('Note,Domain,Ctr\n"two\nlines",a.com,\nx,b.com,1\n').rows()
    assert (row.number, row.get("NOTE"), row.get("ctr"), row.get("none"), row.get(Role.TARGET)) == (
        2,
        "two\nlines",
        None,
        None,
        None,
    )


def test_tables_put_one_behind_the_other_are_read_by_their_own_headers() -> None:
    other = "Anchor,Target URL,Source URL\nelm,http://t.com/,http://b.com/2\n"
    table = f"Source URL,Target URL,Anchor\nhttp://a.com/1,http://t.com/,oak\n{other}"
    assert [(row.get(Role.PAGE), row.get("anchor")) for row in table_of(table).rows()] == list(
        zip(A_AND_B, ["oak", "elm"], strict=True)
    )


def test_a_spreadsheet_is_a_table() -> None:
    table = open_records(
        Record(number, cells) for number, cells in enumerate([["Links", ""], ["x", "URL"], ["1", "http://a.com/"]], 1)
    )
    assert [(row.number, row.get(Role.PAGE)) for row in table.rows()] == [(3, "http://a.com/")]


BROKEN = [
    pytest.param(['1,"a"\n', "2,b\n"], [["1", "a"], ["2", "b"]], 0, id="nothing wrong"),
    pytest.param(['1,"a\n', 'b"\n', "2,b\n"], [["1", "a\nb"], ["2", "b"]], 0, id="a line break in a cell"),
    pytest.param(['1,"5 inches\n', "2,b\n"], [["1", "5 inches\n"], ["2", "b"]], 1, id="a mark that is not closed"),
    pytest.param(['1,"said "no" to"\n', "2,b\n"], [["1", 'said no" to"'], ["2", "b"]], 1, id="marks that are not doubled"),
    pytest.param(['"a, \\"b\\", c",2\n', "3,4\n"], [['a, "b", c', "2"], ["3", "4"]], 1, id="marks behind a backslash"),
    pytest.param(['"5 inches,a\n', '2,6"\n'], [["5 inches", "a"], ["2", '6"']], 1, id="marks of two lines in two columns"),
]


@pytest.mark.parametrize(("lines", "cells", "broken"), BROKEN)
def test_broken_quotation_marks_cost_no_other_line(lines: list[str], cells: list[list[str]], broken: int) -> None:
    reader = RecordReader(enumerate(lines, 1), ",", width=2)
    assert [record.cells for record in reader] == cells
    assert reader.broken == broken


ADDRESSES = [
    pytest.param("http://a.com/, http://b.com/", ["http://a.com/", "http://b.com/"], id="comma and blank"),
    pytest.param("http://a.com/,http://b.com/", ["http://a.com/", "http://b.com/"], id="comma"),
    pytest.param("http://a.com/?p=1,http://b.com/?p=2", ["http://a.com/?p=1", "http://b.com/?p=2"], id="behind a query"),
    pytest.param("http://a.com/;http://b.com/", ["http://a.com/", "http://b.com/"], id="semicolon"),
    pytest.param("http://a.com/ http://b.com/", ["http://a.com/", "http://b.com/"], id="blank"),
    pytest.param("http://a.com/\nhttp://b.com/", ["http://a.com/", "http://b.com/"], id="line break in a cell"),
    pytest.param("http://a.com/<br>http://b.com/<BR />", ["http://a.com/", "http://b.com/"], id="line break of HTML"),
    pytest.param('"http://a.com/";"http://b.com/"', ["http://a.com/", "http://b.com/"], id="each in quotation marks"),
    pytest.param("http://a.com/ | http://b.com/", ["http://a.com/", "http://b.com/"], id="bar"),
    pytest.param("a.com, b.com;c.com", ["a.com", "b.com", "c.com"], id="bare domains"),
    pytest.param("a.com b.com", ["a.com", "b.com"], id="bare domains and a blank"),
    pytest.param("http://a.com/,b.com", ["http://a.com/", "b.com"], id="a domain behind an address"),
    pytest.param("https://a.com/map?ll=48.1,11.5", ["https://a.com/map?ll=48.1,11.5"], id="a comma in a query"),
    pytest.param("https://a.com/?ids=1,2;3, b.com", ["https://a.com/?ids=1,2;3", "b.com"], id="that, and another"),
    pytest.param("https://a.com/x,1;2", ["https://a.com/x,1;2"], id="a comma in a path"),
    pytest.param("https://a.com/Paris,index.html", ["https://a.com/Paris,index.html"], id="a file name behind a comma"),
    pytest.param("https://web.archive.org/web/2020/http://a.com/", ["https://web.archive.org/web/2020/http://a.com/"],
                 id="an address in an address"),
    pytest.param(" “http://a.com/” ", ["http://a.com/"], id="pasted quotation marks"),
    pytest.param("<http://a.com/>, <http://b.com/>", ["http://a.com/", "http://b.com/"], id="angle brackets"),
    pytest.param("Oak Ltd, London", ["Oak Ltd", "London"], id="words"),
    pytest.param(" ", [], id="blank cell"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "addresses"), ADDRESSES)
def test_the_addresses_in_a_cell(text: str, addresses: list[str]) -> None:
    assert split_addresses(text) == addresses


@pytest.mark.parametrize("piece", [" ", ",", '"', "\n", "> ", " >", "\"'", "<br", ".", "domain:"])
def test_a_long_cell_takes_no_time_that_grows_with_its_square(piece: str) -> None:
    # With the square it would be hours.
    split_addresses(f"a{piece * 500_000}b")
    kind_of(f"{piece * 500_000}:")


KINDS = [
    ("http://a.com/", Kind.URL), ("a.com/x", Kind.HOST), ("a.com, http://b.com/", Kind.HOST),
    ("192.0.2.1", Kind.OTHER), ("http://192.0.2.1/", Kind.URL),
    ("3.5", Kind.OTHER), ("28.11.2026", Kind.OTHER), ("oak", Kind.OTHER),
    ("me@a.com", Kind.OTHER), ("see http://a.com/", Kind.OTHER),
    ("ftp://a.com/", Kind.OTHER), ("", Kind.BLANK),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_a_cell_holds(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


TOOLS = {
    "gsc_latest_links": "Search Console", "gsc_top_linking_sites": "Search Console", "ahrefs_backlinks_2026": "Ahrefs",
    "semrush_backlinks": "Semrush", "majestic_download": "Majestic", "bing_webmaster_pages": "Bing",
}  # fmt: skip


def test_the_exports_of_other_tools_are_known(corpora: Path) -> None:
    exports = json.loads((corpora / "exports" / "headers.json").read_text(encoding="utf-8"))
    assert {name: Table((), header=exports[name]["header"]).tool for name in TOOLS} == TOOLS


EXPORTS = [
    ("Screaming Frog", "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Crawlability,Follow", "Source"),
    ("Screaming Frog", "Type,Source,Destination,Alt Text,Anchor,Status Code,Status,Follow", "Source"),
    ("Screaming Frog", "Address,Content Type,Status Code,Status,Indexability,Inlinks,Redirect URL", "Address"),
    ("Semrush", "Page score,Page trust score,Source title,Source url,Target url,Anchor,External links,Nofollow ", "Source url"),
    ("Semrush", "Source title,Source url,Target url,Anchor,Toxicity Score,First seen,Last seen,Nofollow", "Source url"),
    ("Moz", "URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Origin,Target URL,Link Equity", "URL"),
    ("Linkody", "URL FROM,TAGS,NOTES,EXPECTED LANDING PAGE URL,EXPECTED FOLLOW,EXPECTED ANCHOR,ADDED,EXPIRES,COST", "URL FROM"),
    ("TraceLinker", "source_url,target_url,anchor_text,rel,first_seen,last_seen,dr,note", "source_url"),
    ("Yandex", "source_url,destination_url,discovery_date,source_last_access_date", "source_url"),
    ("Majestic", "SourceURL,AnchorText,TargetURL,ACRank,Date", "SourceURL"),
    ("Ahrefs", "Domain Rating,Referring Page URL,Link URL,Link Anchor,First Seen,Last Check", "Referring Page URL"),
    ("backlinkspider", "relation,url_from,url_to,anchor,dofollow", "url_from"),
    ("backlinkspider", "candidate,candidate_domain,level,target,target_url,anchor,sources", "candidate"),
    (None, "Backlink;Website;Follow", "Backlink"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "header", "page"), EXPORTS)
def test_a_known_header_names_the_linking_pages(tool: str | None, header: str, page: str) -> None:
    delimiter = ";" if ";" in header else ","
    names = header.split(delimiter)
    row = [f"http://{'page' if name == page else 'other'}{place}.com/" for place, name in enumerate(names)]
    table = table_of(f"{header}\n{delimiter.join(row)}\n")
    assert table.tool == tool
    assert [found.get(Role.PAGE) for found in table.rows()] == [f"http://page{names.index(page)}.com/"]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}\.com", fullmatch=True), CELLS), min_size=1, max_size=6),
    st.sampled_from("\t;,|"),
)
def test_a_table_in_any_delimiter_has_the_same_rows(rows: list[tuple[str, str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("URL", "Anchor"), *((f"http://{host}/", cell) for host, cell in rows)])
    table = open_table(io.StringIO(text.getvalue()))
    assert [(row.get(Role.PAGE), row.get("anchor") or "") for row in table.rows()] == [
        (f"http://{host}/", cell.strip()) for host, cell in rows
    ]


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_lines_are_a_table_or_refused(lines: list[str]) -> None:
    with contextlib.suppress(TableError):
        list(open_table(lines).rows())
