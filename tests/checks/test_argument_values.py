from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backlinkspider.checks.argument_values import argument_texts
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.spiders.backlinks import BacklinksSpider


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a,b", "a,b", id="a text is as it is"),
        pytest.param(["a", "b"], "a,b", id="a list"),
        pytest.param(("a",), "a", id="a tuple"),
        pytest.param(iter([1, 2]), "1,2", id="whatever can be gone through"),
        pytest.param({"page": "URL", "url": "Target"}, "page:URL,url:Target", id="a mapping"),
        pytest.param(5, "5", id="a number"),
        pytest.param(False, "false", id="a truth value"),
        pytest.param(Path("sites.txt"), "sites.txt", id="a path"),
    ],
)
def test_a_value_as_text(value: object, text: str) -> None:
    assert argument_texts({"name": value}) == {"name": text}


def test_none_is_as_if_it_was_not_given() -> None:
    assert argument_texts({"seeds": None}) == {}


def test_a_comma_in_a_list_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"seeds has 'https://a\.example/1,2' in its list"):
        argument_texts({"seeds": ["https://a.example/1,2"]})


class Noted(BacklinksSpider):
    def __init__(self, arguments: Any, *, note: str = "") -> None:
        super().__init__(arguments)


class Further(Noted):
    def __init__(self, *args: Any, level: int = 1, **options: Any) -> None:
        super().__init__(*args, **options)


@pytest.mark.parametrize(
    ("spider", "names"),
    [(BacklinksSpider, set()), (Noted, {"note"}), (Further, {"note", "level"})],
    ids=["ours", "one more", "two"],
)
def test_the_arguments_of_a_subclass(spider: type[BacklinksSpider], names: set[str]) -> None:
    assert spider.own_argument_names() == names
