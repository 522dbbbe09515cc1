"""Text that came from outside, made fit for one line."""

_SHOWN = 100
"""Characters of a text that a message shows."""


def collapse_whitespace(text: str) -> str:
    r"""The text with every run of white space as one space, and none around.

    >>> collapse_whitespace(" the\n oak  chair ")
    'the oak chair'
    """
    return " ".join(text.split())


def escape_control_characters(text: str) -> str:
    r"""The text with U+FFFD for what would move a cursor, break a line or command a terminal.

    >>> escape_control_characters("red \x1b[31m")
    'red �[31m'
    """
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def truncate_for_message(text: str) -> str:
    """The text for a message of one line: printable, and short.

    >>> truncate_for_message("x" * 200) == "x" * 100 + "…"
    True
    """
    # Cut first: the text may be long.
    start = escape_control_characters(text[: _SHOWN + 1])
    return start if len(text) <= _SHOWN else f"{start[:_SHOWN]}…"
