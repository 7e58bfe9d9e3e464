"""Finding the names of an ontology in a text: one automaton over all their forms, then the rules that filter."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from irkg.abbreviations import spells
from irkg.annotate.folding import Folded, fold_bytes, key_of, marks_of
from irkg.annotate.forms import RULES, FormMaker
from irkg.annotate.terms import SCOPES, Name, Term, Terminology
from irkg.errors import MissingExtra

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

_SCOPE_COST = dict(zip(SCOPES, (0.0, 0.5, 2.0, 3.0, 6.0), strict=True))
_RULE_COST = dict(zip(RULES, (0.0, 0.0, 1.0, 1.0, 1.5, 2.5, 2.0, 2.5, 0.0), strict=True))
_IN_COMPANY = frozenset(("narrow", "related", "broad"))
_NOT_LETTERS = re.compile(r"[\W_]")
_ARTICLE = re.compile(r"\b[AaIi]\b")  # "fraction A", "type I": in lower case they are other words
_SHORT = 5  # letters: a name of one word up to this length is an abbreviation if it has capitals
_LEAST = 2  # letters and digits that a name has


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form can mean.

    Attributes:
        term: The id of the term.
        name: The name of the ontology that the form is one of.
        scope: What the ontology says of that name: one of `irkg.annotate.terms.SCOPES`.
        rule: How the form comes out of it: one of `irkg.annotate.forms.RULES`.
        cased: Whether its capitals count.
        marks: The punctuation of the name.
        abbreviates: Whether the name abbreviates another name of the term.
        full: Whether the form names the term in full, so that the document speaks of it without doubt.
        alone: Whether it counts by itself, and not only where the document names the term in full too.
    """

    term: str
    name: str
    scope: str
    rule: str
    cased: bool = False
    marks: str = ""
    abbreviates: bool = False
    full: bool = field(init=False, compare=False, repr=False)
    alone: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        doubtful = self.scope in _IN_COMPANY or self.rule == "bare" or self.abbreviates
        object.__setattr__(
            self, "full", self.scope in ("label", "exact") and self.rule != "bare" and not self.abbreviates
        )
        object.__setattr__(self, "alone", self.rule in ("abbreviation", "initials") or not doubtful)


class Mention(NamedTuple):
    """A name found in a text.

    Attributes:
        start: Where it starts; characters of the text, 0-based.
        end: Where the text goes on behind it.
        readings: What it can mean; all equally sure.
    """

    start: int
    end: int
    readings: tuple[Reading, ...]


_new = tuple.__new__  # of a named tuple, without its check of the arguments
_START, _END = itemgetter(0), itemgetter(1)  # of a mention


