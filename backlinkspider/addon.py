"""Brings backlinkspider into the settings of any Scrapy project: ADDONS = {"backlinkspider.addon.BacklinksAddon": 0}."""

from __future__ import annotations

from scrapy.addons import AddonManager
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from backlinkspider import default_settings

_SPIDERS = "backlinkspider.spiders"

COMPONENTS = (
    *("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS", "FEED_EXPORTERS"),
)
"""The settings that hold components."""


class BacklinksAddon:
    """Sets the defaults of `default_settings` wherever the project sets nothing, and finds the spiders.

    Components go where Scrapy has its own: into `ITEM_PIPELINES_BASE` and the like, so that those which the user sets, for the
    project, a spider or one crawl, join them. None switches one off, where `checks.components` allows that.
    """

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Set what is read before there is a crawler: all of it, because commands and spiders read settings too."""
        _set_defaults(settings)
        modules = settings.getlist("SPIDER_MODULES")
        if _SPIDERS not in modules:
            settings.set("SPIDER_MODULES", [*modules, _SPIDERS], settings.getpriority("SPIDER_MODULES") or 0)

    def update_settings(self, settings: Settings) -> None:
        """Set the defaults of a crawler that no process or runner made, and whose spider is not ours."""
        _set_defaults(settings)


def load_addons(settings: BaseSettings | None) -> BaseSettings:
    """Return the settings of a command with what the add-ons of the project set, as Scrapy has it do later."""
    assert settings is not None, "set by scrapy.cmdline"
    AddonManager.load_pre_crawler_settings(settings)
    return settings


def set_defaults_where_named(settings: BaseSettings) -> None:
    """Set the defaults where the add-on is named in ADDONS.

    A crawler that no process or runner made asks its add-ons only when it has built its spider.
    """
    for addon in map(load_object, build_component_list(settings["ADDONS"])):
        if isinstance(addon, type) and issubclass(addon, BacklinksAddon):
            addon.update_pre_crawler_settings(settings)


def _set_defaults(settings: BaseSettings) -> None:
    for name, value in vars(default_settings).items():
        if name in COMPONENTS:
            settings.set(f"{name}_BASE", {**settings.getdict(f"{name}_BASE"), **value}, "addon")
        elif name.isupper():
            settings.set(name, value, "addon")
