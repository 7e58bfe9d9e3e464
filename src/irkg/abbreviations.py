"""What the abbreviations that a text defines stand for: "aryl hydrocarbon receptor (AHR)"."""

from __future__ import annotations

import re

_DEFINED = re.compile(r"\((?P<short>[A-Za-z]*[A-Z][\w/-]{1,9}?)s?\)")


def long_forms(text: str) -> dict[str, str]:
    """Return what the abbreviations that a text defines stand for: the fewest words before it that spell it.

    Example:
        >>> long_forms("Loss of the aryl hydrocarbon receptor (AHR) impairs growth (see above).")
        {'AHR': 'aryl hydrocarbon receptor'}
    """
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        short = match["short"]
        initial = short[0].lower()
        before = text[max(0, match.start() - 200) : match.start()].split()
        for words in range(2, min(len(before), 2 * len(short)) + 1):
            if before[-words][0].lower() == initial and spells(short, candidate := " ".join(before[-words:])):
                found.setdefault(short, candidate)
                break
    return found


def spells(short: str, phrase: str) -> bool:
    """Return whether the letters of an abbreviation follow each other in a phrase.

    Example:
        >>> spells("NK", "natural killer cell"), spells("KN", "natural killer cell")
        (True, False)
    """
    letters = iter(phrase.lower())
    return all(any(c == letter for letter in letters) for c in short.lower() if c.isalnum())