class Matcher:
    """Finds the names of an ontology.

    Args:
        terminology: The terms.

    Raises:
        MissingExtra: The automaton is not installed.

    Example:
        >>> mast = Term("CL:0000097", "mast cell", (Name("mast cell", "label"), Name("mastocyte", "exact")))
        >>> text = "Mast-cells (mastocytes) and masts"
        >>> from irkg.annotate.folding import fold
        >>> [text[m.start : m.end] for m in Matcher(Terminology.of([mast])).candidates(fold(text))]
        ['Mast-cells', 'mastocytes']
    """

    def __init__(self, terminology: Terminology) -> None:
        try:
            from ahocorasick_rs import BytesAhoCorasick
        except ImportError as error:
            raise MissingExtra("finding names in texts", extra="annotate") from error
        self.terminology = terminology
        self._index = _index(terminology)
        self._rows = list(self._index.values())
        self._read: dict[int, tuple[tuple[Reading, ...], bool]] = {}
        self._above: dict[str, set[str]] = {}
        self._parts = _parts(self._index)
        self._automaton: BytesAhoCorasick = BytesAhoCorasick(list(self._index))

    def candidates(self, folded: Folded) -> list[Mention]:
        """Return all names in a text that are written as they should be, overlapping ones too.

        Args:
            folded: The text.

        Returns:
            The mentions in the order of their ends.
        """
        found = []
        marked, text, place, read = folded.marks.find, folded.text, folded.place, self._read
        shifted = folded.is_shorter
        for n, start, end in self._automaton.find_matches_as_indexes(folded.key, overlapping=True):
            first, last = (place(start + 1), place(end - 2) + 1) if shifted else (start, end - 2)
            known = read.get(n) or self._readings(n)
            fitting, cased = known
            marks = marked(1, start + 1, end - 1) >= 0
            if marks or cased:
                surface = text[first:last]
                own = marks_of(surface) if marks or not surface.isascii() else ""
                fitting = tuple(
                    [r for r in fitting if own in ("", r.marks) and not (r.cased and not fits(r, surface, text, first))]
                )
                if not fitting:
                    continue
                if len(fitting) == len(known[0]):
                    fitting = known[0]
            found.append(_new(Mention, (first, last, fitting)))
        return found

    def _readings(self, n: int) -> tuple[tuple[Reading, ...], bool]:
        """Return what the form of a number can mean, and whether its capitals count."""
        readings = _as_readings(self._rows[n])
        self._read[n] = readings, readings[0].cased
        return self._read[n]

    def lookup(self, phrase: str) -> tuple[Reading, ...]:
        """Return what a phrase can mean that is a name as a whole, whatever its capitals."""
        return _as_readings(self._index.get(key_of(phrase), ()))

    def above(self, term: str) -> set[str]:
        """Return the ids of a term and of all above it."""
        known = self._above.get(term)
        if known is None:
            known = self._above[term] = self.terminology.ancestors(term)
        return known

    def can_hold(self, phrase: str) -> bool:
        """Return whether a phrase can be part of a name: whether all its pairs of neighbouring words stand in names."""
        words = key_of(phrase).split()
        pairs = [b"%b %b" % pair for pair in itertools.pairwise(words)] or words
        return self._parts.issuperset(pairs)

    def joints(self, before: str, phrase: str) -> list[int]:
        """Return where in a phrase the rest can follow a word: where the two words are neighbours in some name.

        Args:
            before: A word.
            phrase: Words with spaces between them.

        Returns:
            Offsets of the words behind its spaces, in order.
        """
        folded, at = fold_bytes(f"{before} {phrase}"), len(before) + 1
        left, found = folded[:at].split()[-1:], []
        gap = phrase.find(" ") + 1
        while gap:
            right = folded[at + gap :].split(maxsplit=1)[:1]
            if not (left and right) or b"%b %b" % (*left, *right) in self._parts:
                found.append(gap)
            gap = phrase.find(" ", gap) + 1
        return found


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the leftmost and longest of mentions that overlap, in order."""
    kept: list[Mention] = []
    end = 0
    ordered = sorted(mentions, key=_END, reverse=True)
    ordered.sort(key=_START)
    for mention in ordered:
        if mention.start >= end:
            kept.append(mention)
            end = mention.end
    return kept


def fits(reading: Reading, surface: str, text: str, at: int) -> bool:
    """Return whether a short name has its capitals where it stands.

    Args:
        reading: What it would mean.
        surface: Its characters.
        text: The whole text.
        at: Where it stands.

    Example:
        >>> ici, egg = Reading("x", "ICI", "exact", "written"), Reading("y", "egg", "label", "written")
        >>> [fits(ici, s, s, 0) for s in ("ICI", "ICIs", "ici")], [fits(egg, s, s + " is", 0) for s in ("Egg", "EGG")]
        ([True, True, False], [True, False])
    """
    name = reading.name
    if reading.rule == "initials":
        return surface.split(" ", maxsplit=1)[0] == name[:-1]
    if surface == name and " " not in surface:
        return True
    if " " in surface:
        return all(w.isupper() for w in _ARTICLE.findall(surface))
    letters, seen = _NOT_LETTERS.sub("", name), _NOT_LETTERS.sub("", surface)
    if letters.islower():
        in_capitals = text[max(0, at - 15) : at + 20].isupper()
        return not seen.isupper() or len(seen) < 2 or in_capitals
    if seen in (letters, letters + "s"):
        return True
    return seen[1:] in (letters[1:], letters[1:] + "s") and not letters[1:].isupper()


def _parts(forms: Iterable[bytes]) -> set[bytes]:
    """Return the words and the pairs of neighbouring words of forms."""
    found: set[bytes] = set()
    for form in forms:
        words = form.split()
        found.update(words)
        found.update([b"%b %b" % pair for pair in itertools.pairwise(words)])
    return found


# The fields of a `Reading` before they are needed: hundreds of thousands of plain tuples of strings cost the garbage
# collector nothing, objects would be gone through again and again while a text is read.
_Row = tuple[str, str, str, str, bool, str, bool]


def _as_readings(rows: tuple[_Row, ...]) -> tuple[Reading, ...]:
    return tuple(Reading(*row) for row in rows)


def _index(terminology: Terminology) -> dict[bytes, tuple[_Row, ...]]:
    """Return what each form can mean, by its folded form: the surest readings, one for each term."""
    maker = FormMaker.of(terminology)
    found: dict[bytes, tuple[_Row, ...]] = {}
    for term in terminology.terms.values():
        above = sorted(terminology.ancestors(term.id) - {term.id})  # of many forms the first are taken
        for name in term.names:
            for key, row in _rows(maker, term, name, above):
                known = found.get(key)
                found[key] = row if known is None else _surest(known, row)
    return found


def _rows(maker: FormMaker, term: Term, name: Name, above: Iterable[str]) -> Iterable[tuple[bytes, tuple[_Row, ...]]]:
    """Yield the forms of a name, each with the one reading that it has; equal readings are one object."""
    marks, abbreviates = marks_of(name.text), _abbreviates(name, term)
    made: dict[tuple[str, bool], tuple[_Row, ...]] = {}
    for form in maker.forms(term, name.text, above):
        key = key_of(form.text)
        if len(key) < _LEAST + 2:
            continue
        cased = form.rule == "initials" or _is_cased(key)
        if (form.rule, cased) not in made:
            made[form.rule, cased] = ((term.id, name.text, name.scope, form.rule, cased, marks, abbreviates),)
        yield key, made[form.rule, cased]


def _surest(known: tuple[_Row, ...], new: tuple[_Row, ...]) -> tuple[_Row, ...]:
    old_cost, new_cost = _cost(known[0]), _cost(new[0])
    if new_cost < old_cost:
        return new
    if new_cost > old_cost or any(row[0] == new[0][0] for row in known):
        return known
    return known + new


def _cost(row: _Row) -> float:
    return _SCOPE_COST[row[2]] + _RULE_COST[row[3]]


def _abbreviates(name: Name, term: Term) -> bool:
    """Return whether a name abbreviates another of its term: "ESC", but neither a label nor a symbol as "CD279"."""
    short = name.text
    if name.scope == "label" or " " in short or sum(c.isupper() for c in short) < 2:
        return False
    others = [n.text for n in term.names if len(n.text) > len(short)]
    spelled = any(o[0].lower() == short[0].lower() and spells(short, o) for o in others)
    return spelled and not any(short in o for o in others)


def _is_cased(key: bytes) -> bool:
    if b" " in key[1:-1]:
        return b" a " in key or b" i " in key
    return len(key) - 2 <= _SHORT
