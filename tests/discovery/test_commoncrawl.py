"""Common Crawl's graph from a loopback server: the right domains, whatever the server and the files do."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from backlinkspider.core.webgraph.names import host_of_name
from tests.support.data_server import Asked, DataServer, Reply, Respond
from tests.support.fork_server import Run
from tests.support.scrapy_command import project_environment, read_csv, scrapy, set_options

RELEASE = "cc-main-2026-jul-aug-sep"
SETTINGS = ("DOWNLOAD_DELAY=0", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "BACKLINKS_MAX_DELAY_SECONDS=0.01")

# Sorted by reversed names, as the graph is; the last one is odd, as some are in real data.
DOMAINS = ["-", "com.blogsite", "com.example", "com.hub", "com.rival", "com.shop", "io.github", "org.forum", ".mflor.www"]
EDGES = [(1, 2), (3, 0), (3, 1), (3, 2), (3, 4), (5, 4), (6, 2), (7, 2), (7, 4), (8, 2)]
VERTICES = "".join(f"{number}\t{name}\t{number + 1}\n" for number, name in enumerate(DOMAINS))
RANKS = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts\n" + "".join(
    f"{place}\t{2e7 - place}E0\t{place + 10}\t4.6E-4\t{name}\t{place}\n"
    for place, name in enumerate(["com.hub", "io.github", "com.example", "org.forum", "com.blogsite", "com.shop"], 1)
)


def file_path(name: str, release: str = RELEASE) -> str:
    return f"/graph/{release}/domain/{release}-domain-{name}.txt.gz"


def graph_files(
    vertices: str = VERTICES, edges: Sequence[tuple[int, int]] = tuple(EDGES), ranks: str = RANKS, release: str = RELEASE
) -> dict[str, bytes]:
    texts = {"vertices": vertices, "edges": "".join(f"{source}\t{to}\n" for source, to in edges), "ranks": ranks}
    return {file_path(name, release): gzip.compress(text.encode(), mtime=0) for name, text in texts.items()}


def discover(server: DataServer, folder: Path, *options: str, source: str = f"commoncrawl={RELEASE}", part: int = 60) -> Run:
    urls = (f"BACKLINKS_COMMONCRAWL_URL={server.url}/graph/", f"BACKLINKS_COMMONCRAWL_INDEX_URL={server.url}/")
    settings = (*SETTINGS, *urls, f"BACKLINKS_DOWNLOAD_PART_BYTES={part}")
    words = set_options(*settings)
    target = () if "--target" in options else ("--target", "example.com")
    outputs = ("-o", "c.csv", "--sources", "s.csv")
    return scrapy("discover", *target, "--source", source, *outputs, *options, *words, folder=folder)


def rows(folder: Path, name: str = "c.csv") -> list[dict[str, str]]:
    return read_csv(folder / name)


def found(folder: Path) -> dict[str, str]:
    return {row["candidate"]: row["target"] for row in rows(folder)}


REFERRERS = {"hub.com": "example.com", "forum.org": "example.com", "blogsite.com": "example.com"}


def test_the_domains_that_refer_to_a_target_come_with_their_ranks(tmp_path: Path) -> None:
    with DataServer(graph_files()) as server:
        run = discover(server, tmp_path)
    assert run.code == 0, run.log
    shown = [
        (row["candidate"], row["level"], row["cc_harmonic_pos"], row["cc_pagerank_pos"], row["cc_hosts"])
        for row in rows(tmp_path)
    ]
    assert shown == [
        ("hub.com", "domain", "1", "11", "1"),
        ("forum.org", "domain", "4", "14", "4"),
        ("blogsite.com", "domain", "5", "15", "5"),
    ]
    assert {row["evidence"] for row in rows(tmp_path)} == {f"graph {RELEASE}"}
    (source,) = rows(tmp_path, "s.csv")
    assert source["complete"] == "limit"
    assert "example.com has harmonic position 3, PageRank position 13" in source["note"]
    assert "names that are no host names: 1" in source["note"]
    assert "left out, because others have their sites there: github.io" in run.output


def test_several_targets_are_found_in_one_pass(tmp_path: Path) -> None:
    with DataServer(graph_files()) as server:
        run = discover(server, tmp_path, "--target", "example.com,rival.com", part=100_000)
    assert run.code == 0, run.log
    both = "example.com | rival.com"
    assert found(tmp_path) == {"hub.com": both, "forum.org": both, "blogsite.com": "example.com", "shop.com": "rival.com"}
    assert server.paths() == ["/robots.txt", *map(file_path, ("vertices", "edges", "vertices", "ranks"))]


def test_the_gap_has_who_refers_to_rivals_only(tmp_path: Path) -> None:
    with DataServer(graph_files()) as server:
        run = discover(server, tmp_path, "--target", "example.com,rival.com", "--gap")
    assert run.code == 0, run.log
    assert found(tmp_path) == {"shop.com": "rival.com"}
    assert "not known to link to you" in run.output


def test_domains_behind_a_rank_are_left_out(tmp_path: Path) -> None:
    with DataServer(graph_files()) as server:
        discover(server, tmp_path, "--min-rank", "4")
    assert list(found(tmp_path)) == ["hub.com", "forum.org"]


def hub_files() -> dict[str, bytes]:
    """Return a graph in which hub.com refers to 21,002 domains and shop.com to one."""
    domains = ["com.hub", "com.ours", "com.rival", "com.shop", *(f"net.n{number:06}" for number in range(21_000))]
    edges = [*((0, to) for to in range(1, 21_004) if to != 1), (3, 2)]
    vertices = "".join(f"{number}\t{name}\t1\n" for number, name in enumerate(domains))
    ranks = "1\t1E0\t1\t1E-1\tcom.hub\t1\n2\t1E0\t2\t1E-1\tcom.shop\t1\n"
    return graph_files(vertices, edges, ranks)


def test_a_hub_is_named_and_comes_last_in_a_gap(tmp_path: Path) -> None:
    with DataServer(hub_files()) as server:
        run = discover(server, tmp_path, "--target", "ours.com,rival.com", "--gap", part=20_000)
    assert run.code == 0, run.log
    assert [(row["candidate"], row["evidence"]) for row in rows(tmp_path)] == [
        ("shop.com", f"graph {RELEASE}"),
        ("hub.com", f"graph {RELEASE} | hub: refers to 21002 domains"),
    ]


def test_hubs_are_left_out_on_request_and_counted(tmp_path: Path) -> None:
    with DataServer(hub_files()) as server:
        run = discover(server, tmp_path, "--target", "ours.com,rival.com", "--exclude-hubs", part=20_000)
    assert run.code == 0, run.log
    assert [row["candidate"] for row in rows(tmp_path)] == ["shop.com"]
    assert "hubs, which refer to very many domains: 1" in run.output


UNTELLABLE = [
    pytest.param("me.github.io", "the graph cannot tell who refers to me.github.io: it has github.io only", 1, id="a platform"),
    pytest.param("example.net", "example.net is not in the graph", 0, id="an unknown domain"),
    pytest.param("https://example.com/shop/*", "the graph knows domains only", 0, id="a folder"),
]


@pytest.mark.parametrize(("target", "note", "code"), UNTELLABLE)
def test_what_the_graph_cannot_tell_is_said(tmp_path: Path, target: str, note: str, code: int) -> None:
    with DataServer(graph_files()) as server:
        run = discover(server, tmp_path, "--target", target)
    assert run.code == code, run.log
    assert note in rows(tmp_path, "s.csv")[0]["note"]


# What files may be like, and what is found all the same.
SHUFFLED = "".join(reversed(VERTICES.splitlines(keepends=True)))
DOUBLED = VERTICES.replace("1\tcom.blogsite\t2\n", "1\tcom.blogsite\t2\n1\tcom.blogsite\t2\n1\tcom.blogtwin\t2\n")
WITHOUT_FORUM = {host: target for host, target in REFERRERS.items() if host != "forum.org"}
FILES = [
    pytest.param(graph_files(vertices=SHUFFLED), REFERRERS, "not in the order of their ids", id="unsorted vertices"),
    pytest.param(graph_files(vertices=DOUBLED), REFERRERS | {"blogtwin.com": "example.com"}, "two names", id="doubled ids"),
    pytest.param(graph_files(edges=EDGES[::-1]), REFERRERS, "the edges are not sorted", id="unsorted edges"),
    pytest.param(graph_files(edges=sorted(EDGES * 2)), REFERRERS, "release", id="doubled edges"),
    pytest.param(graph_files(ranks="---\t---\t---\t---\tcom.hub\n"), REFERRERS, "release", id="ranks without values"),
    pytest.param(graph_files(VERTICES.replace("7\torg.forum\t8\n", "")), WITHOUT_FORUM, "without a name: 1", id="no name"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected", "note"), FILES)
def test_files_that_are_not_as_they_should_be(
    tmp_path: Path, files: Mapping[str, bytes], expected: Mapping[str, str], note: str
) -> None:
    with DataServer(files) as server:
        run = discover(server, tmp_path)
    assert run.code == 0, run.log
    assert found(tmp_path) == expected
    assert note in rows(tmp_path, "s.csv")[0]["note"]


def test_gzip_of_many_members_is_read_to_its_end(tmp_path: Path) -> None:
    files = graph_files()
    lines = [f"{source}\t{to}\n".encode() for source, to in EDGES]
    files[file_path("edges")] = b"".join(map(gzip.compress, lines))
    with DataServer(files) as server:
        run = discover(server, tmp_path)
    assert run.code == 0, run.log
    assert found(tmp_path) == REFERRERS


def is_part(asked: Asked, begin: int) -> bool:
    return asked.headers.get("range", "").startswith(f"bytes={begin}-")


def cut(asked: Asked, count: int) -> Reply | None:
    """Every other answer is cut."""
    if count % 2 == 0 or asked.path == "/robots.txt":
        return None
    reply = DataServer(graph_files()).file_reply(asked)
    reply.sent = len(reply.body) // 2
    return reply


def busy(asked: Asked, count: int) -> Reply | None:
    return Reply(503) if count % 3 and asked.path != "/robots.txt" else None


def without_ranges(asked: Asked, _: int) -> Reply | None:
    return DataServer(graph_files()).file_reply(Asked(asked.method, asked.path, {}))


def replaced_once(asked: Asked, count: int) -> Reply | None:
    """The file that is begun is another one than that which follows."""
    if asked.path != file_path("edges") or count != 1:
        return None
    return DataServer(graph_files(edges=[(5, 2), *((6, to * to) for to in range(3, 99))])).file_reply(asked)


TROUBLES = [
    pytest.param(cut, id="connections that break in the middle of a part"),
    pytest.param(busy, id="503 twice of three times"),
    pytest.param(without_ranges, id="a server that ignores Range"),
    pytest.param(replaced_once, id="another file with another ETag"),
]


@pytest.mark.parametrize("respond", TROUBLES)
def test_trouble_on_the_way_changes_nothing(tmp_path: Path, respond: Respond) -> None:
    with DataServer(graph_files(), respond) as server:
        run = discover(server, tmp_path)
    assert run.code == 0, run.log + run.output
    assert found(tmp_path) == REFERRERS


def forbidden(asked: Asked, _: int) -> Reply | None:
    return Reply(403) if asked.path == file_path("edges") else None


def too_large(asked: Asked, _: int) -> Reply | None:
    return Reply(200, bytes(20_000_000)) if asked.path == file_path("vertices") else None


def always_replaced(asked: Asked, count: int) -> Reply | None:
    if asked.path == "/robots.txt":
        return None
    begin = asked.headers["range"][6:].split("-")[0]
    body = gzip.compress(VERTICES.encode() * count)
    return Reply(206, body[:60], {"Content-Range": f"bytes {begin}-1/999", "ETag": f'"{count}"'})


def empty(asked: Asked, _: int) -> Reply | None:
    return Reply(206, b"", {"Content-Range": "bytes 0-1/99"}) if "range" in asked.headers else None


TORN = {**graph_files(), file_path("edges"): graph_files()[file_path("edges")][:-9]}
DAMAGED = {**graph_files(), file_path("edges"): b"\x1f\x8b" + bytes(range(100))}
FAILURES = [
    pytest.param(graph_files(), forbidden, "answers 403: it asks to be left alone", id="403 is obeyed"),
    pytest.param(
        graph_files(), too_large, "is sent whole only: the server ignores Range", id="a file too large to be read whole"
    ),
    pytest.param(graph_files(), always_replaced, "was replaced again and again", id="a file that is always another"),
    pytest.param(graph_files(), empty, "broke off at byte 0: the server sends nothing", id="nothing comes"),
    pytest.param(TORN, None, "breaks off: its end is missing", id="a file without its end"),
    pytest.param(DAMAGED, None, "is damaged", id="a file that is no gzip"),
    pytest.param({}, None, "answers 404", id="no such release"),
]


@pytest.mark.parametrize(("files", "respond", "problem"), FAILURES)
def test_a_source_that_cannot_be_read_says_why(
    tmp_path: Path, files: Mapping[str, bytes], respond: Respond | None, problem: str
) -> None:
    with DataServer(files, respond) as server:
        run = discover(server, tmp_path)
    assert run.code == 1, run.log
    (source,) = rows(tmp_path, "s.csv")
    assert problem in source["note"]
    assert source["complete"] == "no"
    assert server.paths().count(file_path("edges")) < 12


def graph_list(*releases: str) -> bytes:
    return json.dumps([{"id": release, "crawls": []} for release in releases]).encode()


def test_the_newest_release_that_has_all_its_files_is_taken(tmp_path: Path) -> None:
    newest = "cc-main-2026-aug-sep-oct"
    files = {**graph_files(), "/graphinfo.json": graph_list(newest, RELEASE, "cc-main-2025-26-nov-dec-jan")}
    files[file_path("vertices", newest)] = b"x"
    with DataServer(files) as server:
        run = discover(server, tmp_path, source="commoncrawl")
    assert run.code == 0, run.log
    assert found(tmp_path) == REFERRERS
    assert f"release {RELEASE}" in rows(tmp_path, "s.csv")[0]["note"]


def test_the_page_for_people_stands_in_for_a_list_that_does_not_answer(tmp_path: Path) -> None:
    page = f"<a href=/{RELEASE}/>{RELEASE}</a>".encode()
    files = {**graph_files(), "/web-graphs-index.html": page}
    with DataServer(files, lambda asked, _: Reply(502) if asked.path == "/graphinfo.json" else None) as server:
        run = discover(server, tmp_path, source="commoncrawl")
    assert run.code == 0, run.log
    assert found(tmp_path) == REFERRERS


def test_a_name_that_is_no_release_is_a_wrong_call(tmp_path: Path) -> None:
    with DataServer() as server:
        run = discover(server, tmp_path, source="commoncrawl=CC-MAIN-2026-17")
    assert (run.code, run.log.count("\n")) == (2, 1)


def test_nothing_is_kept_unless_asked_and_what_is_kept_is_not_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with DataServer(graph_files(ranks=RANKS * 40)) as server:
        discover(server, tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {"kept", "c.csv", "s.csv"}
        discover(server, tmp_path, "--keep", "kept")
        asked = len(server.requests)
        run = discover(server, tmp_path, "--keep", "kept", part=100_000)
    assert run.code == 0, run.log
    assert found(tmp_path) == REFERRERS
    assert server.paths()[asked:] == ["/robots.txt", file_path("ranks")]  # read to the last needed name only, so never kept
    kept = {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()}
    assert kept == {path.rpartition("/")[2]: server.files[path] for path in map(file_path, ("vertices", "edges"))}


def test_the_robots_of_a_data_host_is_not_asked_and_that_of_another_is(tmp_path: Path) -> None:
    with DataServer(graph_files()) as server:
        environment = {**project_environment({}), "PATH": "", "http_proxy": server.url}
        server.files |= {f"http://data.commoncrawl.org{path}": data for path, data in server.files.items()}
        options = ("-s", "BACKLINKS_COMMONCRAWL_URL=http://data.commoncrawl.org/graph/", "-s", "DOWNLOAD_DELAY=0")
        command = ("discover", "--target", "example.com", "--source", f"commoncrawl={RELEASE}", "-o", "c.csv", *options)
        run = scrapy(*command, folder=tmp_path, environment=environment)
        assert run.code == 0, run.log + run.output
        assert not [path for path in server.paths() if "robots" in path]
        discover(server, tmp_path)
        assert "/robots.txt" in server.paths()


@pytest.fixture(scope="module")
def minicc(corpora: Path) -> dict[str, bytes]:
    return {
        file_path(name): (corpora / "graph" / f"minicc-give-domain-{name}.txt.gz").read_bytes()
        for name in ("vertices", "edges", "ranks")
    }


def test_fifty_targets_in_one_pass_equal_a_join(tmp_path: Path, minicc: Mapping[str, bytes]) -> None:
    names = dict(line.split("\t")[:2] for line in gzip.decompress(minicc[file_path("vertices")]).decode().splitlines())
    edges = [line.split("\t") for line in gzip.decompress(minicc[file_path("edges")]).decode().splitlines()]
    linked = sorted({to for _, to in edges if is_plain_domain(names[to])})
    chosen = random.Random(24).sample(linked, 50)
    hosts = {number: str(host_of_name(names[number].encode())) for number in chosen}
    expected: dict[str, set[str]] = {}
    for source, to in edges:
        host = host_of_name(names[source].encode())
        if to in hosts and host is not None and source not in hosts:
            expected.setdefault(host, set()).add(hosts[to])
    with DataServer(minicc) as server:
        run = discover(server, tmp_path, "--target", ",".join(hosts.values()), part=20_000)
    assert run.code == 0, run.log
    assert {candidate: set(targets.split(" | ")) for candidate, targets in found(tmp_path).items()} == {
        host: targets for host, targets in expected.items() if is_plain_domain(".".join(reversed(host.split("."))))
    }
    assert len(expected) > 50


def is_plain_domain(name: str) -> bool:
    """Whether a node is a site by both sections of the Public Suffix List."""
    from backlinkspider.core.urls.domains import icann_domain, is_public_suffix, site_of  # noqa: PLC0415

    host = host_of_name(name.encode())
    return host is not None and icann_domain(host) == host and site_of(host) == host and not is_public_suffix(host)
