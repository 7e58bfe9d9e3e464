"""Who does it: the subject and the objects of a verb, supplied by the clause above where it has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from irkg.extract import words as w
from irkg.extract.arguments import bearer

if TYPE_CHECKING:
    from spacy.tokens import Token

NOMINAL = ("NOUN", "PROPN", "PRON", "DET", "ADJ", "NUM")


def is_noun_like(token: Token) -> bool:
    """Return whether a form in -ing stands for a noun: "the risk of bleeding"."""
    bare = not any(c.dep_ in ("dobj", "nsubj", "prep", "aux") for c in token.children)
    return token.tag_ == "VBG" and token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass") and bare


def is_passive(verb: Token) -> bool:
    """Return whether a verb form is passive: an auxiliary says so, or it is a participle behind its noun."""
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return True
    bare = not any(c.dep_ in ("nsubj", "dobj") for c in verb.children)
    return verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod") and bare


def subjects(verb: Token) -> list[Token]:
    """Return the tokens that are the grammatical subject of a verb, supplied by control where it has none.

    Args:
        verb: A verb, or an adjective with a complement ("skilled at evading").

    Returns:
        One token, or none.
    """
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")]
    if own:
        return own[:1]
    head, dep = verb.head, verb.dep_
    if head == verb:
        return []
    if dep in ("conj", "xcomp", "advcl", "acomp", "oprd", "dep", "ccomp"):
        return _controlled(verb)
    if dep in ("pcomp", "prep"):
        return _behind_preposition_of(verb)
    if dep in ("acl", "relcl"):
        if not _is_infinitive(verb):
            return [bearer(head)]
        set_off = verb.left_edge.i > 0 and verb.doc[verb.left_edge.i - 1].lower_ == ","
        return subjects(head.head) if set_off and head.dep_ == "dobj" else _holder(head)
    return []


def _controlled(verb: Token) -> list[Token]:
    """Return the subject that the clause above supplies: its object, its instrument, itself, or its subject."""
    head, dep = verb.head, verb.dep_
    if dep == "xcomp" or (dep == "advcl" and _is_infinitive(verb) and is_passive(verb)):
        given = [c for c in head.children if c.dep_ == "dobj"]
        if given and head.lemma_.lower() in w.OBJECT_CONTROL_VERBS:
            return given[:1]
    if dep == "advcl" and _tells_of_the_whole(verb):
        return [head]
    instrument = _instrument(verb)
    if instrument is not None:
        return [instrument]
    if dep in ("xcomp", "advcl") and head.lemma_.lower() in w.USE_VERBS | w.MAKE_VERBS and _is_instrumental(verb):
        used = [c for c in head.children if c.dep_ == "dobj" and c.i < verb.i]
        if used and not is_passive(head):
            return used[:1]  # "use radiation to destroy cells": radiation does it
    return [] if dep == "ccomp" and head.lemma_.lower() in w.HEDGING_VERBS else subjects(head)


def _behind_preposition_of(verb: Token) -> list[Token]:
    """Return the subject of a gerund behind a preposition: "by amplifying it", "into targeting it"."""
    head = verb.head
    if verb.dep_ == "pcomp" and head.lower_ == "by" and head.head.pos_ in NOMINAL:
        # "induce a response by amplifying it": whoever induces it amplifies
        above = next((a for a in head.ancestors if a.pos_ in ("VERB", "AUX")), None)
        return subjects(above) if above is not None else []
    if verb.dep_ == "pcomp" and head.lower_ in ("into", "from") and head.head.pos_ == "VERB":
        # "trick cells into dividing": they divide; "keep cells from dividing": nobody does
        return direct_objects(head.head) if head.lower_ == "into" else []
    return subjects(head) if head.pos_ in ("ADP", "SCONJ", "ADJ", "VERB", "AUX", "PART") else _holder(head)


def _is_infinitive(verb: Token) -> bool:
    return any(c.lower_ == "to" for c in verb.children if c.dep_ == "aux")


def _is_instrumental(verb: Token) -> bool:
    """Return whether a tool can do what an infinitive says; only its user can escape or survive."""
    return _is_infinitive(verb) and verb.lemma_.lower() not in w.USERS_OWN_VERBS


def _instrument(verb: Token) -> Token | None:
    """Return the noun right before an infinitive whose use it is: "develop strategies to overcome it"."""
    before = verb.doc[verb.left_edge.i - 1] if verb.left_edge.i else None
    if before is None or not _is_infinitive(verb) or before.dep_ not in ("dobj", "nsubjpass"):
        return None
    return before if before.lemma_.lower().split()[-1] in w.INSTRUMENT_NOUNS or _plural_instrument(before) else None


def _plural_instrument(noun: Token) -> bool:
    last = noun.lower_.split()[-1]
    return any(last in (i + "s", i[:-1] + "ies") for i in w.INSTRUMENT_NOUNS)


def _tells_of_the_whole(verb: Token) -> bool:
    """Return whether an adverbial clause has the whole event above as its subject, not that event's subject.

    "They deplete nutrients, thereby impairing …"; "vulnerabilities that can be exploited to overcome …".
    """
    result = any(c.lower_ in w.RESULT_ADVERBS for c in verb.children)
    agentless = is_passive(verb.head) and not any(c.dep_ == "agent" for c in verb.head.children)
    return result or agentless


def _holder(noun: Token) -> list[Token]:
    """Return whose ability, promise or attempt a noun is: its possessor, or the subject of its verb."""
    possessor = [c for c in noun.children if c.dep_ == "poss"]
    if possessor:
        return possessor[:1]
    of = [o for c in noun.children if c.dep_ == "prep" and c.lower_ == "of" for o in c.children if o.dep_ == "pobj"]
    abstract = noun.lemma_.lower() in w.ABILITY_NOUNS | w.HEDGING_NOUNS | w.TRANSPARENT_NOUNS | w.ROLE_NOUNS
    if abstract and of:
        return of[:1]
    if abstract and noun.dep_ == "conj":
        return _holder(noun.head)
    if abstract and noun.dep_ in ("dobj", "attr"):
        return subjects(noun.head)
    return [noun]


def direct_objects(verb: Token) -> list[Token]:
    """Return the direct objects of a verb, those taken over from a verb that it is coordinated with included."""
    own = [c for c in verb.children if c.dep_ in ("dobj", "attr")]
    own = own or [o for c in verb.children if c.dep_ == "acomp" for o in c.children if o.dep_ == "dobj"]
    if (
        not own
        and verb.dep_ == "relcl"
        and verb.lemma_ not in w.COPULAS
        and any(_own_subject(c) for c in verb.children)
    ):
        return [verb.head]  # "antigens that immune cells recognize"
    if own or any(c.dep_ in ("xcomp", "ccomp", "prep", "dative", "prt") for c in verb.children):
        return own
    # "recognize and eliminate abnormal cells": the object stands with the last verb
    return [o for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB" for o in direct_objects(c)]


def _own_subject(child: Token) -> bool:
    return child.dep_ == "nsubj" and child.lower_ not in w.RELATIVE_PRONOUNS
