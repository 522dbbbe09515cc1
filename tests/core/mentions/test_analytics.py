"""Exports of programs that count visits, in the forms that they have."""

from __future__ import annotations

import pytest

from backlinkspider.core.mentions.analytics import read_json, read_table
from backlinkspider.core.tables.encoding import decode_lines
from backlinkspider.core.tables.table import open_table

PAGE = "https://blog.example/post"
GA4_HEAD = f"# {'-' * 40}\n# Referrers\n# Start date: 20261001\n# {'-' * 40}\n\n"
GOATCOUNTER = (
    "2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,Screen size,Location,FirstVisit,Date\n"
    '/oak,Oak,false,Mozilla,F,L,a,0,,,"1,1,1",DE,true,2026-10-01T08:00:00Z\n'
    '/oak,Oak,false,Mozilla,F,L,b,0,blog.example/post,h,"1,1,1",DE,true,2026-10-02T08:00:00Z\n'
    '/oak,Oak,false,Mozilla,F,L,c,3,bot.example,h,"1,1,1",DE,true,2026-10-02T08:00:00Z\n'
    'click,Oak,true,Mozilla,F,L,d,0,event.example,h,"1,1,1",DE,true,2026-10-02T08:00:00Z\n'
)

TABLES = [
    pytest.param(
        "matomo", "label,nb_visits\nblog.example/post,12\nhome.example,2\n", {PAGE: 12, "https://home.example": 2}, id="Matomo"
    ),
    pytest.param("matomo", "Etikett\tBesuche\nblog.example/post\t12\n", {PAGE: None}, id="Matomo in German"),
    pytest.param(
        "ga4", GA4_HEAD + f'Page referrer,Sessions\n{PAGE},"1,240"\n', {PAGE: 1240}, id="GA4, comments before the header"
    ),
    pytest.param(
        "ga4",
        "Session source,Sessions\n(direct),9\nblog.example,7\n",
        {"(direct)": 9, "https://blog.example": 7},
        id="GA4, sources",
    ),
    pytest.param(
        "ga4",
        "Session source / medium,Sessions\nblog.example / referral,7\n",
        {"https://blog.example": 7},
        id="GA4, source and medium",
    ),
    pytest.param(
        "plausible", "name,visitors,bounce_rate\nGoogle,5,1\nblog.example/post,3,1\n", {"Google": 5, PAGE: 3}, id="Plausible"
    ),
    pytest.param(
        "plausible",
        '"date","source","referrer","visitors"\n"2026-10-01","blog.example","blog.example/post",3\n',
        {PAGE: 3},
        id="Plausible, imported",
    ),
    pytest.param("goatcounter", GOATCOUNTER, {PAGE: 1}, id="GoatCounter, without bots and events"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("program", "text", "expected"), TABLES)
def test_the_referrers_of_an_export(program: str, text: str, expected: dict[str, int | None], encoding: str) -> None:
    mentions = read_table(open_table(decode_lines([text.encode(encoding)]), {"example.com"}), program)
    assert mentions is not None
    assert {mention.page: mention.hits for mention in mentions} == expected


def test_a_row_says_where_and_when() -> None:
    mention = next(read_table(open_table(GOATCOUNTER.splitlines(keepends=True), {"example.com"}), "goatcounter") or iter(()))
    assert (mention.target_url, mention.first_seen) == ("/oak", "2026-10-02T08:00:00Z")


def test_a_table_without_referrers_is_none() -> None:
    assert read_table(open_table(["Browser,Visits\n", "Firefox,3\n"]), "matomo") is None


ANSWERS = [
    pytest.param("matomo", [{"label": "blog.example/post", "nb_visits": 12}, None, "x"], {PAGE: 12}, id="Matomo, flat"),
    pytest.param("matomo", {"2026-10-01": [{"label": "blog.example - /post", "nb_visits": 2}]}, {PAGE: 2}, id="Matomo, by date"),
    pytest.param(
        "matomo",
        [{"label": "blog.example", "nb_visits": 3, "subtable": [{"label": "post", "url": PAGE, "nb_visits": 3}]}],
        {PAGE: 3},
        id="Matomo, pages below their site",
    ),
    pytest.param(
        "plausible",
        {"results": [{"dimensions": ["blog.example/post"], "metrics": [12]}, {"dimensions": [], "metrics": []}]},
        {PAGE: 12, "": None},
        id="Plausible",
    ),
]


@pytest.mark.parametrize(("program", "answer", "expected"), ANSWERS)
def test_the_referrers_of_an_answer(program: str, answer: object, expected: dict[str, int | None]) -> None:
    assert {mention.page: mention.hits for mention in read_json(answer, program) or ()} == expected


@pytest.mark.parametrize(("program", "answer"), [("plausible", []), ("plausible", {"error": "x"}), ("matomo", "x"), ("ga4", {})])
def test_other_answers_are_none(program: str, answer: object) -> None:
    assert read_json(answer, program) is None
