"""MediaWiki from Debian's package on SQLite, in its default skin."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import escape

from tests.real_servers.invented_text import Article, make_articles, make_page
from tests.real_servers.php_site import PhpSite, find_folder, find_program, php_options, php_server, run
from tests.support.scrapyd_server import free_port

HOST = "mediawiki.example"
ARTICLES = 57
OWN_NAMESPACES = (
    "Special",
    "Talk",
    "User",
    "User_talk",
    "Category",
    "Project",
    "Help",
    "File",
    "MediaWiki",
    "Template",
    "Valley_Wiki",
)

KINDS = {
    "feed": r"[?&](feed=|action=feed)",
    "edit": r"[?&](action=(edit|submit)|veaction=)",
    "history": r"[?&]action=history",
    "other action": r"[?&]action=",
    "copy": r"[?&](oldid|diff|printable|mobileaction)=",
    "WhatLinksHere": r"Special:WhatLinksHere",
    "RecentChangesLinked": r"Special:RecentChangesLinked",
    "login": r"Special:(UserLogin|CreateAccount|PasswordReset)",
    "other special page": r"Special:",
    "talk": r"[/=]Talk:",
}


class ContentPages(dict[str, str]):
    """Names of pages by path and query: a page is at `/index.php/Title` and at `/index.php?title=Title`, encoded or not."""

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The page at a path and query."""
        return super().get(unquote(key).replace("/index.php?title=", "/index.php/", 1).replace(" ", "_"), default)


@contextmanager
def serve_mediawiki(folder: Path) -> Iterator[PhpSite]:
    """A MediaWiki that is filled and answers while the context is open. Raises NoServerError."""
    source = find_folder("/usr/share/mediawiki")
    find_program("php")
    settings = folder / "LocalSettings.php"
    (folder / "images").mkdir()
    maintenance = source / "maintenance"
    # The package's own settings, where there are some, are not these.
    run(
        "php", *php_options(), maintenance / "install.php", "--dbtype=sqlite", f"--dbpath={folder}", "--dbname=wiki",
        f"--confpath={folder}", f"--server=http://{HOST}", "--scriptpath=", "--lang=en", "--pass=correct horse battery",
        "--skins=Vector", "Valley Wiki", "Editor", MW_CONFIG_FILE=str(folder / "none.php"),
    )  # fmt: skip
    with settings.open("a") as more:
        more.write(f'\n$wgUploadDirectory = "{folder}/images"; $wgJobRunRate = 0; $wgMainCacheType = CACHE_DB;\n')
    pages = _pages()
    dump = folder / "dump.xml"
    dump.write_text(_dump(pages), encoding="utf-8")
    imports = [["importDump.php", str(dump)], ["rebuildrecentchanges.php"], ["initSiteStats.php", "--update"]]
    for script, *arguments in imports:
        run("php", *php_options(), maintenance / script, *arguments, MW_CONFIG_FILE=str(settings))
    # The installer wrote a main page of its own, and an import keeps the newer of two.
    edit: list[str | Path] = [*php_options(), maintenance / "edit.php", "--user=Editor", "Main Page"]
    run("php", *edit, text=pages["Main Page"], MW_CONFIG_FILE=str(settings))
    run("php", *php_options(), maintenance / "runJobs.php", MW_CONFIG_FILE=str(settings))
    port = free_port()
    with php_server(source, port, folder, MW_CONFIG_FILE=str(settings)) as php:
        php.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
        content = ContentPages(
            (f"/index.php/{title.replace(' ', '_')}", title) for title in pages if not title.startswith("Talk:")
        )
        content["/"] = content["/index.php"] = "Main Page"
        yield PhpSite("MediaWiki", f"http://{HOST}", content, KINDS, port)


def _pages() -> dict[str, str]:
    """Wikitext by title."""
    articles = make_articles(ARTICLES, HOST)
    titles = {article.slug: article.title.replace(" (", " no. ").rstrip(")") for article in articles}
    pages = {titles[article.slug]: _wikitext(article, titles, number) for number, article in enumerate(articles)}
    others = {
        slug: make_page(slug, slug.capitalize(), HOST, links) for slug, links in (("links", 5), ("partners", 3), ("visiting", 0))
    }
    pages |= {page.title: _wikitext(page, titles, 0) for page in others.values()}
    # Two thirds of the articles are linked from other articles alone.
    named = [titles[article.slug] for number, article in enumerate(articles) if number % 3 == 0]
    listing = "\n".join(f"* [[{title}]]" for title in [*named, *(page.title for page in others.values())])
    pages["Main Page"] = f"Welcome to the wiki of the valley.\n\n== Articles ==\n{listing}"
    talks = {f"Talk:{title}": f"Is this right about [[{title}]]? See also [[Links]]. ~" for title in list(pages)[::6]}
    return pages | talks


def _wikitext(article: Article, titles: dict[str, str], number: int) -> str:
    related = "".join(f"* [[{titles[slug]}]]\n" for slug in article.related)
    older = list(titles.values())[number + 1 : number + 3] if article.slug in titles else []
    see_also = related + "".join(f"* [[{title}]]\n" for title in older)
    # A page that nobody has written: every such wiki has these.
    missing = f"* [[{article.subject.name} of {article.paragraphs[0].split()[1]}]]\n" if number % 5 == 0 else ""
    links = "".join(f"* [{url} {anchor}]\n" for url, anchor in article.backlinks)
    text = "\n\n".join(article.paragraphs)
    return f"{text}\n\n== See also ==\n{see_also}{missing}\n== External links ==\n{links}\n[[Category:{article.subject.name}]]"


def _dump(pages: dict[str, str]) -> str:
    revisions = "".join(
        f"<page><title>{escape(title)}</title><ns>{1 if title.startswith('Talk:') else 0}</ns><id>{number}</id><revision>"
        f"<id>{number}</id><timestamp>2026-{number % 11 + 1:02}-12T10:{number % 60:02}:00Z</timestamp>"
        f"<contributor><username>Editor</username><id>1</id></contributor><model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{escape(text)}</text></revision></page>'
        for number, (title, text) in enumerate(pages.items(), 100)
    )
    return f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">{revisions}</mediawiki>'
