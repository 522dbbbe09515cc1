"""What became of the URLs of a seed, and how it came out."""
