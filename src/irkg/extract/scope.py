"""How a sentence puts what it says: denied, doubted, promised, or of some only; read off the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from irkg.extract import words as w
from irkg.model import Strength

if TYPE_CHECKING:
    from spacy.tokens import Token

# A clause of its own: what weakens the clause around it does not weaken it.
_BARRIERS = ("relcl",)


@dataclass(frozen=True, slots=True)
class Modality:
    """How a claim is put.

    Attributes:
        negated: Whether it is denied.
        strength: How strongly it is put.
        cue: The words that weaken it, in the order of the text.
    """

    negated: bool
    strength: Strength
    cue: str


def modality(trigger: Token) -> Modality:
    """Return how the words of a relation are put, from the trigger up to the clause that governs it.

    Args:
        trigger: The verb, noun or adjective that the relation hangs on.

    Returns:
        The weakest strength on the way, and its cue.
    """
    negated = trigger.lemma_.lower() == "lack"
    asked = False  # "it is not known whether": nothing is denied
    weakest, cue = Strength.ASSERTED, ""
    below = trigger
    for token in _governors(trigger):
        reaches = not asked and (below == token or not _contrasted(below))
        negated ^= reaches and _denied(token, below)
        asked |= any(c.dep_ == "mark" and c.lower_ in w.DOUBTING_MARKS for c in token.children)
        below = token
        for strength, word in (*_weakeners(token), *_as_ability(token)):
            if strength.rank < weakest.rank:
                weakest, cue = strength, word
    return Modality(negated, weakest, cue)


def _contrasted(token: Token) -> bool:
    """Return whether a word stands against the one before it: "does not inhibit but activates" is half a denial."""
    before = (c for c in token.head.children if c.dep_ == "cc" and c.i < token.i)
    return token.dep_ == "conj" and any(c.lower_ == "but" for c in before)


def excepted(noun: Token) -> bool:
    """Return whether a coordinated noun is left out of what is said: "it inhibits T cells but not NK cells".

    Args:
        noun: The head of the noun phrase.
    """
    while noun.dep_ == "conj":
        denials = [c for c in noun.children if c.lower_ == "not" and c.i < noun.i]
        if any(c.nbor(1).lower_ not in ("only", "just", "merely") for c in denials):
            return True
        noun = noun.head
    return False


def _governors(trigger: Token) -> Iterator[Token]:
    """Yield the trigger and the words above it whose modality reaches down to it."""
    token = trigger
    yield token
    while token.head != token:
        dep, head = token.dep_, token.head
        if dep in _BARRIERS or (dep == "acl" and head.lemma_.lower() not in w.HEDGING_NOUNS | w.EVIDENCE_NOUNS):
            return
        if dep == "conj" and any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children):
            return  # a coordinated clause with a subject of its own
        if dep in ("nsubj", "csubj", "appos", "npadvmod", "parataxis"):
            return
        if dep == "advcl" and any(c.dep_ in ("mark", "nsubj", "nsubjpass") or c.tag_ == "WRB" for c in token.children):
            return  # "A does not grow because B binds it"
        if dep == "ccomp" and token.i < head.i and head.lemma_.lower() not in w.HEDGING_VERBS:
            return  # "A does this; B does that": two sentences in one
        if dep in ("amod", "oprd") and trigger == token:
            return
        yield head
        token = head


def _denied(token: Token, below: Token) -> bool:
    """Return whether a governing word is denied, other than by the word below it, whose own denial was counted."""
    if any(
        c.dep_ == "neg" or c.lower_ in w.NEGATING_ADVERBS
        for c in token.children
        if c.dep_ in ("neg", "advmod", "preconj")
    ):
        return True
    if any(c.lower_ in ("longer", "more") and c.nbor(-1).lower_ == "no" for c in token.children if c.dep_ == "advmod"):
        return True  # "they no longer do"
    if token.pos_ in ("VERB", "AUX"):
        objects = [c for c in token.children if c.dep_ in ("dobj", "nsubj", "nsubjpass") and c != below]
        denying = ("det", "preconj", "cc", "advmod", "predet")
        if any(d.lower_ in w.NEGATING_DETERMINERS for c in objects for d in c.children if d.dep_ in denying):
            return True
    if token.pos_ == "NOUN" and any(c.lower_ in w.NEGATING_DETERMINERS for c in token.children if c.dep_ == "det"):
        return True
    if below.dep_ == "ccomp" and any(c.lower_ in w.NEGATING_ADJECTIVES for c in token.children if c.dep_ == "acomp"):
        return True  # "it is unlikely that they do"
    governed = (
        token.head != token
        and token.head.lemma_.lower() in w.NEGATING_VERBS | w.NEGATING_ADJECTIVES
        and token.dep_ in ("xcomp", "ccomp")
    )
    return governed or (token.dep_ == "pcomp" and token.head.lower_ == "without")


def _weakeners(token: Token) -> Iterator[tuple[Strength, str]]:
    """Yield what one governing word adds: modals and adverbs on it, and the word itself."""
    counterfactual = any(c.lower_ in w.COUNTERFACTUAL for c in token.children)
    for child in token.children:
        word = child.lower_
        if child.dep_ == "mark" and word in w.DOUBTING_MARKS:
            yield w.DOUBTING_MARKS[word], word
        elif child.dep_ == "aux" and word in w.MODALS:
            ability = word == "would" and counterfactual
            yield (Strength.ABILITY if ability else w.MODALS[word]), word
        elif child.dep_ in ("advmod", "amod", "acomp") and word in w.HEDGING_ADVERBS | w.HEDGING_ADJECTIVES:
            yield Strength.HEDGED, word
        elif child.dep_ == "dobj" and child.lemma_.lower() in w.HEDGING_NOUNS and token.lemma_.lower() in w.LIGHT_VERBS:
            yield Strength.HEDGED, f"{token.text} {child.text}"
        elif child.lower_ in w.WEAK_EVIDENCE and token.lemma_.lower() in w.EVIDENCE_NOUNS:
            yield Strength.HEDGED, f"{child.text} {token.text}"
        elif child.dep_ == "nsubj" and child.lemma_.lower() in w.HEDGING_NOUNS and token.lemma_.lower() in w.COPULAS:
            yield Strength.HEDGED, child.text
    lemma = token.lemma_.lower()
    if (token.pos_ == "VERB" and lemma in w.HEDGING_VERBS and _has_complement(token)) or (
        token.pos_ == "ADJ" and lemma in w.HEDGING_ADJECTIVES and token.dep_ in ("acomp", "amod")
    ):
        yield Strength.HEDGED, token.text


def _as_ability(token: Token) -> Iterator[tuple[Strength, str]]:
    """Yield what "the ability to recognize" says of recognizing: that it can be done."""
    if token.dep_ == "acl" and token.head.lemma_.lower() in w.ABILITY_NOUNS:
        yield Strength.ABILITY, f"{token.head.text} to"
    if token.dep_ == "xcomp" and token.head.lower_ in ("able", "capable"):
        yield Strength.ABILITY, f"{token.head.text} to"


def _has_complement(verb: Token) -> bool:
    return any(c.dep_ in ("xcomp", "ccomp", "prep") for c in verb.children)


def quantifier(noun: Token) -> str:
    """Return how many of a kind a noun phrase speaks of: `some`, `many`, `all`, or nothing.

    Args:
        noun: The head of the noun phrase.
    """
    for child in noun.children:
        if child.dep_ in ("det", "amod", "nummod") and child.lower_ in w.QUANTIFIERS:
            return w.QUANTIFIERS[child.lower_]
    return ""
