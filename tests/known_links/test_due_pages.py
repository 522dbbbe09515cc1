"""Pages wait on disk and are handed out site by site."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import example, given
from hypothesis import strategies as st

from backlinkspider.known_links import due_pages
from backlinkspider.known_links.due_pages import PAGES_OF_SITE, DuePage, DuePages

STEPS = st.lists(st.one_of(st.sampled_from("abc"), st.sampled_from(["pop", "leave a", "leave b", "leave c"])), max_size=80)


@given(STEPS)
# A page that a resumed job had handed out before.
@example([*"ccccc", "pop", "leave c", "leave c", "c"])
def test_each_page_is_handed_out_once_in_the_order_of_its_site_and_few_at_a_time(steps: list[str]) -> None:
    due = DuePages()
    added: defaultdict[str, list[str]] = defaultdict(list)
    handed_out: defaultdict[str, list[str]] = defaultdict(list)
    in_scheduler: Counter[str] = Counter()

    def pop() -> bool:
        page = due.pop()
        if page is not None:
            handed_out[page.site].append(page.url)
            in_scheduler[page.site] += 1
            assert in_scheduler[page.site] <= PAGES_OF_SITE
        return page is not None

    for number, step in enumerate(steps):
        command, _, site = step.partition(" ")
        if command == "pop":
            pop()
        elif command == "leave":
            due.leave(site)
            in_scheduler[site] = max(0, in_scheduler[site] - 1)
        else:
            added[step].append(str(number))
            due.add(DuePage(str(number), step))
    while due.has_waiting:
        while pop():
            pass
        for site in in_scheduler:
            due.leave(site)
            in_scheduler[site] = max(0, in_scheduler[site] - 1)
    due.close()
    assert handed_out == added


def test_a_site_that_is_first_in_the_list_does_not_hold_back_the_others() -> None:
    due = DuePages()
    for number in range(1_000):
        due.add(DuePage(f"https://a.example/{number}", "a.example"))
    due.add(DuePage("https://b.example/", "b.example"))
    sites = Counter(page.site for page in iter(due.pop, None))
    assert sites == {"a.example": PAGES_OF_SITE, "b.example": 1}


def test_as_many_sites_as_fit_are_begun() -> None:
    due = DuePages()
    for number in range(due_pages.SITES_AT_ONCE + 5):
        due.add(DuePage(f"https://site{number}.example/", f"site{number}.example"))
    assert sum(1 for _ in iter(due.pop, None)) == due_pages.SITES_AT_ONCE
    due.leave("site0.example")
    assert due.pop() == DuePage(f"https://site{due_pages.SITES_AT_ONCE}.example/", f"site{due_pages.SITES_AT_ONCE}.example")


def test_two_spellings_of_a_page_are_due_once() -> None:
    due = DuePages()
    assert due.note("https://a.example/x")
    assert not due.note("https://a.example:443/x#top")
    assert (due.is_due("https://a.example/x"), due.is_due("https://a.example/y")) == (True, False)
