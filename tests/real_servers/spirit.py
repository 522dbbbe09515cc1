"""Spirit, a forum in Python, with its default settings and template, in an environment that install_python.sh makes.

It was chosen after the order of the crawl was built, and has no rule of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_servers.django_site import DjangoProject
from tests.real_servers.invented_text import make_forum
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
    project = DjangoProject("spirit", folder, starter=("spirit", "startproject"))
    project.append("settings/dev.py", SETTINGS)
    project.manage("spiritinstall")
    forum = make_forum(HOST, TOPICS, posts_of_a_page=COMMENTS_OF_A_PAGE, long_every=LONG_EVERY)
    content = project.fill_forum("spirit_fill.py", forum, LONG_EVERY)
    with project.serving() as port:
        yield PhpSite("Spirit", f"http://{HOST}", content, KINDS, port)
