"""Commands of `scrapy` inside this project (setting COMMANDS_MODULE)."""
