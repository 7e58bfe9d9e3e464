"""What a word stands for as the argument of a claim: names, lists, relative clauses, pronouns, events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from irkg import vocab as v
from irkg.extract import words as w
from irkg.extract.antecedents import Discourse, Mentioned
from irkg.extract.syntax import Parsed
from irkg.lexicon import Lexicon, fold
from irkg.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "conj")


@dataclass(frozen=True, slots=True)
class Filler:
    """A kind that fills a place of a claim.

    Attributes:
        iri: The class.
        span: Where the words stand that name it in this sentence (a pronoun keeps its own place).
        token: Index of their token in the tree.
        how: How it was understood: `named`, `member`, `pronoun`, `short`, `event`, `defined` or `minted`.
        others: Further classes that the same words can name.
        through: Index of the noun that was looked through ("the expression of A"), else -1.
    """

    iri: str
    span: Span
    token: int
    how: str = "named"
    others: tuple[str, ...] = ()
    through: int = -1


class Phrases(Protocol):
    """What makes kinds of phrases that the ontology has no term for."""

    def mint(self, token: Token, parsed: Parsed) -> list[Filler]:
        """Return what a noun without a term stands for."""
        ...

    def gerund(self, token: Token, parsed: Parsed) -> list[Filler]:
        """Return what a gerund with its object stands for as a subject: "blocking the receptor"."""
        ...

    def split(self, token: Token, parsed: Parsed) -> tuple[Filler, Filler] | None:
        """Return the class and the member that a phrase such as "nuclear receptor RXR" names."""
        ...

    def narrow(self, token: Token, filler: Filler, parsed: Parsed) -> Filler:
        """Return the narrower kind that modifiers make of a general name."""
        ...

    def classes_of(self, noun: str) -> tuple[str, ...]:
        """Return what sort of thing a noun names, as far as is known."""
        ...


class Arguments:
    """Resolves tokens of one sentence to kinds.

    Args:
        parsed: The sentence.
        lexicon: The ontology's names and definitions.
        discourse: What the sentences before it were about.
        phrases: What makes kinds of phrases that have no term; None where they say nothing.
    """

    def __init__(self, parsed: Parsed, lexicon: Lexicon, discourse: Discourse, phrases: Phrases | None = None) -> None:
        self.parsed = parsed
        self.lexicon = lexicon
        self.discourse = discourse
        self.phrases = phrases
        self.event_of: Callable[[Token], list[Filler]] = lambda _: []  # set by what knows of events

    def resolve(self, token: Token, *, members: bool = True) -> list[Filler]:
        """Return the kinds that a token stands for, coordinated ones and list members included.

        Args:
            token: The head of a noun phrase, a pronoun, or a relative pronoun.
            members: Whether the members of a "such as" list are taken along.

        Returns:
            Fillers in the order of the text; none where the words name no known kind.
        """
        if token.lower_ in w.RELATIVE_PRONOUNS and token.tag_ in ("WDT", "WP", "IN"):
            return self._relative(token)
        found: list[Filler] = []
        for conjunct in self.conjuncts(token):
            single = self._called(conjunct) or self.one(conjunct)
            found.extend(single)
            if members and single:
                found.extend(self.members(conjunct, single[0]))
        return found

    def single(self, token: Token) -> list[Filler]:
        """Return what one token stands for by itself, without coordination and lists."""
        if self._known(token):
            return self._named(token)
        if token.lower_ in w.SHARES and (whole := _of_what(token)):
            return [f for t in whole for f in self.resolve(t)]
        if token.tag_ in ("PRP", "PRP$", "DT"):
            return self._pronoun(token)
        if token.dep_ == "conj" and self._known(token.head):
            elided = self._elided(token)
            if elided:
                return [elided]
        if token.lemma_.lower() in w.TRANSPARENT_NOUNS:
            return self._complement(token)
        # "a hurdle, immune therapy resistance": a noun that says nothing, and what it is
        return [f for c in token.children if c.dep_ == "appos" and self._known(c) for f in self._named(c)]

    def one(self, token: Token) -> list[Filler]:
        """Return what one token stands for by itself, a provisional kind included."""
        return self.single(token) or self.unnamed(token)

    def _called(self, token: Token) -> list[Filler]:
        """Return what "a mechanism called the Fas pathway" and "the factor BATF3" are: that pathway, and BATF3."""
        symbol = next((c for c in token.children if c.dep_ == "appos" and c.i == token.i + 1), None)
        if symbol is not None and symbol.text[-1:].isalnum() and not symbol.text.islower():
            return self.one(symbol)
        called = (c for c in token.children if c.dep_ in ("acl", "relcl") and c.lower_ in w.CALLED)
        names = [n for c in called for n in c.children if n.dep_ in ("oprd", "attr", "dobj", "xcomp")]
        return self.one(names[-1]) if names else []

    def unnamed(self, token: Token) -> list[Filler]:
        """Return what a noun without a term stands for: an event that it tells of, or a provisional kind."""
        if self.phrases is None:
            return []
        found = self.event_of(token) or self.phrases.mint(token, self.parsed)
        pointer = next((c for c in token.children if c.dep_ == "det" and c.lower_ in w.DEMONSTRATIVES), None)
        if found and found[0].how == "minted" and pointer is not None and pointer.i == token.left_edge.i:
            bare = token.left_edge == pointer and token.i == pointer.i + 1
            classes = self.phrases.classes_of(token.text) if bare else ()
            sorts = [c for c in classes if c != v.OBO + "GO_0008150"]
            meant = self.discourse.same_head(token.text, sorts, self.lexicon)
            if meant:
                return [replace(found[0], iri=meant, how="short", span=self.parsed.span(pointer, token))]
        return found

    def split(self, token: Token) -> tuple[Filler, Filler] | None:
        """Return the class and the member that a phrase without a term names: "nuclear receptor RXR"."""
        return self.phrases.split(token, self.parsed) if self.phrases else None

    def is_class_noun(self, token: Token) -> bool:
        """Return whether a noun names a kind of the ontology, or heads phrases that do."""
        return self._known(token) or fold(token.text) in self.lexicon.head_nouns

    def may_be_plain(self, token: Token) -> bool:
        """Return whether a name is one word that only means its kind in the right context: "resistance to A"."""
        mention = self.parsed.mentions[token.i]
        return not mention.exact and len(mention.text.split()) == 1

    def mentioned(self) -> list[Mentioned]:
        """Return what the sentence speaks of, in the order of the text, for the pronouns behind it."""
        found: list[Mentioned] = []
        for token in self.parsed.doc:
            fillers: list[Filler] = []
            if self._known(token):
                fillers = self._named(token)
            elif token.dep_ in _ARGUMENTS:
                fillers = self.phrases.mint(token, self.parsed) if self.phrases else []
            text = self.parsed.mentions[token.i].text if self._known(token) else token.text
            found += [Mentioned.at(token, filler.iri, text) for filler in fillers]
        return found

    def conjuncts(self, token: Token) -> list[Token]:
        """Return a token and those coordinated with it, in the order of the text."""
        found = [token]
        for child in token.children:
            if child.dep_ == "conj" and (child.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ") or self._known(child)):
                found.extend(self.conjuncts(child))
        return found

    def _known(self, token: Token) -> bool:
        return token.i in self.parsed.mentions

    def _named(self, token: Token) -> list[Filler]:
        mention = self.parsed.mentions[token.i]
        filler = Filler(mention.iri, self.parsed.span(token), token.i, "named", mention.others)
        if not mention.exact and not self.discourse.licensed(mention.iri):
            return []
        if any(c.lower_ in w.TURNING_MODIFIERS for c in token.children if c.dep_ == "amod"):
            return []
        defined = self._specialised(token, filler)
        if defined:
            return [defined]
        determiner = next((c for c in token.children if c.dep_ == "det"), None)
        if determiner is not None and determiner.lower_ in w.DEMONSTRATIVES:
            meant = self.discourse.same_noun(mention.text, mention.iri, self.lexicon)
            if meant:
                return [replace(filler, iri=meant, how="short", span=self.parsed.span(determiner, token))]
        return [self.phrases.narrow(token, filler, self.parsed) if self.phrases else filler]

    def _specialised(self, token: Token, filler: Filler) -> Filler | None:
        """Narrow "cells that attack the tumor" to the class that the ontology defines in just this way."""
        for clause in self._clauses_of(token):
            found = self._defined_by(filler.iri, clause)
            if found:
                return replace(filler, iri=found, how="defined")
        return None

    def _clauses_of(self, token: Token) -> list[Token]:
        """Return the restrictive clauses behind a noun, those included that the parser hung on a noun before it."""
        nouns = [token]
        if token.dep_ == "conj":
            nouns.append(token.head)
        elif token.dep_ == "pobj" and token.head.head.lemma_.lower() in w.TRANSPARENT_NOUNS:
            nouns.append(token.head.head)
        clauses = [c for n in nouns for c in n.children if c.dep_ in ("relcl", "acl") and c.i > token.i]
        return [c for c in clauses if self._antecedent(c) == token and not _set_off(c)]

    def _antecedent(self, clause: Token) -> Token:
        """Return the noun that a clause describes: of those that the parser's choice governs, the one nearest to it."""
        head, start = _carried(clause.head), clause.left_edge.i
        if _set_off(clause):
            return _first_of_list(head)
        conjuncts = [t for t in self.conjuncts(head) if t.i < start]
        last = conjuncts[-1] if conjuncts else head
        if last.lemma_.lower() in w.TRANSPARENT_NOUNS or not (self._known(last) or last.pos_ == "PRON"):
            inner = [t for t in last.subtree if last.i < t.i < start and self._known(t) and t.dep_ == "pobj"]
            return inner[0] if inner else last
        return last

    def _defined_by(self, genus: str, clause: Token) -> str | None:
        """Return the class defined as a genus with the restriction that a clause puts in words."""
        objects = [o for c in clause.children if c.dep_ == "dobj" for o in self._plain_objects(c)]
        for d in self.lexicon.definitions if objects else ():
            relation = next((r for r in self.lexicon.relations.values() if r.iri == d.prop), None)
            if relation is None or not self.lexicon.is_a(d.genus, genus):
                continue
            heads = {p.head for p in relation.patterns if p.sort == "verb"}
            if clause.lemma_.lower() in heads and any(self.lexicon.is_a(o, d.filler) for o in objects):
                return d.iri
        return None

    def _plain_objects(self, token: Token) -> list[str]:
        return [self.parsed.mentions[c.i].iri for c in self.conjuncts(token) if self._known(c)]

    def _pronoun(self, token: Token) -> list[Filler]:
        meant = self.discourse.pronoun(token, self.mentioned())
        return [Filler(meant, self.parsed.span(token), token.i, "pronoun")] if meant else []

    def _elided(self, token: Token) -> Filler | None:
        """Supply the modifier that a coordinated noun shares: "immune recognition and attack"."""
        first = self.parsed.mentions[token.head.i].text.split()
        if len(first) < 2:
            return None
        for cut in range(1, len(first)):
            matches = self.lexicon.find(" ".join([*first[:cut], token.text]))
            if len(matches) == 1 and len(matches[0].text.split()) == cut + 1 and matches[0].exact:
                return Filler(matches[0].iri, self.parsed.span(token), token.i, "short")
        return None

    def _complement(self, token: Token) -> list[Filler]:
        """Look through "the expression of antigens" and "the immune system's ability" to what is meant."""
        if any(c.lower_ in w.TURNING_MODIFIERS for c in token.children if c.dep_ == "amod"):
            return []
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ in ("of", "for"):
                found = [f for o in child.children if o.dep_ == "pobj" for f in self.resolve(o)]
                if found:
                    return [replace(f, through=token.i) for f in found]
        for child in token.children:
            if child.dep_ == "poss":
                return self.resolve(child)
        return []

    def _before_comma(self, pronoun: Token) -> list[Filler]:
        """Return what stands right before a ", which" whose clause the parser took for one of another sort."""
        share = pronoun.head.head  # "both of which"
        first = share if pronoun.dep_ == "pobj" and share.lower_ in w.SHARES else pronoun
        comma = first.doc[first.i - 1] if first.i > 1 else None
        if comma is None or comma.lower_ != "," or first.dep_ not in ("nsubj", "nsubjpass"):
            return []
        noun = _agreeing(_first_of_list(first.doc[first.i - 2]), first.head)
        return self.resolve(noun) if noun is not None and noun.pos_ in ("NOUN", "PROPN") else []

    def members(self, token: Token, group: Filler) -> Iterator[Filler]:
        """Yield the members that a list names: "pathways, such as PD-1 and CTLA-4", "cells, including Tregs"."""
        for first in (o for cue in list_cues(token) for o in cue.children if o.dep_ in ("pobj", "dobj")):
            for member in self.conjuncts(first):
                if self._known(member):
                    yield self._as_kind_of(member, group)
                else:
                    yield from (f for f in self.unnamed(member) if self.comparable(f.iri, group.iri))

    def comparable(self, a: str, b: str) -> bool:
        """Return whether two kinds share a branch of the ontology, as far as is known: a drug is no type of cell."""
        above, beside = self.lexicon.ancestors(a) - {a}, self.lexicon.ancestors(b) - {b}
        process = v.OBO + "GO_0008150"
        if (provisional(a) and not above) or (provisional(b) and not beside):
            return process not in above | beside
        shared = (above | {a}) & (beside | {b})
        return bool(shared & self.lexicon.kinds.keys() - {v.DOMAIN_ENTITY})

    def _as_kind_of(self, member: Token, group: Filler) -> Filler:
        """Read a name that can mean several things as the one that is a kind of its group, if any is."""
        mention = self.parsed.mentions[member.i]
        readings = (mention.iri, *mention.others)
        iri = next((r for r in readings if self.lexicon.is_a(r, group.iri)), mention.iri)
        filler = Filler(iri, self.parsed.span(member), member.i, "member", mention.others)
        return self.phrases.narrow(member, filler, self.parsed) if self.phrases else filler

    def _relative(self, pronoun: Token) -> list[Filler]:
        clause = next((a for a in pronoun.ancestors if a.dep_ == "relcl"), None)
        if clause is None:
            return self._before_comma(pronoun)
        noun = _agreeing(self._antecedent(clause), clause)
        if noun is None:
            return []
        told_of = bearer(noun)
        if told_of != noun and (found := self.resolve(told_of)):
            return found
        # set off by a comma, the clause speaks of the whole list; else of the last noun alone
        return self.resolve(noun) if _set_off(clause) else self.one(noun)


