"""Lists of several tools are held against the pages: what each had wrong, as rows, a table, a page and a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.known_links.test_monitor import OURS, Monitored, Pages, monitor, page
from tests.support.miniweb import Answer
from tests.support.scrapy_command import read_csv, scrapy

AHREFS = "Referring page URL,Target URL,Anchor,Nofollow,Lost"
SEMRUSH = "Source url,Target url,Source title,Anchor,Nofollow,Lost link"
PAGES: Pages = {
    "https://a.example/": page(f"href={OURS} | oak chairs"),
    "https://b.example/": page(f"rel=nofollow href={OURS} | oak chairs"),
    "https://c.example/": page(f"href={OURS} | ash tables"),
    "https://d.example/": page(),
    "https://e.example/": page(f"href={OURS} | oak chairs"),
    "https://f.example/": Answer(status=503),
    "https://g.example/": page(f"href={OURS}moved | oak chairs"),
    f"{OURS}moved": "home",
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Monitored]:
    folder = tmp_path_factory.mktemp("vendors")
    ahrefs = [f"https://{name}.example/,{OURS},oak chairs,false,{'2026-01-01' if name == 'e' else ''}" for name in "abcdef"]
    semrush = [f"https://{name}.example/,{OURS},t,oak chairs,false,{str(name == 'd').upper()}" for name in "adg"]
    ahrefs.append(f"https://g.example/,{OURS},oak chairs,false,")
    (folder / "ahrefs.csv").write_text("\n".join([AHREFS, *ahrefs]))
    (folder / "semrush.csv").write_text("\n".join([SEMRUSH, *semrush]))
    return folder, monitor(folder, PAGES, "ahrefs.csv,semrush.csv")


def test_each_row_says_what_its_list_had_wrong(audited: tuple[Path, Monitored]) -> None:
    rows = audited[1].rows
    said = [(row["from_list"], row["list_says"], row["list_check"], row["other_lists"]) for row in rows]
    assert said == [
        ("ahrefs.csv", "live", ["right"], ["semrush.csv"]),
        ("ahrefs.csv", "live", ["wrong_rel"], None),
        ("ahrefs.csv", "live", ["wrong_anchor"], None),
        ("ahrefs.csv", "live", ["false_live"], ["semrush.csv"]),
        ("ahrefs.csv", "lost", ["false_lost"], None),
        ("ahrefs.csv", "live", None, None),
        ("ahrefs.csv", "live", ["right"], ["semrush.csv"]),
        ("semrush.csv", "live", ["right"], ["ahrefs.csv"]),
        ("semrush.csv", "lost", ["right"], ["ahrefs.csv"]),
        ("semrush.csv", "live", ["right"], ["ahrefs.csv"]),
    ]
    # Both lists name one link, which is one link on the page, also where its target changed.
    assert [row["url_to"] for row in rows if row["url_from"] == "https://g.example/"] == [f"{OURS}moved"] * 2
    assert [row["status"] for row in rows if row["url_from"] == "https://a.example/"] == ["new", "new"]


def test_a_table_counts_it(audited: tuple[Path, Monitored]) -> None:
    folder = audited[0]
    run = scrapy("report", "next.jsonl", "--table", "vendors", "-o", "vendors.csv", folder=folder)
    assert run.code == 0, run.log
    rows = read_csv(folder / "vendors.csv")
    counted = {"rows": "7", "live": "5", "false_live": "1", "false_lost": "1", "wrong_rel": "1", "wrong_anchor": "1",
               "unchecked": "1", "only_here": "4", "share_false_live": "0.2"}  # fmt: skip
    assert rows[0] == {"list": "ahrefs.csv", **counted}
    assert (rows[1]["list"], rows[1]["rows"], rows[1]["false_live"], rows[1]["only_here"]) == ("semrush.csv", "3", "0", "0")


def test_the_page_has_the_table(audited: tuple[Path, Monitored]) -> None:
    folder = audited[0]
    assert scrapy("report", "next.jsonl", "-o", "report.html", folder=folder).code == 0
    document = (folder / "report.html").read_text(encoding="utf-8")
    assert 'id="lists-plain"' in document
    assert "semrush.csv" in document.partition('id="lists-plain"')[2].partition("</table>")[0]


def test_the_next_run_still_knows_the_list(audited: tuple[Path, Monitored], tmp_path: Path) -> None:
    (tmp_path / "known.jsonl").write_bytes((audited[0] / "next.jsonl").read_bytes())
    changed = {**PAGES, "https://a.example/": page(f"href={OURS} | elm"), "https://d.example/": page(f"href={OURS} | oak chairs")}
    rows = monitor(tmp_path, changed, "known.jsonl").rows
    assert [row["from_list"] for row in rows] == ["ahrefs.csv"] * 7 + ["semrush.csv"] * 3
    assert [row["list_check"] for row in rows if row["url_from"] == "https://a.example/"] == [["right"], ["right"]]
    assert [row["list_check"] for row in rows if row["url_from"] == "https://d.example/"] == [["right"], ["false_lost"]]
    assert [row["other_lists"] for row in rows[:2]] == [["semrush.csv"], None]
