"""URLs: resolve, canonicalize, registrable domains, patterns, IP addresses. Imports only `core` and libraries."""
