"""Ranking: which of a site's URLs are worth fetching first, by what they look like."""
