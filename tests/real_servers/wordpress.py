"""WordPress from Debian's package on a MariaDB of its own, with pretty or plain permalinks."""

from __future__ import annotations

import datetime
import json
import random
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.real_servers.invented_text import PEOPLE, Article, make_articles, make_page, make_paragraph
from tests.real_servers.php_site import (
    FOLDER,
    PhpSite,
    Process,
    find_folder,
    find_program,
    path_and_query,
    php_options,
    php_server,
    run,
)  # fmt: skip
from tests.support.scrapyd_server import free_port

NEWEST = datetime.date(2026, 11, 20)
CATEGORIES = ("News", "Workshops", "Walks", "Recipes", "Tools", "Archive", "People", "Reviews")
TAGS = tuple(
    f"{first}-{second}"
    for first in ("old", "new", "local", "rare", "small", "slow")
    for second in ("craft", "find", "trip", "book")
)
ORPHANS = ("thank-you", "summer-fair", "press-photos")
PAGES = (
    ("about", 0),
    ("contact", 0),
    ("links", 5),
    ("partners", 3),
    ("team", 0),
    ("visit", 0),
    ("imprint", 0),
    ("shop-guide", 1),
)

KINDS = {
    "reply link": r"[?&]replytocom=",
    "login": r"^/wp-(login|admin)",
    "sitemap": r"^/wp-sitemap|[?&]sitemap=",
    "feed": r"[?&]feed=|/feed/?(\?|$)",
    "tag": r"^/tag/|[?&]tag=",
    "category": r"^/category/|[?&]cat=",
    "author": r"^/author/|[?&]author=",
    "date archive": r"[?&]m=|^/\d{4}/(\d\d/)*(page/\d+/)?$",
    "home page": r"^/(page/\d+/)?(\?(paged|query-\d+-page|cst)(=|&|$)[^#]*)?$",
}


@dataclass(frozen=True)
class Variant:
    """One WordPress."""

    host: str
    theme: str
    permalinks: str
    """A structure, or empty for `?p=12`."""
    posts: int
    pages: Sequence[tuple[str, int]]
    """Slugs, and how many links to the target each has."""


PRETTY = Variant(
    "wordpress.example", "twentytwentyone", "/%year%/%monthnum%/%postname%/", 63, (*PAGES, *((slug, 1) for slug in ORPHANS))
)
PLAIN = Variant("plain-wordpress.example", "twentytwentythree", "", 58, PAGES)


@contextmanager
def serve_wordpress(variant: Variant, folder: Path) -> Iterator[PhpSite]:
    """A WordPress that is filled and answers while the context is open. Raises NoServerError."""
    source = find_folder("/usr/share/wordpress")
    database = find_program("mariadbd")
    root = folder / "wordpress"
    # Its links lead to files of other packages, and wp-config.php is looked for beside it.
    shutil.copytree(source, root)
    sock = folder / "db.sock"
    # Its temporary files have the same names in every database that is made at the same time.
    places = (f"--datadir={folder}/db", f"--tmpdir={folder}")
    run(
        "mariadb-install-db", "--no-defaults", *places, "--auth-root-authentication-method=normal",
        "--skip-test-db", "--user=root",
    )  # fmt: skip
    server = [database, "--no-defaults", *places, f"--socket={sock}", f"--pid-file={folder}/db.pid"]
    server += ["--skip-networking", "--user=root", "--innodb-flush-log-at-trx-commit=0"]
    with Process(server, folder / "db.log") as mariadb:
        mariadb.wait_for(lambda: _connect(sock))
        run(
            "mariadb", "--no-defaults", f"--socket={sock}", "--user=root", "-e", "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        )
        (root / "wp-config.php").write_text(_CONFIG.format(sock=sock, host=variant.host))
        permalinks = json.loads(
            run("php", *php_options(), FOLDER / "wordpress_fill.php", text=json.dumps(_content(variant, root)))
        )
        port = free_port()
        router = FOLDER / "wordpress_router.php"
        with php_server(root, port, folder, router=router, WORDPRESS_PERMALINKS=variant.permalinks) as php:
            php.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
            content = {path_and_query(url): slug for slug, url in permalinks.items()}
            yield PhpSite(
                f"WordPress, {'pretty' if variant.permalinks else 'plain'} permalinks", f"http://{variant.host}", content, KINDS,
                port, orphans=frozenset(ORPHANS) & permalinks.keys(),
            )  # fmt: skip


def _connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _content(variant: Variant, root: Path) -> dict[str, Any]:
    chance = random.Random(variant.host)
    posts = make_articles(variant.posts, variant.host)
    pages = [make_page(slug, slug.replace("-", " ").title(), variant.host, backlinks) for slug, backlinks in variant.pages]
    return {
        "root": str(root),
        "host": variant.host,
        "title": "Notes from the Valley",
        "theme": variant.theme,
        "permalinks": variant.permalinks,
        "posts_per_page": 5,
        "menu": [slug for slug, _ in variant.pages if slug not in ORPHANS] if variant is PRETTY else [],
        "pages": [_post(page, "page", [], chance) for page in pages],
        "posts": [
            _post(post, "post", [TAGS[number % len(TAGS)], *chance.sample(TAGS, chance.randint(0, 2))], chance)
            for number, post in enumerate(posts)
        ],
    }


def _post(article: Article, kind: str, tags: list[str], chance: random.Random) -> dict[str, Any]:
    links = "".join(f'<p>See <a href="{url}">{anchor}</a>, and what they say there.</p>' for url, anchor in article.backlinks)
    month = NEWEST.year * 12 + NEWEST.month - 1 - article.month
    comments = []
    for number in range(chance.choice((0, 0, 1, 2, 3, 5)) if kind == "post" else 0):
        author = chance.choice(PEOPLE)
        comments.append({
            "author": author,
            "url": f"http://{author.lower()}.example/",
            "text": make_paragraph(article.subject, chance),
            "parent": chance.randint(0, number),
        })  # fmt: skip
    return {
        "type": kind,
        "slug": article.slug,
        "title": article.title,
        "content": "".join(f"<p>{text}</p>" for text in article.paragraphs) + links,
        "date": f"{month // 12}-{month % 12 + 1:02}-{chance.randint(1, 20):02} {chance.randint(7, 20):02}:00:00",
        "tags": tags,
        "categories": [chance.choice(CATEGORIES)] if kind == "post" else [],
        "comments": comments,
        "related": article.related,
    }


_CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{sock}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://{host}'); define('WP_SITEURL', 'http://{host}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $key) {{ define($key . '_KEY', $key); define($key . '_SALT', $key); }}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
