"""Lists of known links are recognised whoever wrote them: their pages, addresses, anchors, promises, and what else they hold."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from backlinkspider.core.arguments import SeedFile
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.monitor.columns import MONITOR_COLUMNS, parse_map
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.states import Status
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.known_links.lists import KnownLists

CORPUS = Path(__file__).parents[2].parent / "shared/corpora/exports/headers.json"
SF_NEW = (
    "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Crawlability,Follow,Target,Rel,Path Type,Link Path,"
    "Link Position,Link Origin"
)
SEMRUSH_OLD = (
    "Page score,Page trust score,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Frame,Form,"
    "Image,Sitewide,First seen,Last seen"
)
MOZ = (
    "URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this Page,"
    "Number of Domains Linking to Domain,Origin,Target URL,Link Equity,No Link Equity,Only rel=nofollow,Only follow,301"
)
AUDIT = "Source title,Source url,Target url,Anchor,Toxicity Score,Toxic markers,First seen,Last seen,Nofollow"
LINKODY = "URL FROM,TAGS,NOTES,EXPECTED LANDING PAGE URL,EXPECTED FOLLOW,EXPECTED ANCHOR,ADDED,EXPIRES,COST"


class Form(NamedTuple):
    """A table as a tool writes it."""

    header: str
    page: str
    target: str | None
    anchor: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    preamble: str = ""
    quoting: int = csv.QUOTE_MINIMAL


FORMS = {
    "Screaming Frog 24": Form(SF_NEW, "Source", "Destination", "Anchor", "utf-8-sig", quoting=csv.QUOTE_ALL),
    "Screaming Frog before 15": Form(
        "Type,Source,Destination,Alt Text,Anchor,Status Code,Status,Follow", "Source", "Destination", "Anchor",
        preamble='"All Inlinks"\n', quoting=csv.QUOTE_ALL,
    ),
    "Semrush, old": Form(SEMRUSH_OLD, "Source url", "Target url", "Anchor"),
    "Semrush audit": Form(AUDIT, "Source url", "Target url", "Anchor"),
    "Moz": Form(MOZ, "URL", "Target URL", "Anchor Text", preamble="Open Site Explorer\n\nours.example\nAll\nlinks\nJuly\n"),
    "Majestic, old": Form("SourceURL,AnchorText,TargetURL,ACRank,Date", "SourceURL", "TargetURL", "AnchorText", "utf-8-sig"),
    "Linkody": Form(LINKODY, "URL FROM", "EXPECTED LANDING PAGE URL", "EXPECTED ANCHOR"),
    "TraceLinker": Form(
        "source_url,target_url,anchor_text,rel,first_seen,last_seen,dr,note", "source_url", "target_url", "anchor_text"
    ),
    "Yandex": Form("source_url,destination_url,discovery_date,source_last_access_date", "source_url", "destination_url"),
    "a semicolon and a code page": Form("Quelle;Ziel;Größe", "Quelle", "Ziel", encoding="cp1252", delimiter=";"),
}  # fmt: skip
CORPUS_FORMS = {
    "gsc_latest_links": ("Linking page", None, None, "utf-8", ","),
    "gsc_top_linking_sites": ("Site", None, None, "utf-8-sig", ","),
    "gsc_localised_example_he": ("אתר", None, None, "utf-8-sig", ","),
    "ahrefs_backlinks_2026": ("Referring page URL", "Target URL", "Anchor", "utf-16", "\t"),
    "semrush_backlinks": ("Source url", "Target url", "Anchor", "utf-8", ","),
    "majestic_download": ("Source URL", "Target URL", "Anchor Text", "utf-8", ","),
    "bing_webmaster_pages": ("Source Url", "Target Url", "Anchor text", "utf-8", ","),
}
REFUSED_FORMS = {"gsc_top_linked_pages"}


def all_forms() -> dict[str, Form]:
    corpus = json.loads(CORPUS.read_text(encoding="utf-8")) if CORPUS.exists() else {}
    found = dict(FORMS)
    for name, (page, target, anchor, encoding, delimiter) in CORPUS_FORMS.items():
        if name in corpus:
            header = io.StringIO()
            csv.writer(header, lineterminator="").writerow(corpus[name]["header"])
            found[name] = Form(header.getvalue(), page, target, anchor, encoding, delimiter)
    return found


def header_of(form: Form) -> list[str]:
    return next(csv.reader([form.header], delimiter=";" if form.delimiter == ";" else ","))


def rows_of(form: Form) -> list[list[str]]:
    """Ten rows with a mark of their own in every cell that is not a page, an address or an anchor."""
    cells = {form.page: "https://site{}.example/{}", form.target: "https://ours.example/{}", form.anchor: "oak {}"}
    return [
        [
            cells[name].format(number, number) if cells.get(name) else f"{name[:3]} {number}"
            for name in header_of(form)
        ]
        for number in range(10)
    ]  # fmt: skip


def write(path: Path, form: Form) -> Path:
    text = io.StringIO()
    table = csv.writer(text, delimiter=form.delimiter, quoting=form.quoting)  # type: ignore[arg-type]
    table.writerows([header_of(form), *rows_of(form)])
    path.write_bytes((form.preamble + text.getvalue()).encode(form.encoding))
    return path


def read(path: Path, **more: str) -> tuple[list[KnownLink], list[str]]:
    lists = KnownLists([SeedFile(str(path))], None, {"ours.example"}, parse_map(more.get("named", "")))
    lists.check()
    return list(lists.links()), lists.other_columns()


@pytest.mark.parametrize(("name", "form"), all_forms().items(), ids=all_forms())
def test_the_table_of_a_tool_is_recognised(tmp_path: Path, name: str, form: Form) -> None:
    links, others = read(write(tmp_path / "list.csv", form))
    assert [link.page for link in links] == [f"https://site{number}.example/{number}" for number in range(10)]
    if form.target is not None:
        assert [link.address for link in links] == [f"https://ours.example/{number}" for number in range(10)]
    if form.anchor is not None and name != "Linkody":
        assert [link.facts.get("anchor") for link in links] == [f"oak {number}" for number in range(10)]
    for link, row in zip(links, rows_of(form), strict=True):
        for column, cell in link.others.items():
            assert cell == row[header_of(form).index(column.removeprefix("known_"))]
    # Every column is ours or comes back.
    ours = len(header_of(form)) - len(others)
    assert 1 <= ours <= 9
    assert set(others) == {column for link in links for column in link.others}


def test_every_header_of_the_corpus_is_tried() -> None:
    corpus = json.loads(CORPUS.read_text(encoding="utf-8")) if CORPUS.exists() else {}
    assert {name for name in corpus if not name.startswith("_")} <= {*CORPUS_FORMS, *REFUSED_FORMS}


def test_the_users_own_pages_are_not_linking_pages(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("Target page,Incoming links,Linking sites\nhttps://ours.example/a,4,3\n")
    with pytest.raises(SeedListError, match="the linking pages"):
        read(tmp_path / "own.csv")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("Seite,Partner\nhttps://a.example/1,https://b.example/1\nhttps://c.example/2,https://d.example/2\n",
                     ("'Seite'", "'Partner'", "-a map=page:COLUMN"), id="two columns of pages"),
    ],
)  # fmt: skip
def test_an_ambiguous_table_is_refused_with_both_columns(tmp_path: Path, text: str, named: Sequence[str]) -> None:
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(SeedListError) as error:
        read(tmp_path / "list.csv")
    assert all(name in str(error.value) for name in named)
    assert "\n" not in str(error.value)
    links, others = read(tmp_path / "list.csv", named="page:Partner")
    assert ([link.page for link in links], others) == (["https://b.example/1", "https://d.example/2"], ["known_Seite"])


def test_the_user_says_what_the_columns_are(tmp_path: Path) -> None:
    text = "Bericht\nUnsere Links\nNr;Wohin;Woher;Worte\n1;https://ours.example/;https://a.example/;oak\n"
    (tmp_path / "list.csv").write_text(text)
    (link,), others = read(tmp_path / "list.csv", named="page:Woher,url:Wohin,anchor:Worte")
    assert (link.page, link.address, link.facts["anchor"], others) == (
        "https://a.example/",
        "https://ours.example/",
        "oak",
        ["known_Nr"],
    )
    with pytest.raises(SeedListError, match="no header with 'Woher' and 'Nirgends'"):
        read(tmp_path / "list.csv", named="page:Woher,url:Nirgends")


def test_a_contract_is_read(tmp_path: Path) -> None:
    row = "https://a.example/,paid,x,https://ours.example/b,yes,oak chair,2026-01-31,2026-12-31,€ 40"
    (tmp_path / "links.csv").write_text(f"{LINKODY}\n{row}\n", encoding="utf-8")
    (link,), others = read(tmp_path / "links.csv")
    assert link.contract.follow is True
    assert (link.contract.expires, link.contract.cost) == ("2026-12-31", "€ 40")
    assert (link.contract.url, link.contract.anchor) == ("https://ours.example/b", "oak chair")
    assert (link.address, others) == ("https://ours.example/b", ["known_TAGS", "known_NOTES"])
    assert link.state.first_seen == "2026-01-31"


def test_the_monitors_own_table_is_read_back(tmp_path: Path) -> None:
    values = {"url_from": "https://a.example/", "url_to": "https://ours.example/", "status": "missing", "misses": "1",
              "rel": "ugc | nofollow", "dofollow": "false", "known_DR": "44"}  # fmt: skip
    table = [[*MONITOR_COLUMNS, "known_DR"], [values.get(column, "") for column in (*MONITOR_COLUMNS, "known_DR")]]
    with (tmp_path / "links.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table)
    (link,), others = read(tmp_path / "links.csv")
    assert (link.state.status, link.state.misses, link.facts["rel"]) == (Status.MISSING, 1, ("ugc", "nofollow"))
    assert (dict(link.others), others) == ({"known_DR": "44"}, ["known_DR"])


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_our_own_feeds_are_lists(tmp_path: Path, ending: str) -> None:
    row = {**dict.fromkeys(COLUMNS), "url_from": "https://a.example/", "url_to": "https://ours.example/", "anchor": "=oak",
           "rel": ("ugc",), "target": "ours.example", "quality": 40}  # fmt: skip
    path = tmp_path / f"feed.{ending}"
    if ending == "csv":
        from backlinkspider.core.rows.encode import encode_csv  # noqa: PLC0415

        path.write_bytes(encode_csv([COLUMNS, [row[column] for column in COLUMNS]]))
    else:
        path.write_bytes(encode_json(row) + b"\n")
    (link,), others = read(path)
    assert (link.page, link.address, link.facts["anchor"], link.facts["rel"]) == (
        "https://a.example/", "https://ours.example/", "=oak", ("ugc",),
    )  # fmt: skip
    assert link.others["known_quality"] == "40"
    assert "known_verdict" in others


def test_flags_of_tools_say_whether_a_link_is_followed(tmp_path: Path) -> None:
    header = "Source url,Target url,Source title,Nofollow,Ugc"
    rows = [
        f"https://a{n}.example/,https://ours.example/,t,{flags}"
        for n, flags in enumerate(("false,false", "false,true", "true,false"))
    ]
    (tmp_path / "links.csv").write_text("\n".join([header, *rows]))
    links, others = read(tmp_path / "links.csv")
    assert [link.facts["dofollow"] for link in links] == [True, False, False]
    assert {"known_Nofollow", "known_Ugc"} <= set(others)


def test_a_row_without_a_page_is_kept(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("url_from,url_to\nhttps://a.example/,https://ours.example/\nnot a url,x\n")
    links, _ = read(tmp_path / "links.csv")
    assert [link.page for link in links] == ["https://a.example/", None]


def test_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    lines = [encode_json({"url_from": f"https://{name}.example/", "url_to": "https://ours.example/"}) for name in "ab"]
    (tmp_path / "feed.jsonl").write_bytes(b"\n".join([lines[0], b'{"url_from": "https://c.ex', lines[1], b""]))
    links, _ = read(tmp_path / "feed.jsonl")
    assert [link.page for link in links] == ["https://a.example/", None, "https://b.example/"]
