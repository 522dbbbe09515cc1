"""Spirit, a forum in Python, with its default settings and template, in an environment that install_python.sh makes.

It was chosen after the order of the crawl was built, and has no rule of its own there.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_servers.invented_text import PEOPLE, SUBJECTS, Article, make_articles
from tests.real_servers.php_site import FOLDER, NoServerError, PhpSite, Process, run
from tests.support.scrapyd_server import free_port

HOST = "forum.example"
TOPICS = 110
COMMENTS_OF_A_PAGE = 20
LONG_EVERY = 8
"""Each eighth topic goes on on a second page."""

KINDS = {
    "category": r"^/(category/|$)",
    "list": r"^/(topic/(active|unread)|search|user/\d+/[^/]+/(topics|likes))",
    "user": r"^/user/\d+",
    "form": r"^/(user/(log|reg|pass|acc)|comment/\d+/|topic/(publish|private)|report)",
    "copy": r"^/topic/",
}


def environments() -> Path:
    """The folder in which install_python.sh makes an environment for each software."""
    return Path(os.environ.get("BACKLINKS_SERVERS", "/opt/backlinkspider-servers"))


@contextmanager
def serve_spirit(folder: Path) -> Iterator[PhpSite]:
    """A forum that is filled and answers while the context is open. Raises NoServerError."""
    programs = environments() / "spirit" / "bin"
    if not (programs / "spirit").exists():
        raise NoServerError(f"{programs} is missing (tests/real_servers/install_python.sh)")
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}
    python = str(programs / "python")
    work = folder / "site"
    work.mkdir()
    in_folder = ("sh", "-c", 'cd "$0" && exec "$@"', str(work))
    run(*in_folder, "spirit", "startproject", "forum", **environment)
    manage = ("sh", "-c", 'cd "$0" && exec "$@"', str(work / "forum"), python, "manage.py")
    settings = work / "forum" / "forum" / "settings" / "dev.py"
    with settings.open("a", encoding="utf-8") as file:
        file.write(f'\nALLOWED_HOSTS = ["{HOST}"]\nST_SITE_URL = "http://{HOST}/"\nDEBUG = True\nST_RATELIMIT_ENABLE = False\n')
    run(*manage, "spiritinstall", **environment)
    articles = make_articles(TOPICS, HOST)
    said = run(*manage, "shell", "-c", (FOLDER / "spirit_fill.py").read_text("utf-8"), text=_topics(articles), **environment)
    paths: dict[str, str] = json.loads(said.partition("PATHS")[2])
    content = {path: path for path in paths.values()}
    for number, article in enumerate(articles):
        if number % LONG_EVERY == 0:
            page = f"{paths[article.slug]}?page=2"
            content[page] = page
    port = free_port()
    server = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    with Process(server, folder / "spirit.log", environment) as process:
        process.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
        yield PhpSite("Spirit", f"http://{HOST}", content, KINDS, port)


def _topics(articles: list[Article]) -> str:
    topics = []
    for number, article in enumerate(articles):
        count = COMMENTS_OF_A_PAGE + 5 if number % LONG_EVERY == 0 else 3 + number % 5
        comments = [f"<p>{article.paragraphs[place % len(article.paragraphs)]}</p>" for place in range(count)]
        comments[0] += "".join(f'<p><a href="{url}">{anchor}</a></p>' for url, anchor in article.backlinks)
        topics.append({"slug": article.slug, "title": article.title, "category": article.subject.name, "comments": comments})
    people = [name.lower() for name in PEOPLE]
    return json.dumps({"users": people, "categories": [subject.name for subject in SUBJECTS], "topics": topics})
