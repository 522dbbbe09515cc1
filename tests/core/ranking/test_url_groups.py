"""URLs of one form are one group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.ranking.url_groups import ACTIONS, group_of

FORMS = [
    pytest.param("/", "/", id="the home page"),
    pytest.param("/oak", "/*", id="a name"),
    pytest.param("/oak/", "/*", id="a slash at the end changes nothing"),
    pytest.param("/oak.html", "/*.html", id="an extension stays"),
    pytest.param("/Blog/oak", "/blog/*", id="folders in lower case"),
    pytest.param("/blog/2026/11/28/oak", "/blog/#/#/#/*", id="a date"),
    pytest.param("/a/b/c/d/oak", "/a/b/*/*/*", id="two folders are named"),
    pytest.param("/12/oak", "/#/*", id="a number as a folder"),
    pytest.param("/post/1234", "/post/#", id="a number as a name"),
    pytest.param("/v1.2-3/oak", "/v1.2-3/*", id="a version is a folder"),
    pytest.param("/shop/round-oak-table/reviews", "/shop/*/*", id="what is below the name of a thing"),
    pytest.param("/shop/table_17/reviews/3", "/shop/*/*/#", id="a name with a number"),
    pytest.param("/shop/dining-tables/oak", "/shop/dining-tables/*", id="two words may be a part of the site"),
    pytest.param("/wiki/Talk:Oak", "/wiki/Talk:*", id="a namespace"),
    pytest.param("/wiki/Talk%3AOak", "/wiki/Talk%3A*", id="an encoded namespace"),
    pytest.param("/wiki/Talk:", "/wiki/*", id="a colon at the end"),
    pytest.param("/item?id=7", "/*?id", id="a parameter by its name"),
    pytest.param("/item?id=7&id=8&Color=red", "/*?color&id", id="names once, in order, in lower case"),
    pytest.param("/index.php?id=7", "/index.php?id", id="a program keeps its name"),
    pytest.param("/index.php?View=Article&id=7", "/index.php?id&view=article", id="a verb keeps its value"),
    pytest.param("/index.php?view=71&id=7", "/index.php?id&view", id="a number is no verb"),
]


@pytest.mark.parametrize(("resource", "form"), FORMS)
def test_the_group_of_a_url(resource: str, form: str) -> None:
    assert group_of(f"https://www.example.com{resource}") == f"www.example.com{form}"


def test_actions_of_a_host_are_one_group() -> None:
    actions = ["/?p=12&replytocom=3", "/wp-login.php?action=lostpassword", "/index.php?title=Oak&action=edit"]
    assert {group_of(f"https://example.com{resource}") for resource in actions} == {f"example.com{ACTIONS}"}


def test_hosts_have_groups_of_their_own() -> None:
    assert group_of("https://blog.example.com/oak") != group_of("https://example.com/oak")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_url_fails_and_the_fragment_says_nothing(resource: str, fragment: str) -> None:
    url = f"https://example.com/{resource.replace('#', '')}"
    assert group_of(f"{url}#{fragment}") == group_of(url)
