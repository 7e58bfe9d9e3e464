"""From a document to its claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.extract import words as w
from irkg.extract.antecedents import Discourse
from irkg.extract.arguments import Arguments, Filler, is_list_cue, provisional
from irkg.extract.events import Events
from irkg.extract.minting import Minter
from irkg.extract.predicates import Reading, Triggers, is_passive, noun_is_filled, noun_places, readings
from irkg.extract.scope import Modality, modality, quantifier
from irkg.extract.syntax import Parsed, clean, parse
from irkg.extract.taxonomy import includes_members, memberships
from irkg.lexicon import Lexicon, NameMatch, Pattern
from irkg.model import Argument, Claim, Sentence, Span, Strength, digest
from irkg.text import Document

if TYPE_CHECKING:
    from spacy.tokens import Token

VERSION = "1"  # of the rules: part of a claim's provenance
_CONTEXT = 32  # characters of prefix and suffix kept with a quote
_LONG = 50  # tokens; parses of longer sentences are less sure
_ABBREVIATION = re.compile(r"\s*\((?P<short>[A-Z][\w/-]{1,9}?)s?\)")
RULES = {  # each with the confidence that it starts from
    "such-as-list": 0.95,
    "apposition": 0.85,
    "class-noun": 0.85,
    "naming": 0.85,
    "include": 0.85,
    "active-verb": 0.9,
    "passive-verb": 0.9,
    "heading": 0.85,
    "adjective-phrase": 0.85,
    "gerund": 0.85,
    "lost-ability": 0.75,
    "noun-phrase": 0.8,
    "state": 0.8,
    "means": 0.7,
    "causal-event": 0.75,
}
# Relations of which "through" and "via" tell the means
_BY_MEANS = frozenset("causes promotes impairs inhibits kills recruits prevents enables upregulates downregulates".split())
_DOUBT = {"named": 0.0, "member": 0.0, "defined": 0.0, "short": 0.05, "event": 0.1, "pronoun": 0.1, "minted": 0.15}


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim before it is written down."""

    subject: Filler
    relation: str
    object: Filler
    rule: str
    modality: Modality
    quantifier: str = ""


def extract(document: Document, lexicon: Lexicon, *, mint: bool = False) -> list[Claim]:
    """Extract the claims of a document.

    Args:
        document: The document.
        lexicon: The ontology's names, relations and definitions.
        mint: Whether noun phrases without a term become provisional kinds (`irkg:provisional/…`).

    Returns:
        The claims in the order of the text; each names its sentence, its words and the rule that read them.

    Raises:
        MissingExtra: The parser is not installed.
    """
    lexicon = lexicon.with_names(_abbreviations(document, lexicon))
    minter = Minter(lexicon) if mint else None
    lexicon = minter.lexicon if minter else lexicon
    triggers = Triggers(lexicon)
    named = {m.iri for s in document.sentences for m in lexicon.find(clean(s)[0]) if m.exact}
    discourse = Discourse(frozenset(named))
    announced: list[tuple[str, Span]] = []
    claims: dict[str, Claim] = {}
    for at, sentence in enumerate(document.sentences):
        found: list[_Found] = []
        if sentence.heading:
            matches = lexicon.find(sentence.text)
            discourse.heading(matches)
            found = list(_heading(sentence, matches, announced, lexicon))
        elif mint or _could_claim(document.sentences, at, lexicon):
            reader = _SentenceReader(parse(sentence, lexicon), lexicon, triggers, discourse, minter)
            found = list(reader.claims())
            announced = [*reader.announced(), *announced]
            discourse.remember(reader.arguments.mentioned(), reader.event())
        else:
            discourse.remember([], None)
        for claim in (_written(f, sentence, document, lexicon) for f in found):
            known = claims.get(claim.key)
            if known is None or known.confidence < claim.confidence:
                claims[claim.key] = claim
    return sorted(claims.values(), key=lambda c: (c.sentence, c.subject.span, c.relation, c.object.span, c.object.iri))


