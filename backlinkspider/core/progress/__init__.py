"""How far a crawl is: what it has done, how long it may still take, and the words for both."""
