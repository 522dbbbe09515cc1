"""What a crawl has one of, and how its components come by it."""
