"""A crawl imports only what it uses: word lists, tables and graphs take time and memory from everybody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import project_environment

NOT_FOR_A_PLAIN_CRAWL = {
    "aiohttp",
    "backlinkspider.analysis.compare",
    "backlinkspider.analysis.disavow",
    "backlinkspider.analysis.intersect",
    "backlinkspider.discovery.registry",
    "backlinkspider.feeds.merge",
    "backlinkspider.feeds.rescore",
    "backlinkspider.progress.display",
    "backlinkspider.report.html.page",
    "backlinkspider.report.tables",
    "backlinkspider.whole_files.workbook",
    "backlinkspider.whole_files.sheets",
    "backlinkspider.discovery.sources.open_web.commoncrawl",
    "duckdb",
    "jinja2",
    "numpy",
    "py3langid",
    "python_calamine",
    "re2",
    "redis",
    "rich",
    "warcio",
    "wordfreq",
    "xlsxwriter",
}

SCRIPT = """
import json, sys
from scrapy.cmdline import execute
try:
    execute(["scrapy", *sys.argv[2:]])
finally:
    with open(sys.argv[1], "w") as file:
        json.dump(sorted(sys.modules), file)
"""


COMMANDS = """
import json, sys
from backlinkspider.command_line.program import our_commands
from importlib import import_module
for name in our_commands():
    import_module(f"backlinkspider.commands.{name}").Command().short_desc()
json.dump(sorted(sys.modules), sys.stdout)
"""


def test_commands_import_what_they_do_when_they_are_called() -> None:
    done = subprocess.run([sys.executable, "-c", COMMANDS], check=True, capture_output=True, env=project_environment({}))
    ours = {
        name.removeprefix("backlinkspider.").partition(".")[0] for name in json.loads(done.stdout) if "backlinkspider." in name
    }
    assert ours == {"addon", "command_line", "commands", "core", "default_settings"}


def test_a_plain_crawl_does_not_import_what_it_does_not_use(tmp_path: Path) -> None:
    modules = tmp_path / "modules.json"
    crawl = ["crawl", "backlinks", "-a", "target=t.example", "-a", "seeds=https://a.example/", "-a", "profile_pages=0"]
    with MiniWeb({"https://a.example/": '<html lang="en"><a href="https://b.example/">b</a>'}) as web:
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(modules), *crawl, "-a", "keep=all", "-O", "rows.csv"],
            cwd=tmp_path,
            env=project_environment(web.environment()),
            check=True,
            capture_output=True,
            timeout=120,
        )
    imported = set(json.loads(modules.read_text(encoding="utf-8")))
    assert "backlinkspider.pipelines.describe" in imported
    assert not imported & NOT_FOR_A_PLAIN_CRAWL
