"""Plain words that were mistyped, read as the words that questions are made of; names are left to "did you mean"."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches

from irkg.fitting import Ways
from irkg.phrasing import tokens
from irkg.wording import STOP, canonical, grouped_words

_WORD = re.compile(r"(?<![\w\-/])[A-Za-z]{4,}(?![\w\-/])")
_REGULATED = re.compile(r"\b(up|down)[\s\-](?=regulat)", re.IGNORECASE)
_CLOSE = 0.78
_SHORT = 4  # letters up to which none may be out of place: "dose" is not "does"
_LONG = 8  # letters from which one may be another; in a shorter word one may only be missing, doubled or out of place
_ALIKE_SHORT, _ALIKE_LONG = 0.88, 0.86


class Spelling:
    """The words that questions are made of, and how mistyped ones are read.

    Example:
        >>> from irkg.catalogue import catalogue
        >>> from irkg.lexicon import shipped_lexicon
        >>> from irkg.slots import Slots
        >>> ways = Ways(list(catalogue().values()), shipped_lexicon(), Slots((), (), ()))
        >>> Spelling(ways).corrected("Which cels recriut MDSCs?")
        ('Which cells recruit MDSCs?', {'cels': 'cells', 'recriut': 'recruit'})
    """

    def __init__(self, ways: Ways) -> None:
        """Take the ways to ask."""
        self._ways = ways
        self._words: dict[str, list[str]] = {}

    def corrected(self, question: str) -> tuple[str, dict[str, str]]:
        """Read mistyped words of a question as words that are known and start with the same letter.

        Args:
            question: The question.

        Returns:
            The question with these words corrected, and what was read as what. What would be part of a name if it
            were corrected stays as it is, so that the name can be suggested.
        """
        text = _REGULATED.sub(r"\1", question)
        read: dict[str, str] = {}
        for word in dict.fromkeys(_WORD.findall(text)):
            meant = self._meant(word)
            if meant is None:
                continue
            changed = re.sub(rf"\b{word}\b", meant, text)
            if set(self._names(changed)) - {meant} <= set(self._names(text)):
                text, read[word] = changed, meant
        return text, read

    def _names(self, text: str) -> list[str]:
        return [m.text for m in self._ways.lexicon.find(text, forgiving=True)]

    def _meant(self, word: str) -> str | None:
        low = word.casefold()
        ways = self._ways
        parts = canonical(low)
        if word[1:] != low[1:] and not word.isupper():  # the name of a relation, such as tailoredTo
            return None
        if not parts or all(p in ways.usual or ways.senses.has(p) for p in parts):
            return None
        for near in get_close_matches(low, self._starting_with(low[0]), n=3, cutoff=_CLOSE):
            ratio = SequenceMatcher(None, low, near).ratio()
            swapped = len(low) > _SHORT and sorted(low) == sorted(near)
            if swapped or ratio >= (_ALIKE_LONG if len(low) >= _LONG else _ALIKE_SHORT):
                return near
        return None

    def _starting_with(self, letter: str) -> list[str]:
        if not self._words:
            ways = self._ways
            texts = (token.text for some in ways.templates.values() for way in some for token in tokens(way.text))
            cues = (w for r in ways.lexicon.relations.values() for p in r.patterns for w in p.words)
            for word in sorted({w for w in (*texts, *cues, *STOP, *grouped_words()) if len(w) > 3 and w.isalpha()}):
                self._words.setdefault(word[0], []).append(word)
        return self._words.get(letter, [])
