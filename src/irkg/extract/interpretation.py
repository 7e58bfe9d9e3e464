"""What words of a relation claim once their arguments are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.extract import words as w
from irkg.extract.arguments import Filler
from irkg.extract.events import Events
from irkg.extract.fitting import Fitter
from irkg.extract.found import Found
from irkg.extract.predicates import Reading, Triggers, noun_is_filled, noun_places
from irkg.extract.scope import excepted, modality, quantifier
from irkg.extract.subjects import is_passive
from irkg.extract.syntax import Parsed
from irkg.extract.taxonomy import includes_members
from irkg.lexicon import Lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

# Relations of which "through" and "via" tell the means
_BY_MEANS = frozenset(
    "binds causes promotes impairs inhibits kills recruits prevents enables upregulates downregulates".split()
)
# Relations that a noun may say again; "inhibit the inhibition of" says the opposite
_REPEATED = frozenset("causes enables expresses produces promotes requires treats upregulates uses".split())


class Interpreter:
    """Turns readings of one sentence into claims.

    Args:
        fitter: What chooses relations.
        events: What resolves words to kinds.
        triggers: The words that express relations.
        lexicon: The class hierarchy.
    """

    def __init__(self, fitter: Fitter, events: Events, triggers: Triggers, lexicon: Lexicon) -> None:
        self.parsed = fitter.parsed
        self._fitter = fitter
        self._events = events
        self._triggers = triggers
        self._lexicon = lexicon

    def claims(self, reading: Reading) -> Iterator[Found]:
        """Yield what words of a relation with their arguments claim.

        Args:
            reading: The words and what fills their places.
        """
        how = modality(reading.trigger)
        subjects, rule = reading.subjects, reading.rule
        lost = self._lost_ability(reading)
        if lost is not None:
            yield from lost
            return
        if not subjects and reading.trigger.tag_ == "VBG":
            event = self._events.of(reading.trigger)
            relation = event and self._relation_of(event[1].prop)
            if event and relation in {p.relation for p in reading.patterns}:
                subjects, rule = (replace(event[0], span=self.parsed.span(reading.trigger)),), "gerund"
        recruited = self._recruited(reading)
        for subject in subjects:
            for _, moved in recruited:
                if fitted := self._fitter.fit_one("recruits", subject, moved):
                    yield Found(*fitted, "causal-event", how, quantifier(self.parsed.doc[subject.token]))
        said = {noun.i for noun, _ in recruited}  # of the recruitment itself only the means are told
        objects = tuple(f for o in reading.objects for f in self._looked_through(o, reading))
        symmetric = set(subjects) == set(objects)
        for subject in subjects:
            for thing in objects:
                fitted = self._fitter.fit(reading, subject, thing)
                left_out = excepted(self.parsed.doc[subject.token]) != excepted(self.parsed.doc[thing.token])
                if fitted and (subject.token < thing.token if symmetric else subject.token != thing.token):
                    put = replace(how, negated=True) if left_out else how
                    found = self._turned(Found(*fitted, rule, put, quantifier(self.parsed.doc[subject.token])), reading)
                    if self._is_claim(found, reading.trigger):
                        yield from [] if thing.token in said else [found]
                        yield from self._means(found, reading.trigger)

    def _looked_through(self, thing: Filler, reading: Reading) -> list[Filler]:
        """Look through a noun that says the same: "approved for treatment of A", "treat patients with A"."""
        relations = {p.relation for p in reading.patterns}
        noun = self.parsed.doc[thing.token]
        if "treats" in relations and self._lexicon.is_a(thing.iri, v.IRKG + "Patient"):
            near = [*noun.children, *reading.trigger.children]
            behind = [
                o for c in near if c.dep_ == "prep" and c.lower_ == "with" for o in c.children if o.dep_ == "pobj"
            ]
            return [f for o in behind for f in self._events.fill(o)] or [thing]
        for pattern in self._triggers.at(noun, "noun"):
            places = noun_places(noun, pattern) if pattern.relation in relations & _REPEATED else None
            if places and places.object and not places.subject:
                return [f for o in places.object for f in self._events.fill(o)] or [thing]
        return [thing]

    def _is_claim(self, found: Found, trigger: Token) -> bool:
        """Return whether words say something of the world, and not what researchers did, or what a noun is about."""
        is_type = found.relation == "isTypeOf"
        if found.modality.negated and trigger.dep_ == "xcomp" and trigger.head.lemma_.lower() in w.NEED_WORDS:
            return False  # "A is not needed to do B": A may do it
        if is_type and is_passive(trigger) and trigger.lemma_ in w.COPULAS:
            return False
        if found.relation == "hasPart" and includes_members(trigger):
            return False
        if trigger.lemma_.lower() in w.SUPPORT_VERBS and any(
            self._relates(c) for c in trigger.children if c.dep_ == "dobj"
        ):
            return False  # "exhibits resistance to it": the noun says what happens
        said = [c for c in trigger.children if c.dep_ in ("attr", "nsubj")]
        said += [o for c in trigger.children if c.lower_ == "as" for o in c.children if o.dep_ == "pobj"]
        if is_type and any(self._relates(noun) for noun in said):
            return False
        agent = self._lexicon.is_a(found.subject.iri, v.IRKG + "Agent")
        patient = self._lexicon.is_a(found.subject.iri, v.IRKG + "Patient")
        told = trigger.tag_ in ("VBD", "VBN") or trigger.pos_ == "NOUN"
        return not (agent and not patient and told)

    def _turned(self, found: Found, reading: Reading) -> Found:
        """Return "the first vaccine was sipuleucel-T" as what it says: sipuleucel-T is a vaccine."""
        if found.relation != "isTypeOf" or reading.trigger.lemma_ != "be":
            return found
        subject, thing = (self.parsed.doc[f.token] for f in (found.subject, found.object))
        known = self._lexicon.is_a(found.object.iri, found.subject.iri)
        definite = any(c.lower_ in ("the", "another") for c in subject.children if c.dep_ == "det")
        named = not any(c.dep_ in ("det", "amod", "nummod") for c in thing.children) and thing.tag_ != "NNS"
        if known or (definite and named):
            return replace(found, subject=found.object, object=found.subject)
        return found

    def _relates(self, noun: Token) -> bool:
        """Return whether a noun relates its bearer to something: "is a driver of resistance" names no kind."""
        return any(p.relation != "isTypeOf" and noun_is_filled(noun, p) for p in self._triggers.at(noun, "noun"))

    def _recruited(self, reading: Reading) -> list[tuple[Token, Filler]]:
        """Return what is recruited where something furthers "the recruitment of A", each with the noun that says so."""
        furthers = {p.relation for p in reading.patterns} & {"promotes", "causes", "enables"}
        found: list[tuple[Token, Filler]] = []
        for noun in reading.things if furthers else ():
            if noun.i in self.parsed.mentions:
                continue
            for pattern in self._triggers.at(noun, "noun"):
                places = noun_places(noun, pattern)
                if pattern.relation == "recruits" and places and places.object and not places.subject:
                    found += [(noun, f) for t in places.object for f in self._events.fill(t)]
        return found

    def _means(self, found: Found, trigger: Token) -> Iterator[Found]:
        """Yield by what means a subject does what it does: "kill cells through granzymes"."""
        if trigger.pos_ != "VERB" or is_passive(trigger) or found.relation not in _BY_MEANS:
            return
        thing = self.parsed.doc[found.object.token]
        agentive = bool(self._triggers.at(thing, "noun"))  # "promotes phagocytosis by macrophages": they phagocytose
        behind = [c for c in trigger.children if c.lower_ in w.MEANS_PREPOSITIONS - ({"by"} if agentive else set())]
        behind += [c for c in thing.children if c.lower_ in w.MEANS_PREPOSITIONS - {"by"}]
        for preposition in behind:
            for noun in (o for o in preposition.children if o.dep_ == "pobj"):
                for means in self._events.fill(noun):
                    place = self._lexicon.is_a(means.iri, v.IRKG + "AnatomicalSite")
                    if place or means.iri in (found.subject.iri, found.object.iri):
                        continue
                    yield from self._fitted("uses", found, found.subject, means)
                    yield from self._fitted(found.relation, found, means, found.object)

    def _fitted(self, relation: str, found: Found, subject: Filler, thing: Filler) -> Iterator[Found]:
        fitted = self._fitter.fit_one(relation, subject, thing)
        if fitted:
            yield replace(found, subject=fitted[0], relation=fitted[1], object=fitted[2], rule="means", quantifier="")

    def _relation_of(self, iri: str) -> str | None:
        return next((r.name for r in self._lexicon.relations.values() if r.iri == iri), None)

    def _lost_ability(self, reading: Reading) -> list[Found] | None:
        """Return what impairs the ability that is lost: "T cells become exhausted, losing their ability to …".

        None where no ability is lost; an empty list where the ontology has no name for it: nothing can be said then.
        """
        verb = reading.trigger
        noun = next((a for a in verb.ancestors if a.lemma_.lower() in w.ABILITY_NOUNS), None)
        if noun is None or noun.dep_ != "dobj" or noun.head.lemma_.lower() not in w.NEGATING_VERBS:
            return None
        above = noun.head.head
        causes = [f for f, copula in state_fillers(self.parsed, self._lexicon) if copula == above]
        processes = {c for c, r in self._lexicon.process_of.items() if r in {p.relation for p in reading.patterns}}
        impaired = [i for i in sorted(processes) if self._lexicon.is_any(i, self._lexicon.relations["impairs"].ranges)]
        last = max((f.token for f in reading.objects), default=verb.i)
        thing = self.parsed.span(verb, self.parsed.doc[max(last, verb.i)])
        return [
            Found(cause, "impairs", Filler(iri, thing, verb.i, "event"), "lost-ability", modality(above))
            for cause in causes
            for iri in impaired[:1]
        ]


def state_fillers(parsed: Parsed, lexicon: Lexicon) -> list[tuple[Filler, Token]]:
    """Return the processes that adjectives behind a copula describe, each with its copula."""
    found = []
    for token in parsed.doc:
        process = lexicon.state_adjectives.get(token.lower_)
        if process and token.dep_ in ("acomp", "oprd") and token.head.lemma_ in w.BECOMING_VERBS:
            first = next((c for c in token.children if c.dep_ == "advmod"), token)
            found.append((Filler(process, parsed.span(first, token), token.i), token.head))
    return found
