"""The abbreviations that a document defines, read in full wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from irkg.abbreviations import long_forms, spells
from irkg.annotate.apart import Apart, Settle
from irkg.annotate.folding import fold
from irkg.annotate.forms import singulars
from irkg.annotate.matcher import Matcher, Mention, Reading

_BEFORE = re.compile(r"(?:(?<!\w)[\w+]+[ \-]){0,2}\Z")
_BEHIND = re.compile(r"(?:[ \-][\w+]+){0,3}")
_REACH = 40  # characters beside an abbreviation in which words can belong to its name
_NOUN_BEHIND = re.compile(r"s?\) (?P<noun>\w+)")
_IN_PARENTHESES = re.compile(r" \((?P<short>[A-Za-z][\w/-]{1,9})\)")
_GLOSS = re.compile(r"(?<![\w-])(?P<short>[A-Za-z]?[A-Z][A-Za-z]{1,7}?)s?(?:, | = |: | \()\Z")
_GLOSSING = (", ", "= ", ": ", " (")
_GLUE = ("-", "_")  # before an abbreviation, these make it a part of another word
_APART = "\n\n"  # no name goes across it


@dataclass(frozen=True, slots=True)
class _Window:
    """An occurrence of an abbreviation in a text of its own, where it stands in full.

    Attributes:
        at: Where the window starts among the others.
        left: Length of what stands before the abbreviation.
        full: Length of what it stands for.
        start: Where the abbreviation starts in the document.
        end: Where the document goes on behind it.
    """

    at: int
    left: int
    full: int
    start: int
    end: int

    def in_document(self, mention: Mention) -> Mention | None:
        """Return a mention in the window at its place in the document, if the abbreviation is part of it."""
        full_start = self.at + self.left
        before, behind = full_start - mention.start, mention.end - full_start - self.full
        if before < 0 or behind < 0:
            return None
        readings = tuple(replace(r, rule="abbreviation") for r in mention.readings)
        return Mention(self.start - before, self.end + behind, readings)


class Abbreviations:
    """The abbreviations of a document that stand for a name, or for part of one.

    Args:
        text: The document.
        matcher: The names of the ontology.
        mentions: The names that stand in it in full.

    Attributes:
        defined: What the document defines, in the singular and the plural.
    """

    def __init__(self, text: str, matcher: Matcher, mentions: Iterable[Mention]) -> None:
        self._text, self._matcher = text, matcher
        mentions = [m for m in mentions if m.readings[0].full]
        self._meaning = dict(_glosses(text, mentions))
        self._meaning.update({_singular(short): phrase for short, phrase in long_forms(text).items()})
        self._meaning.update(self._agreed(mentions))
        self.defined = frozenset(form for short in self._meaning for form in (short, short + "s"))

    def _agreed(self, mentions: Iterable[Mention]) -> Iterator[tuple[str, str]]:
        """Yield the abbreviations behind a name that the ontology knows as another name of the same term."""
        for mention in mentions:
            if self._text.startswith(" (", mention.end):
                behind = _IN_PARENTHESES.match(self._text, mention.end)
                terms = {r.term for r in self._matcher.lookup(behind["short"])} if behind else set()
                if behind and not terms.isdisjoint(r.term for r in mention.readings):
                    yield _singular(behind["short"]), self._text[mention.start : mention.end]

    def mentions(self) -> Iterator[Mention]:
        """Yield the names that abbreviations stand for, with the words beside them that belong to the name."""
        telling = {short: (phrase, *singulars(phrase)) for short, phrase in self._meaning.items()}
        telling = {s: phrases for s, phrases in telling.items() if any(map(self._matcher.can_hold, phrases))}
        found = {short: list(self._occurrences(short)) for short in telling}
        yield from self._in_full(found, telling)
        for short, phrases in telling.items():
            readings = self._with_noun(short, phrases[0])
            for start, end in found[short] if readings else ():
                if not self._is_in_parentheses(start, end):
                    yield Mention(start, end, readings)

    def _occurrences(self, short: str) -> Iterator[tuple[int, int]]:
        """Yield where an abbreviation or its plural stands as a word, or as the first part of one with a hyphen."""
        text = self._text
        start = text.find(short)
        while start >= 0:
            end = start + len(short)
            if text.startswith("s", end):
                end += 1
            before, behind = text[start - 1 : start], text[end : end + 1]
            if not (before.isalnum() or before in _GLUE or behind.isalnum() or behind == "_"):
                yield start, end
            start = text.find(short, end)

    def _in_full(
        self, found: dict[str, list[tuple[int, int]]], telling: dict[str, tuple[str, ...]]
    ) -> Iterator[Mention]:
        """Read the surroundings of each abbreviation with what it stands for in its place."""
        pieces: list[str] = []
        windows: list[_Window] = []
        at = 0
        for short, start, end in ((short, *place) for short, places in found.items() for place in places):
            before = _BEFORE.search(self._text, max(0, start - _REACH), start)
            behind = _BEHIND.match(self._text, end, end + _REACH)
            left, right = before[0] if before else "", behind[0] if behind else ""
            for phrase in telling[short]:
                windows.append(_Window(at, len(left), len(phrase), start, end))
                pieces.append(f"{left}{phrase}{right}{_APART}")
                at += len(pieces[-1])
        which = 0
        for mention in sorted(self._matcher.candidates(fold("".join(pieces))), key=lambda m: m.start):
            while which + 1 < len(windows) and windows[which + 1].at <= mention.start:
                which += 1
            placed = windows[which].in_document(mention)
            if placed:
                yield placed

    def apart(self, settle: Settle) -> Iterator[Apart]:
        """Yield both names of "embryonic stem (ES) cells", whose noun stands behind the abbreviation.

        Args:
            settle: What decides which of several readings holds in the document.
        """
        for short, phrase in self._meaning.items():
            at, noun = self._definition(short)
            reading = settle(self._with_noun(short, phrase)) if noun else None
            if noun and reading:
                for start, end in ((at - 1 - len(phrase), at - 1), (at + 1, at + 1 + len(short))):
                    if start >= 0 and self._text[start:end] in (phrase, short):
                        yield Apart((start, end), noun, reading)

    def _definition(self, short: str) -> tuple[int, tuple[int, int] | None]:
        """Return where the parenthesis of a definition opens, and where the noun right behind it stands."""
        at = self._text.find(f"({short}")
        noun = _NOUN_BEHIND.match(self._text, at + 1 + len(short)) if at >= 0 else None
        return at, noun.span("noun") if noun else None

    def _with_noun(self, short: str, phrase: str) -> tuple[Reading, ...]:
        """Return what "ES" means where "embryonic stem (ES) cells" defines it: the noun is left out."""
        _, noun = self._definition(short)
        if noun is None or self._matcher.lookup(phrase):
            return ()
        readings = self._matcher.lookup(f"{phrase} {self._text[slice(*noun)]}")
        return tuple(replace(r, rule="abbreviation") for r in readings)

    def _is_in_parentheses(self, start: int, end: int) -> bool:
        return start > 0 and self._text[start - 1] == "(" and self._text[end : end + 1] == ")"


def _singular(short: str) -> str:
    return short[:-1] if re.search(r"[A-Z]s$", short) else short


def _glosses(text: str, mentions: Iterable[Mention]) -> Iterator[tuple[str, str]]:
    """Yield what "SC, Sertoli cells", "SC: …", "SC = …" and "SC (…)" explain, as legends do."""
    for mention in mentions:
        start = mention.start
        if text.endswith(_GLOSSING, 0, start):
            gloss = _GLOSS.search(text, max(0, start - 14), start)
            phrase = text[start : mention.end]
            if gloss and phrase[0].lower() == gloss["short"][0].lower() and spells(gloss["short"], phrase):
                yield _singular(gloss["short"]), phrase
