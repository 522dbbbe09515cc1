"""Download handlers: HTTP within limits, and a web archive in place of the network."""
