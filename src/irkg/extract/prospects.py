"""Which sentences of a document are worth a parser's time: that can hold a claim, or what such a one points back to.

A claim relates two kinds. So before a sentence is parsed, all kinds are counted that any of its words can stand for:
those that it names, those that a pronoun or a short name can mean, and the events that the ontology has a name for.
Where there are not two, no tree can make a claim of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from irkg.extract import words as w
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Sentence

_REACH = 4  # sentences and headings that a short name looks back over at most
_PRONOUN_REACH = 2  # that a pronoun does
# A relative pronoun points to what stands before it in its own sentence, which is named there or is no kind
_POINTERS = w.PLURAL_PRONOUNS | w.SINGULAR_PRONOUNS | w.DEMONSTRATIVES - w.RELATIVE_PRONOUNS
_COUNTING = w.ANNOUNCING_NOUNS | w.QUANTIFIERS.keys()
# What makes a reader look back, whatever the parser takes it for: to any kind; to an event; to a kind of the sort that
# is named beside it, as "these cells" and the group of a list do
_PRONOUNS = w.PLURAL_PRONOUNS | w.SINGULAR_PRONOUNS
_EVENTS = frozenset(("this", "that"))
_LISTING = w.LIST_CUES | {"such"}
_SORTED = w.DEMONSTRATIVES | _LISTING
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is seen of a sentence before it is parsed.

    Attributes:
        named: Whether it names a kind.
        claims: Whether it has enough names, pronouns or adjectives of a state for a claim.
        points: Whether it can mean a kind that another sentence names.
        counts: Whether it can announce that there are several of a kind, which headings name later.
        words: All runs of letters in it, in lower case.
    """

    named: bool
    claims: bool
    points: bool
    counts: bool
    words: frozenset[str]


def to_parse(
    sentences: Sequence[Sentence],
    texts: Sequence[str],
    names: Sequence[Sequence[NameMatch]],
    lexicon: Lexicon,
    cues: Callable[[], Mapping[str, Iterable[str]] | None] = lambda: None,
) -> list[bool]:
    """Decide which sentences of a document to parse, where claims are wanted of kinds that have a name.

    Args:
        sentences: Its sentences and headings, in order.
        texts: The text of each that would be parsed.
        names: The names in each.
        lexicon: For adjectives that are a claim with a single name, and for what can be an event.
        cues: Tells from each word that can express an event to the relations that it can express; or None: any can.

    Returns:
        For each whether to parse it; never a heading.
    """
    seen = [_seen(*one, lexicon) for one in zip(sentences, texts, names, strict=True)]
    if not any(own.claims for own in seen):
        return [False] * len(seen)
    kinds = _Kinds(sentences, texts, names, seen, lexicon, cues())
    able = kinds.enough()
    wanted = [False] * len(seen)
    headed = False  # whether a heading follows that names a kind
    for at in reversed(range(len(seen))):
        own = seen[at]
        if sentences[at].heading:
            headed = headed or own.named
            continue
        behind = [j for j in range(at + 1, min(at + 1 + _REACH, len(seen))) if wanted[j]]
        if own.claims:
            wanted[at] = able[at] or headed or any(kinds.can_mean(j, at) for j in behind)
        elif own.named:
            meant = any(seen[j].points and kinds.can_mean(j, at) for j in behind)
            wanted[at] = meant or (headed and own.counts)
    return wanted


