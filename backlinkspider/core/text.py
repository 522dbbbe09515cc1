"""Prepare foreign text for messages of one line."""

_MESSAGE_LENGTH = 100
"""Characters of a text that a message shows."""


def collapse_whitespace(text: str) -> str:
    r"""The text with every run of white space as one space, and none at the ends.

    >>> collapse_whitespace(" the\n oak  chair ")
    'the oak chair'
    """
    return " ".join(text.split())


def escape_control_characters(text: str) -> str:
    r"""The text with U+FFFD in place of characters that break lines or control a terminal.

    >>> escape_control_characters("red \x1b[31m")
    'red �[31m'
    """
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def truncate_for_message(text: str) -> str:
    """The text in a form for messages: printable and short.

    >>> truncate_for_message("x" * 200) == "x" * 100 + "…"
    True
    """
    # Cut first: the text may be long.
    start = escape_control_characters(text[: _MESSAGE_LENGTH + 1])
    return start if len(text) <= _MESSAGE_LENGTH else f"{start[:_MESSAGE_LENGTH]}…"
