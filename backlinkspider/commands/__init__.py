"""Commands of `scrapy` inside this project (setting COMMANDS_MODULE): words and options; what each does is in `operations`."""
