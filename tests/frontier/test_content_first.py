"""The budget of a site goes to what readers come for: invented sites in the shapes of well-known software."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.miniweb import Answer, MiniWeb, redirect
from tests.support.scrapy_command import crawl, scrapy, start_scrapy

ORIGIN = "https://site.example"
TARGET_LINK = '<a href="https://target.example/">t</a>'

Pages = dict[str, Answer | str]


def links(paths: Iterable[str], rel: str = "") -> str:
    return "".join(f'<a rel="{rel}" href="{path.replace("&", "&amp;")}">x</a>' for path in paths)


def article(text: str, *paths: str) -> str:
    words = (
        f"Of {text} people say that oak, beech, maple and walnut last longer than pine, spruce or larch when winters are wet. "
        * 5
    )
    return f"<title>{text}</title><article><p>{words} {TARGET_LINK}</article>{links(paths)}"


def wordpress(post: Callable[[int], str], page: Callable[[int], str]) -> tuple[Pages, set[str]]:
    """A blog of 65 posts, five a page, with the tags, months and reply links of the default theme."""
    posts = [post(number) for number in range(1, 66)]
    tags = [f"/tag/t{number}/" for number in range(24)]
    months = [f"/202{5 + number // 12}/{number % 12 + 1:02}/" for number in range(18)]
    home_pages = ["/", *(page(number) for number in range(2, 14))]
    everywhere = [*tags, *months, "/wp-login.php", "/wp-login.php?action=lostpassword"]
    pages: Pages = {}
    for number, path in enumerate(home_pages):
        near = {1, 2, 3, number, number + 1, number + 2, 13}
        series = [page(each) for each in sorted(near) if 2 <= each <= 13]
        pages[path] = links([*everywhere, *posts[number * 5 : number * 5 + 5], *series])
    for number, path in enumerate(posts):
        joiner = "&" if "?" in path else "?"
        replies = [f"{path}{joiner}replytocom={10 * number + reply}" for reply in range(4)]
        neighbours = posts[max(0, number - 1) : number] + posts[number + 1 : number + 2]
        pages[path] = article(f"post {number}", *everywhere, *neighbours, *replies)
        pages.update((reply, str(pages[path])) for reply in replies)
    pages.update((path, links([*everywhere, *posts[number::24]])) for number, path in enumerate(tags))
    pages.update((path, links([*everywhere, *posts[number::18]])) for number, path in enumerate(months))
    pages.update((path, "<form>") for path in everywhere if path.startswith("/wp-login"))
    return pages, {*posts, *home_pages}


def mediawiki() -> tuple[Pages, set[str]]:
    """A wiki of 60 pages, each with its forms, its history and what links there."""
    titles = ["Main_Page", *(f"Wood_{number}" for number in range(60))]
    content = [f"/index.php/{title}" for title in titles]
    pages: Pages = {"/": links(content[:1])}
    for number, (title, path) in enumerate(zip(titles, content, strict=True)):
        tools = [
            f"/index.php/Special:WhatLinksHere/{title}",
            f"/index.php/Special:RecentChangesLinked/{title}",
            f"/index.php?title={title}&action=edit",
            f"/index.php?title={title}&action=history",
            f"/index.php?title={title}&oldid={number + 100}",
            f"/index.php?title=Missing_{number}&action=edit&redlink=1",
        ]
        pages[path] = article(title, *tools, *content[4 * number + 1 : 4 * number + 5])
        pages.update((tool, "form") for tool in tools)
    return pages, set(content)


def dokuwiki() -> tuple[Pages, set[str]]:
    """A wiki of 90 pages that all have one path, each with its actions, which are rel=nofollow."""
    content = [f"/doku.php?id=wood:{number}" for number in range(90)]
    actions = ("edit", "login", "revisions", "backlink", "recent", "media", "index")
    pages: Pages = {"/": links(content[:1])}
    for number, path in enumerate(content):
        tools = [f"{path}&do={action}" for action in actions]
        pages[path] = article(str(number), *content[4 * number + 1 : 4 * number + 5]) + links(tools, "nofollow")
        pages.update((tool, "form") for tool in tools)
    return pages, set(content)


def forum() -> tuple[Pages, set[str]]:
    """A forum of no known software: 70 topics in five boards, with logins, sorted views and profiles for printing."""
    topics = [f"/topic/{number}-wood" for number in range(70)]
    boards = [f"/board/{number}" for number in range(5)]
    pages: Pages = {"/": links(boards)}
    for number, board in enumerate(boards):
        views = [f"{board}?sort={key}&order={order}" for key in ("date", "name", "posts") for order in ("a", "d")]
        pages[board] = links([*views, "/login", "/register", *topics[14 * number : 14 * number + 14]])
        pages.update((view, links(topics)) for view in views)
    for path in topics:
        views = [f"{path}?print=1", f"{path}?share=mail"]
        pages[path] = article(path, *views, "/login", "/search?q=wood")
        pages.update((view, article(path)) for view in views)
    return pages, {*topics, *boards}


def members_only(count: int) -> tuple[Pages, set[str]]:
    """Topics, six a page, that link to forms and people behind a login, and to comments that lead back to their topic."""
    topics = [f"/topic/{number}/about-{number}/" for number in range(count)]
    home_pages = ["/", *(f"/?page={number}" for number in range(2, count // 6 + 1))]
    pages: Pages = {
        path: links([*topics[6 * number : 6 * number + 6], *home_pages[number + 1 : number + 4]])
        for number, path in enumerate(home_pages)
    }
    for number, path in enumerate(topics):
        shut = [f"/comment/{number}/publish/", f"/user/{number}/somebody/"]
        pages.update((each, redirect(f"/login/?next={each}")) for each in shut)
        pages.update((f"/login/?next={each}", "<form><input type=password></form>") for each in shut)
        comment = f"/comment/{number}/find/"
        pages[comment] = redirect(path)
        pages[path] = article(path, *shut, comment)
    return pages, {*topics, *home_pages}


def pretty(number: int) -> str:
    return f"/2026/{number % 11 + 1:02}/{number % 27 + 1:02}/post-{number}/"


def served(pages: Pages) -> MiniWeb:
    return MiniWeb({f"{ORIGIN}{path}": page for path, page in pages.items()})


def crawled(tmp_path: Path, pages: Pages, *settings: str, **arguments: str) -> list[str]:
    with served(pages) as web:
        done = crawl(web, tmp_path, "CONCURRENT_REQUESTS=1", *settings, target="target.example", seeds=f"{ORIGIN}/", **arguments)
        is_limited = any(setting.startswith("CLOSESPIDER_") for setting in settings)
        assert done.code == (130 if is_limited else 0), done.log
        return [request.url.removeprefix(ORIGIN) for request in web.requests]


def cases() -> Iterator[tuple[str, tuple[Pages, set[str]], str, int, int]]:
    yield "WordPress with names", wordpress(pretty, "/page/{}/".format), "100", 78, 73
    yield "WordPress with numbers", wordpress("/?p={}".format, "/?paged={}".format), "100", 78, 73
    yield "MediaWiki", mediawiki(), "100", 61, 61
    yield "DokuWiki", dokuwiki(), "120", 90, 90
    yield "a forum of no known software", forum(), "76", 75, 75
    yield "a forum that asks for a login", members_only(60), "85", 70, 68


@pytest.mark.parametrize(("site", "budget", "size", "least"), [pytest.param(*case, id=name) for name, *case in cases()])
def test_the_budget_goes_to_content(tmp_path: Path, site: tuple[Pages, set[str]], budget: str, size: int, least: int) -> None:
    pages, content = site
    assert len(content) == size
    asked_for = crawled(tmp_path, pages, max_pages=budget)
    assert len(content.intersection(asked_for)) >= least


ENDLESS = [
    pytest.param(wordpress(pretty, "/page/{}/".format), "replytocom=", id="WordPress with names"),
    pytest.param(wordpress("/?p={}".format, "/?paged={}".format), "replytocom=", id="WordPress with numbers"),
    pytest.param(mediawiki(), "Special:|action=|oldid=", id="MediaWiki"),
    pytest.param(dokuwiki(), "do=edit|do=login|do=rev|do=back|do=recent|do=media", id="DokuWiki"),
]


@pytest.mark.parametrize(("site", "words"), ENDLESS)
def test_without_a_budget_all_content_is_read_and_few_actions(tmp_path: Path, site: tuple[Pages, set[str]], words: str) -> None:
    pages, content = site
    asked_for = crawled(tmp_path, pages, max_pages="0", max_depth="100")
    assert content <= set(asked_for)
    assert Counter(any(word in path for word in words.split("|")) for path in asked_for)[True] <= 30


def test_a_job_that_was_interrupted_goes_on_in_the_same_order(tmp_path: Path) -> None:
    pages, _ = mediawiki()
    orders = []
    for name, parts in (("whole", [{}]), ("interrupted", [{"CLOSESPIDER_PAGECOUNT": "30"}, {"CLOSESPIDER_PAGECOUNT": "25"}, {}])):
        folder = tmp_path / name
        folder.mkdir()
        asked_for: list[str] = []
        for settings in parts:
            asked_for += crawled(
                folder, pages, "JOBDIR=job", *(f"{key}={value}" for key, value in settings.items()), max_pages="100"
            )
        orders.append([path for path in asked_for if path != "/robots.txt"])
    assert len(orders[0]) > 61
    assert orders[0] == orders[1]


def test_a_job_that_was_killed_goes_on_in_the_same_order(tmp_path: Path) -> None:
    pages, _ = mediawiki()
    folders = [tmp_path / name for name in ("whole", "killed")]
    for folder in folders:
        folder.mkdir()
    whole = crawled(folders[0], pages, "JOBDIR=job", max_pages="100")
    command = (
        *("crawl", "backlinks", "-a", "target=target.example", "-a", f"seeds={ORIGIN}/", "-a", "max_pages=100"),
        *("-a", "profile_pages=0", "-s", "JOBDIR=job", "-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS=1"),
        *("-s", "BACKLINKS_LINK_CHECK_LIMIT=0", "-O", "rows.jsonl"),
    )
    with served(pages) as web:
        for kill_after in (20, 55):
            crawl_of_job = start_scrapy(*command, folder=folders[1], environment=web.environment())
            while len(web.requests) < kill_after and crawl_of_job.poll() is None:
                time.sleep(0.01)
            crawl_of_job.send_signal(signal.SIGKILL)
            assert crawl_of_job.wait(60) != 0
        last = scrapy(*command, folder=folders[1], environment=web.environment())
        killed = [request.url.removeprefix(ORIGIN) for request in web.requests]
    assert last.code == 0, last.log
    # What was in progress is asked for again.
    assert list(dict.fromkeys(killed)) == whole


def about(*topics: str) -> str:
    return "".join(
        f"<h1>{topic}</h1><p>{f'We write about {topic}, for everybody who likes {topic} and wants to own one. ' * 20}"
        for topic in topics
    )


@pytest.mark.parametrize(("order", "comes_first"), [("likely", True), ("content", False)])
def test_pages_with_words_of_the_targets_topic_come_first_unless_the_order_is_content(
    tmp_path: Path, order: str, *, comes_first: bool
) -> None:
    posts = [f"/{word}-{number}" for number in range(5) for word in ("bread", "chronometer")]
    pages: Pages = {"/": links(posts), **{path: article(path) for path in posts}}
    site = {f"{ORIGIN}{path}": page for path, page in pages.items()}
    target = f"<html lang=en><title>Chronometers</title>{about('Chronometers')}"
    with MiniWeb({**site, "https://target.example/": target}) as web:
        done = crawl(
            web,
            tmp_path,
            "CONCURRENT_REQUESTS=1",
            f"BACKLINKS_CRAWL_ORDER={order}",
            # With somebody else's extension the target is read first.
            'EXTENSIONS={"tests.support.row_listener.RowListener": 900}',
            target="target.example",
            seeds=f"{ORIGIN}/",
            profile_pages="5",
        )
        asked_for = [request.url.removeprefix(ORIGIN) for request in web.requests]
    assert done.code == 0, done.log
    first = [path for path in asked_for if path in posts][:4]
    assert all("chronometer" in path for path in first) is comes_first


def test_what_was_found_before_the_target_is_known_is_put_in_order_by_its_words(tmp_path: Path) -> None:
    posts = [f"/{word}-{number}" for number in range(60) for word in ("bread", "chronometer")]
    slowly = 0.05
    pages: Pages = {"/": links(posts)}
    for path in posts:
        # Only what is about the target's topic links to it.
        text = article(path) if "chronometer" in path else article(path).replace(TARGET_LINK, "")
        pages[path] = Answer(text.encode(), delay_seconds=slowly)
    site = {f"{ORIGIN}{path}": page for path, page in pages.items()}
    target = f"<html lang=en><title>Chronometers</title>{about('Chronometers')}"
    # Some posts are read before it is there, twenty at most.
    known_after = Answer(target.encode(), delay_seconds=20 * slowly)
    with MiniWeb({**site, "https://target.example/": known_after}) as web:
        done = crawl(
            *(web, tmp_path, "CONCURRENT_REQUESTS=4", "BACKLINKS_LINK_CHECK_LIMIT=0"),
            target="target.example",
            seeds=f"{ORIGIN}/",
            profile_pages="1",
            max_pages="51",
        )
        asked_for = [request.url.removeprefix(ORIGIN) for request in web.requests]
    assert done.code == 0, done.log
    read = [path for path in asked_for if path in posts]
    assert len(read) == 50
    # Without the words every other post has a backlink.
    assert len(done.rows) >= 35
    assert all("chronometer" in path for path in read[-12:])
