"""What a crawl shows while it runs: a display on a terminal, a line a minute in a log."""