def _could_claim(sentences: Sequence[Sentence], at: int, lexicon: Lexicon) -> bool:
    """Return whether a sentence can hold a claim, or what a later one refers to, so that it must be parsed."""
    own = {word.strip(".,;:()").lower() for word in sentences[at].text.split()}
    names = len(lexicon.find(clean(sentences[at])[0]))
    later = " ".join(s.text for s in sentences[at + 1 : at + 3] if not s.heading).lower().split()
    pointers = w.PLURAL_PRONOUNS | w.SINGULAR_PRONOUNS | w.DEMONSTRATIVES | w.RELATIVE_PRONOUNS
    telling = own & (lexicon.state_adjectives.keys() | w.ANNOUNCING_NOUNS | w.QUANTIFIERS.keys())
    return names + len(own & pointers) > 1 or (names > 0 and bool(telling or pointers.intersection(later)))


def _abbreviations(document: Document, lexicon: Lexicon) -> dict[str, str]:
    """Return the abbreviations that the document defines: "cytotoxic T lymphocytes (CTLs)"."""
    found: dict[str, str] = {}
    for sentence in document.sentences:
        for match in lexicon.find(sentence.text):
            short = _ABBREVIATION.match(sentence.text, match.span.end)
            if short and match.exact and len(match.text.split()) > 1:
                found.setdefault(short["short"], match.iri)
    return found


def _heading(
    sentence: Sentence, matches: list[NameMatch], announced: list[tuple[str, Span]], lexicon: Lexicon
) -> Iterator[_Found]:
    """Yield the kind that a heading names as one of those announced before ("a range of mechanisms")."""
    if len(matches) != 1 or matches[0].span != Span(0, len(sentence.text)):
        return
    offset = sentence.span.start
    own = Filler(matches[0].iri, Span(offset, sentence.span.end), -1)
    for iri, span in announced:
        if iri != own.iri and lexicon.is_a(own.iri, iri):
            yield _Found(own, "isTypeOf", Filler(iri, span, -1), "heading", Modality(False, Strength.ASSERTED, ""))
            return


