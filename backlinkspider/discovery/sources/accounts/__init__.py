"""Sources that show the owner of a site what they know of it: each takes a key from the environment."""
