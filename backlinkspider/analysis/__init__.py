"""Reads the feeds of finished crawls: what changed, what to disavow, who links to competitors only."""
