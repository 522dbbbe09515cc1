"""README or a page of docs lags behind the code: then this fails."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from scrapy.settings import default_settings as scrapy_defaults

from backlinkspider import default_settings as ours
from backlinkspider import settings
from backlinkspider.analysis.compare import Change, Evidence
from backlinkspider.analysis.intersect import INTERSECTION_COLUMNS
from backlinkspider.checks.weights import load_weights
from backlinkspider.core import exceptions
from backlinkspider.core.arguments import (
    DEFAULT_MAX_DEPTH,
    DEFAULT_MAX_PAGES,
    MONITOR_NAMES,
    NAMES,
    MonitorArgument,
    parse_arguments,
)
from backlinkspider.core.candidates.columns import CANDIDATE_COLUMNS
from backlinkspider.core.coverage.outcome import BLOCKING, LIMITS
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS
from backlinkspider.core.monitor.columns import CONTRACT_COLUMNS, DOMAIN_COLUMNS, STATE_COLUMNS
from backlinkspider.core.monitor.differences import CHANGES
from backlinkspider.core.monitor.judgement import REASONS
from backlinkspider.core.monitor.list_check import LIST_COLUMNS
from backlinkspider.core.monitor.states import DOMAIN_GONE, MISSES, Finding, Status
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.discovery.registry import source_kinds
from backlinkspider.exceptions import BudgetSpent, PrivateAddress, RobotsBlocked, RobotsUnavailable, SiteTaken
from backlinkspider.skip_reasons import CONNECTION_REASONS, FETCH_FAILURES, NOT_FOLLOWED
from tests.support.fork_server import Run
from tests.support.miniweb import Answer, MiniWeb
from tests.support.scrapy_command import read_csv, scrapy

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "backlinkspider"
DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.glob("*.md")])
README = (PROJECT / "README.md").read_text(encoding="utf-8")
ONE_CLICK = {
    "only backlinks, in Excel": "excel.md",
    "referring domains": "referring-domains.md",
    "check a list of links": "check-a-list.md",
    "cron, systemd, Scrapyd": "every-night.md",
    "compare with last month": "compare.md",
    "a verdict explained": "explain-a-verdict.md",
    "nothing was found": "nothing-found.md",
}
DISCOVER_OPTIONS = {"--target", "--source", "--sources", "--gap", "--max", "--min-rank", "--keep"}
DISAVOW_OPTIONS = {"--existing", "--verdict", "--by", "--dry-run"}
SCRAPYD_PARAMETERS = {"project", "spider", "job", "jobid", "setting", "_version"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def script(name: str) -> ModuleType:
    """A script of docs, which is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def section(text: str, title: str) -> str:
    """What stands under a heading, to the next of its rank."""
    return re.split(r"^## ", text.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def names_in_table(text: str) -> list[str]:
    """The names in the first cells of tables."""
    cells = re.findall(r"^\| (`[^|]+) \|", text, flags=re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's tables."""
    folder = tmp_path_factory.mktemp("demo")
    assert scrapy("demo", folder=folder).code == 0
    return folder


def test_the_generated_pages_say_what_the_code_says() -> None:
    stale = [path.name for path, _ in script("generate").stale_pages()]
    assert not stale, "run: python docs/generate.py"


def test_the_picture_is_the_demo_of_today(demo: Path) -> None:
    picture = script("picture")
    assert picture.svg(list(picture.chosen(picture.read_rows(demo)))) == page("demo.svg"), "run: python docs/picture.py"


def test_readme_is_read_in_eight_minutes() -> None:
    assert README.count("\n") <= 150
    assert len(re.sub(r"\(\S+\)", "", README).split()) < 8 * 200


def test_the_arguments_of_readme_are_some_of_the_code_with_its_defaults() -> None:
    text = section(README, "The arguments people need")
    assert set(names_in_table(text)) <= set(NAMES)
    assert re.search(rf"`max_pages` .*\| {DEFAULT_MAX_PAGES} \|", text)
    assert re.search(rf"`max_depth` .*\| {DEFAULT_MAX_DEPTH} \|", text)


def test_the_columns_of_readme_are_some_of_the_code() -> None:
    assert set(names_in_table(section(README, "The columns people read"))) <= set(COLUMNS)


def test_the_columns_that_people_read_are_the_first() -> None:
    assert "The first thirteen columns" in page("excel.md")
    assert COLUMNS[12] == "reasons"


def test_the_reference_has_every_argument_and_column_in_order() -> None:
    assert names_in_table(page("arguments.md"))[: len(NAMES)] == list(NAMES)
    assert names_in_table(page("columns.md"))[: len(COLUMNS)] == list(COLUMNS)


@pytest.mark.parametrize("name", ONE_CLICK.values(), ids=ONE_CLICK.keys())
def test_what_people_want_is_one_click_away(name: str) -> None:
    assert f"](docs/{name})" in README


def test_every_page_is_linked_from_readme() -> None:
    missing = {path.name for path in DOCS.glob("*.md") if f"](docs/{path.name}" not in README}
    assert not missing


def slugs_of(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for name, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", path.read_text(encoding="utf-8")):
        linked = path.parent / name if name else path
        assert linked.exists(), name
        assert not anchor or anchor in slugs_of(linked.read_text(encoding="utf-8")), f"{name}#{anchor}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    for name in re.findall(
        r"`((?:backlinkspider|benchmarks|tests|docs|\.ci)/[a-z._][\w./-]*)`", path.read_text(encoding="utf-8")
    ):
        assert (PROJECT / name).exists() or "/outcome" in name, name


def commands_in(text: str) -> Iterator[list[str]]:
    """The words behind `scrapy` of each command of a page, in blocks and in sentences."""
    blocks = re.findall(r"^```(?:sh|ini)?\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`(scrapy [^`]+)`", text)
    for line in (*lines, *spans):
        for command in re.findall(
            r"(?:^|[\s/'])scrapy ((?:compare|crawl|demo|disavow|discover|intersect|merge|parse|report|rescore|seeds)\b[^'&|]*)",
            line,
        ):
            yield shlex.split(command.replace("…", ""))


COMMANDS = [
    pytest.param(command, id=f"{path.name}: {' '.join(command)}"[:100])
    for path in PAGES
    if path.name != "CHANGELOG.md"
    for command in commands_in(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_given(command: list[str]) -> None:
    options = dict(itertools.pairwise(command))
    arguments = dict(pair.split("=", 1) for option, pair in itertools.pairwise(command) if option == "-a" and "=" in pair)
    known_settings = {*vars(scrapy_defaults), *vars(ours), *vars(settings), "JOBDIR"}
    given_settings = [pair.split("=")[0] for option, pair in itertools.pairwise(command) if option == "-s" and "=" in pair]
    assert set(given_settings) <= known_settings
    assert set(arguments) <= set(MONITOR_NAMES if "monitor" in command else NAMES)
    if "target" in arguments:
        parse_arguments(arguments)
    for fields in re.findall(r"FEED_EXPORT_FIELDS=(\S+)", " ".join(command)):
        assert set(fields.split(",")) <= set(COLUMNS)
    assert (
        options.get("-O", "x.csv").rpartition(".")[2] in {"csv", "json", "jsonl", "parquet", "xlsx"} or "rows-$" in options["-O"]
    )
    flags = {word.split("=")[0] for word in command if re.match(r"--?[A-Za-z]", word)}
    assert flags <= {
        "-a",
        "-s",
        "-o",
        "-O",
        "-L",
        "--logfile",
        "--weights",
        "--coverage",
        "--watch",
        "--ours",
        "--spider",
        "--pipelines",
        "--nolinks",
        *DISAVOW_OPTIONS,
        "--table",
        "--before",
        "--candidates",
        *DISCOVER_OPTIONS,
    }


def test_every_command_of_the_project_is_shown() -> None:
    commands = {path.stem for path in (PACKAGE / "commands").glob("*.py")} - {"__init__"}
    assert {parameters.values[0][0] for parameters in COMMANDS} == commands  # type: ignore[index]


def test_every_source_and_column_of_candidates_is_explained() -> None:
    text = page("discover.md")
    columns = names_in_table(section(text, "Columns"))
    assert [name for name in CANDIDATE_COLUMNS if name not in columns] == []
    headings = re.findall(r"^### (.*)$", section(text, "Sources"), flags=re.MULTILINE)
    assert sorted(name for heading in headings for name in re.findall(r"`(\w+)`", heading)) == sorted(source_kinds())


def test_every_parameter_of_a_job_is_known() -> None:
    text = page("server.md")
    for block in re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        for name in re.findall(r"-d '?(\w+)=", block):
            assert name in {*NAMES, *SCRAPYD_PARAMETERS}, name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bBACKLINKS_[A-Z_]+\b", path.read_text(encoding="utf-8"))) if path.name != "CHANGELOG.md" else set()
    others = {"BACKLINKS_QUEUE_PASSWORD", "BACKLINKS_REQUIRE_CORPORA", "BACKLINKS_REQUIRE_SERVERS"}
    assert named - others <= {*vars(ours), *vars(settings)}


def test_every_fetch_failure_is_explained() -> None:
    refusals = {kind.reason for kind in (RobotsBlocked, RobotsUnavailable, BudgetSpent, PrivateAddress, SiteTaken)}
    words = CONNECTION_REASONS | refusals | {word for word in BLOCKING if not word.startswith("http_")}
    assert words <= set(FETCH_FAILURES)


def test_every_reason_not_to_follow_is_explained() -> None:
    words = set(LIMITS)
    for name in ("frontier/scope.py", "core/urls/patterns.py"):
        for function in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name.endswith("reject_reason") | (
                function.name == "trap_reason"
            ):
                returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
                words.update(
                    constant.value
                    for value in returned
                    for constant in ast.walk(value)
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
                )
    assert words <= set(NOT_FOLLOWED)
    spiders = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "spiders").glob("*.py"))
    named = set(re.findall(r'_ledger\.refuse\(context\.seed, "(\w+)"', spiders))
    assert {"off_site", "follow"} <= named <= set(NOT_FOLLOWED)


def test_the_bounds_of_verdicts_are_those_of_the_default_weights() -> None:
    weights = load_weights(None)
    for text in (page("verdicts.md"), page("reasons.md")):
        assert re.search(rf"`good` .*quality of at least {weights.good:g}", text)
        assert re.search(rf"`review` .*quality below {weights.review:g} with two", text)
        assert re.search(rf"`bad` .*uality below {weights.bad:g}, and two", text)
        assert weights.minimum_measured == 5
        assert "Fewer than five signals" in text
    assert f"takes at most {-min(weights.points['host_name'].values()):g} points" in page("verdicts.md")


def test_every_verdict_and_signal_is_explained_with_its_levels() -> None:
    text = page("reasons.md")
    assert names_in_table(section(text, "Verdicts")) == [verdict.value for verdict in Verdict]
    signals = section(text, "Signals")
    assert re.findall(r"^### `(\w+)`", signals, flags=re.MULTILINE) == [signal.name for signal in SIGNALS]
    for signal in SIGNALS:
        explained = re.split(r"^### ", signals.partition(f"### `{signal.name}`")[2], flags=re.MULTILINE)[0]
        prose = explained.partition("| level |")[0]
        shared = re.search(r"are the values\s+of the column", prose)
        assert shared or all(f"`{level}`" in prose for level in signal.levels), signal.name


def messages_of_the_code() -> str:
    """All texts of the package, with … for what is filled in."""
    texts = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return "\n".join(texts)


def test_the_messages_of_troubleshooting_are_those_of_the_code() -> None:
    messages = messages_of_the_code()
    headings = re.findall(r"^## (.*`.*)$", page("troubleshooting.md"), flags=re.MULTILINE)
    assert len(headings) > 20
    for heading in headings:
        for message in re.findall(r"`([^`]+)`", heading):
            for part in re.split(r"…|'|\d+", message):
                assert len(part.strip()) < 6 or part.strip() in messages, part


def test_every_kind_of_error_of_a_user_is_in_troubleshooting() -> None:
    shown = {
        "ArgumentError": "no target: say what to find links to",
        "SeedError": "is not a domain or an http(s) address",
        "SeedListError": "cannot be read",
        "SourceError": "is not a file, and matches none",
        "JobError": "another crawl is using the job in",
        "FeedError": "must be named .csv or .jsonl",
        "FeedRowError": "it is not a row",
        "TableError": "could both hold the linking pages",
        "WeightsError": "weights '…' cannot be used",
        "SeedQueueError": "refuses this user or password",
        "SeedQueueUnavailable": "does not answer",
    }
    kinds = {name for name, kind in vars(exceptions).items() if isinstance(kind, type) and issubclass(kind, ValueError)}
    assert set(shown) == kinds - {"BacklinkSpiderError"}
    headings = "\n".join(re.findall(r"^## (.*)$", page("troubleshooting.md"), flags=re.MULTILINE))
    assert not [text for text in shown.values() if text not in headings]


def test_the_private_names_of_scrapy_and_twisted_are_listed() -> None:
    listed = section(page("architecture.md"), "Private names of Scrapy and Twisted")
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "SLF001" in source or re.search(r"^from (?:scrapy|twisted)\S*\._", source, flags=re.MULTILINE):
            assert f"`{path.relative_to(PROJECT).as_posix()}`" in listed, path


def run_block(text: str, folder: Path, *arguments: str) -> str:
    """What the Python in a page prints."""
    block = re.search(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    command = [sys.executable, "-W", "error", "-c", block[1], *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_recipe_for_referring_domains_counts_them(demo: Path) -> None:
    domains = {row["domain_from"] for row in read_csv(demo / "demo.csv")}
    lines = run_block(page("referring-domains.md"), demo).splitlines()
    assert {line.split()[0] for line in lines} == domains
    counts = [int(line.split()[1]) for line in lines]
    assert counts == sorted(counts, reverse=True)


def test_every_word_of_a_comparison_is_explained() -> None:
    text = page("compare.md")
    assert names_in_table(section(text, "What is written")) == [change.value for change in Change]
    assert names_in_table(section(text, "Gone, or not seen")) == [evidence.value for evidence in Evidence]
    assert [column for column in WATCHED_COLUMNS if f"`{column}`" not in section(text, "What counts as a change")] == []


def test_every_column_of_an_intersection_is_explained() -> None:
    assert names_in_table(section(page("intersect.md"), "What is written")) == list(INTERSECTION_COLUMNS)


def test_every_word_of_the_monitor_is_explained() -> None:
    text = page("monitor.md")
    statuses = names_in_table(section(text, "What is said of a link"))
    misses = [finding.value for finding in Finding if finding in MISSES]
    assert statuses == [*(status.value for status in Status), *misses, DOMAIN_GONE, *REASONS]
    assert names_in_table(section(text, "What changed")) == list(CHANGES)
    assert names_in_table(section(text, "Columns")) == [*STATE_COLUMNS, *CONTRACT_COLUMNS, *DOMAIN_COLUMNS, *LIST_COLUMNS]
    assert [argument for argument in MonitorArgument if f"`{argument}`" not in page("arguments.md")] == []


def test_every_option_of_disavow_is_explained() -> None:
    named = re.findall(r"^\| `(-[\w-]+)` \|", page("disavow.md"), flags=re.MULTILINE)
    assert {*named} == {*DISAVOW_OPTIONS, "-o"}


def test_the_verdict_that_is_explained_is_one_of_the_demo(demo: Path) -> None:
    shown = re.search(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", page("explain-a-verdict.md"), flags=re.MULTILINE)
    assert shown is not None
    reasons = re.findall(r"`([^`]+)`", shown[3])
    rows = [(row["verdict"], row["quality"], row["reasons"]) for row in read_csv(demo / "demo.csv")]
    assert (shown[1], shown[2], " | ".join(reasons)) in rows


LINKING = '<p>Their chairs are <a href="https://example.com/">the best</a> that we have sat on.</p>'
WEB: dict[str, Answer | str] = {
    "https://linking.example/page": LINKING,
    "https://silent.example/page": "<p>Nothing about chairs.</p>",
    "https://gone.example/page": Answer(status=404),
    "https://shut.example/page": LINKING,
    "https://shut.example/robots.txt": "User-agent: *\nDisallow: /",
}


def run_commands(name: str, web: MiniWeb, folder: Path) -> list[Run]:
    """Runs the commands in a page's first block as they stand, without the delay."""
    block = re.search(r"^```sh\n(.*?)^```", page(name), flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    commands = [line.removeprefix(".venv/bin/scrapy ") for line in block[1].splitlines()]
    delay = ("-s", "DOWNLOAD_DELAY=0", "-a", "profile_pages=0", "-s", "BACKLINKS_LINK_CHECK_LIMIT=0")
    return [scrapy(*shlex.split(command), *delay, folder=folder, environment=web.environment()) for command in commands]


def test_the_recipe_to_check_a_list_says_what_became_of_each_page(tmp_path: Path) -> None:
    urls = [f"https://{name}.example/page" for name in ("linking", "silent", "gone", "shut")]
    lines = ["Referring page URL,Target URL", *(f"{url},https://example.com/" for url in urls)]
    (tmp_path / "links.csv").write_text("\n".join(lines), encoding="utf-8")
    with MiniWeb(WEB) as web:
        (run,) = run_commands("check-a-list.md", web, tmp_path)
    assert run.code == 0, run.log
    assert [row["url_from"] for row in read_csv(tmp_path / "found.csv")] == [urls[0]]
    coverage = read_csv(tmp_path / "coverage.csv")
    seen = {row["seed"]: (row["outcome"], row["backlinks"], row["error_reasons"]) for row in coverage}
    assert seen == {
        urls[0]: ("complete", "1", ""),
        urls[1]: ("complete", "0", ""),
        urls[2]: ("unreachable", "0", "http_404 1"),
        urls[3]: ("blocked", "0", ""),
    }


def test_the_recipe_for_a_crawl_that_resumes_ends_with_nothing_left_to_do(tmp_path: Path) -> None:
    (tmp_path / "sites.txt").write_text("https://linking.example/page\n", encoding="utf-8")
    with MiniWeb(WEB) as web:
        first, second = run_commands("jobs.md", web, tmp_path)
    assert (first.code, second.code) == (0, 0), first.log + second.log
    assert "Nothing is left to do" in second.log
    assert web.fetched("https://linking.example/page") == 1


def test_the_commits_that_contributing_names_exist() -> None:
    commits = re.findall(
        r"Example: `([0-9a-f]{7})`", re.sub(r"\s+", " ", (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    )
    assert len(commits) == 4
    if not (PROJECT / ".git").exists():
        pytest.skip("no history here")
    for commit in commits:
        subprocess.run(["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=PROJECT, check=True)


def test_the_words_of_the_task_runner_are_those_of_contributing_and_ci() -> None:
    sessions = set(
        re.findall(
            r"^@nox\.session(?:\(name=\"([\w-]+)\"\))?\ndef (\w+)", (PROJECT / "noxfile.py").read_text("utf-8"), re.MULTILINE
        )
    )
    names = {named or function for named, function in sessions}
    assert set(re.findall(r"nox -s ([\w-]+)", (PROJECT / "CONTRIBUTING.md").read_text("utf-8"))) == names
    assert set(re.findall(r"nox -s ([\w-]+)", (PROJECT / ".github/workflows/ci.yml").read_text("utf-8"))) <= names
