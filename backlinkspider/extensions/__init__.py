"""Extensions: what a crawl reports about itself."""
