"""What is learnt of the groups of a site, and how it moves them."""

from __future__ import annotations

import json

import pytest

from backlinkspider.core.ranking.page_worth import Turnout, Worth
from backlinkspider.core.ranking.site_memory import GROUPS_MAXIMUM, OTHER, SiteMemory
from backlinkspider.core.ranking.url_groups import ACTIONS

GROUP = "example.com/tag/*"


def learnt(*turnouts: Turnout, level: int = 0, name: str = GROUP) -> SiteMemory:
    """A site of which pages of a group were judged."""
    site = SiteMemory()
    for turnout in turnouts:
        site.learn(name, level, turnout)
    return site


def turnout(worth: Worth, new_pages: int = 0, *, has_backlink: bool = False, is_redundant: bool = False) -> Turnout:
    return Turnout(worth, new_pages, has_backlink, is_redundant)


ARTICLE, COPY, THIN = turnout(Worth.ARTICLE), turnout(Worth.COPY, is_redundant=True), turnout(Worth.THIN)


def test_a_group_that_nothing_is_known_of_has_no_bonus() -> None:
    assert SiteMemory().bonus(GROUP, is_likely=True) == 0


def test_worse_pages_sink_further() -> None:
    worths = [Worth.ARTICLE, Worth.THIN, Worth.LIST, Worth.REPEAT, Worth.NOINDEX, Worth.COPY]
    bonuses = [learnt(*[turnout(worth)] * 3).bonus(GROUP, is_likely=False) for worth in worths]
    assert bonuses == sorted(bonuses, reverse=True)
    assert len(set(bonuses)) == len(worths)


def test_a_list_that_leads_to_new_pages_does_not_sink() -> None:
    rich, poor = (learnt(*[turnout(Worth.LIST, new_pages)] * 3).bonus(GROUP, is_likely=False) for new_pages in (20, 0))
    assert rich >= 0 > poor


def test_one_page_decides_less_than_three() -> None:
    once, often = (learnt(*[COPY] * times).bonus(GROUP, is_likely=False) for times in (1, 3))
    assert often < once < 0


def test_what_looks_like_a_list_and_is_articles_rises_to_the_articles() -> None:
    assert learnt(*[ARTICLE] * 3, level=13).bonus(GROUP, is_likely=False) == 13
    assert learnt(*[ARTICLE] * 2, level=13).bonus(GROUP, is_likely=False) == 0
    assert learnt(*[ARTICLE] * 3, THIN, level=13).bonus(GROUP, is_likely=False) <= 0


def test_pages_with_backlinks_raise_a_group_only_where_likely_links_come_first() -> None:
    site = learnt(*[turnout(Worth.ARTICLE, has_backlink=True)] * 3)
    assert site.bonus(GROUP, is_likely=True) > site.bonus(GROUP, is_likely=False) == 0


def named(level: int) -> SiteMemory:
    """A site of which a group is known by its first URL."""
    site = SiteMemory()
    site.add(GROUP, level)
    return site


def test_lists_of_which_many_wait_are_tried_unless_there_is_enough_to_read() -> None:
    assert named(13).bonus(GROUP, is_likely=False, many_wait=True) == 13
    assert named(13).bonus(GROUP, is_likely=False) == 0
    assert named(13).bonus(GROUP, is_likely=False, many_wait=True, enough_waits=True) < 0
    assert named(17).bonus(GROUP, is_likely=False, many_wait=True) == 0


def test_a_list_is_tried_once_and_what_turned_out_as_an_article_again() -> None:
    tried = {worth: learnt(turnout(worth), level=13).bonus(GROUP, is_likely=False, many_wait=True) for worth in Worth}
    assert [worth for worth, bonus in tried.items() if bonus > 0] == [Worth.ARTICLE]


def test_what_promises_nothing_to_read_waits_for_what_does() -> None:
    lists = learnt(*[turnout(Worth.LIST, 9)] * 3)
    few, enough = (lists.bonus(GROUP, is_likely=False, enough_waits=enough) for enough in (False, True))
    assert few > 0 > enough
    articles = learnt(*[ARTICLE] * 3)
    assert articles.bonus(GROUP, is_likely=False, enough_waits=True) == articles.bonus(GROUP, is_likely=False) == 0


def test_a_list_sinks_when_it_leads_to_nothing_new_any_more() -> None:
    rich = [turnout(Worth.LIST, 20)] * 5
    assert learnt(*rich, *[turnout(Worth.LIST)] * 3).bonus(GROUP, is_likely=False) < -3
    assert learnt(*rich).bonus(GROUP, is_likely=False) > 0


