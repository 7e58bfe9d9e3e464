"""Plain words for the parser: it was trained on news, and takes "CTLs augment" for a noun phrase.

A sentence is parsed as it stands; where no English sentence can look like the tree that comes out, its twins in
plainer words are tried: "cells" for the name of a cell, "proteins" for a symbol, "reduces" for a verb of the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.extract import words as w
from irkg.lexicon import Lexicon, NameMatch

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

_FINITE = ("VBZ", "VBP", "VBD", "MD")
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_SYMBOL = re.compile(r"(?=.*[A-Z])(?=.*[A-Z0-9].*[A-Z0-9])[\w/.-]*[A-Z0-9]s?")
_NOUNS = {v.OBO + "CL_0000000": "cell", v.IRKG + "MolecularEntity": "protein", v.IRKG + "Drug": "drug"}
# Where names of several words are taken as one, all sorts of them need a plain noun
_LONGER = {
    v.IRKG + "Condition": "disease",
    v.IRKG + "Intervention": "treatment",
    v.IRKG + "AnatomicalSite": "tissue",
    v.IRKG + "Pathway": "pathway",
    v.OBO + "GO_0008150": "process",
}
_ENDINGS = {  # of nouns that can be nothing else
    re.compile(r"[a-z]{3}(?:ase|kine|osome)s?$"): "protein",
    re.compile(r"[a-z]{3}(?:cyte|blast|clast|phage)s?$"): "cell",
    re.compile(r"[a-z]{3}(?:mab|nib)$"): "drug",
}
_PLURAL = re.compile(r"[A-Za-z0-9](?<![siu])s$")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A word that the parser sees instead of another.

    Attributes:
        word: The plain word.
        lemma: The lemma of the word that it stands for.
        verb: Whether that word is a verb; else it is a noun.
    """

    word: str
    lemma: str
    verb: bool = False


def stand_ins(doc: Doc, matches: Sequence[NameMatch], lexicon: Lexicon, *, longer: bool = False) -> dict[int, StandIn]:
    """Return plain words for what a parser of ordinary English has hardly seen.

    Args:
        doc: The tokens of a sentence.
        matches: The names in it.
        lexicon: For what they name, and for the verbs that express relations.
        longer: Whether the names of several words are one token each.

    Returns:
        From the index of a token to what stands in for it.
    """
    named = {m.span.start: m for m in matches}
    verbs = _verb_forms(_verbs(lexicon) - w.NOUN_OR_VERB)
    found: dict[int, StandIn] = {}
    for token in doc:
        match = named.get(token.idx)
        if match is None and token.text in verbs:
            found[token.i] = verbs[token.text]
        elif match is None or match.span.end == token.idx + len(token):
            noun = _noun(token, match, lexicon, longer=longer)
            if noun:
                plural = noun + ("es" if noun.endswith("s") else "s")
                found[token.i] = StandIn(plural if _PLURAL.search(token.text) else noun, token.lower_)
    return found


def _noun(token: Token, match: NameMatch | None, lexicon: Lexicon, *, longer: bool) -> str | None:
    if match is None:
        if token.lower_ in ("signaling", "signalling"):
            return "activity"
        if _SYMBOL.fullmatch(token.text):
            return "protein"
        return next((noun for ending, noun in _ENDINGS.items() if ending.search(token.text)), None)
    nouns = _NOUNS | _LONGER if longer else _NOUNS
    return next((noun for iri, noun in nouns.items() if lexicon.is_a(match.iri, iri)), None)


def _verbs(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(head for sort, head in lexicon.patterns if sort == "verb")


def _ambiguous_forms(lexicon: Lexicon) -> Mapping[str, StandIn]:
    return _verb_forms(_verbs(lexicon) & w.NOUN_OR_VERB)


@cache
def _verb_forms(lemmas: frozenset[str]) -> Mapping[str, StandIn]:
    """Return the present forms of verbs, each with a plain verb for it."""
    found: dict[str, StandIn] = {}
    for lemma in lemmas:
        if lemma.endswith("y") and lemma[-2] not in "aeiou":
            third = lemma[:-1] + "ies"
        else:
            third = lemma + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lemma) else "s")
        found[third] = StandIn("reduces", lemma, verb=True)
        found[lemma] = StandIn("reduce", lemma, verb=True)
    return found


