"""DokuWiki from Debian's package, in its default template, with addresses such as `doku.php?id=garden:start`."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from tests.real_servers.invented_text import SUBJECTS, Article, make_articles, make_page
from tests.real_servers.php_site import PhpSite, find_folder, find_program, php_options, php_server, run
from tests.support.scrapyd_server import free_port

HOST = "dokuwiki.example"
ARTICLES = 83
DATA_FOLDERS = ("attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta", "meta", "pages", "tmp")
NEWEST_SECONDS = 1_795_000_000  # November 2026

# It answers with 200 for a page that nobody has written.
KINDS = {
    "do=login": r"[?&]do=login",
    "do=index": r"[?&]do=index",
    "do=recent": r"[?&]do=recent",
    "do=media": r"[?&]do=media",
    "other do=": r"[?&]do=",
    "feed": r"^/feed\.php",
    "copy": r"[?&](idx|rev|ns|image|tab_files)=",
    "missing": r"^/doku\.php\?id=[^&]*$",
    "file": r"^/lib/",
}


class ContentPages(dict[str, str]):
    """Names of pages by path and query; a colon may be percent-encoded."""

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The page at a path and query."""
        return super().get(unquote(key), default)


@contextmanager
def serve_dokuwiki(folder: Path) -> Iterator[PhpSite]:
    """A DokuWiki that is filled and answers while the context is open. Raises NoServerError."""
    source = find_folder("/usr/share/dokuwiki")
    find_program("php")
    settings = folder / "conf"
    # The links of the package's folder lead to accounts that only the web server may read.
    shutil.copytree(
        find_folder("/etc/dokuwiki"), settings, ignore=shutil.ignore_patterns("acl.auth.php", "users.auth.php", "local*.php")
    )
    for name in DATA_FOLDERS:
        (folder / "data" / name).mkdir(parents=True)
    (settings / "local.php").write_text(
        f"<?php\n$conf['title'] = 'Valley Notes'; $conf['savedir'] = '{folder}/data'; $conf['useacl'] = 1;\n"
        f"$conf['baseurl'] = 'http://{HOST}'; $conf['basedir'] = '/'; $conf['updatecheck'] = 0;\n"
    )
    (settings / "acl.auth.php").write_text("*\t@ALL\t1\n*\t@user\t8\n")
    (settings / "users.auth.php").write_text("")
    first = folder / "first.php"
    first.write_text(f"<?php define('DOKU_CONF', '{settings}/');\n")
    pages = _pages()
    for number, (name, text) in enumerate(pages.items()):
        file = folder / "data" / "pages" / f"{name.replace(':', '/')}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (NEWEST_SECONDS - number * 86_400,) * 2)
    option = f"auto_prepend_file={first}"
    run("php", *php_options(option), source / "bin" / "indexer.php", "-q")
    port = free_port()
    with php_server(source, port, folder, option) as php:
        php.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
        content = ContentPages((f"/doku.php?id={name}", name) for name in pages)
        content["/doku.php"] = content["/"] = "start"
        yield PhpSite("DokuWiki", f"http://{HOST}", content, KINDS, port)


def _pages() -> dict[str, str]:
    """Wikitext by page name: articles in a namespace per subject, each namespace with its start page."""
    articles = make_articles(ARTICLES, HOST)
    names = {article.slug: f"{_namespace(article.subject.name)}:{article.slug.replace('-', '_')}" for article in articles}
    pages = {name: _wikitext(article, names) for article, name in zip(articles, names.values(), strict=True)}
    others = [make_page(slug, slug.capitalize(), HOST, links) for slug, links in (("links", 5), ("partners", 3), ("visiting", 0))]
    pages |= {page.slug: _wikitext(page, names) for page in others}
    starts = [f"{_namespace(subject.name)}:start" for subject in SUBJECTS]
    for start in starts:
        # As a hurried editor has it: not every page is listed.
        own = [name for name in names.values() if name.startswith(start.removesuffix("start"))]
        pages[start] = f"====== {start.partition(':')[0]} ======\n\n" + "".join(f"  * [[{name}]]\n" for name in own[::2])
    listing = "".join(f"  * [[{name}]]\n" for name in [*starts, *(page.slug for page in others)])
    return {"start": f"====== Valley Notes ======\n\nWelcome.\n\n{listing}", **pages}


def _namespace(subject: str) -> str:
    return subject.lower().replace(" ", "_")


def _wikitext(article: Article, names: dict[str, str]) -> str:
    slugs = list(names)
    older = slugs[slugs.index(article.slug) + 1 :][:2] if article.slug in names else slugs[:2]
    related = "".join(f"  * [[:{names[slug]}]]\n" for slug in [*article.related, *older])
    links = "".join(f"  * [[{url}|{anchor}]]\n" for url, anchor in article.backlinks)
    return (
        f"====== {article.title} ======\n\n" + "\n\n".join(article.paragraphs) + f"\n\n===== See also =====\n\n{related}\n{links}"
    )
