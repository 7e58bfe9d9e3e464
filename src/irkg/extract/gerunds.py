"""Gerunds that the parser takes for modifiers: in "blocking CTLA-4 depletes Tregs", it is the blocking that does it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from irkg.lexicon import Lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# What is done to a thing to find out or to treat; "infiltrating MDSCs" and "activating receptors" do it themselves
_DONE_TO = frozenset("counters depletes downregulates impairs inhibits targets".split())
_SYMBOL = re.compile(r"(?:[\w/+-]*[A-Z0-9]){2}[\w/+-]*")


def mend_gerunds(doc: Doc, lexicon: Lexicon) -> None:
    """Make a gerund the subject of its verb, and the name behind it its object.

    A name without an article behind the gerund of a verb that is done to things: the symbol of a molecule, or a
    plural in front of a singular verb ("targeting macrophages restores").

    Args:
        doc: The tree; it is changed in place.
        lexicon: The verbs that express relations.
    """
    verbs = (found for name, found in lexicon.transitive_verbs.items() if name in _DONE_TO)
    lemmas = _gerunds(frozenset().union(*verbs))
    for token in doc:
        noun, lemma = token.head, lemmas.get(token.lower_)
        if lemma is None or token.dep_ not in ("amod", "compound") or token != noun.left_edge:
            continue
        if noun.dep_ in ("nsubj", "nsubjpass") and _is_object(noun):
            token.dep_, token.head = "csubj", noun.head
            token.tag_, token.pos_, token.lemma_ = "VBG", "VERB", lemma
            noun.dep_, noun.head = "dobj", token


def _is_object(noun: Token) -> bool:
    auxiliary = next((c for c in noun.head.children if c.dep_ in ("aux", "auxpass")), noun.head)
    if noun.tag_ in ("NNS", "NNPS") or noun.text.endswith("s"):
        return auxiliary.tag_ == "VBZ"
    return bool(_SYMBOL.fullmatch(noun.text))


@cache
def _gerunds(lemmas: frozenset[str]) -> Mapping[str, str]:
    """Return the verbs by their forms in -ing.

    Example:
        >>> sorted(_gerunds(frozenset({"block", "deplete"})))
        ['blocking', 'depleting']
    """
    return {(lemma[:-1] if lemma.endswith("e") else lemma) + "ing": lemma for lemma in sorted(lemmas)}