def best_tree(doc: Doc, merged: Doc, matches: Sequence[NameMatch], lexicon: Lexicon, nlp: Language) -> Doc:
    """Return the best formed of the trees of a sentence and of its twins in plainer words.

    Args:
        doc: The tokens of the sentence.
        merged: The same, each name being one token.
        matches: The names in it.
        lexicon: What tells plain words for them.
        nlp: The pipeline.

    Returns:
        A document with the words of the sentence; of trees with as few faults, the one in the fewest other words.
    """
    plain, longer = stand_ins(doc, matches, lexicon), stand_ins(merged, matches, lexicon, longer=True)
    nouns = {i: p for i, p in plain.items() if not p.verb}
    variants: tuple[tuple[Doc, Mapping[int, StandIn], Mapping[int, StandIn]], ...] = (
        (doc, {}, plain),
        (merged, longer, longer),
        (doc, nouns, plain),
        (doc, plain, plain),
    )
    verbs = _verb_forms(_verbs(lexicon))
    best: tuple[int, Doc] | None = None
    for tokens, replaced, checked in variants:
        tree = _tree(tokens, replaced, nlp)
        faults = _faults(tree, checked, verbs)
        if best is None or faults < best[0]:
            best = faults, tree
        if not faults:
            break
    assert best is not None
    return best[1] if not best[0] else _with_a_noun_for_a_verb(merged, longer, best, _ambiguous_forms(lexicon), nlp)


def _with_a_noun_for_a_verb(
    doc: Doc, plain: Mapping[int, StandIn], best: tuple[int, Doc], forms: Mapping[str, StandIn], nlp: Language
) -> Doc:
    """Return the best tree where, one at a time, a word that may be a verb is taken for one: "a lack results in"."""
    for token in doc:
        if token.text in forms and token.i not in plain:
            taken = {**plain, token.i: forms[token.text]}
            tree = _tree(doc, taken, nlp)
            faults = _faults(tree, taken, forms)
            if faults < best[0]:
                best = faults, tree
    return best[1]


def _tree(doc: Doc, plain: Mapping[int, StandIn], nlp: Language) -> Doc:
    """Return a document with the tree of its twin in which some words are replaced."""
    from spacy.tokens import Doc as NewDoc

    words = [plain[t.i].word if t.i in plain else t.text for t in doc]
    if plain and doc[0].is_title:
        words[0] = words[0].lower()
    spaces = [bool(t.whitespace_) for t in doc]
    twin = NewDoc(nlp.vocab, words=words, spaces=spaces)
    for _, step in nlp.pipeline:
        twin = step(twin)
    return NewDoc(
        nlp.vocab,
        words=[t.text for t in doc],
        spaces=spaces,
        tags=[t.tag_ for t in twin],
        pos=[t.pos_ for t in twin],
        deps=[t.dep_ for t in twin],
        heads=[t.head.i for t in twin],
        lemmas=[plain[t.i].lemma if t.i in plain else t.lemma_ for t in twin],
    )


def _faults(doc: Doc, plain: Mapping[int, StandIn], verbs: Collection[str]) -> int:
    """Count what no English sentence has: no finite main verb, no subject, a noun for a verb or a verb for a noun."""
    faults = 0
    for token in doc:
        if token.head == token and token.pos_ != "PUNCT":
            finite = token.tag_ in _FINITE or any(c.dep_ in ("aux", "auxpass") for c in token.children)
            faults += 2 * (token.pos_ not in ("VERB", "AUX") or not finite)
            faults += 2 * (not any(c.dep_ in _SUBJECTS for c in token.children))
        if token.i in plain:
            wanted = ("VERB", "AUX") if plain[token.i].verb else ("NOUN", "PROPN")
            faults += 2 * (token.pos_ not in wanted)
        if token.tag_ in _FINITE and token.dep_ in ("nsubj", "compound", "dobj", "amod", "pobj", "appos"):
            faults += 1
        if token.tag_ == "NNS" and token.dep_ == "compound" and token.text in verbs:
            faults += 1  # "delays tumor growth"
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ == "conj" and token.head.tag_ in _FINITE:
            faults += 1
        if token.dep_ in ("compound", "amod") and token.head.tag_ in _FINITE:
            faults += 1
        if token.dep_ == "dobj" and token.head.pos_ in ("ADJ", "NOUN", "PROPN"):
            faults += 1
    return faults
