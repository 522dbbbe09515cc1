"""Crawls as jobs of a real Scrapyd: deployed, scheduled, followed, cancelled, refused."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from backlinkspider.core.rows.columns import DEFERRED_COLUMNS
from tests.support.miniweb import Answer, Fault, MiniWeb, text
from tests.support.scrapy_command import crawl, read_csv, read_json_lines
from tests.support.scrapyd_server import Scrapyd, clone_project

pytestmark = pytest.mark.slow

LINKS = '<a href="https://target.example/a">one</a> and <a rel=nofollow href="https://other.example/">another</a>'
SITES = [f"site{number}.example" for number in range(12)]
SLOW = "https://slow.example/next"


def pages() -> dict[str, Answer | str]:
    found: dict[str, Answer | str] = {f"https://{site}/": f"<title>{site}</title>{LINKS}<a href=/2>2</a>" for site in SITES}
    found.update({f"https://{site}/2": f"<p>{LINKS}<a href=/3>3</a>" for site in SITES})
    found.update({f"https://{site}/3": LINKS for site in SITES})
    found["https://lists.example/sites"] = text("\n".join(SITES))
    found["https://slow.example/"] = f"{LINKS}<a href=/next>n</a>"
    found[SLOW] = Answer(fault=Fault.HANG)
    return found


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb(pages()) as web:
        yield web


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed; these tests deploy a clone")
    return clone_project(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def server(scrapyd_programs: Path, web: MiniWeb, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """A server that the project is deployed to, with a folder of items and one of lists."""
    folder = tmp_path_factory.mktemp("server")
    write_lists(folder)
    options = "items_dir = items\njobs_dir = jobs\n"
    with Scrapyd(scrapyd_programs, folder, options=options, environment=web.environment()) as server:
        deployed = server.deploy(clone, "scrapyd-deploy", "server")
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        yield server


def write_lists(folder: Path) -> None:
    (folder / "lists").mkdir()
    (folder / "lists" / "partners.txt").write_text("\n".join(SITES[:6]))
    known = [f"https://{site}/{page},https://target.example/a,one,{page or 1}" for site in SITES[:3] for page in ("", "2", "9")]
    (folder / "lists" / "known.csv").write_text("\n".join(["url_from,url_to,anchor,page", *known]))


def items(server: Scrapyd, job: str, spider: str = "backlinks") -> list[dict[str, Any]]:
    return read_json_lines(server.folder / "items" / "backlinkspider" / spider / f"{job}.jl")


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """The rows without what differs between two crawls: their order, the time, and what only the whole of a crawl can say."""
    differing = dict.fromkeys((*DEFERRED_COLUMNS, "fetched_at"))
    return sorted(json.dumps({**row, **differing}, sort_keys=True) for row in rows)


def test_a_deploy_packs_what_a_crawl_needs_and_no_tests(server: Scrapyd, clone: Path) -> None:
    (egg,) = (server.folder / "eggs" / "backlinkspider").iterdir()
    names = set(zipfile.ZipFile(egg).namelist())
    package = {path.relative_to(clone).as_posix() for path in (clone / "backlinkspider").rglob("*") if path.is_file()}
    assert package <= names
    assert {name.partition("/")[0] for name in names} == {"backlinkspider", "EGG-INFO"}


@pytest.mark.usefixtures("server")
def test_a_deploy_leaves_nothing_for_git(clone: Path) -> None:
    assert (clone / "setup.py").exists()
    left = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert left.stdout == ""


def test_the_deploy_section_of_the_project(clone: Path) -> None:
    config = configparser.ConfigParser()
    config.read(clone / "scrapy.cfg")
    assert dict(config["deploy"]) == {"url": "http://localhost:6800", "project": "backlinkspider"}


def test_the_data_of_an_egg_can_be_read(server: Scrapyd, scrapyd_programs: Path, tmp_path: Path) -> None:
    (egg,) = (server.folder / "eggs" / "backlinkspider").iterdir()
    environment = {"PATH": "", "PYTHONPATH": str(egg), "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings"}
    subprocess.run([scrapyd_programs / "scrapy", "demo"], cwd=tmp_path, env=environment, check=True, timeout=120)
    assert (tmp_path / "demo.csv").stat().st_size > 10_000


def test_four_jobs_at_once_find_what_a_local_crawl_finds(server: Scrapyd, web: MiniWeb, tmp_path: Path) -> None:
    named = {"target": "target.example", "seeds": "list:partners"}
    listed = {
        "target": "https://target.example/*,other.example", "seeds": ",".join(SITES[4:]), "keep": "all", "follow": "host",
        "max_depth": "1", "max_pages": "2", "keywords": "one", "coverage": "listed.jsonl",
    }  # fmt: skip
    shared = {"target": "other.example", "seeds": "https://lists.example/sites"}
    calls = [named, listed, {**shared, "shard": "0/2"}, {**shared, "shard": "1/2"}]
    jobs = [server.schedule(**call) for call in calls]
    server.wait_for(*jobs)
    write_lists(tmp_path)
    whole = [crawl(web, tmp_path, **call) for call in (named, listed, shared)]
    found = [items(server, job) for job in jobs]
    assert [len(local.rows) for local in whole] == [18, 48, 36]
    assert comparable(found[0]) == comparable(whole[0].rows)
    # The weights are in the egg.
    assert {row["weights_version"] for row in found[0]} == {"default 1"}
    assert comparable(found[1]) == comparable(whole[1].rows)
    assert found[2]
    assert found[3]
    assert comparable(found[2] + found[3]) == comparable(whole[2].rows)
    assert all(server.log(job)[-1].endswith("INFO: crawl finished") for job in jobs)
    # In the folder that Scrapyd runs in.
    seen = read_json_lines(server.folder / "listed.jsonl")
    assert [row["outcome"] for row in seen] == ["partial"] * 8


def test_a_job_monitors_a_list_of_the_server(server: Scrapyd) -> None:
    job = server.schedule(spider="monitor", target="target.example", known="list:known")
    server.wait_for(job)
    rows = items(server, job, "monitor")
    assert [row["known_page"] for row in rows] == ["1", "2", "9"] * 3
    assert [(row["status"], row["status_reason"]) for row in rows[:3]] == [("new", None), ("new", None), ("missing", "page_gone")]
    assert {row["from_list"] for row in rows} == {"known"}
    assert server.log(job, "monitor")[-1].endswith("INFO: crawl finished")


@pytest.mark.parametrize("how", [{}, {"signal": "TERM"}], ids=["cancelled as Scrapyd does", "cancelled with SIGTERM"])
def test_a_cancelled_job_keeps_its_rows(server: Scrapyd, web: MiniWeb, how: dict[str, str]) -> None:
    before = web.fetched(SLOW)
    job = server.schedule("DOWNLOAD_TIMEOUT=3", "STATS_DUMP=True", target="target.example", seeds="slow.example")
    server.wait_until(lambda: web.fetched(SLOW) > before, "a page that does not answer")
    assert server.call("cancel.json", job=job, **how)["prevstate"] == "running"
    server.wait_for(job)
    assert [row["url_from"] for row in items(server, job)] == ["https://slow.example/"]
    assert "WARNING: crawl interrupted: what was found until then is written" in server.log(job)[-1]
    assert "'backlinks/outcome': 'interrupted'" in "\n".join(server.log(job))


def test_a_killed_job_goes_on_when_its_id_is_scheduled_again(server: Scrapyd, web: MiniWeb, tmp_path: Path) -> None:
    call = {"target": "target.example", "seeds": ",".join(SITES), "coverage": "killed.jsonl"}
    before = len(web.requests)
    server.schedule("DOWNLOAD_DELAY=0.5", jobid="killed", **call)
    server.wait_until(lambda: len(web.requests) > before + 2 * len(SITES), "a page of some sites")
    (job,) = (job for job in server.jobs("running") if job["id"] == "killed")
    os.kill(job["pid"], signal.SIGKILL)
    server.wait_for("killed")
    some = len(items(server, "killed"))
    server.schedule(jobid="killed", **call)
    server.wait_until(lambda: [job["id"] for job in server.jobs("finished")].count("killed") == 2, "the end of the second run")
    whole = crawl(web, tmp_path, **call)
    assert 0 < some < len(whole.rows)
    assert comparable(items(server, "killed")) == comparable(whole.rows)
    assert [row["pages"] for row in read_json_lines(server.folder / "killed.jsonl")] == [3] * len(SITES)
    fetched = len(web.requests)
    server.schedule(jobid="killed", **call)
    server.wait_until(lambda: [job["id"] for job in server.jobs("finished")].count("killed") == 3, "the end of the third run")
    assert "INFO: crawl finished: the job in " in server.log("killed")[-1]
    assert len(web.requests) == fetched


FAILURES = [
    pytest.param({"target": "target.example", "seeds": "missing.example"}, "no seed could be read", id="no seed"),
    pytest.param({"target": "target.example", "seeds": "list:unknown"}, "no list has that name", id="no such list"),
    pytest.param({"target": "target.example", "seeds": "list:../secret"}, "never a path", id="the path of a list"),
    pytest.param({"seeds": "site1.example"}, "no target", id="no target"),
    pytest.param({"target": "target.example", "seed": "site1.example"}, "did you mean 'seeds'", id="an unknown argument"),
]


@pytest.mark.parametrize(("arguments", "why"), FAILURES)
def test_the_log_of_a_job_says_why_it_failed(server: Scrapyd, arguments: dict[str, str], why: str) -> None:
    job = server.schedule(**arguments)
    server.wait_for(job)
    last = server.log(job)[-1]
    assert "ERROR: crawl failed: " in last
    assert why in last
    assert str(server.folder) not in last


@pytest.mark.parametrize("password", [None, "guessed"])
@pytest.mark.parametrize("service", ["schedule.json", "listjobs.json", "cancel.json", "addversion.json"])
def test_without_the_password_nothing_is_answered(server: Scrapyd, service: str, password: str | None) -> None:
    with pytest.raises(HTTPError) as refusal:
        server.call(service, password=password, spider="backlinks", job="1", target="target.example")
    assert refusal.value.code == 401
    refusal.value.close()


def test_a_deploy_without_the_password_is_refused(server: Scrapyd, clone: Path) -> None:
    refused = server.deploy(clone, "scrapyd-client", "deploy", "server", password="guessed")
    assert refused.returncode == 1
    assert "401" in refused.stderr


@pytest.fixture(scope="module")
def installed(scrapyd_programs: Path, web: MiniWeb, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """A server on which the project is installed, without an egg, and that leaves the feeds to the project."""
    folder = tmp_path_factory.mktemp("installed")
    packages = folder / "packages"
    subprocess.run(
        [scrapyd_programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages, clone],
        check=True, timeout=300,
    )  # fmt: skip
    environment = {**web.environment(), "PYTHONPATH": str(packages)}
    # Scrapyd and Scrapy both read it; of scrapyd.conf Scrapy knows nothing.
    (folder / "scrapy.cfg").write_text("[settings]\nbacklinkspider = backlinkspider.settings\n")
    with Scrapyd(scrapyd_programs, folder, environment=environment) as server:
        yield server


def test_a_project_that_is_installed_needs_no_egg(installed: Scrapyd) -> None:
    feeds = {
        "tables/%(target_slug)s/%(name)s-%(job)s.csv": {"format": "csv"},
        "tables/%(target_slug)s/%(job)s-coverage.csv": {
            "format": "coverage_csv", "item_classes": ["backlinkspider.items.Coverage"],
        },
    }  # fmt: skip
    job = installed.schedule(
        f"FEEDS={json.dumps(feeds)}", target="https://target.example/../../*", seeds="site1.example,site2.example", jobid="7"
    )
    installed.wait_for(job)
    assert not (installed.folder / "eggs").exists()
    assert installed.log(job)[-1].endswith("INFO: crawl finished")
    (folder,) = (installed.folder / "tables").iterdir()
    assert {path.name for path in folder.iterdir()} == {"backlinks-7.csv", "7-coverage.csv"}
    assert len(read_csv(folder / "backlinks-7.csv")) == 6
    assert [row["pages"] for row in read_csv(folder / "7-coverage.csv")] == ["3", "3"]
