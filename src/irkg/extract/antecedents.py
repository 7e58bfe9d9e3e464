"""What pronouns and short names refer back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from irkg.extract import words as w
from irkg.lexicon import Lexicon, NameMatch, fold

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = ("nsubj", "nsubjpass")
_REACH = 2  # sentences that a pronoun looks back over


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A kind that a sentence spoke of.

    Attributes:
        iri: The class.
        text: The words.
        plural: Whether they are plural.
        salience: 2 for a subject, 1 for an object, 0 else.
        token: Index of the token.
    """

    iri: str
    text: str
    plural: bool
    salience: int
    token: int

    @classmethod
    def at(cls, token: Token, iri: str, text: str) -> Self:
        """Return what a token of the tree speaks of."""
        salience = 2 if token.dep_ in _SUBJECTS else 1 if token.dep_ in ("dobj", "pobj") else 0
        return cls(iri, text, token.tag_ in ("NNS", "NNPS"), salience, token.i)


@dataclass
class Discourse:
    """What a document has been about so far.

    Attributes:
        named: Classes that are named in full anywhere in the document.
        event: The class of the event that the last sentence told of, where the ontology has one.
    """

    named: frozenset[str] = frozenset()
    event: str | None = None
    _sentences: list[list[Mentioned]] = field(default_factory=list)

    def licensed(self, iri: str) -> bool:
        """Return whether a short name may stand for a kind: the document names that kind in full somewhere."""
        return iri in self.named

    def remember(self, mentioned: Sequence[Mentioned], event: str | None) -> None:
        """Take in what a sentence spoke of, after its claims were read."""
        self._sentences.append(list(mentioned))
        self.event = event

    def heading(self, matches: Sequence[NameMatch]) -> None:
        """Take in the kinds that a heading names."""
        self.remember([Mentioned(m.iri, m.text, False, 2, -1) for m in matches], None)

    def same_noun(self, text: str, iri: str, lexicon: Lexicon) -> str | None:
        """Return what "these pathways" refers to: the last kind of that sort, one of the same noun first.

        Args:
            text: The words behind the demonstrative.
            iri: The class that they name.
            lexicon: For the class hierarchy.

        Returns:
            A class below that one, or None where none was spoken of.
        """
        noun = fold(text).split()[-1]
        for same_word in (True, False):
            for sentence in reversed(self._sentences[-2 * _REACH :]):
                for m in sorted(sentence, key=lambda m: -m.salience):
                    below = m.iri != iri and lexicon.is_a(m.iri, iri)
                    if below and (not same_word or fold(m.text).split()[-1] == noun):
                        return m.iri
        return None

    def same_head(self, noun: str, classes: Sequence[str], lexicon: Lexicon) -> str | None:
        """Return what "these proteins" refers to where the ontology has no kind of that name.

        Args:
            noun: The noun behind the demonstrative.
            classes: What sort of thing it names, as far as is known.
            lexicon: For the class hierarchy.

        Returns:
            The last kind of the same head noun in the sentences before, or else of the same sort; None without one.
        """
        for test in (
            lambda m: fold(m.text).split()[-1:] == [fold(noun)] and m.token >= 0,
            lambda m: any(lexicon.is_a(m.iri, c) for c in classes),
        ):
            for sentence in reversed(self._sentences[-_REACH:]):
                for m in sorted(sentence, key=lambda m: -m.salience):
                    if test(m):
                        return m.iri
        return None

    def pronoun(self, token: Token, here: Sequence[Mentioned]) -> str | None:
        """Return the class that a pronoun stands for.

        Args:
            token: The pronoun.
            here: What its own sentence speaks of.

        Returns:
            The event of the last sentence for a bare "This"; for others the most prominent kind that agrees
            in number, in this sentence before the pronoun or in the two before it; None where there is none.
        """
        word = token.lower_
        if word in ("this", "that"):
            return self.event if token.dep_ in _SUBJECTS else None
        if word not in w.PLURAL_PRONOUNS | w.SINGULAR_PRONOUNS:
            return None
        # An object cannot refer to the subject of its own clause; a possessive can, and a subject has no rival.
        barred = set() if token.tag_ == "PRP$" or token.dep_ in _SUBJECTS else _subjects_of_clause(token)
        near = [m for m in here if m.token < token.i and m.token not in barred]
        for sentence in [near, *reversed(self._sentences[-_REACH:])]:
            agreeing = [m for m in sentence if m.plural == (word in w.PLURAL_PRONOUNS)]
            if agreeing:
                return max(agreeing, key=lambda m: m.salience).iri
        return None


def _subjects_of_clause(token: Token) -> set[int]:
    """Return the subjects of the innermost clause around a pronoun that has one."""
    for above in token.ancestors:
        found = {c.i for c in above.children if c.dep_ in _SUBJECTS}
        if found:
            return found
    return set()