def _of_what(token: Token) -> list[Token]:
    """Return what a word is a share of: "one of the cytokines", "both of which"."""
    behind = [c for c in token.children if c.dep_ == "prep" and c.lower_ == "of"]
    return [o for c in behind for o in c.children if o.dep_ == "pobj"]


def provisional(iri: str) -> bool:
    """Return whether a kind is one that was made from a phrase."""
    return iri.startswith(v.PROVISIONAL)


def bearer(noun: Token) -> Token:
    """Return what a noun says the kind of: in "IL-2 is a cytokine that …" and "IL-2, a cytokine that …" it is IL-2.

    Args:
        noun: A noun that a clause describes.

    Returns:
        That thing, which the clause describes too; the noun itself where it says no such thing.
    """
    determiners = {c.lower_ for c in noun.children if c.dep_ == "det"}
    if not (determiners & {"a", "an"} or (noun.tag_ == "NNS" and not determiners)):
        return noun
    copula = noun.head.head if noun.dep_ == "dobj" and noun.head.dep_ == "acomp" else noun.head
    if copula.lemma_ == "be" and noun.dep_ in ("attr", "dobj") and not any(c.dep_ == "neg" for c in copula.children):
        return next((c for c in copula.children if c.dep_ == "nsubj" and c.pos_ != "PRON"), noun)
    return noun.head if noun.dep_ == "appos" and noun.head.i < noun.i else noun


