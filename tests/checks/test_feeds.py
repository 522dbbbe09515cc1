"""The form of a feed that is refused before a file is opened: rows are UTF-8, one a line."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from backlinkspider.checks.feeds import check_feed_options
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.default_settings import FEED_EXPORTERS


def settings_with(options: dict[str, object], **others: object) -> Settings:
    return Settings({"FEEDS": {"rows.json": {"format": "json", **options}}, "FEED_EXPORTERS": FEED_EXPORTERS, **others})


@pytest.mark.parametrize(
    "options", [{}, {"encoding": None}, {"encoding": "utf8"}, {"encoding": "UTF-8", "indent": 0}, {"indent": None}]
)
def test_what_rows_have_anyway_may_be_said(options: dict[str, object]) -> None:
    check_feed_options(settings_with(options))


@pytest.mark.parametrize(
    ("options", "others", "words"),
    [
        ({"encoding": "cp1252"}, {}, "feed rows.json has the encoding 'cp1252', and rows are written in UTF-8"),
        ({}, {"FEED_EXPORT_ENCODING": "utf-16"}, "feed rows.json has the encoding 'utf-16', and rows are written in UTF-8"),
        ({"indent": 4}, {}, "feed rows.json has the indent 4, and a row is written in one line"),
        ({}, {"FEED_EXPORT_INDENT": 2}, "feed rows.json has the indent 2, and a row is written in one line"),
    ],
)
def test_another_form_is_refused(options: dict[str, object], others: dict[str, object], words: str) -> None:
    with pytest.raises(ArgumentError) as error:
        check_feed_options(settings_with(options, **others))
    assert str(error.value) == words


def test_a_format_of_others_has_what_it_likes() -> None:
    feeds = {"pages.yaml": {"format": "yaml", "encoding": "cp1252", "indent": 4}}
    check_feed_options(Settings({"FEEDS": feeds, "FEED_EXPORTERS": FEED_EXPORTERS}))
