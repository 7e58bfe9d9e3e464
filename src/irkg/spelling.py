"""Mistyped words of a question, read as words that are known: those that questions are made of, and those of names.

A word of a name is read as another only where it is long and one letter is missing, too many or out of place. What a
query needs that name for is then not answered but suggested; what is further off is left to "did you mean".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property

from irkg.fitting import Ways
from irkg.phrasing import tokens
from irkg.wording import SPELLED, STOP, canonical, grouped_words

_WORD = re.compile(r"(?<![\w\-/])[A-Za-z]{4,}(?![\w\-/])")
_REGULATED = re.compile(r"\b(up|down)[\s\-](?=regulat)", re.IGNORECASE)
_CLOSE = 0.78
_SHORT = 4  # letters up to which none may be out of place: "dose" is not "does"
_LONG = 8  # letters from which one may be another; in a shorter word one may only be missing, doubled or out of place
_ALIKE_SHORT, _ALIKE_LONG = 0.88, 0.86
_LONG_NAME = 6  # letters of a word of a name from which a slip is forgiven


class Spelling:
    """The words that questions are made of, and how mistyped ones are read.

    Example:
        >>> from irkg.catalogue import catalogue
        >>> from irkg.lexicon import shipped_lexicon
        >>> from irkg.slots import Slots
        >>> ways = Ways(list(catalogue().values()), shipped_lexicon(), Slots((), (), ()))
        >>> Spelling(ways).corrected("Which cels recriut MDSCs?")
        ('Which cells recruit MDSCs?', {'cels': 'cells', 'recriut': 'recruit'})
        >>> Spelling(ways).corrected("What causes T cell exhuastion?")
        ('What causes T cell exhaustion?', {'exhuastion': 'exhaustion'})
    """

    def __init__(self, ways: Ways) -> None:
        """Take the ways to ask."""
        self._ways = ways

    def corrected(self, question: str) -> tuple[str, dict[str, str]]:
        """Read mistyped words of a question as words that are known and start with the same letter.

        Args:
            question: The question.

        Returns:
            The question with these words corrected, and what was read as what.
        """
        text = _REGULATED.sub(r"\1", question)
        read: dict[str, str] = {}
        for word in filter(self._is_strange, dict.fromkeys(_WORD.findall(text))):
            for meant in filter(None, (self._meant(word), self._named(word))):
                changed = re.sub(rf"\b{word}\b", meant, text)
                if slip(word.casefold(), meant) or set(self._names(changed)) - {meant} <= set(self._names(text)):
                    text, read[word] = changed, meant
                    break
        return text, read

    def _names(self, text: str) -> list[str]:
        return [m.text for m in self._ways.lexicon.find(text, forgiving=True)]

    def _named(self, word: str) -> str | None:
        """Return the only word of a name that a word becomes when one slip is undone."""
        low = word.casefold()
        if len(low) < _LONG_NAME:
            return None
        found = {name for name in self._of_names.get(low[0], ()) if slip(low, name)}
        return found.pop() if len(found) == 1 else None

    def _is_strange(self, word: str) -> bool:
        """Return whether neither queries nor relations nor names have a word, and it is no name of a relation."""
        parts = () if word.casefold() in SPELLED else canonical(word)
        strange = any(p not in self._ways.usual and not self._ways.senses.has(p) for p in parts)
        return strange and (word[1:] == word[1:].casefold() or word.isupper())  # not tailoredTo

    def _meant(self, word: str) -> str | None:
        """Return the word of questions that a word looks most like."""
        low = word.casefold()
        for near in get_close_matches(low, self._plain.get(low[0], []), n=3, cutoff=_CLOSE):
            ratio = SequenceMatcher(None, low, near).ratio()
            swapped = len(low) > _SHORT and sorted(low) == sorted(near)
            if swapped or ratio >= (_ALIKE_LONG if len(low) >= _LONG else _ALIKE_SHORT):
                return near
        return None

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        ways = self._ways
        texts = (token.text for some in ways.templates.values() for way in some for token in tokens(way.text))
        cues = (w for r in ways.lexicon.relations.values() for p in r.patterns for w in p.words)
        return _by_letter(w for w in (*texts, *cues, *STOP, *grouped_words()) if len(w) > 3 and w.isalpha())

    @cached_property
    def _of_names(self) -> dict[str, list[str]]:
        names = (name for kind in self._ways.lexicon.kinds.values() for name in kind.exact)
        words = (word.casefold() for name in names for word in _WORD.findall(name))
        return _by_letter(w for w in words if len(w) >= _LONG_NAME)


def slip(written: str, meant: str) -> bool:
    """Return whether one word is another with one letter missing, too many, or changed places with its neighbour.

    Example:
        >>> [slip(word, "hypoxia") for word in ("hypoxa", "hypoxxia", "hyopxia", "hypoxic", "hypoxia")]
        [True, True, True, False, False]
    """
    short, long = sorted((written, meant), key=len)
    if len(long) == len(short) + 1:
        return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    pairs = (written[:at] + written[at + 1] + written[at] + written[at + 2 :] for at in range(len(written) - 1))
    return written != meant and len(long) == len(short) and meant in pairs


def _by_letter(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        found.setdefault(word[0], []).append(word)
    return found