def _seen(sentence: Sentence, text: str, names: Sequence[NameMatch], lexicon: Lexicon) -> _Sight:
    words = [word.strip(".,;:()").lower() for word in sentence.text.split()]
    own = set(words)
    pointers = len(own & _POINTERS) + (words[:1] == ["that"])
    state = bool(names) and not own.isdisjoint(lexicon.state_adjectives.keys())
    return _Sight(
        named=bool(names),
        claims=state or len(names) + pointers > 1,
        points=pointers > 0,
        counts=not own.isdisjoint(_COUNTING),
        words=frozenset(_LETTERS.findall(text.lower())),
    )


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The kinds that the words of each sentence of a document can stand for, and perhaps some more."""

    sentences: Sequence[Sentence]
    texts: Sequence[str]
    names: Sequence[Sequence[NameMatch]]
    seen: Sequence[_Sight]
    lexicon: Lexicon
    cues: Mapping[str, Iterable[str]] | None
    named: list[set[str]] = field(default_factory=list)

    def enough(self) -> list[bool]:
        """Return for each sentence with enough names and pronouns whether there are two kinds, or a state."""
        in_full = {m.iri for found in self.names for m in found if m.exact}
        found = []
        events: set[str] = set()
        for at, (own, asked) in enumerate(zip(self.seen, self._asked(), strict=True)):
            kinds = self._named(at, in_full)
            if kinds and not own.words.isdisjoint(_SORTED):
                kinds |= self._below(kinds, set().union(*self.named[-_REACH:]))
            self.named.append(kinds)
            if not asked:
                events = set()
                found.append(False)
                continue
            kinds = kinds | self._elided(at)
            if not own.words.isdisjoint(_PRONOUNS):
                kinds.update(*self.named[-_PRONOUN_REACH - 1 : -1])
            if not own.words.isdisjoint(_EVENTS):
                kinds |= events
            events = self._events(kinds, own.words)
            state = not own.words.isdisjoint(self.lexicon.state_adjectives)
            found.append(state or len(kinds | events) > 1)
        return found

    def _asked(self) -> list[bool]:
        """Return for each sentence whether its kinds are asked for: by itself, or as an event by the next."""
        asked: list[bool] = []
        for own, behind in zip(reversed(self.seen), (None, *reversed(self.seen)), strict=False):
            by_next = behind is not None and asked[-1] and not behind.words.isdisjoint(_EVENTS)
            asked.append(own.claims or by_next)
        return asked[::-1]

    def can_mean(self, at: int, before: int) -> bool:
        """Return whether a sentence can mean a kind or an event that one before it speaks of."""
        words, distance = self.seen[at].words, at - before
        if distance <= _PRONOUN_REACH and not words.isdisjoint(_PRONOUNS):
            return True
        if distance == 1 and not words.isdisjoint(_EVENTS):
            return True
        return not words.isdisjoint(_SORTED) and bool(self._below(self.named[at], self.named[before]))

    def _below(self, above: Collection[str], kinds: Collection[str]) -> set[str]:
        """Return those of some kinds that stand below others."""
        return {k for k in kinds if any(k != other and self.lexicon.is_a(k, other) for other in above)}

    def _named(self, at: int, in_full: Collection[str]) -> set[str]:
        """Return the kinds that names stand for, also as the ontology defines them by a clause behind them."""
        is_a, definitions = self.lexicon.is_a, self.lexicon.definitions
        if self.sentences[at].heading:
            return {m.iri for m in self.lexicon.find(self.sentences[at].text)}
        matches = list(self.names[at])
        # "recruitment of Tregs by cancer cells" is left to the rules, which see the Tregs alone
        matches += [m for whole in matches for m in self.lexicon.find(whole.text.partition(" of ")[2])]
        listed = not self.seen[at].words.isdisjoint(_LISTING)
        found = {i for m in matches if listed or m.exact or m.iri in in_full for i in (m.iri, *m.others)}
        if len(matches) < 2:
            return found
        fillers = {d.filler for d in definitions if any(is_a(m.iri, d.filler) for m in matches)}
        return found | {d.iri for d in definitions if d.filler in fillers and any(is_a(d.genus, k) for k in found)}

    def _elided(self, at: int) -> set[str]:
        """Return the kinds of names that share their first words with another: "immune recognition and attack"."""
        longer = (m.text.split() for m in self.names[at] if " " in m.text)
        starts = {" ".join(words[:cut]) for words in longer for cut in range(1, len(words))}
        return set().union(*(self.lexicon.beginning(start, self.texts[at]) for start in starts))

    def _events(self, kinds: Collection[str], words: frozenset[str]) -> set[str]:
        """Return the kinds of event that words can tell of, done to some kinds."""
        events = self.lexicon.events
        told = events.keys() if self.cues is None else {r for word in words for r in self.cues.get(word, ())}
        possible = {d for relation in told for d in events.get(relation, ())} if kinds else ()
        return {d.iri for d in possible if any(self.lexicon.is_a(kind, d.filler) for kind in kinds)}
