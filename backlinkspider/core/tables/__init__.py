"""Tables that people and other tools made: encoding, delimiter, header, and which column holds what."""
