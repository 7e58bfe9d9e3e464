"""Names by their words: the form in which they are compared, and where they stand in a text."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from irkg.model import Span

_TOKEN = re.compile(r"(?<!\w['’])[^\W_α-ωΑ-Ω]+|[α-ωΑ-Ω]|\+(?!\w)")
_JOINT = re.compile(r"(?:['’]s?)?,?[\s\-‐‑–/_]*")  # what may stand between two words of one name
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "ζ": "zeta"}
_BRITISH = (
    (re.compile("tumour"), "tumor"),
    (re.compile("signalling"), "signaling"),
    (re.compile("leukaemia"), "leukemia"),
    (re.compile("oestrogen"), "estrogen"),
    (re.compile(r"(?<=.{3})is(?=(?:e|ed|ing|ation)$)"), "iz"),
)
_SHORT = 5  # a name of one word up to this length is an abbreviation: its case counts
_WORDS_KEPT = 50_000  # words whose folded form is kept


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found in a text.

    Attributes:
        span: Where it stands.
        text: Its characters.
        iri: The class that it names; where there are several, the one whose name it is exactly.
        exact: Whether it means just that class, wherever it stands.
        others: Further classes that it can name in the right context.
    """

    span: Span
    text: str
    iri: str
    exact: bool = True
    others: tuple[str, ...] = ()


@lru_cache(maxsize=_WORDS_KEPT)
def _key(word: str) -> str:
    """Fold case, accents, Greek letters, British spelling and the plural."""
    word = _GREEK.get(word, word).casefold()
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "ches", "shes", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for written, american in _BRITISH:
        word = written.sub(american, word)
    return word


def keys_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in the form in which they are compared.

    Example:
        >>> keys_of("CD8+ T-cells")
        ('cd8', '+', 't', 'cell')
    """
    return tuple([_key(word) for word in _TOKEN.findall(name)])


def fold(name: str) -> str:
    """Return the form in which names are compared: case, plural, hyphens and British spelling are forgiven.

    Example:
        >>> fold("Regulatory T-cells") == fold("regulatory T cell")
        True
        >>> fold("IFN-γ"), fold("tumours"), fold("antitumour"), fold("personalised")
        ('ifn gamma', 'tumor', 'antitumor', 'personalized')
    """
    return " ".join(keys_of(name))


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Names of classes by their words.

    Attributes:
        entries: From the folded words of a name to (class, name, whether it is exact), exact ones first.
        longest: From the first word of names to the number of words of the longest.
    """

    entries: Mapping[tuple[str, ...], Sequence[tuple[str, str, bool]]]
    longest: Mapping[str, int]

    @staticmethod
    def of(names: Iterable[tuple[str, str, bool]]) -> NameIndex:
        """Return the index of names.

        Args:
            names: Class, name, and whether it is an exact one.
        """
        entries: dict[tuple[str, ...], list[tuple[str, str, bool]]] = defaultdict(list)
        for entry in names:
            key = keys_of(entry[1])
            if key:
                entries[key].append(entry)
        for found in entries.values():
            found.sort(key=lambda e: (not e[2], e[0]))
        return NameIndex(dict(entries), {key[0]: len(key) for key in sorted(entries, key=len)})

    def with_names(self, names: Iterable[tuple[str, str, bool]]) -> NameIndex:
        """Return an index that holds further names, none of whose words are those of a name in this one.

        Args:
            names: Class, name, and whether it is an exact one.
        """
        new = NameIndex.of(names)
        longest = dict(self.longest)
        for word, length in new.longest.items():
            longest[word] = max(length, longest.get(word, 0))
        return NameIndex({**self.entries, **new.entries}, longest)

    def beginning(self, start: str, text: str) -> set[str]:
        """Return the classes of all names that begin with some words and go on with words that a text has in a row.

        Args:
            start: The first words.
            text: The text.

        Example:
            >>> index = NameIndex.of([("X:1", "immune attack", True), ("X:2", "immune cell", True)])
            >>> index.beginning("immune", "immune recognition and attack")
            {'X:1'}
        """
        first, rest = keys_of(start), keys_of(text)
        room = self.longest.get(first[0], 0) - len(first) if first else 0
        runs = (rest[at : at + length] for length in range(1, room + 1) for at in range(len(rest) - length + 1))
        return {entry[0] for run in runs for entry in self.entries.get(first + run, ())}

    def find(self, text: str, *, forgiving: bool = False) -> list[NameMatch]:
        """Find names in a text, the longest at each place.

        Args:
            text: Any text.
            forgiving: Whether the case of abbreviations is forgiven.

        Returns:
            The matches in order; none overlaps another.
        """
        words = list(_TOKEN.finditer(text))
        keys = [_key(word[0]) for word in words]
        longest = self.longest
        matches: list[NameMatch] = []
        free = 0  # the first word that no match holds yet
        for at, key in enumerate(keys):
            if at < free or key not in longest:
                continue
            for length in range(min(longest[key], len(keys) - at), 0, -1):
                entries = self.entries.get(tuple(keys[at : at + length]))
                match = self._match(text, words[at : at + length], entries, forgiving) if entries else None
                if match:
                    matches.append(match)
                    free = at + length
                    break
        return matches

    @staticmethod
    def _match(
        text: str, run: Sequence[re.Match[str]], entries: Sequence[tuple[str, str, bool]], forgiving: bool
    ) -> NameMatch | None:
        """Return what a run of words names, if they stand together and are written as the name is."""
        if not all(_JOINT.fullmatch(text, a.end(), b.start()) for a, b in itertools.pairwise(run)):
            return None  # something else than spaces, hyphens, slashes, a comma or a possessive stands between them
        span = Span(run[0].start(), run[-1].end())
        surface = span.of(text)
        fitting = [e for e in entries if _fits(e[1], surface, forgiving=forgiving)]
        if not fitting:
            return None
        iris = list(dict.fromkeys(e[0] for e in fitting))
        return NameMatch(span, surface, iris[0], fitting[0][2], tuple(iris[1:]))


def _fits(name: str, surface: str, *, forgiving: bool) -> bool:
    """Return whether a surface form is written as the name is: its commas, and the case of abbreviations."""
    return name.count(",") == surface.count(",") and (forgiving or _case_fits(name, surface))


def _case_fits(name: str, surface: str) -> bool:
    """Return whether the surface form has the capitals of an abbreviation (`ICI`, `Treg`, `TIM-3`)."""
    letters = re.sub(r"[\W_]", "", name)
    if len(letters) > _SHORT or letters.islower() or " " in name:
        return True
    seen = re.sub(r"[\W_]", "", surface)
    return seen in (letters, letters + "s") or (
        seen[1:] in (letters[1:], letters[1:] + "s") and not letters[1:].isupper()
    )
