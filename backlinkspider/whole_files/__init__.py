"""Formats in which no row can be changed later, so they are written whole when the crawl ends: Parquet and workbooks."""
