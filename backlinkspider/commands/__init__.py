"""Commands of `scrapy` inside this project (setting COMMANDS_MODULE)."""

# Scrapy names classes that it renames after the stack of calls, and reads the source of each. That takes longer the more modules
# are loaded, and the more of them are importing one another: here, before ours, it saves a tenth of a second.
import scrapy.core.downloader.handlers.http11  # noqa: F401
