"""Prepare foreign text for messages of one line."""

_MESSAGE_LENGTH = 100
"""Characters of a text that a message shows."""


_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d"
    "\u206e\u206f\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufeff\uffa0"
)
"""Characters without a shape: Default_Ignorable_Code_Point of Unicode (https://www.unicode.org/reports/tr44/), first plane."""


def visible_text(text: str) -> str:
    r"""The text with whitespace collapsed; empty when a reader sees none of its characters.

    >>> visible_text("the\n oak"), visible_text("\ufeff \u200b")
    ('the oak', '')
    """
    collapsed = " ".join(text.split())
    return collapsed if collapsed.isascii() or collapsed.strip(_INVISIBLE + " ") else ""


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
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def truncate_for_message(text: str) -> str:
    """The text in a form for messages: printable and short.

    >>> truncate_for_message("x" * 200) == "x" * 100 + "…"
    True
    """
    # Cut first: the text may be long.
    start = escape_control_characters(text[: _MESSAGE_LENGTH + 1])
    return start if len(text) <= _MESSAGE_LENGTH else f"{start[:_MESSAGE_LENGTH]}…"
