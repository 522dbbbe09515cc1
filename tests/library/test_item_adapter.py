"""Pages and links are items like any other, as far as their columns."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from itemadapter import ItemAdapter

from backlinkspider.core.html.parser import read_page
from backlinkspider.items import Page
from backlinkspider.library.item_adapter import ColumnsAdapter, register_adapter


@pytest.fixture
def page() -> Iterator[Page]:
    before = ItemAdapter.ADAPTER_CLASSES
    register_adapter()
    register_adapter()
    assert list(ItemAdapter.ADAPTER_CLASSES).count(ColumnsAdapter) == 1
    yield read_page("https://a.example/", b"<title>T</title><link rel=canonical href=/c><a rel='ugc x' href=/b>b</a>")
    ItemAdapter.ADAPTER_CLASSES = before


def test_a_page_is_json_with_its_links(page: Page) -> None:
    loaded = json.loads(json.dumps(ItemAdapter(page).asdict()))
    assert loaded["page_from_title"] == "T"
    assert [(link["href"], link["rel"], link["link_type"]) for link in loaded["links"]] == [
        ("/c", ["canonical"], "canonical"),
        ("/b", ["ugc", "x"], None),
    ]


def test_what_is_no_column_is_no_field(page: Page) -> None:
    assert not {"document", "text", "links_left_out"} & {*ItemAdapter(page)}
    assert not {"element", "ordinal", "is_xlink"} & {*ItemAdapter(page.links[0])}
    with pytest.raises(KeyError):
        ItemAdapter(page)["document"]
    with pytest.raises(KeyError):
        ItemAdapter(page)["document"] = None


def test_a_field_can_be_changed(page: Page) -> None:
    ItemAdapter(page.links[0])["anchor"] = "another"
    assert page.links[0].anchor == "another"
    assert len(ItemAdapter(page)) == len([*ItemAdapter(page)])
