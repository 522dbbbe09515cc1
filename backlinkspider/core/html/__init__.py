"""From bytes to links: parser, encoding, MIME type, nesting limits, headers, rel and robots directives, language."""