def _agreeing(noun: Token, verb: Token) -> Token | None:
    """Return the noun that a relative clause can be about by its number: "the release of toxins, which kills"."""
    auxiliary = next((c for c in verb.children if c.dep_ in ("aux", "auxpass")), verb)
    coordinated = any(c.dep_ == "conj" for c in noun.children) or noun.dep_ == "conj"
    if auxiliary.tag_ not in ("VBZ", "VBP") or noun.pos_ == "PRON":
        return noun
    singular = auxiliary.tag_ == "VBZ"
    if not singular or noun.tag_ not in ("NNS", "NNPS"):
        return noun
    if noun.lemma_.lower() in w.TRANSPARENT_NOUNS and (whole := _of_what(noun)):
        return whole[0]  # "high amounts of arginase, which depletes"
    if coordinated or noun.dep_ != "pobj" or noun.head.head.tag_ != "NN":
        return None
    return noun.head.head


def _set_off(clause: Token) -> bool:
    """Return whether a comma stands before a clause, so that it adds and does not restrict."""
    start = clause.left_edge.i
    return start > 0 and clause.doc[start - 1].lower_ == ","


def is_list_cue(preposition: Token) -> bool:
    """Return whether a preposition opens a list of members: "such as", "including"."""
    return preposition.lower_ in w.LIST_CUES or any(c.lower_ == "such" for c in preposition.children)


