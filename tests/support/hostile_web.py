"""A web of traps and faults, each on a site of its own, beside honest pages; and what a crawl should find on it."""

from __future__ import annotations

import gzip
import random
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.support.miniweb import Answer, Fault, Site, html, redirect, text

BACKLINK = '<p>We like <a href="https://target.example/">this</a>.</p>'
GZIPPED = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))


@dataclass
class HostileWeb:
    """What MiniWeb serves, where to begin, and the pages with the one backlink that each has."""

    pages: dict[str, Answer | str] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)
    honest: list[str] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    """Of some seeds how they come out."""

    def add(self, origin: str, home: str, *honest: str, site: Site | None = None, outcome: str = "") -> None:
        """A site whose home page holds a backlink, the addresses of its honest pages, and then what leads into its trap."""
        links = "".join(f'<a href="{path}">honest</a>' for path in honest)
        self.pages[f"{origin}/"] = f"<title>{origin}</title>{BACKLINK}{links}{home}"
        self.pages.update({f"{origin}{path}": f"<title>{path}</title>{BACKLINK}" for path in honest})
        self.honest += [f"{origin}/", *(f"{origin}{path}" for path in honest)]
        self.pages[f"{origin}/robots.txt"] = text("")
        self.begin(f"{origin}/", outcome)
        if site is not None:
            self.sites[origin] = site

    def begin(self, seed: str, outcome: str = "") -> None:
        """A seed, and how it comes out."""
        self.seeds.append(seed)
        if outcome:
            self.outcomes[seed] = outcome


def links(*hrefs: str) -> str:
    return "".join(f'<a href="{href}">more</a>' for href in hrefs)


def make_hostile_web() -> HostileWeb:
    web = HostileWeb()
    web.add("http://plain.example", links("/gone", "/paper.pdf"), "/1", "/2", "/3", outcome="complete")
    web.add("https://safe.example", "", "/1", "/2", "/3", outcome="complete")
    _add_address_traps(web)
    _add_endless_sites(web)
    _add_redirects(web)
    _add_broken_answers(web)
    _add_broken_hosts(web)
    _add_hostile_markup(web)
    _add_listings(web)
    return web


def _add_address_traps(web: HostileWeb) -> None:
    def calendar(url: str) -> str:
        year, month = (int(part) for part in urlsplit(url).path.split("/")[2:4])
        others = (f"/events/{year + ahead}/{1 + (month + ahead) % 12}/" for ahead in range(-3, 4))
        return f"<title>{year} {month}</title>{links(*others)}"

    def shop(url: str) -> str:
        chance = random.Random(url)
        filters = [f"/shop?{name}={chance.randrange(99)}&size={chance.randrange(99)}" for name in ("color", "brand", "price") * 9]
        return f"<title>{url}</title>{links(*filters)}"

    def nested(url: str) -> str:
        return f"<title>{url}</title>{links('news/archive-of/')}"

    def visit(url: str) -> Answer | str:
        chance = random.Random(url).randbytes(16).hex()
        page = urlsplit(url).path.partition(";")[0]
        if page not in ("/", "/a", "/b"):
            return Answer(status=404)
        others = links(f"/a;jsessionid={chance}", f"/b?PHPSESSID={chance}", f"/?sid={chance}", f"/a?utm_source={chance}")
        return f"<title>{page}</title>{BACKLINK}{others}"

    def longer(url: str) -> str:
        return f"<title>{len(url)}</title>{links(url + '-' + 'x' * 600)}"

    web.add("https://calendar.example", links("/events/2026/11/"), "/about", "/2024/05/12/story", site=calendar)
    web.add("https://shop.example", links("/shop?color=1"), "/product/1", "/product/2", site=shop)
    web.add("https://nested.example", links("news/archive-of/"), "/about", site=nested)
    web.add("https://long.example", links("/x"), "/about", site=longer)
    web.sites["https://visit.example"] = visit
    web.begin("https://visit.example/", "complete")


def _add_endless_sites(web: HostileWeb) -> None:
    def soft_404(url: str) -> str:
        chance = random.Random(url)
        wanted = urlsplit(url).path
        return f"<title>Shop</title><h1>{wanted} is not here</h1>{links(*(f'/p{chance.random()}' for _ in range(9)))}"

    def million(url: str) -> str:
        chance = random.Random(url)
        return f"<title>{url}</title>{links(*(f'/n/{chance.random()}' for _ in range(1_000)))}"

    web.add("https://soft404.example", links("/x1", "/x2"), "/about", site=soft_404)
    web.add("https://million.example", links("/n/1"), "/about", site=million, outcome="partial")


def _add_redirects(web: HostileWeb) -> None:
    def longer(url: str) -> Answer:
        return redirect(f"{url}x")

    hrefs = ("/loop", "/chain0", "/private", "/metadata", "/file", "/nowhere")
    web.add("https://redirects.example", links(*hrefs), "/about", site=longer)
    web.pages["https://redirects.example/loop"] = redirect("/loop2")
    web.pages["https://redirects.example/loop2"] = redirect("/loop")
    web.pages["https://redirects.example/private"] = redirect("http://127.0.0.1:22/")
    web.pages["https://redirects.example/metadata"] = redirect("http://169.254.169.254/latest/meta-data/")
    web.pages["https://redirects.example/file"] = redirect("file:///etc/passwd")
    web.pages["https://redirects.example/nowhere"] = Answer(status=302)
    web.pages["https://circle.example/"] = redirect("https://circle.example/")
    web.begin("https://circle.example/", "unreachable")


