"""Exports of other tools as sources: what is a candidate, and what a file that is none is answered with."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from backlinkspider.core.candidates.candidate import Candidate, Level
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.links.target import parse_target
from backlinkspider.discovery.source import Completeness, Question
from backlinkspider.discovery.sources.files.analytics import AnalyticsSource
from backlinkspider.discovery.sources.files.exports import ExportSource
from tests.support.spreadsheets import xlsx


def question(*targets: str) -> Question:
    ownership = Ownership([parse_target(target) for target in targets or ("example.com",)])
    return Question(ownership, Settings(), environment={}, now=datetime(2026, 11, 28, tzinfo=UTC))


def read(source: ExportSource | AnalyticsSource) -> dict[str, Candidate]:
    return {candidate.candidate: candidate for candidate in source.read()}


def export_of(folder: Path, text: str, *targets: str, encoding: str = "utf-8", name: str = "export") -> ExportSource:
    (folder / "links.csv").write_bytes(text.encode(encoding))
    return ExportSource(name, [str(folder / "links.csv")], question(*targets))


AHREFS = (
    "Referring page title\tReferring page URL\tTarget URL\tAnchor\tFirst seen\tLast seen\n"
    "T\thttps://blog.example/post\thttps://example.com/oak\toak oil\t2026-01-02 03:04:05\t2026-10-11 12:13:14\n"
    "T\thttps://blog.example/rival\thttps://rival.example/\toak\t2026-01-02 03:04:05\t\n"
)
PAGE = Candidate(
    "https://blog.example/post",
    Level.PAGE,
    ("example.com",),
    "https://example.com/oak",
    "oak oil",
    "2026-01-02T03:04:05Z",
    "2026-10-11T12:13:14Z",
    evidence="export of Ahrefs",
)


def test_a_row_is_a_page_with_what_the_export_says(tmp_path: Path) -> None:
    source = export_of(tmp_path, AHREFS, encoding="utf-16")
    assert read(source) == {PAGE.candidate: PAGE}
    assert source.report.unread == {"links that lead elsewhere": 1}
    assert source.report.complete is Completeness.YES


def test_each_target_gets_its_own(tmp_path: Path) -> None:
    found = read(export_of(tmp_path, AHREFS, "example.com", "rival.example"))
    assert {name: candidate.targets for name, candidate in found.items()} == {
        "https://blog.example/post": ("example.com",),
        "https://blog.example/rival": ("rival.example",),
    }


EXPORTS = [
    pytest.param(
        "Linking page,Last crawled\nhttps://a.example/x,2020-06-30\n",
        "https://a.example/x",
        "2020-06-30",
        id="Search Console, latest links",
    ),
    pytest.param(
        '\ufeffLinking page,Last crawled\nhttps://a.example/,"Sep 15, 2026"\n',
        "https://a.example/",
        "2026-09-15",
        id="a localised date",
    ),
    pytest.param(
        'Site,Linking pages,Target pages\na.example,"1,240",3\n', "a.example", None, id="Search Console, top linking sites"
    ),
    pytest.param(
        "Verlinkende Seite,Zuletzt gecrawlt\nhttps://a.example/x,2026-06-30\n",
        "https://a.example/x",
        "2026-06-30",
        id="Search Console in German",
    ),
    pytest.param(
        "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow ,First seen,Last seen\n"
        "9,T,https://a.example/x,https://example.com/,oak,1,2,true,2026-01-01,2026-02-01\n",
        "https://a.example/x",
        "2026-02-01",
        id="Semrush",
    ),
    pytest.param(
        "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date\nhttps://example.com/,https://a.example/x,oak,2026-02-01,2026-01-01\n",
        "https://a.example/x",
        "2026-02-01",
        id="Majestic",
    ),
    pytest.param(
        "Open Site Explorer\nInbound links\nfor example.com\n\nURL,Title,Anchor Text,Spam Score,Target URL\n"
        "a.example/x,T,oak,1,example.com/oak\n",
        "http://a.example/x",
        None,
        id="Moz, with lines before the header",
    ),
    pytest.param(
        '"Source Url","Anchor text","Target Url"\n"https://a.example/x","oak","https://example.com/"\n',
        "https://a.example/x",
        None,
        id="Bing",
    ),
    pytest.param(
        "source_url,destination_url,discovery_date,source_last_access_date\nhttps://a.example/x,https://example.com/,2026-01-01,2026-02-01\n",
        "https://a.example/x",
        "2026-02-01",
        id="Yandex",
    ),
    pytest.param(
        '\ufeff"Type","Source","Destination","Alt Text","Anchor","Status Code"\n"Hyperlink","https://a.example/x","https://example.com/","","oak","200"\n',
        "https://a.example/x",
        None,
        id="Screaming Frog",
    ),
    pytest.param(
        "relation,url_from,url_to,anchor,last_seen\nbacklink,https://a.example/x,https://example.com/,oak,2026-02-01T08:00:00Z\n",
        "https://a.example/x",
        "2026-02-01T08:00:00Z",
        id="a feed of ours",
    ),
    pytest.param("candidate,level,target_url\na.example,host,\n", "a.example", None, id="a list of candidates of ours"),
]


@pytest.mark.parametrize(("text", "candidate", "last_seen"), EXPORTS)
def test_the_exports_of_tools(tmp_path: Path, text: str, candidate: str, last_seen: str | None) -> None:
    found = read(export_of(tmp_path, text))
    assert [(place.candidate, place.last_seen, place.targets) for place in found.values()] == [
        (candidate, last_seen, ("example.com",))
    ]


LOCALES = {
    "German": ("Verlinkende Seite,Zuletzt gecrawlt", "Website,Verlinkende Seiten,Zielseiten", "Zielseite,Eingehende Links"),
    "French": ("Page de renvoi,Dernière exploration", "Site,Pages de renvoi,Pages cibles", "Page cible,Liens entrants"),
    "Spanish": ("Página de enlace,Último rastreo", "Sitio,Páginas de enlace,Páginas de destino", "Página de destino,Enlaces"),
    "Italian": ("Pagina con link,Ultima scansione", "Sito,Pagine con link,Pagine di destinazione", "Pagina di destinazione,Link"),
    "Dutch": ("Linkende pagina,Laatst gecrawld", "Site,Linkende pagina's,Doelpagina's", "Doelpagina,Links"),
    "Polish": ("Strona linkująca,Ostatnie indeksowanie", "Witryna,Strony linkujące,Strony docelowe", "Strona docelowa,Linki"),
    "Czech": ("Odkazující stránka,Poslední procházení", "Web,Odkazující stránky,Cílové stránky", "Cílová stránka,Odkazy"),
    "Russian": ("Ссылающаяся страница,Последнее сканирование", "Сайт,Ссылающиеся страницы,Целевые", "Целевая страница,Ссылки"),
    "Hebrew": ("דף מקשר,סריקה אחרונה", "אתר,דפים מקשרים,דפי יעד", "דף יעד,קישורים נכנסים"),
    "Japanese": ("リンク元ページ,最終クロール", "サイト,リンク元ページ,ターゲット ページ", "ターゲット ページ,リンク"),
    "Chinese": ("链接页面,上次抓取", "网站,链接页面,目标页面", "目标页面,传入链接"),
    "Turkish": ("Bağlantı veren sayfa,Son tarama", "Site,Bağlantı veren sayfalar,Hedef sayfalar", "Hedef sayfa,Bağlantılar"),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_search_console_in_any_language_is_known_by_its_cells(tmp_path: Path, locale: str) -> None:
    links, sites, own = LOCALES[locale]
    found = read(export_of(tmp_path, f"{links}\nhttps://a.example/x,2026-06-30\nhttps://b.example/,2026-07-01\n", name="gsc"))
    assert {place.candidate: place.last_seen for place in found.values()} == {
        "https://a.example/x": "2026-06-30",
        "https://b.example/": "2026-07-01",
    }
    assert list(read(export_of(tmp_path, f'{sites}\na.example,"1,240",3\nb.example,2,1\n'))) == ["a.example", "b.example"]
    source = export_of(tmp_path, f"{own}\nhttps://example.com/,12\nhttps://www.example.com/oak,3\n")
    with pytest.raises(SourceError):
        read(source)
    assert source.report.note.startswith("'links.csv' names no page or site that links to a target")


def zip_file(folder: Path, members: dict[str, str]) -> str:
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return str(folder / "export.zip")


def test_the_tables_of_an_archive_are_read_one_by_one(tmp_path: Path) -> None:
    path = zip_file(
        tmp_path, {"Links.csv": "Linking page\nhttps://a.example/x\n", "Notes.csv": "Name,Note\na,none\n", "read.me": "x"}
    )
    source = ExportSource("gsc", [path], question())
    assert list(read(source)) == ["https://a.example/x"]
    assert "'export.zip/Notes.csv' has no column of linking pages or sites" in source.report.note
    path = zip_file(tmp_path, {"imported_sources.csv": "date,source,referrer,visitors\n2026-10-01,,blog.example/post,3\n"})
    (found,) = AnalyticsSource("plausible", [path], question()).read()
    assert (found.candidate, found.hits) == ("https://blog.example/post", 3)


def test_a_damaged_archive_is_answered_with_one_line(tmp_path: Path) -> None:
    path = Path(zip_file(tmp_path, {"Links.csv": "Linking page\n" + "".join(f"https://a.example/{n}\n" for n in range(9_000))}))
    data = bytearray(path.read_bytes())
    data[200:400] = bytes(200)
    path.write_bytes(data)
    source = ExportSource("gsc", [str(path)], question())
    with pytest.raises(SourceError):
        read(source)
    assert "'export.zip/Links.csv' cannot be used: its archive is damaged" in source.report.note


def test_a_real_export_of_search_console(corpora: Path) -> None:
    source = ExportSource("gsc", [str(corpora / "exports" / "gsc-Latest-links-2020-07-15.csv")], question("johnmurch.com"))
    found = read(source)
    assert len(found) == 17
    assert {candidate.level for candidate in found.values()} == {Level.PAGE}
    assert found["https://gist.github.com/johnmurch"].last_seen == "2020-06-30"


NO_EXPORTS = [
    pytest.param(b"", "'links.csv' cannot be used: it is empty", id="an empty file"),
    pytest.param(
        b"Target page,Incoming links\nhttps://example.com/,3\nhttps://example.com/a,2\n",
        "lists your own pages, not who links to them",
        id="the user's own pages",
    ),
    pytest.param(b"Name,Visits\nOak,3\n", "has no column of linking pages or sites", id="no addresses"),
    pytest.param(b"%PDF-1.7", "'links.csv' cannot be used: it is", id="a PDF"),
    pytest.param(
        gzip.compress(b"Linking page\nhttps://a.example/x\n" * 99)[:-9], "breaks off: its end is missing", id="torn gzip"
    ),
    pytest.param(
        b"A,B\nhttps://a.example/,https://b.example/\nhttps://c.example/,https://d.example/\n",
        "could both hold the linking pages",
        id="two columns",
    ),
]


@pytest.mark.parametrize(("data", "problem"), NO_EXPORTS)
def test_a_file_that_is_no_export_is_answered_with_one_line(tmp_path: Path, data: bytes, problem: str) -> None:
    source = export_of(tmp_path, "")
    (tmp_path / "links.csv").write_bytes(data)
    with pytest.raises(SourceError, match="none of the tables can be read"):
        read(source)
    assert problem in source.report.note
    assert "\n" not in source.report.note


def test_a_feed_in_json_lines_is_read(tmp_path: Path) -> None:
    row = {
        "relation": "backlink",
        "url_from": "https://a.example/x",
        "url_to": "https://example.com/",
        "anchor": "oak",
        "rel": ["ugc"],
    }
    found = read(export_of(tmp_path, f"{json.dumps(row)}\n" * 2, name="earlier"))
    assert [(place.candidate, place.anchor) for place in found.values()] == [("https://a.example/x", "oak")]


def test_a_spreadsheet_is_read(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in AHREFS.splitlines()]
    (tmp_path / "links.xlsx").write_bytes(xlsx({"Backlinks": rows, "Notes": [["made in October"]]}))
    assert read(ExportSource("ahrefs", [str(tmp_path / "links.xlsx")], question())) == {PAGE.candidate: PAGE}


def test_a_bad_file_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01\x02" * 99)
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(AHREFS.encode("utf-16")))
    source = ExportSource("ahrefs", [str(tmp_path / "*")], question())
    assert read(source) == {PAGE.candidate: PAGE}
    assert source.report.complete is Completeness.NO
    assert source.report.note.startswith("'a.csv' cannot be used")


def analytics(folder: Path, name: str, text: str, *targets: str, ending: str = "csv") -> AnalyticsSource:
    (folder / f"export.{ending}").write_text(text, encoding="utf-8")
    return AnalyticsSource(name, [str(folder / f"export.{ending}")], question(*targets))


def test_referrers_that_hold_no_link_are_left_out_of_an_export_as_of_a_log(tmp_path: Path) -> None:
    rows = (
        "(direct)",
        "google",
        "www.google.com",
        "chatgpt.com",
        "mail.google.com",
        "www.example.com/a",
        "blog.example/post",
        "home.example",
    )
    source = analytics(tmp_path, "matomo", "label,nb_visits\n" + "".join(f"{name},2\n" for name in rows))
    assert {(place.candidate, place.level, place.hits) for place in source.read()} == {
        ("https://blog.example/post", Level.PAGE, 2),
        ("home.example", Level.HOST, 2),
    }
    assert source.report.unread == {
        "referrers that are no public address": 2,
        "visits from assistants": 1,
        "visits from mail programs": 1,
        "visits from search engines": 1,
    }


def test_the_page_that_was_visited_is_the_targets(tmp_path: Path) -> None:
    text = "Page referrer,Landing page,Sessions\nhttps://blog.example/post,/oak?a=1,3\n"
    (found,) = analytics(tmp_path, "ga4", text).read()
    assert (found.target_url, found.targets) == ("https://example.com/oak?a=1", ("example.com",))
    (found,) = analytics(tmp_path, "ga4", text, "example.com", "rival.example").read()
    assert (found.target_url, found.targets) == (None, ())


def test_the_answer_of_an_api_is_read_too(tmp_path: Path) -> None:
    answer = {"results": [{"dimensions": ["blog.example/post"], "metrics": [12]}]}
    (found,) = analytics(tmp_path, "plausible", json.dumps(answer), ending="json").read()
    assert (found.candidate, found.hits, found.evidence) == ("https://blog.example/post", 12, "plausible")


@pytest.mark.parametrize(("text", "problem"), [("{", "is not JSON"), ("{}", "has no referrers"), ("[" * 5_000, "is not JSON")])
def test_an_answer_that_is_none_is_said(tmp_path: Path, text: str, problem: str) -> None:
    source = analytics(tmp_path, "plausible", text, ending="json")
    with pytest.raises(SourceError, match="none of the exports can be read"):
        list(source.read())
    assert problem in source.report.note
