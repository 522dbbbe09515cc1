"""Downloader middlewares: robots.txt, User-Agent, private networks, answers that were cut off or fetched before."""