def test_lists_may_be_something_to_read_until_one_of_them_was_read() -> None:
    assert [site.may_promise(GROUP) for site in (SiteMemory(), named(0), named(13), named(17))] == [False, True, True, False]
    assert not learnt(turnout(Worth.LIST, 20), level=13).may_promise(GROUP)
    assert learnt(*[ARTICLE] * 3, level=13).may_promise(GROUP)


PROMISES = [
    pytest.param(SiteMemory(), False, id="of what nothing is known"),
    pytest.param(named(0), True, id="of what looks like a page"),
    pytest.param(named(2), False, id="of what looks like a list"),
    pytest.param(learnt(turnout(Worth.EXCERPTS), THIN), True, id="of a group that is half text"),
    pytest.param(learnt(ARTICLE, THIN, THIN), False, id="of a group that is a third text"),
    pytest.param(learnt(*[ARTICLE] * 3, level=13), True, id="of lists that are articles"),
    pytest.param(learnt(*[turnout(Worth.REPEAT)] * 2), False, id="of what stands elsewhere too"),
]


@pytest.mark.parametrize(("site", "expected"), PROMISES)
def test_something_to_read_is_promised(site: SiteMemory, *, expected: bool) -> None:
    assert site.promises(GROUP) is expected


def test_a_group_of_which_much_was_asked_falls_slowly() -> None:
    site = SiteMemory()
    bonuses = []
    for asked in (0, 10, 100, 10_000):
        site.add(GROUP).asked = asked
        bonuses.append(site.bonus(GROUP, is_likely=False))
    assert bonuses == [0, -5, -8, -8]


REDUNDANT = [
    pytest.param([COPY] * 3, GROUP, True, id="three copies"),
    pytest.param([COPY] * 2, GROUP, False, id="two are not enough"),
    pytest.param([COPY, COPY, ARTICLE, COPY], GROUP, False, id="one that was new"),
    pytest.param([turnout(Worth.COPY)] * 3, GROUP, False, id="copies of what was not known before"),
    pytest.param([THIN] * 3, f"example.com{ACTIONS}", True, id="three forms"),
    pytest.param([THIN, ARTICLE, THIN], f"example.com{ACTIONS}", False, id="an action that is an article"),
    pytest.param([COPY] * 3, OTHER, False, id="all that is left"),
]


@pytest.mark.parametrize(("turnouts", "name", "expected"), REDUNDANT)
def test_a_group_is_left_alone_when_its_first_pages_told_nothing_new(
    turnouts: list[Turnout], name: str, *, expected: bool
) -> None:
    assert learnt(*turnouts, name=name).is_redundant(name) is expected


def test_the_first_pages_are_judged_and_then_every_eighth() -> None:
    site = SiteMemory()
    assert site.is_to_be_judged(GROUP)
    for _ in range(8):
        site.learn(GROUP, 0, ARTICLE)
    site.add(GROUP).asked = 9
    assert not site.is_to_be_judged(GROUP)
    site.add(GROUP).asked = 16
    assert site.is_to_be_judged(GROUP)


def test_further_groups_are_one() -> None:
    site = SiteMemory()
    names = [site.group_of(f"https://example.com/part{number}/oak") for number in range(GROUPS_MAXIMUM)]
    for name in names:
        site.add(name)
    assert len(set(names)) == GROUPS_MAXIMUM
    assert site.group_of("https://example.com/more/oak") == OTHER
    assert site.group_of("https://example.com/part7/ash") == names[7]


def test_a_long_name_is_kept_short() -> None:
    assert len(SiteMemory().group_of(f"https://example.com/{'x' * 7_000}/oak")) < 600


def test_the_log_says_what_is_known() -> None:
    site = learnt(COPY, turnout(Worth.ARTICLE, has_backlink=True))
    site.add(GROUP).asked = 5
    assert site.describe(GROUP) == (
        f"5 of {GROUP} were requested; of 2 that were judged 1 are articles, 1 told nothing new, 1 link to the target"
    )


def test_a_stored_site_is_the_same_again() -> None:
    site = learnt(COPY, ARTICLE, turnout(Worth.LIST, 3, has_backlink=True), level=13)
    assert SiteMemory.restore(json.loads(json.dumps(site.store()))) == site
