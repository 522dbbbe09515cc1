"""The order of a site's groups follows what was learnt of them and how much of each waits."""

from __future__ import annotations

from backlinkspider.core.ranking.page_worth import Turnout, Worth
from backlinkspider.core.ranking.site_memory import SiteMemory
from backlinkspider.frontier.site_order import GroupOrder

PAGES, LISTS, TAGS = "example.com/*", "example.com/#", "example.com/tag/*"
HEADS = {PAGES: [(4, 1), (0, 0)], LISTS: [(4, 2)], TAGS: [(15, 3)]}


def order_of(**waiting: int) -> tuple[GroupOrder, SiteMemory]:
    memory = SiteMemory()
    for name, level in ((PAGES, 0), (LISTS, 2), (TAGS, 13)):
        memory.add(name, level)
    order = GroupOrder(memory, is_likely=False)
    for name, number in waiting.items():
        order.push({"pages": PAGES, "lists": LISTS, "tags": TAGS}[name], number)
    return order, memory


def test_without_knowledge_the_priority_decides_and_then_the_age() -> None:
    order, _ = order_of(pages=1, lists=1, tags=1)
    assert order.first(HEADS) == PAGES
    assert order.first(dict(reversed(HEADS.items()))) == PAGES


def test_a_list_that_led_to_new_pages_comes_first_while_few_pages_wait() -> None:
    order, memory = order_of(pages=8, lists=3)
    memory.learn(LISTS, 2, Turnout(Worth.LIST, 9, has_backlink=False))
    order.learn(LISTS)
    assert order.first(HEADS) == PAGES
    order.pop(PAGES)
    assert order.first(HEADS) == LISTS
    order.push(PAGES)
    assert order.first(HEADS) == PAGES


def test_lists_of_which_many_wait_are_tried_while_few_pages_wait() -> None:
    order, _ = order_of(pages=1, tags=7)
    assert order.first(HEADS) == PAGES
    order.push(TAGS)
    assert order.first(HEADS) == TAGS
    order.pop(TAGS)
    assert order.first(HEADS) == PAGES


def test_a_group_that_turns_out_as_forms_no_longer_counts_as_pages() -> None:
    order, memory = order_of(pages=20, tags=20)
    assert order.first(HEADS) == PAGES
    for _ in range(3):
        memory.learn(PAGES, 0, Turnout(Worth.THIN, 0, has_backlink=False))
        order.learn(PAGES)
    assert order.first(HEADS) == TAGS


def test_the_order_is_the_same_when_it_is_made_anew() -> None:
    order, memory = order_of(pages=9, lists=9, tags=9)
    memory.learn(TAGS, 13, Turnout(Worth.ARTICLE, 0, has_backlink=True))
    order.learn(TAGS)
    order.pop(PAGES)
    again = GroupOrder(memory, is_likely=False)
    for name, number in ((PAGES, 8), (LISTS, 9), (TAGS, 9)):
        again.push(name, number)
    assert again.first(HEADS) == order.first(HEADS)
    assert again.describe(TAGS) == order.describe(TAGS)


def test_a_group_of_which_nothing_was_known_is_counted_too() -> None:
    order, memory = order_of()
    memory.add("example.com/new/*")
    order.push("example.com/new/*")
    assert order.describe("example.com/new/*").endswith("bonus 0, 1 of it and 1 of what promises something to read wait")
