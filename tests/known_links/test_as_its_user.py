"""An export of Ahrefs is monitored on two nights, with changes between, and the second table is opened as a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest

from backlinkspider.operations.demo import TARGET
from tests.support.libreoffice import Calc
from tests.support.miniweb import Answer, MiniWeb
from tests.support.pack_demo import read_sources
from tests.support.scrapy_command import options, read_csv, scrapy

HEADER = ("Referring page title", "Referring page URL", "Domain rating", "Target URL", "Anchor", "Type", "Nofollow", "UGC",
          "Sponsored", "Lost status", "First seen", "Last seen")  # fmt: skip
GONE, TURNED = "https://www.hearthsidequarterly.example/articles/", "https://cheap-oak-deals.example/"

Rows = list[dict[str, str]]


def export_of(rows: Rows) -> bytes:
    """The backlinks of the demo as Ahrefs writes them: UTF-16, with tabs."""
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(HEADER)
    for number, row in enumerate(rows):
        nofollow = str(row["dofollow"] == "false").lower()
        facts = [row["page_from_title"], row["url_from"], 40 + number, row["url_to"], row["anchor"], "Text", nofollow]
        table.writerow([*facts, "false", "false", "", "2026-01-02 03:04:05", "2026-11-01 03:04:05"])
    return text.getvalue().encode("utf-16")


def web(*, is_second: bool) -> MiniWeb:
    """The demo web; on the second night one site answers 404 and the links of another are nofollow."""
    pages = {}
    for answer in read_sources():
        body, status = answer.body, int(answer.status.split()[0])
        if is_second and answer.url.startswith(GONE):
            body, status = b"no longer here", 404
        if is_second and answer.url.startswith(TURNED):
            body = re.sub(rb"<a (?=[^>]*%s)" % TARGET.encode(), b'<a rel="nofollow" ', body)
        headers = tuple((name, value) for name, value in answer.headers if name.lower() != "content-length")
        pages[answer.url] = Answer(body, status, headers)
    return MiniWeb(pages)


@pytest.mark.slow
def test_an_export_is_monitored_on_two_nights(tmp_path: Path) -> None:
    assert scrapy("demo", folder=tmp_path).code == 0
    links = read_csv(tmp_path / "demo.csv")
    (tmp_path / "ahrefs.csv").write_bytes(export_of(links))
    for night, known in enumerate(("ahrefs.csv", "night0.csv")):
        with web(is_second=night == 1) as open_web:
            given = options({"target": TARGET, "known": known})
            outputs = ["-O", f"night{night}.csv", "-O", f"night{night}.xlsx", "-s", "DOWNLOAD_DELAY=0"]
            run = scrapy("crawl", "monitor", *given, *outputs, folder=tmp_path, environment=open_web.environment())
            asked = Counter(request.url for request in open_web.requests)
        assert run.code == 0, run.log
        pages = {row["url_from"] for row in links}
        assert {page: asked[page] for page in pages if asked[page] > 1} == {}
    first, second = read_csv(tmp_path / "night0.csv"), read_csv(tmp_path / "night1.csv")
    for table in (first, second):
        assert [(row["url_from"], row["known_Domain rating"]) for row in table] == [
            (row["url_from"], str(40 + number)) for number, row in enumerate(links)
        ]
    # What Ahrefs does not know: one link leads to a dead page, and one page is not to be indexed.
    assert Counter((row["status"], row["changes"]) for row in first) == {
        ("live", ""): len(links) - 2, ("changed", "broken_target: false → true"): 1, ("changed", "noindex: false → true"): 1,
    }  # fmt: skip
    assert {row["first_seen"] for row in first} == {"2026-01-02 03:04:05"}
    for row in second:
        wanted = "missing" if row["url_from"].startswith(GONE) else "changed" if row["url_from"].startswith(TURNED) else "live"
        assert (row["status"], row["status_reason"]) == (wanted, "page_gone" if wanted == "missing" else ""), row["url_from"]
    assert {row["changes"] for row in second if row["status"] == "changed"} == {"rel: (none) → nofollow"}
    header, *shown = Calc(tmp_path, "en-US").save_as_csv(tmp_path / "night1.xlsx", sheet=1)
    places = [header.index(name) for name in ("status", "url_from", "anchor", "known_Domain rating")]
    wanted_cells = [[row[header[place]].removeprefix("'") for place in places] for row in second]
    assert [[line[place] for place in places] for line in shown] == wanted_cells
