from __future__ import annotations

import io
import zipfile

import pytest

from backlinkspider.checks.seed_files import read_seeds
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.seeds.seeds import Seed
from tests.support.spreadsheets import XLS, ods, xlsx

LINKS = [
    ["Backlinks of t.com"],
    [],
    ["Target URL", "Source URL", "Anchor"],
    ["http://t.com/", "http://a.com/größe", "oak & elm"],
    ["http://t.com/", "http://b.com/, http://c.com/", ""],
    ["http://t.com/", "n/a", "elm"],
]
NOTES = [["Month", "Links"], ["May", "12"], ["June", "13"]]
FOUND = ["http://a.com/größe", "http://b.com/", "http://c.com/", 6]


def seeds_of(body: bytes, *own_sites: str) -> list[str | int]:
    return [line.text if isinstance(line, Seed) else line.number for line in read_seeds(iter([body]), own_sites)]


SPREADSHEETS = [
    pytest.param(xlsx({"Links": LINKS}), FOUND, id="Excel"),
    pytest.param(xlsx({"Summary": NOTES, "Links": LINKS}), FOUND, id="the sheet with URLs, which is not the first"),
    pytest.param(xlsx({"Old": LINKS, "Links": LINKS}, hidden=["Old"]), FOUND, id="a hidden sheet does not count"),
    pytest.param(ods({"Summary": NOTES, "Links": LINKS}), FOUND, id="OpenDocument"),
    pytest.param(XLS, ["https://a.example/1", "https://b.example/2"], id="Excel 97"),
    pytest.param(xlsx({"x": [["a.com"], ["b.com"]]}), ["a.com", "b.com"], id="one column without a header"),
    pytest.param(xlsx({"x": [["", ""], ["", "Domain"], ["", "a.com"]]}), ["a.com"], id="in the midst of the sheet"),
]


@pytest.mark.parametrize(("body", "seeds"), SPREADSHEETS)
def test_a_spreadsheet_is_a_list(body: bytes, seeds: list[str | int]) -> None:
    assert seeds_of(body) == seeds


def plain_zip() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        package.writestr("sites.txt", "a.com\n")
    return body.getvalue()


REFUSED = [
    pytest.param(xlsx({"May": LINKS, "June": LINKS}), r"several sheets with linking pages \('May', 'June'\)", id="two sheets"),
    pytest.param(xlsx({"Summary": NOTES}), "no sheet of it has a column of domains", id="no sheet"),
    pytest.param(plain_zip(), "save the sheet as CSV", id="a zip file of something else"),
    pytest.param(b"PK\x03\x04rest", "save the sheet as CSV", id="a damaged one"),
    # Calamine asks for 171 GB of memory and ends its process.
    pytest.param(XLS[:512] + bytes(reversed(XLS[512:])), "save the sheet as CSV", id="a damaged one of Excel 97"),
]


@pytest.mark.parametrize(("body", "problem"), REFUSED)
def test_a_spreadsheet_that_cannot_be_used_is_refused_in_one_line(body: bytes, problem: str) -> None:
    with pytest.raises(SeedListError, match=problem) as error:
        seeds_of(body)
    assert "\n" not in str(error.value)


def test_a_sheet_of_the_targets_own_pages_is_not_that_of_linking_pages() -> None:
    own = [["Seite", "Klicks"], ["http://t.com/1", "5"], ["http://t.com/2", "6"]]
    body = xlsx({"Own": own, "Links": LINKS})
    assert seeds_of(body, "t.com") == FOUND
