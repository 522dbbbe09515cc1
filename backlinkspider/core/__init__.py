"""Pure functions: text, bytes and values in, values out. No Scrapy, clock, network or files."""
