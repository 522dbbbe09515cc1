"""Oscar, a shop in Python, with its default settings and templates, in an environment that install_python.sh makes.

Like Spirit it has no rule of its own in the order of the crawl.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.real_servers.django_site import DjangoProject
from tests.real_servers.invented_text import PEOPLE, SUBJECTS, make_articles, make_page
from tests.real_servers.php_site import PhpSite

HOST = "shop.example"
PRODUCTS = 130
INFORMATION = {"about": "About us", "delivery": "Delivery and returns", "partners": "Partners and friends"}

SETTINGS = f"""
from oscar.defaults import *
import oscar
ALLOWED_HOSTS = ["{HOST}"]
INSTALLED_APPS = [*oscar.INSTALLED_APPS, "sorl.thumbnail"]
SITE_ID = 1
MIDDLEWARE += [
    "oscar.apps.basket.middleware.BasketMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] += [
    "django.template.context_processors.i18n",
    "oscar.apps.search.context_processors.search_form",
    "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications",
    "oscar.core.context_processors.metadata",
]
AUTHENTICATION_BACKENDS = ["oscar.apps.customer.auth_backends.EmailBackend"]
HAYSTACK_CONNECTIONS = {{"default": {{"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": BASE_DIR / "index"}}}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"
LANGUAGES = [("en", "English")]
"""
URLS = """
from django.apps import apps
from django.urls import include, path
urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
"""

KINDS = {
    "category": r"^/(catalogue/(category/[^?]*|\?page=\d+|)(\?page=\d+)?$|$)",
    "view of a list": r"^/(catalogue/|search|offers)[^_]*\?",
    "offer": r"^/offers/",
    "review": r"/reviews/",
    "form": r"^/(accounts|basket|checkout|password-reset|dashboard|i18n)",
    "copy": r"^/catalogue/[^/]*_\d+/",
}


@contextmanager
def serve_oscar(folder: Path) -> Iterator[PhpSite]:
    """A shop that is filled and answers while the context is open. Raises NoServerError."""
    project = DjangoProject("oscar", folder)
    project.configure(SETTINGS, URLS)
    content = {path: path for path in project.fill("oscar_fill.py", _shop()).values()}
    project.manage("rebuild_index", "--noinput", "--verbosity=0")
    with project.serving() as port:
        yield PhpSite("Oscar", f"http://{HOST}", content, KINDS, port)


def _shop() -> dict[str, Any]:
    products = []
    for number, article in enumerate(make_articles(PRODUCTS, HOST)):
        text = "".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs[: 1 + number % 3])
        links = "".join(f'<p>Maker: <a href="{url}">{anchor}</a></p>' for url, anchor in article.backlinks)
        categories = [article.subject.name, f"{article.subject.name} > {PEOPLE[number % 4]}"]
        reviews = [{"title": f"By {name}", "body": article.paragraphs[-1]} for name in PEOPLE[: number % 3]]
        related = {"related": article.related[: number % 2], "reviews": reviews, "categories": categories}
        products.append({"slug": article.slug, "title": article.title, "description": text + links, **related})
    pages = []
    for slug, title in INFORMATION.items():
        page = make_page(slug, title, HOST, backlinks=1)
        links = "".join(f'<p><a href="{url}">{anchor}</a></p>' for url, anchor in page.backlinks)
        pages.append({"slug": slug, "title": title, "text": "".join(f"<p>{each}</p>" for each in page.paragraphs) + links})
    return {"categories": [subject.name for subject in SUBJECTS], "products": products, "pages": pages}
