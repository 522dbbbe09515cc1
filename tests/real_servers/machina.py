"""Machina, a forum in Python, with its default settings and templates, in an environment that install_python.sh makes.

It was measured before anybody had looked at what a crawl of it asks for, and has no rule of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_servers.django_site import DjangoProject
from tests.real_servers.invented_text import make_forum
from tests.real_servers.php_site import PhpSite

HOST = "board.example"
TOPICS = 110
POSTS_OF_A_PAGE = 15
LONG_EVERY = 8
"""Each eighth topic goes on on a second page."""

# As https://django-machina.readthedocs.io/en/latest/getting_started.html has them.
SETTINGS = f"""
from machina import MACHINA_MAIN_STATIC_DIR, MACHINA_MAIN_TEMPLATE_DIR
ALLOWED_HOSTS = ["{HOST}"]
INSTALLED_APPS += [
    "mptt", "haystack", "widget_tweaks", "machina", "machina.apps.forum", "machina.apps.forum_conversation",
    "machina.apps.forum_conversation.forum_attachments", "machina.apps.forum_conversation.forum_polls",
    "machina.apps.forum_feeds", "machina.apps.forum_moderation", "machina.apps.forum_search", "machina.apps.forum_tracking",
    "machina.apps.forum_member", "machina.apps.forum_permission",
]
MIDDLEWARE += ["machina.apps.forum_permission.middleware.ForumPermissionMiddleware"]
TEMPLATES[0]["DIRS"] += [MACHINA_MAIN_TEMPLATE_DIR]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["machina.core.context_processors.metadata"]
STATICFILES_DIRS = [MACHINA_MAIN_STATIC_DIR]
CACHES = {{
    "default": {{"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "machina_attachments": {{"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": BASE_DIR / "tmp"}},
}}
HAYSTACK_CONNECTIONS = {{"default": {{"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": BASE_DIR / "index"}}}}
"""
URLS = """
from django.contrib import admin
from django.contrib.auth import urls as accounts
from django.urls import include, path
from machina import urls as machina
urlpatterns = [path("admin/", admin.site.urls), path("accounts/", include(accounts)), path("", include(machina))]
"""

KINDS = {
    "form": r"/(create|update|delete|search|login|subscribe|unsubscribe)/|^/(tracking|accounts|moderation)/",
    "user": r"^/member/",
    "feed": r"^/feeds/",
    "copy": r"^/forum/[^/]+/topic/",
    "list": r"^/(forum/[^/]+/)?(\?page=\d+)?$",
}


@contextmanager
def serve_machina(folder: Path) -> Iterator[PhpSite]:
    """A forum that is filled and answers while the context is open. Raises NoServerError."""
    project = DjangoProject("machina", folder)
    project.configure(SETTINGS, URLS)
    forum = make_forum(HOST, TOPICS, posts_of_a_page=POSTS_OF_A_PAGE, long_every=LONG_EVERY)
    content = project.fill_forum("machina_fill.py", forum, LONG_EVERY)
    project.manage("rebuild_index", "--noinput", "--verbosity=0")
    with project.serving() as port:
        yield PhpSite("Machina", f"http://{HOST}", content, KINDS, port)
