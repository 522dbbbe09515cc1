"""Finds candidate pages: reads sources, merges what they name, and writes a list that a crawl takes as seeds."""
