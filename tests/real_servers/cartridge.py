"""Cartridge, a shop on the CMS Mezzanine with its blog, with default settings and templates (install_python.sh installs it).

It was measured before anybody had looked at what a crawl of it asks for, and has no rule of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.real_servers.django_site import DjangoProject
from tests.real_servers.invented_text import PEOPLE, SUBJECTS, Article, make_articles, make_page
from tests.real_servers.php_site import PhpSite

HOST = "store.example"
PRODUCTS = 80
POSTS = 40
SHORTEST_TAG = 7
PAGES = {"about": "About us", "delivery": "Delivery and returns", "partners": "Partners and friends"}

# While it debugs, it forbids robots everything.
SETTINGS = f"""
DEBUG = False
ALLOWED_HOSTS = ["{HOST}"]
DATABASES["default"]["NAME"] = "{{folder}}/dev.db"
"""

KINDS = {
    "sitemap": r"^/sitemap\.xml",
    "feed": r"/feeds?/",
    "form": r"^/(account|accounts|admin|comment|edit|rating|search|shop/(cart|checkout|wishlist|complete))",
    "copy": r"^/shop/product/|^/blog/(?!category|tag|author|archive)[^/?]+/",
    "list": r"^/(blog|shop)(-1)?/|^/$",
    "file": r"^/(static|media)/",
}


@contextmanager
def serve_cartridge(folder: Path) -> Iterator[PhpSite]:
    """A shop that is filled and answers while the context is open. Raises NoServerError."""
    project = DjangoProject("cartridge", folder, starter=("mezzanine-project", "-a", "cartridge"))
    project.append("local_settings.py", SETTINGS.format(folder=project.folder))
    project.manage("createdb", "--noinput", "--nodata", "--verbosity=0")
    content = {path: path for path in project.fill("cartridge_fill.py", _shop()).values()}
    with project.serving() as port:
        yield PhpSite("Cartridge", f"http://{HOST}", content, KINDS, port)


def _shop() -> dict[str, Any]:
    return {
        "host": HOST,
        "people": PEOPLE,
        "categories": [subject.name for subject in SUBJECTS],
        "products": [_texts(article, number) for number, article in enumerate(make_articles(PRODUCTS, HOST))],
        "posts": [_texts(article, number) for number, article in enumerate(make_articles(POSTS, f"blog.{HOST}"))],
        "pages": [_texts(make_page(slug, title, HOST, backlinks=1), 0) for slug, title in PAGES.items()],
    }


def _texts(article: Article, number: int) -> dict[str, Any]:
    links = "".join(f'<p>See <a href="{url}">{anchor}</a>.</p>' for url, anchor in article.backlinks)
    return {
        "slug": article.slug,
        "title": article.title,
        "content": "".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs) + links,
        "category": article.subject.name,
        "related": article.related[: number % 3],
        "months": article.month,
        "tags": [word for word in article.slug.split("-") if len(word) >= SHORTEST_TAG],
        "comments": article.paragraphs[: number % 4],
    }
