"""Which of the relations that words can express their arguments fit."""

from __future__ import annotations

from dataclasses import replace

from irkg.extract import words as w
from irkg.extract.arguments import Filler, provisional
from irkg.extract.minting import Minter
from irkg.extract.predicates import Reading
from irkg.extract.syntax import Parsed
from irkg.lexicon import Lexicon

_OF_AMOUNT = ("upregulates", "downregulates")
Fitted = tuple[Filler, str, Filler]


class Fitter:
    """Chooses relations by domain and range.

    Args:
        parsed: The sentence.
        lexicon: The relations and the class hierarchy.
        minter: What made provisional kinds, where there are any.
    """

    def __init__(self, parsed: Parsed, lexicon: Lexicon, minter: Minter | None) -> None:
        self.parsed = parsed
        self._lexicon = lexicon
        self._minter = minter

    def fit(self, reading: Reading, subject: Filler, thing: Filler) -> Fitted | None:
        """Return the relation whose domain and range fit best, with the readings of the names that fit it."""
        unknown = self.undetermined(subject.iri) or self.undetermined(thing.iri)
        vague = reading.trigger.lemma_.lower() in w.VAGUE_VERBS and unknown
        names = [] if vague else list(dict.fromkeys(p.relation for p in reading.patterns))
        if thing.through >= 0 and self.parsed.doc[thing.through].lemma_.lower() not in w.EXPRESSION_NOUNS:
            names = [n for n in names if n not in _OF_AMOUNT] or names  # "restore the efficacy of A"
        amount = self._amount(thing, set(names))
        if amount and (fitted := self.fit_one(amount, subject, thing)):
            return fitted
        things = [thing]
        if self._minter and thing.through >= 0:  # where the core does not fit, the whole phrase may
            things += self._minter.mint(self.parsed.doc[thing.through], self.parsed)[:1]
        fitting: list[Fitted] = []
        for guessing in (False, True):  # what sort of thing a phrase names is a guess: it may be of another
            for candidate in things:
                found = (self.fit_one(name, subject, candidate, guessing=guessing) for name in names)
                fitting = fitting or [f for f in found if f]
        return max(fitting, key=self._closeness, default=None)

    def _amount(self, thing: Filler, relations: set[str]) -> str | None:
        """Return what is done to a molecule whose expression is furthered or hindered."""
        if thing.through < 0 or self.parsed.doc[thing.through].lemma_.lower() not in w.EXPRESSION_NOUNS:
            return None
        if relations & {"promotes", "upregulates"} or relations == {"causes"}:
            return "upregulates"
        return "downregulates" if relations & {"impairs", "inhibits", "prevents", "downregulates"} else None

    def fit_one(self, name: str, subject: Filler, thing: Filler, *, guessing: bool = False) -> Fitted | None:
        """Return two fillers with one relation, with the readings of their names that fit it; None where none does.

        Args:
            name: Name of the relation.
            subject: What should be its subject.
            thing: What should be its object.
            guessing: Whether the guess what sort of thing a provisional kind is may be wrong.
        """
        relation = self._lexicon.relations[name]
        if name == "analyzes" and (guessing or self.undetermined(subject.iri)):
            return None  # "was measured by densitometry" tells of the study
        a = self._within(subject, relation.domains)
        b = self._within(thing, relation.ranges)
        if guessing:
            a = a or (subject if provisional(subject.iri) else None)
            b = b or (thing if provisional(thing.iri) else None)
        return (a, name, b) if a and b and a.iri != b.iri else None

    def _closeness(self, fitted: Fitted) -> tuple[int, int]:
        a, name, b = fitted
        relation = self._lexicon.relations[name]
        order = w.PREFERRED_RELATIONS
        near = self._depth(b.iri, relation.ranges) + self._depth(a.iri, relation.domains)
        return near, -order.index(name) if name in order else -len(order)

    def undetermined(self, iri: str) -> bool:
        """Return whether a kind is provisional and nothing tells what sort of thing it is."""
        return self._minter is not None and self._minter.undetermined(iri)

    def _within(self, filler: Filler, classes: tuple[str, ...]) -> Filler | None:
        if self.undetermined(filler.iri):
            return filler
        iri = next((i for i in (filler.iri, *filler.others) if self._lexicon.is_any(i, classes)), None)
        return replace(filler, iri=iri) if iri else None

    def _depth(self, iri: str, classes: tuple[str, ...]) -> int:
        """Return how deep in the hierarchy the narrowest fitting class of a domain or range lies."""
        above = self._lexicon.ancestors(iri)
        return max((len(self._lexicon.ancestors(c)) for c in classes if c in above), default=0)
