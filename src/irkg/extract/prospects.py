"""Which sentences of a document are worth a parser's time: that can hold a claim, or what such a one points back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irkg.extract import words as w
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Sentence

_REACH = 4  # sentences and headings that a pronoun or a short name looks back over at most
# A relative pronoun points to what stands before it in its own sentence, which is named there or is no kind
_POINTERS = w.PLURAL_PRONOUNS | w.SINGULAR_PRONOUNS | w.DEMONSTRATIVES - w.RELATIVE_PRONOUNS
_COUNTING = w.ANNOUNCING_NOUNS | w.QUANTIFIERS.keys()


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is seen of a sentence before it is parsed.

    Attributes:
        named: Whether it names a kind.
        claims: Whether it can hold a claim.
        points: Whether it can mean a kind that another sentence names.
        counts: Whether it can announce that there are several of a kind, which headings name later.
    """

    named: bool
    claims: bool
    points: bool
    counts: bool


def to_parse(sentences: Sequence[Sentence], names: Sequence[Sequence[NameMatch]], lexicon: Lexicon) -> list[bool]:
    """Decide which sentences of a document to parse, where claims are wanted of kinds that have a name.

    Args:
        sentences: Its sentences and headings, in order.
        names: The names in each.
        lexicon: For adjectives that are a claim with a single name.

    Returns:
        For each whether to parse it; never a heading.
    """
    seen = [_seen(sentence, found, lexicon) for sentence, found in zip(sentences, names, strict=True)]
    wanted = [False] * len(seen)
    headed = False  # whether a heading follows that names a kind
    for at in reversed(range(len(seen))):
        if sentences[at].heading:
            headed = headed or seen[at].named
            continue
        meant = any(wanted[j] and seen[j].points for j in range(at + 1, min(at + 1 + _REACH, len(seen))))
        wanted[at] = seen[at].claims or (seen[at].named and (meant or (headed and seen[at].counts)))
    return wanted


def _seen(sentence: Sentence, names: Sequence[NameMatch], lexicon: Lexicon) -> _Sight:
    words = [word.strip(".,;:()").lower() for word in sentence.text.split()]
    own = set(words)
    pointers = len(own & _POINTERS) + (words[:1] == ["that"])
    state = bool(names) and not own.isdisjoint(lexicon.state_adjectives.keys())
    return _Sight(bool(names), state or len(names) + pointers > 1, pointers > 0, not own.isdisjoint(_COUNTING))
