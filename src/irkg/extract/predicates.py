"""Where the words of a relation stand in a tree, and what fills its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from irkg.extract import words as w
from irkg.extract.arguments import Arguments, Filler, bearer
from irkg.extract.subjects import NOMINAL, direct_objects, is_passive, subjects
from irkg.lexicon import Lexicon, Pattern

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Reading:
    """Words of a relation with what fills its places.

    Attributes:
        trigger: The token that the pattern hangs on.
        patterns: The patterns that these words can be (the fillers' kinds decide).
        subjects: What can be the subject.
        objects: What can be the object.
        rule: Name of the rule that read them.
        things: The tokens that the objects were read from.
    """

    trigger: Token
    patterns: tuple[Pattern, ...]
    subjects: tuple[Filler, ...]
    objects: tuple[Filler, ...]
    rule: str
    things: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class _Places:
    """The tokens that fill X and Y."""

    subject: tuple[Token, ...]
    object: tuple[Token, ...]
    passive: bool = False


class Triggers:
    """The patterns of a lexicon, by the word that they hang on."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._by_head = lexicon.patterns

    def at(self, token: Token, sort: str) -> Sequence[Pattern]:
        """Return the patterns of one sort that can hang on a token."""
        lemma, word = token.lemma_.lower(), token.lower_
        found = self._by_head.get((sort, lemma), ())
        return found if word == lemma else (*found, *self._by_head.get((sort, word), ()))


def verb_places(verb: Token, pattern: Pattern) -> _Places | None:
    """Return what fills the places of a verb pattern, or None where its other words are missing.

    Args:
        verb: The verb that the pattern hangs on.
        pattern: For example `X recruit Y`, `X give rise to Y`, `tailor X to Y`.
    """
    places: dict[str, list[Token]] = {"X": [], "Y": []}
    at = pattern.words.index(pattern.head)
    before, behind = pattern.words[:at], list(pattern.words[at + 1 :])
    passive = is_passive(verb)
    if passive:
        if not _passive_places(verb, before, behind, places):
            return None
    else:
        if _taken_by_object(verb, behind):
            return None
        for place in before[:1]:
            places[place] += subjects(verb)
    anchor = verb
    while behind:
        word = behind.pop(0)
        if word in places:
            places[word] += direct_objects(verb)
        elif behind and behind[0] in places:
            particle = any(c.dep_ == "prt" and c.lower_ == word for c in verb.children)
            found = direct_objects(verb) if particle else _behind_preposition(verb, anchor, word)
            if found is None:
                return None
            places[behind.pop(0)] += found
        else:
            nouns = [c for c in verb.children if c.dep_ in ("dobj", "prt", "attr") and c.lemma_.lower() == word]
            if not nouns:
                return None
            anchor = nouns[0]
    return _Places(tuple(places["X"]), tuple(places["Y"]), passive)


def _passive_places(verb: Token, before: tuple[str, ...], behind: list[str], places: dict[str, list[Token]]) -> bool:
    """Fill what stands in front of a passive and behind its "by"; false where the pattern has no passive."""
    reduced = verb.dep_ in ("acl", "amod") and not any(c.dep_ == "nsubjpass" for c in verb.children)
    front = [bearer(verb.head)] if reduced else subjects(verb)
    if behind and behind[0] not in places and before:
        places[before[0]] += front  # "X is associated with Y": the preposition has the object
    elif not behind:
        return False
    else:  # "Y is recruited by X": the direct object stands in front, the subject behind "by"
        places[behind.pop(0)] += front
    if before and not places[before[0]]:
        places[before[0]] += _agents(verb)
    return True


def _taken_by_object(verb: Token, behind: list[str]) -> bool:
    """Return whether a verb has an object that a pattern has no place for: "accumulate mutations in"."""
    if verb.lemma_.lower() in w.SHIELDING_VERBS:
        near = [verb, *(c for c in verb.children if c.dep_ == "dobj")]
        averted = any(c.lower_ in ("against", "from") for t in near for c in t.children if c.dep_ == "prep")
        return averted and behind[:1] == ["Y"]
    particles = [c.lower_ for c in verb.children if c.dep_ == "prt"]
    if len(behind) != 2 or behind[0] in ("X", "Y", *particles):
        return False
    return any(c.dep_ == "dobj" for c in verb.children)


def _agents(verb: Token) -> list[Token]:
    """Return what stands behind the "by" of a passive, or else behind its "through" or "via"."""
    for words in (("by",), ("through", "via")):
        behind = [c for c in verb.children if c.dep_ in ("agent", "prep") and c.lower_ in words]
        found = [o for c in behind for o in c.children if o.dep_ == "pobj"]
        if found:
            return found
    # "recruited to the wound by CXCL8": often hung on the noun before it
    near = [o for c in verb.children if c.dep_ == "prep" for o in c.children if o.dep_ == "pobj"]
    behind = [c for o in near for c in o.children if c.dep_ in ("agent", "prep") and c.lower_ == "by"]
    return [o for c in behind for o in c.children if o.dep_ == "pobj"]


def _behind_preposition(verb: Token, anchor: Token, word: str) -> list[Token] | None:
    """Return the complement of a preposition that belongs to the verb or to the noun of its phrase."""
    for place in (verb, anchor, *[c for c in verb.children if c.dep_ in ("dobj", "prt")]):
        for c in place.children:
            if c.dep_ in ("prep", "dative", "agent") and c.lower_ == word:
                return [o for o in c.children if o.dep_ in ("pobj", "pcomp")]
    return None


def noun_places(noun: Token, pattern: Pattern) -> _Places | None:
    """Return what fills the places of a noun pattern such as `recruitment of Y by X`.

    Args:
        noun: The noun that the pattern hangs on.
        pattern: The pattern; a preposition that the text leaves out leaves its place empty.
    """
    places: dict[str, list[Token]] = {"X": [], "Y": []}
    rest = list(pattern.words[pattern.words.index(pattern.head) + 1 :])
    if rest[:1] == ["between"]:
        pair = _complements(noun, "between")
        return _Places(tuple(pair), tuple(pair)) if pair else None
    preposition = ""
    for word in rest:
        if word in places:
            places[word] += _complements(noun, preposition)
        else:
            preposition = word
    bearer, other = ("Y", "X") if pattern.words[0] == "Y" else ("X", "Y")
    if not places[bearer] and places[other]:
        places[bearer] += [c for c in noun.children if c.dep_ == "poss"] or said_of(noun)
    return _Places(tuple(places["X"]), tuple(places["Y"]))


def noun_is_filled(noun: Token, pattern: Pattern) -> bool:
    """Return whether a noun has the complement that a pattern asks for: "driver of resistance"."""
    places = noun_places(noun, pattern)
    return places is not None and bool(places.subject) and bool(places.object)


def said_of(noun: Token) -> list[Token]:
    """Return what a noun is said of: "cancer remains a cause of death", "IL-2, a cause of", "cells exhibit resistance".

    Args:
        noun: The noun.

    Returns:
        The subject of its copula or of the verb that says little over it, or what it stands in apposition to.
    """
    above = noun.head
    if noun.dep_ == "attr" and above.lemma_.lower() in w.COPULAS:
        return subjects(above)
    if noun.dep_ == "nsubj" and above.lemma_.lower() == "be":  # "one driver of resistance is the loss of PTEN"
        return [c for c in above.children if c.dep_ == "attr"]
    if noun.dep_ == "dobj" and above.lemma_.lower() in w.SUPPORT_VERBS and not is_passive(above):
        return subjects(above)
    if noun.dep_ == "pobj" and above.lower_ == "as" and above.head.pos_ == "VERB":
        verb = above.head  # "CTLs act as effectors of"; "is known as", "identified A as a driver of"
        return subjects(verb) if verb.lemma_.lower() in w.ACT_VERBS or is_passive(verb) else direct_objects(verb)
    if noun.dep_ == "appos":
        return [_apposed_to(noun)]
    if noun.dep_ == "conj":
        return said_of(above)
    if noun.dep_ == "pobj" and above.lower_ == "of" and above.head.lower_ in w.ONE_OF:
        return said_of(above.head)  # "is one of the drivers of"
    return []


def _apposed_to(noun: Token) -> Token:
    """Return what an apposition is said of: the noun right before its comma, whatever the parser hung it on."""
    start = noun.left_edge.i
    before = noun.doc[start - 2] if start > 1 and noun.doc[start - 1].lower_ == "," else None
    return before if before is not None and before.pos_ in ("NOUN", "PROPN") else noun.head


def _complements(word: Token, preposition: str) -> list[Token]:
    """Return the nouns behind a preposition that hangs on a word."""
    places = [word]
    if word.dep_ == "dobj" and word.head.lemma_.lower() in w.SUPPORT_VERBS:
        places.append(word.head)  # "exhibits resistance to A and to B": often hung on the verb
    if preposition == "by" and word.dep_ == "dobj" and any(c.lower_ == "of" for c in word.children):
        places.append(word.head)  # "promotes the killing of A by B": so is the "by" of the noun
    behind = [c for p in places for c in p.children if c.dep_ in ("prep", "agent") and c.lower_ == preposition]
    return [o for c in behind for o in c.children if o.dep_ == "pobj"]


def adjective_places(adjective: Token, pattern: Pattern) -> _Places | None:
    """Return what fills the places of an adjective pattern such as `Y essential for X`."""
    at = pattern.words.index(pattern.head)
    before, behind = pattern.words[:at], pattern.words[at + 1 :]
    if len(before) != 1 or len(behind) != 2:
        return None
    complement = _complements(adjective, behind[0])
    if not complement and adjective.dep_ == "acomp":  # the parser may hang it on the copula
        complement = _complements(adjective.head, behind[0])
    if not complement:
        return None
    bearer = _bearer(adjective)
    filled = {before[0]: tuple(bearer), behind[1]: tuple(complement)}
    return _Places(filled.get("X", ()), filled.get("Y", ()))


def _bearer(adjective: Token) -> list[Token]:
    """Return the noun that an adjective describes: before it, or behind a copula."""
    own = [c for c in adjective.children if c.dep_ == "nsubj"]
    if own and adjective.dep_ in ("ccomp", "xcomp"):  # "make cells resistant to it"
        return own[:1]
    if adjective.dep_ == "acl" and adjective.lemma_.lower() in w.NAMING_VERBS:
        return [adjective.head]  # "the immune system does it, a process known as A": A is that process
    if adjective.dep_ in ("amod", "acl", "relcl") and adjective.head.pos_ in NOMINAL:
        return [bearer(adjective.head)]
    if adjective.dep_ == "oprd":  # "deplete nutrients essential for …" is often hung on the verb
        near = [c for c in adjective.head.children if c.dep_ == "dobj" and c.i < adjective.i]
        return near[-1:]
    if adjective.pos_ == "VERB" and is_passive(adjective):
        return subjects(adjective)
    if adjective.dep_ in ("acomp", "conj", "attr"):
        return subjects(adjective.head)
    return []


class Fills(Protocol):
    """What turns a token into the kinds that it stands for."""

    def fill(self, token: Token) -> list[Filler]:
        """Return the kinds that a token stands for, events included."""
        ...


def readings(fills: Fills, arguments: Arguments, triggers: Triggers) -> Iterator[Reading]:
    """Yield the words of relations in a sentence with what fills their places, in the order of the text."""
    rules = (("verb", verb_places), ("noun", noun_places), ("adjective", adjective_places))
    for token in arguments.parsed.doc:
        named, tag = token.i in arguments.parsed.mentions, token.pos_
        for sort, places_of in rules:
            if named and (sort != "noun" or not arguments.may_be_plain(token)):
                continue
            if sort == "verb" and tag not in ("VERB", "AUX"):
                continue
            if sort == "noun" and tag not in ("NOUN", "PROPN"):
                continue
            found = triggers.at(token, sort)
            if not found:
                continue
            grouped: dict[_Places, list[Pattern]] = defaultdict(list)
            for pattern in found:
                places = places_of(token, pattern)
                if places is not None and places.object:
                    grouped[places].append(pattern)
            for places, patterns in grouped.items():
                yield _filled(fills, token, places, patterns, sort)


def _filled(fills: Fills, token: Token, places: _Places, patterns: list[Pattern], sort: str) -> Reading:
    voice = {"verb": "passive-verb" if places.passive else "active-verb"}.get(sort, f"{sort}-phrase")
    return Reading(
        trigger=token,
        patterns=tuple(patterns),
        subjects=tuple(f for t in places.subject for f in fills.fill(t)),
        objects=tuple(f for t in places.object for f in fills.fill(t)),
        rule=voice,
        things=places.object,
    )
