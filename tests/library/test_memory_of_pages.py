"""A page that has been read is gone at once, and not when the garbage collector comes, which in a crawl is rare."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from backlinkspider import find_links

PAGE = b"""<html lang=en><title>Oaks</title><meta name=generator content=Oak>
<header><a href=/><img src=logo.png alt=Oak></a><ul><li><a href=/a>A</a><li><a href=/b>B</a><li><a href=/c>C</a></ul></header>
<div class=col-8><h1>Oaks</h1><p>Of all trees the <a href=https://target.example/oak>oak chair</a> is the one that people like to
sit under when they talk.<div class="col-4 widget"><a href=https://elm.example/ style=color:#fff>Elm</a></div>
<div>2024 <a href=https://agency.example/>Agency</a></div>"""


@pytest.fixture
def garbage() -> Iterator[list[object]]:
    """What only the collector can free, from the beginning of the test to the call of `gc.collect`."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    yield gc.garbage
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.parametrize("relations", ["backlink", "external", "internal"])
def test_the_rows_of_a_page_leave_nothing_to_the_collector(garbage: list[object], relations: str) -> None:
    assert find_links(PAGE, "https://site.example/oaks", "target.example", relations=relations)
    gc.collect()
    kinds = {type(found).__module__.partition(".")[0] for found in garbage}
    assert not kinds & {"backlinkspider", "selectolax"}
