"""Common Crawl's graph of domains as a stream: which domains refer to which, found without an index.

An edge is any reference in a page: a link, image, script, frame, redirect, address in a meta element. So it is a candidate only.
"""
