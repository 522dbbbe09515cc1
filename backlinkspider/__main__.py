"""`backlinkspider`: Scrapy's command line with our settings, in any folder."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import scrapy.commands
from scrapy import cmdline
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from backlinkspider import __version__, commands
from backlinkspider.command_line.program import PROGRAM, as_called, names_in, our_commands

_HELP = """\
backlinkspider {version}: finds the links that point at a site, in pages that you choose

  backlinkspider COMMAND [options]
  backlinkspider COMMAND -h

{ours}

Scrapy's own commands work too: {others}
"""


def main() -> None:
    """Run the command that the arguments name; without one, list the commands."""
    # Named so, the settings hold in every folder, also in that of another project.
    os.environ["SCRAPY_SETTINGS_MODULE"] = "backlinkspider.settings"
    words = sys.argv[1:]
    if words == ["--version"]:
        print(f"{PROGRAM} {__version__}")
        return
    name = next((word for word in words if not word.startswith("-")), None)
    if name is None:
        print(_help())
        return
    if name not in {*our_commands(), *names_in(scrapy.commands.__path__)}:
        print(f"{PROGRAM}: there is no command '{name}'; {PROGRAM} -h lists those that there are", file=sys.stderr)
        sys.exit(2)
    # It is built inside `execute`, with a usage text that begins with "scrapy".
    cmdline.ScrapyArgumentParser = _Parser  # type: ignore[misc, assignment]
    cmdline.execute(settings=_settings())


class _Parser(cmdline.ScrapyArgumentParser):
    """Scrapy's parser of options under our name."""

    def __init__(self, *, usage: str, **options: Any) -> None:
        super().__init__(prog=PROGRAM, usage=usage.replace("scrapy", PROGRAM, 1), **options)

    def format_help(self) -> str:
        return as_called(super().format_help())


def _settings() -> Settings:
    settings = get_project_settings()
    # Spiders that `genspider` makes belong to the folder of the command, not to the installed package.
    settings.set("NEWSPIDER_MODULE", "", priority="project")
    if "EDITOR" in os.environ:
        settings.set("EDITOR", os.environ["EDITOR"], priority="project")
    return settings


def _help() -> str:
    ours = our_commands()
    lines = (f"  {name:<10} {import_module(f'{commands.__name__}.{name}').Command().short_desc()}" for name in ours)
    others = (name for name in names_in(scrapy.commands.__path__) if name not in ours)
    return _HELP.format(version=__version__, ours="\n".join(lines), others=", ".join(others)).rstrip()


if __name__ == "__main__":
    main()