def list_cues(noun: Token) -> list[Token]:
    """Return the prepositions that open a list of a noun's members, those included that the parser hung elsewhere.

    One thing has no members: in "ligands of NKG2D, such as MICA" the list is one of ligands.

    Args:
        noun: The noun that names the group.
    """
    cues = [c for t in noun.subtree for c in t.children if c.dep_ == "prep" and is_list_cue(c)]
    return [c for c in cues if _group(c) == noun]


def _group(cue: Token) -> Token:
    """Return the noun whose members a list names: one thing has none, so they are of the many that it belongs to."""
    noun = cue.head
    if noun.tag_ not in ("NN", "NNP") or noun.dep_ not in ("dobj", "pobj"):
        return noun
    above = noun.head.head
    many = above.tag_ == "NNS" and above.lemma_.lower() not in w.TRANSPARENT_NOUNS
    if many and noun.head.lower_ in ("of", "for", "on", "to"):
        return above
    clause = next((a for a in noun.ancestors if a.dep_ in ("relcl", "acl")), None)
    set_off = cue.doc[cue.left_edge.i - 1].lower_ == ","
    return clause.head if clause is not None and set_off and clause.head.tag_ == "NNS" else noun


def _carried(noun: Token) -> Token:
    """Return what stands on a surface where a clause is hung on the surface: "PD-L1 on their surface, which binds"."""
    if noun.lemma_.lower() not in w.SURFACES or noun.dep_ != "pobj" or noun.head.lower_ not in ("at", "on"):
        return noun
    above = noun.head.head
    if above.pos_ in ("NOUN", "PROPN"):
        return above
    return next((c for c in above.children if c.dep_ == "dobj" and c.i < noun.i), noun)


def _first_of_list(noun: Token) -> Token:
    """Return the head of the whole list that a noun is the end of: "cells, such as A and B, which …"."""
    while noun.dep_ == "conj":
        noun = noun.head
    if noun.dep_ == "pobj" and is_list_cue(noun.head):
        return noun.head.head
    return noun