class _SentenceReader:
    """Reads the claims of one sentence."""

    def __init__(
        self, parsed: Parsed, lexicon: Lexicon, triggers: Triggers, discourse: Discourse, minter: Minter | None
    ) -> None:
        self.parsed = parsed
        self._lexicon = lexicon
        self._triggers = triggers
        self._minter = minter
        self.arguments = Arguments(parsed, lexicon, discourse)
        self._events = Events(self.arguments, triggers)
        if minter:
            self.arguments.unnamed = self._unnamed
            self.arguments.phrase = lambda token: minter.mint(token, parsed)
            self.arguments.split = lambda token: minter.split(token, parsed)
            self.arguments.narrower = lambda token, filler: minter.narrow(token, filler, parsed)

    def _unnamed(self, token: Token) -> list[Filler]:
        """Return the event that a noun tells of, or else the provisional kind that it names."""
        assert self._minter is not None
        event = self._events.of(token)
        if event:
            return [event[0]]
        minted = self._minter.mint(token, self.parsed)
        pointer = next((c for c in token.children if c.dep_ == "det" and c.lower_ in w.DEMONSTRATIVES), None)
        if pointer is not None and minted and pointer.i == token.left_edge.i:
            meant = self.arguments.discourse.same_head(token.text, self._minter.classes_of(token.text), self._lexicon)
            if meant:
                return [replace(minted[0], iri=meant, how="short", span=self.parsed.span(pointer, token))]
        return minted

    def event(self) -> str | None:
        """Return the event that the main clause tells of, for a "This" in the next sentence."""
        root = next((t for t in self.parsed.doc if t.head == t), None)
        found = self._events.of(root) if root is not None else None
        return found[0].iri if found else None

    def announced(self) -> list[tuple[str, Span]]:
        """Return the kinds of which the sentence says that there are several, the last first."""
        found = []
        for i in sorted(self.parsed.mentions, reverse=True):
            token = self.parsed.doc[i]
            group = token.head.head if token.dep_ == "pobj" else token
            if quantifier(token) or group.lemma_.lower() in w.ANNOUNCING_NOUNS:
                found += [(f.iri, f.span) for f in self.arguments.single(token)]
        return found

    def claims(self) -> Iterator[_Found]:
        """Yield what the sentence claims, rule by rule."""
        for reading in readings(self._events, self.arguments, self._triggers):
            yield from self._from_reading(reading)
        yield from self._lists()
        yield from self._memberships()
        yield from self._states()

    def _from_reading(self, reading: Reading) -> Iterator[_Found]:
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
        objects = tuple(f for o in reading.objects for f in self._looked_through(o, reading))
        symmetric = set(subjects) == set(objects)
        for subject in subjects:
            for thing in objects:
                fitted = self._fit(reading, subject, thing)
                if fitted and (subject.token < thing.token if symmetric else subject.token != thing.token):
                    found = self._turned(_Found(*fitted, rule, how, quantifier(self.parsed.doc[subject.token])), reading)
                    if self._is_claim(found, reading.trigger):
                        yield from self._as_event(found)
                        yield from self._means(found, reading.trigger)

    def _looked_through(self, thing: Filler, reading: Reading) -> list[Filler]:
        """Return what a claim is about behind a noun that says the same: "approved for the treatment of A", "patients with A"."""
        relations = {p.relation for p in reading.patterns}
        noun = self.parsed.doc[thing.token]
        if "treats" in relations and self._lexicon.is_a(thing.iri, v.IRKG + "Patient"):
            near = [*noun.children, *reading.trigger.children]
            behind = [o for c in near if c.dep_ == "prep" and c.lower_ == "with" for o in c.children if o.dep_ == "pobj"]
            return [f for o in behind for f in self._events.fill(o)] or [thing]
        for pattern in self._triggers.at(noun, "noun"):
            places = noun_places(noun, pattern) if pattern.relation in relations - {"isTypeOf"} else None
            if places and places.object and not places.subject:
                return [f for o in places.object for f in self._events.fill(o)] or [thing]
        return [thing]

    def _is_claim(self, found: _Found, trigger: Token) -> bool:
        """Return whether words say something of the world, and not what researchers did, or what a noun is about."""
        is_type = found.relation == "isTypeOf"
        if is_type and is_passive(trigger) and trigger.lemma_ in w.COPULAS:
            return False
        if found.relation == "hasPart" and includes_members(trigger):
            return False
        if trigger.lemma_.lower() in w.SUPPORT_VERBS and any(self._relates(c) for c in trigger.children if c.dep_ == "dobj"):
            return False  # "exhibits resistance to it": the noun says what happens
        if is_type and any(self._relates(c) for c in trigger.children if c.dep_ == "attr"):
            return False
        agent = self._lexicon.is_a(found.subject.iri, v.IRKG + "Agent")
        patient = self._lexicon.is_a(found.subject.iri, v.IRKG + "Patient")
        told = trigger.tag_ in ("VBD", "VBN") or trigger.pos_ == "NOUN"
        return not (agent and not patient and told)

    def _turned(self, found: _Found, reading: Reading) -> _Found:
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
        return any(
            p.relation != "isTypeOf" and noun_is_filled(noun, p) for p in self._triggers.at(noun, "noun")
        )

    def _as_event(self, found: _Found) -> Iterator[_Found]:
        """Yield a claim; where it furthers the recruitment of something, that its subject recruits it."""
        event = self.parsed.doc[found.object.token]
        if found.relation in ("promotes", "causes", "enables") and event.i not in self.parsed.mentions:
            for pattern in self._triggers.at(event, "noun"):
                places = noun_places(event, pattern)
                if pattern.relation == "recruits" and places and places.object and not places.subject:
                    moved = [f for t in places.object for f in self._events.fill(t)]
                    fitting = [self._fit_one("recruits", found.subject, f) for f in moved]
                    claims = [replace(found, subject=f[0], relation=f[1], object=f[2]) for f in fitting if f]
                    if claims:
                        yield from (replace(c, rule="causal-event") for c in claims)
                        return
        yield found

    def _means(self, found: _Found, trigger: Token) -> Iterator[_Found]:
        """Yield by what means a subject does what it does: "kill cells through granzymes"."""
        if trigger.pos_ != "VERB" or is_passive(trigger) or found.relation not in _BY_MEANS:
            return
        thing = self.parsed.doc[found.object.token]
        behind = [c for c in trigger.children if c.lower_ in w.MEANS_PREPOSITIONS]
        behind += [c for c in thing.children if c.lower_ in w.MEANS_PREPOSITIONS - {"by"}]
        for preposition in behind:
            for noun in (o for o in preposition.children if o.dep_ == "pobj"):
                for means in self._events.fill(noun):
                    place = self._lexicon.is_a(means.iri, v.IRKG + "AnatomicalSite")
                    if place or means.iri in (found.subject.iri, found.object.iri):
                        continue
                    yield from self._fitted("uses", found, found.subject, means)
                    yield from self._fitted(found.relation, found, means, found.object)

    def _fitted(self, relation: str, found: _Found, subject: Filler, thing: Filler) -> Iterator[_Found]:
        fitted = self._fit_one(relation, subject, thing)
        if fitted:
            yield replace(found, subject=fitted[0], relation=fitted[1], object=fitted[2], rule="means", quantifier="")

    def _memberships(self) -> Iterator[_Found]:
        for m in memberships(self.arguments):
            if m.rule == "apposition" and any(noun_is_filled(m.word, p) for p in self._triggers.at(m.word, "noun")):
                continue  # "rapamycin, an inhibitor of mTOR": it inhibits
            sure = m.rule in ("apposition", "naming")
            if m.member.iri != m.group.iri and (sure or self.arguments.comparable(m.member.iri, m.group.iri)):
                yield _Found(m.member, "isTypeOf", m.group, m.rule, modality(m.word))

    def _relation_of(self, iri: str) -> str | None:
        return next((r.name for r in self._lexicon.relations.values() if r.iri == iri), None)

    def _lost_ability(self, reading: Reading) -> list[_Found] | None:
        """Return what impairs the ability that is lost: "T cells become exhausted, losing their ability to …".

        None where no ability is lost; an empty list where the ontology has no name for it: nothing can be said then.
        """
        verb = reading.trigger
        noun = next((a for a in verb.ancestors if a.lemma_.lower() in w.ABILITY_NOUNS), None)
        if noun is None or noun.dep_ != "dobj" or noun.head.lemma_.lower() not in w.NEGATING_VERBS:
            return None
        above = noun.head.head
        causes = [f for f, copula in self._state_fillers() if copula == above]
        processes = {c for c, r in self._lexicon.process_of.items() if r in {p.relation for p in reading.patterns}}
        impaired = [i for i in sorted(processes) if self._lexicon.is_any(i, self._lexicon.relations["impairs"].ranges)]
        last = max((f.token for f in reading.objects), default=verb.i)
        thing = self.parsed.span(verb, self.parsed.doc[max(last, verb.i)])
        return [
            _Found(cause, "impairs", Filler(iri, thing, verb.i, "event"), "lost-ability", modality(above))
            for cause in causes
            for iri in impaired[:1]
        ]

    def _fit(self, reading: Reading, subject: Filler, thing: Filler) -> tuple[Filler, str, Filler] | None:
        """Return the relation whose domain and range fit best, with the readings of the names that fit it."""
        unknown = self._undetermined(subject.iri) or self._undetermined(thing.iri)
        vague = reading.trigger.lemma_.lower() in w.VAGUE_VERBS and unknown
        names = [] if vague else dict.fromkeys(p.relation for p in reading.patterns)
        amount = self._amount(thing, set(names))
        if amount and (fitted := self._fit_one(amount, subject, thing)):
            return fitted
        fitting = [fitted for name in names if (fitted := self._fit_one(name, subject, thing))]
        if not fitting and self._minter and thing.through >= 0:
            whole = self._minter.mint(self.parsed.doc[thing.through], self.parsed)[:1]
            fitting = [f for name in names for w_ in whole if (f := self._fit_one(name, subject, w_))]
        if not fitting:  # what sort of thing a phrase names is a guess: it may be of another
            fitting = [f for name in names if (f := self._fit_one(name, subject, thing, guessing=True))]
        return max(fitting, key=self._closeness, default=None)

    def _amount(self, thing: Filler, relations: set[str]) -> str | None:
        """Return what is done to a molecule whose expression is furthered or hindered."""
        if thing.through < 0 or self.parsed.doc[thing.through].lemma_.lower() not in w.EXPRESSION_NOUNS:
            return None
        if relations & {"promotes", "upregulates"} or relations == {"causes"}:
            return "upregulates"
        return "downregulates" if relations & {"impairs", "inhibits", "prevents", "downregulates"} else None

    def _fit_one(
        self, name: str, subject: Filler, thing: Filler, *, guessing: bool = False
    ) -> tuple[Filler, str, Filler] | None:
        relation = self._lexicon.relations[name]
        if name == "analyzes" and self._undetermined(subject.iri):
            return None  # "was measured by densitometry" tells of the study
        a = self._reading_within(subject, relation.domains)
        b = self._reading_within(thing, relation.ranges)
        if guessing:
            a = a or (subject if provisional(subject.iri) else None)
            b = b or (thing if provisional(thing.iri) else None)
        return (a, name, b) if a and b and a.iri != b.iri else None

    def _closeness(self, fitted: tuple[Filler, str, Filler]) -> tuple[int, int]:
        a, name, b = fitted
        relation = self._lexicon.relations[name]
        order = w.PREFERRED_RELATIONS
        near = self._depth(b.iri, relation.ranges) + self._depth(a.iri, relation.domains)
        return near, -order.index(name) if name in order else -len(order)

    def _undetermined(self, iri: str) -> bool:
        return self._minter is not None and self._minter.undetermined(iri)

    def _reading_within(self, filler: Filler, classes: tuple[str, ...]) -> Filler | None:
        if self._undetermined(filler.iri):
            return filler
        iri = next((i for i in (filler.iri, *filler.others) if self._lexicon.is_any(i, classes)), None)
        return replace(filler, iri=iri) if iri else None

    def _depth(self, iri: str, classes: tuple[str, ...]) -> int:
        """Return how deep in the hierarchy the narrowest fitting class of a domain or range lies."""
        above = self._lexicon.ancestors(iri)
        return max((len(self._lexicon.ancestors(c)) for c in classes if c in above), default=0)

    def _lists(self) -> Iterator[_Found]:
        asserted = Modality(False, Strength.ASSERTED, "")
        for token in self.parsed.doc:
            if not any(is_list_cue(c) for c in token.children if c.dep_ == "prep"):
                continue
            for named in self.arguments.one(token)[:1]:
                members = list(self.arguments.members(token, named))
                group = self._narrowed(named, members)
                for member in members:
                    if member.iri != group.iri and self.arguments.comparable(member.iri, group.iri):
                        yield _Found(member, "isTypeOf", group, "such-as-list", asserted)

    def _narrowed(self, group: Filler, members: list[Filler]) -> Filler:
        """Read "therapies such as A and B" as the therapies spoken of before, if A and B are known to be of them."""
        mention = self.parsed.mentions.get(group.token)
        if mention is None:
            return group
        before = self.arguments.discourse.same_noun(mention.text, group.iri, self._lexicon)
        if before and members and all(self._lexicon.is_a(m.iri, before) and m.iri != before for m in members):
            return replace(group, iri=before, how="short")
        return group

    def _state_fillers(self) -> list[tuple[Filler, Token]]:
        """Return the processes that adjectives behind a copula describe, each with its copula."""
        found = []
        for token in self.parsed.doc:
            process = self._lexicon.state_adjectives.get(token.lower_)
            if process and token.dep_ in ("acomp", "oprd") and token.head.lemma_ in w.BECOMING_VERBS:
                first = next((c for c in token.children if c.dep_ == "advmod"), token)
                found.append((Filler(process, self.parsed.span(first, token), token.i), token.head))
        return found

    def _states(self) -> Iterator[_Found]:
        """Yield the process that a described bearer undergoes: "T cells can become exhausted"."""
        bearers = self._lexicon.relations["performs"].domains
        for state, copula in self._state_fillers():
            for noun in (c for c in copula.children if c.dep_ == "nsubj"):
                for bearer in self.arguments.resolve(noun):
                    if self._lexicon.is_any(bearer.iri, bearers):
                        yield _Found(bearer, "performs", state, "state", modality(copula))


def _written(found: _Found, sentence: Sentence, document: Document, lexicon: Lexicon) -> Claim:
    doubt = _DOUBT[found.subject.how] + _DOUBT[found.object.how]
    doubt += 0.2 if len(sentence.text.split()) > _LONG else 0.0
    start, end = sentence.span.start, sentence.span.end
    return Claim(
        source=document.source.id,
        sentence=sentence.span,
        sentence_digest=digest(sentence.text),
        section=sentence.section,
        subject=_argument(found.subject, document, lexicon),
        relation=found.relation,
        object=_argument(found.object, document, lexicon),
        negated=found.modality.negated,
        strength=found.modality.strength,
        hedge_cue=found.modality.cue,
        quantifier=found.quantifier,
        citations=sentence.citations,
        rule=found.rule,
        confidence=round(RULES[found.rule] - doubt, 2),
        quote=sentence.text,
        prefix=document.text[max(0, start - _CONTEXT) : start],
        suffix=document.text[end : end + _CONTEXT],
    )


def _argument(filler: Filler, document: Document, lexicon: Lexicon) -> Argument:
    return Argument(filler.iri, lexicon.label(filler.iri), filler.span, filler.span.of(document.text))
