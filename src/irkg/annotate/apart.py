"""Names whose parts stand apart because they share a noun: "rod and cone cells", "embryonic stem (ES) cells"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from irkg.annotate.matcher import Matcher, Mention, Reading, fits

_JOINTS = (", and ", ", or ", " and ", " or ", ", ", "/")  # the longest first
_WORDS = re.compile(r"(?:(?<![\w+-])[\w+-]+ ){0,2}(?<![\w+-])[\w+-]+\Z")
_REACH = 40  # characters in which the first part of a name stands
Settle = Callable[[tuple[Reading, ...]], Reading | None]


class Apart(NamedTuple):
    """A name in two parts.

    Attributes:
        first: Where its first part stands: start and end.
        noun: Where the noun stands that it shares.
        reading: What it means.
    """

    first: tuple[int, int]
    noun: tuple[int, int]
    reading: Reading


def coordinated(text: str, found: Iterable[Mention], matcher: Matcher, settle: Settle) -> Iterator[Apart]:
    """Yield the members of coordinations that share the noun of the name behind them: "T" in "T and B cells".

    Args:
        text: The text.
        found: The names found in it.
        matcher: The names of the ontology.
        settle: What decides which of several readings holds in the document.
    """
    for mention in found:
        place = mention.start
        if text.find(" ", place, mention.end) < 0:
            continue  # it has no noun of its own to share
        while joint := _joint(text, place):
            member = _before(text, place - joint, mention, matcher, settle)
            if member is None:
                break
            yield member
            place = member.first[0]


def _joint(text: str, place: int) -> int:
    """Return the length of the joint right before a place, 0 where there is none."""
    if text.endswith(_JOINTS, 0, place):
        for joint in _JOINTS:
            if text.endswith(joint, 0, place):
                return len(joint)
    return 0


def _before(text: str, end: int, mention: Mention, matcher: Matcher, settle: Settle) -> Apart | None:
    """Return the member that ends at a place, where a joint to a name begins, in its longest form."""
    last = text[max(0, end - _REACH) : end].rpartition(" ")[2]
    nouns = [mention.start + at for at in matcher.joints(last, text[mention.start : mention.end])]
    words = _WORDS.search(text, max(0, end - _REACH), end) if nouns else None
    if words is None:
        return None
    starts = [words.start(), *(words.start() + gap.end() for gap in re.finditer(" ", words[0]))]
    for start in starts:
        for noun in nouns:
            phrase = f"{text[start:end]} {text[noun : mention.end]}"
            reading = settle(matcher.lookup(phrase))
            if reading and not (reading.cased and not fits(reading, phrase, phrase, 0)):
                return Apart((start, end), (noun, mention.end), reading)
    return None
