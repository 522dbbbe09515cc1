"""What a link looks like in its page: outline, position, context, anchor text, visibility, main text, footprints."""
