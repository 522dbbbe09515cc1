"""Spirit, a forum in Python, with its default settings and template, in an environment that install_python.sh makes.

It was chosen after the order of the crawl was built, and has no rule of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.real_servers.django_site import DjangoProject
from tests.real_servers.invented_text import PEOPLE, SUBJECTS, Article, make_articles
from tests.real_servers.php_site import PhpSite

HOST = "forum.example"
TOPICS = 110
COMMENTS_OF_A_PAGE = 20
LONG_EVERY = 8
"""Each eighth topic goes on on a second page."""

SETTINGS = f"""
ALLOWED_HOSTS = ["{HOST}"]
ST_SITE_URL = "http://{HOST}/"
DEBUG = True
ST_RATELIMIT_ENABLE = False
"""

KINDS = {
    "category": r"^/(category/|$|\?page=)",
    "list": r"^/(topic/(active|unread)|search|user/\d+/[^/]+/(topics|likes))",
    "user": r"^/user/\d+",
    "form": r"^/(user/(log|reg|pass|acc|resend)|comment/\d+/|topic/(publish|private)|report)",
    "copy": r"^/topic/",
}


@contextmanager
def serve_spirit(folder: Path) -> Iterator[PhpSite]:
    """A forum that is filled and answers while the context is open. Raises NoServerError."""
    project = DjangoProject("spirit", folder, starter="spirit")
    with (project.folder / "project" / "settings" / "dev.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    project.manage("spiritinstall")
    articles = make_articles(TOPICS, HOST)
    paths = project.fill("spirit_fill.py", _forum(articles))
    content = {path: path for path in paths.values()}
    for number, article in enumerate(articles):
        if number % LONG_EVERY == 0:
            page = f"{paths[article.slug]}?page=2"
            content[page] = page
    with project.serving() as port:
        yield PhpSite("Spirit", f"http://{HOST}", content, KINDS, port)


def _forum(articles: list[Article]) -> dict[str, Any]:
    topics = []
    for number, article in enumerate(articles):
        count = COMMENTS_OF_A_PAGE + 5 if number % LONG_EVERY == 0 else 3 + number % 5
        comments = [f"<p>{article.paragraphs[place % len(article.paragraphs)]}</p>" for place in range(count)]
        comments[0] += "".join(f'<p><a href="{url}">{anchor}</a></p>' for url, anchor in article.backlinks)
        topics.append({"slug": article.slug, "title": article.title, "category": article.subject.name, "comments": comments})
    people = [name.lower() for name in PEOPLE]
    return {"users": people, "categories": [subject.name for subject in SUBJECTS], "topics": topics}
