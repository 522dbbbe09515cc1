"""The settings say what they mean: every component loads, every setting of ours is read and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.settings import default_settings as scrapy_defaults
from scrapy.utils.misc import load_object

from backlinkspider import settings as ours

PROJECT = Path(__file__).parent.parent
SETTINGS = {name: value for name, value in vars(ours).items() if name.isupper()}
OWN = sorted(name for name in SETTINGS if name.startswith("BACKLINKS_"))


def dotted_paths(value: object) -> Iterator[str]:
    if isinstance(value, str) and re.fullmatch(r"[a-z_]+(\.[A-Za-z_]\w*)+", value):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from dotted_paths(part)


PATHS = sorted(
    {path for name, value in SETTINGS.items() if not name.endswith(("MODULE", "MODULES")) for path in dotted_paths(value)}
)


@pytest.mark.parametrize("path", PATHS)
def test_a_component_loads(path: str) -> None:
    assert load_object(path)


@pytest.mark.parametrize("name", OWN)
def test_a_setting_of_ours_is_read_and_in_the_readme(name: str) -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in (PROJECT / "backlinkspider").rglob("*.py") if path.name != "settings.py"
    ]
    assert any(f'"{name}"' in source for source in sources)
    assert name in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_others_are_scrapys_and_differ_from_its_defaults() -> None:
    project = {"NEWSPIDER_MODULE", "SPIDER_MODULES", "COMMANDS_MODULE", "BOT_NAME"}
    for name, value in SETTINGS.items():
        if name not in project and name not in OWN:
            assert hasattr(scrapy_defaults, name), name
            assert getattr(scrapy_defaults, name) != value, name


def test_what_runs_code_for_strangers_is_off() -> None:
    settings = Settings(SETTINGS)
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    extensions = {
        path.rpartition(".")[2]
        for path, place in settings.get_component_priority_dict_with_base("EXTENSIONS").items()
        if place is not None
    }
    assert not extensions & {"TelnetConsole", "RemoteControl"}
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
