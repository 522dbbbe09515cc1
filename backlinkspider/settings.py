"""Settings of the project. What is not set here has the value in `default_settings`, which docs/settings.md explains.

Anything may be added: a number, a path, a component of your own in ITEM_PIPELINES, which then joins those of backlinkspider.
"""

BOT_NAME = "backlinkspider"
SPIDER_MODULES = ["backlinkspider.spiders"]
NEWSPIDER_MODULE = "backlinkspider.spiders"

# `crawl` with exit codes that say what happened, `demo`, `merge`, `rescore` and others.
COMMANDS_MODULE = "backlinkspider.commands"

# Brings the defaults, schedulers, middlewares, pipelines, extensions and exporters.
ADDONS = {"backlinkspider.addon.BacklinksAddon": 0}