def _add_broken_answers(web: HostileWeb) -> None:
    bomb = gzip.compress(b"0" * 40_000_000)
    web.add("https://faults.example", links("/hang", "/reset", "/drip", "/body", "/headers", "/bomb", "/half-bomb"), "/about")
    for name, fault in (("hang", Fault.HANG), ("reset", Fault.RESET), ("drip", Fault.DRIP), ("body", Fault.ENDLESS_BODY)):
        web.pages[f"https://faults.example/{name}"] = Answer(BACKLINK.encode(), fault=fault)
    web.pages["https://faults.example/headers"] = Answer(fault=Fault.ENDLESS_HEADERS)
    web.pages["https://faults.example/bomb"] = Answer(bomb, headers=GZIPPED)
    web.pages["https://faults.example/half-bomb"] = Answer(bomb[:5_000], headers=GZIPPED)
    web.add("https://answers.example", links("/500", "/cut", "/empty", "/picture", "/status"), "/about")
    web.pages["https://answers.example/500"] = Answer(status=500)
    web.pages["https://answers.example/cut"] = Answer(BACKLINK.encode(), fault=Fault.TRUNCATED)
    web.honest.append("https://answers.example/cut")
    web.pages["https://answers.example/empty"] = Answer()
    web.pages["https://answers.example/picture"] = Answer(b"\x89PNG\r\n\x1a\n" + BACKLINK.encode())
    web.pages["https://answers.example/status"] = Answer(BACKLINK.encode(), status=999)


def _add_broken_hosts(web: HostileWeb) -> None:
    for name, fault in (("plaintext", Fault.NO_TLS), ("members", Fault.TLS_ALERT), ("curt", Fault.HANG_UP)):
        web.pages[f"https://{name}.example/"] = Answer(fault=fault)
        web.begin(f"https://{name}.example/", "unreachable")
    for scheme in ("http", "https"):
        web.pages[f"{scheme}://silent-{scheme}.example/"] = Answer(fault=Fault.HANG)
        web.begin(f"{scheme}://silent-{scheme}.example/", "unreachable")
    web.begin("https://unknown.example/", "unreachable")
    web.begin("http://10.0.0.1/", "blocked")
    robots = {
        "error": Answer(status=500),
        "drip": Answer(fault=Fault.DRIP),
        "page": html("<p>Disallow: / " + "<p>" * 300_000),
        "loop": redirect("/robots.txt"),
        "headers": Answer(fault=Fault.ENDLESS_HEADERS),
    }
    outcomes = {"error": "blocked", "drip": "unreachable", "headers": "unreachable"}
    for name, answer in robots.items():
        outcome = outcomes.get(name, "complete")
        origin = f"https://robots-{name}.example"
        web.pages[f"{origin}/"] = BACKLINK
        web.pages[f"{origin}/robots.txt"] = answer
        web.begin(f"{origin}/", outcome)
        if outcome == "complete":
            web.honest.append(f"{origin}/")


def _add_hostile_markup(web: HostileWeb) -> None:
    schemes = links("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://[", "//", "http://127.0.0.1/", "#")
    invented = "<!-- <a href=https://target.example/>x</a> --><template><a href=https://target.example/>x</a></template>"
    web.add("https://markup.example", f"{schemes}{invented}{links('/terminal', '/deep', '/open', '/many')}", "/about")
    web.pages["https://markup.example/terminal"] = f"<title>\x1b[31m\x07 red</title>{BACKLINK}"
    web.pages["https://markup.example/deep"] = BACKLINK + "<div>" * 20_000
    web.pages["https://markup.example/open"] = BACKLINK + "<a href=" * 20_000
    web.pages["https://markup.example/many"] = BACKLINK + "<a href=https://other.example/>x</a>" * 20_000
    web.honest += [f"https://markup.example/{name}" for name in ("terminal", "deep", "open", "many")]
    web.pages["https://markup.example/\x1b"] = "x"


def _add_listings(web: HostileWeb) -> None:
    def sitemaps(url: str) -> Answer:
        more = "".join(f"<sitemap><loc>{url}{letter}</loc></sitemap>" for letter in "abc")
        return text(f"<sitemapindex>{more}<sitemap><loc>https://target.example/s.xml</loc></sitemap></sitemapindex>", "text/xml")

    web.add("https://listed.example", '<link rel=alternate type="application/rss+xml" href="/feed">', outcome="complete")
    web.pages["https://listed.example/robots.txt"] = text("Sitemap: https://listed.example/s.xml\nSitemap: /bad.xml\nDisallow: /")
    web.pages["https://listed.example/s.xml"] = text("<urlset><url><loc>/from-sitemap</loc></url><url><loc>/half", "text/xml")
    web.pages["https://listed.example/bad.xml"] = text("no such page")
    web.pages["https://listed.example/feed"] = text("<rss><channel><item><link>/from-feed</link></item></rss>", "text/xml")
    for name in ("from-sitemap", "from-feed"):
        web.pages[f"https://listed.example/{name}"] = BACKLINK
        web.honest.append(f"https://listed.example/{name}")
    web.add("https://sitemaps.example", "", "/about", site=sitemaps)
    web.pages["https://sitemaps.example/robots.txt"] = text("Sitemap: https://sitemaps.example/s.xml")
