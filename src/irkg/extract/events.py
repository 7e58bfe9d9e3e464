"""Events as arguments: "depleting nutrients" is nutrient depletion, because the ontology defines it so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from irkg.extract.arguments import Arguments, Filler
from irkg.extract.predicates import Triggers, noun_places, verb_places
from irkg.extract.subjects import is_noun_like, subjects
from irkg.lexicon import Definition, Lexicon, Pattern

if TYPE_CHECKING:
    from spacy.tokens import Token


def named_by(lexicon: Lexicon, relation: str, patients: list[str]) -> Definition | None:
    """Return the defined kind of event that a relation and its object amount to.

    Args:
        lexicon: The ontology; `process_of` says which classes make a noun of which relation.
        relation: Name of the relation.
        patients: Classes of its objects.

    Returns:
        The definition with the narrowest object that fits, or None.
    """
    if not patients:
        return None
    fitting = [d for d in lexicon.events.get(relation, ()) if any(lexicon.is_a(p, d.filler) for p in patients)]
    return max(fitting, key=lambda d: (len(lexicon.ancestors(d.filler)), d.iri), default=None)


class Events:
    """Finds the kinds of event that verbs and nouns of a sentence tell of.

    Args:
        arguments: The sentence's arguments.
        triggers: The words that express relations.
    """

    def __init__(self, arguments: Arguments, triggers: Triggers) -> None:
        self._arguments = arguments
        self._triggers = triggers
        self._lexicon = arguments.lexicon
        arguments.event_of = lambda token: self._listed(self.of(token))

    def fill(self, token: Token) -> list[Filler]:
        """Return what a token stands for as an argument: a kind that it names, or an event that it tells of."""
        if token.pos_ not in ("VERB", "AUX") or is_noun_like(token):
            return self._arguments.resolve(token) or self._listed(self.of(token))
        found = self._listed(self.of(token))
        if not found and token.dep_ == "csubj" and token.tag_ == "VBG" and self._arguments.phrases:
            return self._arguments.phrases.gerund(token, self._arguments.parsed)
        if found or token.dep_ in ("csubj", "pcomp"):
            return found
        return [f for t in subjects(token) if t.pos_ not in ("VERB", "AUX") for f in self._arguments.resolve(t)]

    @staticmethod
    def _listed(found: tuple[Filler, Definition] | None) -> list[Filler]:
        return [found[0]] if found else []

    def of(self, token: Token) -> tuple[Filler, Definition] | None:
        """Return the kind of event that a verb or noun tells of together with its object.

        Args:
            token: The verb ("deplete") or the noun ("identification").

        Returns:
            The event, from its word to the end of its object, and the definition that names it.
        """
        sort = "verb" if token.pos_ in ("VERB", "AUX") else "noun"
        for pattern in self._triggers.at(token, sort):
            patients = self._patients(token, pattern, sort)
            definition = named_by(self._lexicon, pattern.relation, [p.iri for p in patients])
            if definition:
                last = max((p.token for p in patients), default=token.i)
                doc = self._arguments.parsed.doc
                first, end = (token, doc[last]) if last >= token.i else (doc[last], token)
                span = self._arguments.parsed.span(first, end)
                return Filler(definition.iri, span, token.i, "event"), definition
        return None

    def _patients(self, token: Token, pattern: Pattern, sort: str) -> list[Filler]:
        places = verb_places(token, pattern) if sort == "verb" else noun_places(token, pattern)
        if places is None:
            return []
        return [replace(f) for t in places.object for f in self._arguments.resolve(t)]
