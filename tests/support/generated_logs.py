"""Access logs in seven formats, generated from one list of requests, with a known answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

OWN = "example.com"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
BOT = "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"

IIS_FIELDS = "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus"
CLOUDFRONT_FIELDS = "c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header"


@dataclass(frozen=True)
class Visit:
    """One request."""

    referrer: str
    path: str = "/oak"
    status: int = 200
    method: str = "GET"
    agent: str = BROWSER
    client: str = "203.0.113.9"
    day: int = 10
    """Of October 2026."""


def combined(visit: Visit) -> str:
    time = f"{visit.day:02}/Oct/2026:13:55:36 +0000"
    agent = visit.agent.replace('"', '\\"')
    request = f"{visit.method} {visit.path} HTTP/1.1"
    return f'{visit.client} - - [{time}] "{request}" {visit.status} 2326 "{visit.referrer or "-"}" "{agent}"'


def vhost_combined(visit: Visit) -> str:
    return f"www.{OWN}:443 {combined(visit)}"


def nginx(visit: Visit) -> str:
    return combined(visit).replace('\\"', "\\x22") + ' "198.51.100.7"'


def iis(visit: Visit) -> str:
    path, _, query = visit.path.partition("?")
    agent = visit.agent.replace(" ", "+")
    cells = (visit.method, path, query or "-", "443", "-", visit.client, agent, visit.referrer or "-", str(visit.status), "0")
    return f"2026-10-{visit.day:02} 13:55:36 192.0.2.1 {' '.join(cells)}"


def cloudfront(visit: Visit) -> str:
    path, _, query = visit.path.partition("?")
    agent = quote(quote(visit.agent))
    referrer = visit.referrer.replace("%", "%25") or "-"
    cells = (visit.client, visit.method, "d1.cloudfront.net", path, str(visit.status), referrer, agent, query or "-", OWN)
    return f"2026-10-{visit.day:02}\t13:55:36\tFRA2\t2326\t" + "\t".join(cells)


def caddy(visit: Visit) -> str:
    headers = {"User-Agent": [visit.agent], **({"Referer": [visit.referrer]} if visit.referrer else {})}
    request = {"client_ip": visit.client, "method": visit.method, "host": OWN, "uri": visit.path, "headers": headers}
    seconds = 1_790_812_800 + (visit.day - 1) * 86_400 + 60
    return json.dumps({"level": "info", "ts": seconds + 0.5, "request": request, "status": visit.status})


def cloudflare(visit: Visit) -> str:
    entry = {
        "ClientIP": visit.client,
        "ClientRequestHost": OWN,
        "ClientRequestMethod": visit.method,
        "ClientRequestReferer": visit.referrer,
        "ClientRequestURI": visit.path,
        "ClientRequestUserAgent": visit.agent,
        "EdgeResponseStatus": visit.status,
        "EdgeStartTimestamp": f"2026-10-{visit.day:02}T13:55:36Z",
    }
    return json.dumps(entry)


FORMATS: dict[str, tuple[Sequence[str], Callable[[Visit], str]]] = {
    "combined": ((), combined),
    "vhost_combined": ((), vhost_combined),
    "nginx": ((), nginx),
    "iis": (
        (
            "#Software: Microsoft Internet Information Services 10.0",
            f"#Fields: date time s-ip {IIS_FIELDS}",
        ),
        iis,
    ),
    "cloudfront": (
        (
            "#Version: 1.0",
            f"#Fields: date time x-edge-location sc-bytes {CLOUDFRONT_FIELDS}",
        ),
        cloudfront,
    ),
    "caddy": ((), caddy),
    "cloudflare": ((), cloudflare),
}
"""Each format: the lines at its head, and what writes a request."""


def random_visits(count: int, *, seed: int = 1) -> Iterator[Visit]:
    """Requests as a server sees them: most from its own pages or from nowhere, some from other sites, engines and bots."""
    chance = random.Random(seed)
    sites = [f"https://blog{number}.example/post/{number}?a=%20" for number in range(40)]
    homes = [f"https://home{number}.example/" for number in range(40)]
    for _ in range(count):
        kind = chance.random()
        path = f"/p/{chance.randrange(50)}?page={chance.randrange(9)}"
        client = f"203.0.113.{chance.randrange(1, 200)}"
        visit = Visit("", path, client=client, day=chance.randrange(1, 29))
        if kind < 0.3:
            yield visit
        elif kind < 0.75:
            yield Visit(f"https://{chance.choice(['www.', ''])}{OWN}/p/1", path, client=client, day=visit.day)
        elif kind < 0.85:
            yield Visit(chance.choice(["https://www.google.de/", "https://www.bing.com/", "https://chatgpt.com/"]), path)
        elif kind < 0.88:
            yield Visit("https://forged.example/spam", path, agent=BOT)
        elif kind < 0.9:
            yield Visit("https://broken.example/link", path, status=404)
        else:
            yield Visit(chance.choice(sites if kind < 0.95 else homes), path, client=client, day=visit.day)


def log_lines(name: str, visits: Sequence[Visit]) -> list[str]:
    """The lines of a log in a format."""
    head, write = FORMATS[name]
    return [*head, *map(write, visits)]
