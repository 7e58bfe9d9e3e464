"""What is said to be a kind of what: lists, naming, apposition, class nouns before names, "include"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from irkg.extract import words as w
from irkg.extract.arguments import Arguments, Filler
from irkg.extract.subjects import is_passive

if TYPE_CHECKING:
    from spacy.tokens import Token

_SYMBOL = re.compile(r"(?=.*[A-Z])[\w/.-]*[A-Z0-9][\w/.-]*")
_INDEFINITE = frozenset("a an another one".split())


@dataclass(frozen=True, slots=True)
class Membership:
    """A kind, a wider kind that it is said to belong to, and the rule and word that say so."""

    member: Filler
    group: Filler
    rule: str
    word: Token


def memberships(arguments: Arguments) -> Iterator[Membership]:
    """Yield what a sentence says to be a kind of what, other than by "such as", "be" and "type of".

    Args:
        arguments: The sentence's arguments.
    """
    for token in arguments.parsed.doc:
        yield from _named(arguments, token)
        yield from _apposed(arguments, token)
        yield from _after_class_noun(arguments, token)
        yield from _included(arguments, token)


def _pairs(arguments: Arguments, members: list[Token], group: Token, rule: str, word: Token) -> Iterator[Membership]:
    groups = arguments.one(group)
    for token in members:
        for member in arguments.one(token):
            for kind in groups[:1]:
                yield Membership(member, kind, rule, word)


def _named(arguments: Arguments, verb: Token) -> Iterator[Membership]:
    """Read "a mechanism called apoptosis", "a kinase known as LKB1": the name is one of what the noun says."""
    if verb.tag_ != "VBN" or verb.dep_ not in ("acl", "relcl") or verb.lemma_.lower() not in w.NAMING_VERBS:
        return
    names = [c for c in verb.children if c.dep_ in ("oprd", "attr", "dobj", "xcomp")]
    names += [o for c in verb.children if c.dep_ == "prep" and c.lower_ == "as" for o in c.children if o.dep_ == "pobj"]
    general = verb.head.tag_ == "NNS" or any(c.lower_ in _INDEFINITE or c.dep_ == "amod" for c in verb.head.children)
    if names and general:
        yield from _pairs(arguments, arguments.conjuncts(names[-1]), verb.head, "naming", verb)


def _apposed(arguments: Arguments, token: Token) -> Iterator[Membership]:
    """Read "IL-2, a cytokine": the noun with an indefinite article says what the name before it is."""
    if token.dep_ != "appos" or token.head.i > token.i or token.pos_ not in ("NOUN", "PROPN"):
        return
    if any(c.lower_ in _INDEFINITE for c in token.children if c.dep_ in ("det", "nummod")):
        yield from _pairs(arguments, [token.head], token, "apposition", token)


def _after_class_noun(arguments: Arguments, token: Token) -> Iterator[Membership]:
    """Read "the chemokines CCL3 and CCL4": a class noun right before names of its members."""
    if token.pos_ not in ("NOUN", "PROPN") or token.i == 0 or not _is_symbol(token):
        return
    before = token.doc[token.i - 1]
    close = (before.dep_ == "compound" and before.head == token) or (token.dep_ == "appos" and token.head == before)
    if not (close and before.tag_ in ("NN", "NNS") and before.text.islower() and arguments.is_class_noun(before)):
        return
    halves = None if arguments.single(token) else arguments.split(token)
    if halves:
        yield Membership(halves[1], halves[0], "class-noun", before)
    members = arguments.conjuncts(token)[1 if halves else 0 :]
    yield from _pairs(arguments, [m for m in members if _is_symbol(m)], before, "class-noun", before)


def _is_symbol(token: Token) -> bool:
    """Return whether a word is the symbol of a gene, protein or drug, and no mere number in a series ("kinase B1")."""
    return bool(_SYMBOL.fullmatch(token.text)) and sum(c.isalpha() for c in token.text) > 1


def _included(arguments: Arguments, verb: Token) -> Iterator[Membership]:
    """Read "regulatory cells include Tregs": many of a kind include its members, one thing its parts."""
    if verb.lemma_.lower() != "include" or verb.pos_ != "VERB" or is_passive(verb):
        return
    groups = [c for c in verb.children if c.dep_ == "nsubj" and c.tag_ in ("NNS", "NNPS", "DT", "PRP")]
    for thing in (c for c in verb.children if c.dep_ == "dobj"):
        for group in groups:
            yield from _pairs(arguments, arguments.conjuncts(thing), group, "include", verb)


def includes_members(verb: Token) -> bool:
    """Return whether an "include" lists the members of a kind and not the parts of a thing."""
    subjects = [c for c in verb.children if c.dep_ == "nsubj"]
    return verb.lemma_.lower() == "include" and any(c.tag_ in ("NNS", "NNPS", "DT") for c in subjects)
