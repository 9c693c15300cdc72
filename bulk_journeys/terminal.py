"""What may be shown on a terminal: words of servers and files can hold orders to it."""


def printable(text: str) -> str:
    """Return *text* without what would move a terminal's cursor, colour it or hide something."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
