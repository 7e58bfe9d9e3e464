"""The claims of one sentence, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from irkg.extract import words as w
from irkg.extract.antecedents import Discourse
from irkg.extract.arguments import Arguments, Filler, bearer, is_list_cue, list_cues
from irkg.extract.events import Events
from irkg.extract.fitting import Fitter
from irkg.extract.found import Found
from irkg.extract.hyphens import compounds
from irkg.extract.interpretation import Interpreter, state_fillers
from irkg.extract.minting import Minter
from irkg.extract.predicates import Triggers, noun_is_filled, readings
from irkg.extract.scope import Modality, modality, quantifier
from irkg.extract.syntax import Parsed
from irkg.extract.taxonomy import memberships
from irkg.lexicon import Lexicon
from irkg.model import Span, Strength

_ASSERTED = Modality(False, Strength.ASSERTED, "")  # what a noun phrase takes for granted


class SentenceReader:
    """Reads the claims of one sentence.

    Args:
        parsed: The sentence.
        lexicon: The ontology's names, relations and definitions.
        triggers: The words that express relations.
        discourse: What the sentences before it were about.
        minter: What makes provisional kinds of phrases without a term; None for no such kinds.
    """

    def __init__(
        self, parsed: Parsed, lexicon: Lexicon, triggers: Triggers, discourse: Discourse, minter: Minter | None
    ) -> None:
        self.parsed = parsed
        self._lexicon = lexicon
        self._triggers = triggers
        self.arguments = Arguments(parsed, lexicon, discourse, minter)
        self._events = Events(self.arguments, triggers)
        self._fitter = Fitter(parsed, lexicon, minter)
        self._interpreter = Interpreter(self._fitter, self._events, triggers, lexicon)

    def claims(self) -> Iterator[Found]:
        """Yield what the sentence claims, rule by rule; a question claims nothing."""
        if self.parsed.sentence.text.rstrip().endswith("?"):
            return
        found = readings(self._events, self.arguments, self._triggers)
        for reading in (*found, *compounds(self._events, self.arguments, self._triggers)):
            yield from self._interpreter.claims(reading)
        yield from self._directed()
        yield from self._lists()
        yield from self._memberships()
        yield from self._states()

    def _directed(self) -> Iterator[Found]:
        """Yield what is against what: "vaccines against hepatitis B", "responses against abnormal cells"."""
        for word in self.parsed.doc:
            noun = word.head
            if word.lower_ != "against" or word.dep_ != "prep" or noun.i != word.i - 1 or noun.pos_ != "NOUN":
                continue
            relates = any(noun_is_filled(noun, p) for p in self._triggers.at(noun, "noun"))
            for thing in (t for o in word.children if o.dep_ == "pobj" for t in self._events.fill(o)):
                if relates or noun.lemma_ in w.TRANSPARENT_NOUNS:
                    continue
                for subject in self.arguments.one(bearer(noun)):
                    fitted = self._fitter.fit_one("targets", subject, thing)
                    if fitted and not self._fitter.undetermined(subject.iri):
                        yield Found(*fitted, "against", _ASSERTED)

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

    def _lists(self) -> Iterator[Found]:
        if not any(token.dep_ == "prep" and is_list_cue(token) for token in self.parsed.doc):
            return
        for token in self.parsed.doc:
            if not list_cues(token):
                continue
            for named in self.arguments.one(token)[:1]:
                members = list(self.arguments.members(token, named))
                group = self._narrowed(named, members)
                for member in members:
                    if member.iri != group.iri and self.arguments.comparable(member.iri, group.iri):
                        yield Found(member, "isTypeOf", group, "such-as-list", _ASSERTED)

    def _narrowed(self, group: Filler, members: list[Filler]) -> Filler:
        """Read "therapies such as A and B" as the therapies spoken of before, if A and B are known to be of them."""
        mention = self.parsed.mentions.get(group.token)
        if mention is None:
            return group
        before = self.arguments.discourse.same_noun(mention.text, group.iri, self._lexicon)
        if before and members and all(self._lexicon.is_a(m.iri, before) and m.iri != before for m in members):
            return replace(group, iri=before, how="short")
        return group

    def _memberships(self) -> Iterator[Found]:
        for m in memberships(self.arguments):
            if m.rule == "apposition" and any(noun_is_filled(m.word, p) for p in self._triggers.at(m.word, "noun")):
                continue  # "rapamycin, an inhibitor of mTOR": it inhibits
            sure = m.rule in ("apposition", "naming")
            if m.member.iri != m.group.iri and (sure or self.arguments.comparable(m.member.iri, m.group.iri)):
                yield Found(m.member, "isTypeOf", m.group, m.rule, modality(m.word))

    def _states(self) -> Iterator[Found]:
        """Yield the process that a described bearer undergoes: "T cells can become exhausted"."""
        bearers = self._lexicon.relations["performs"].domains
        for state, copula in state_fillers(self.parsed, self._lexicon):
            for noun in (c for c in copula.children if c.dep_ == "nsubj"):
                for one in self.arguments.resolve(noun):
                    if self._lexicon.is_any(one.iri, bearers):
                        yield Found(one, "performs", state, "state", modality(copula))
