"""Columns that only the whole crawl can fill."""
