"""URLs: resolve, canonicalize, registrable domains, patterns, IP addresses. Imports `core` and libraries only."""
