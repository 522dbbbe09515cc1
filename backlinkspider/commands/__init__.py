"""The commands of `scrapy` in this project (setting COMMANDS_MODULE): words and options. What each does is in `operations`."""
