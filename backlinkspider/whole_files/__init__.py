"""Formats that are written whole when the crawl ends, because no row can be changed in them later: Parquet and workbooks."""
