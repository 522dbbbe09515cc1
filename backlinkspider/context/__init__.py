"""The parts of a crawl, of which it has one each, and how components get them."""
