"""Plain words for the parser: it was trained on news, and takes "CTLs augment" for a noun phrase.

A sentence is parsed as it stands; where no English sentence can look like the tree that comes out, its twins in
plainer words are tried: "cells" for the name of a cell, "proteins" for a symbol, "reduces" for a verb of the ontology.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from irkg import vocab as v
from irkg.extract import words as w
from irkg.extract.trees import Tree, TreeMaker, Words
from irkg.lexicon import Lexicon, NameMatch

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.vocab import Vocab

_FINITE = ("VBZ", "VBP", "VBD", "MD")
_SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj", "csubjpass", "expl"))
_AUXILIARIES = frozenset(("aux", "auxpass"))
_WORDS_KEPT = 50_000  # words of which it is kept what noun they look like
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
    verbs = _forms(lexicon.verbs).sure
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
        return _noun_by_form(token.text)
    nouns = _NOUNS | _LONGER if longer else _NOUNS
    above = lexicon.ancestors(match.iri)
    return next((noun for iri, noun in nouns.items() if iri in above), None)


@lru_cache(maxsize=_WORDS_KEPT)
def _noun_by_form(word: str) -> str | None:
    if word.lower() in ("signaling", "signalling"):
        return "activity"
    if _SYMBOL.fullmatch(word):
        return "protein"
    return next((noun for ending, noun in _ENDINGS.items() if ending.search(word)), None)


class _Forms(NamedTuple):
    """The present forms of verbs that are never nouns, that may be nouns, and of all, each with a plain verb."""

    sure: Mapping[str, StandIn]
    ambiguous: Mapping[str, StandIn]
    all: Mapping[str, StandIn]


@cache
def _forms(verbs: frozenset[str]) -> _Forms:
    return _Forms(_verb_forms(verbs - w.NOUN_OR_VERB), _verb_forms(verbs & w.NOUN_OR_VERB), _verb_forms(verbs))


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


@dataclass(slots=True)
class Draft:
    """A sentence whose tree is looked for.

    Attributes:
        vocab: Where spaCy keeps its words.
        words: Its words.
        merged: The same, each name being one word.
        plain: What stands in for words.
        longer: What stands in for words and names.
        best: The best tree so far with the number of its faults; a document with the words of the sentence.
        trees: The trees so far, by the words that the parser saw: some twins are the same.
    """

    vocab: Vocab
    words: Words
    merged: Words
    plain: Mapping[int, StandIn]
    longer: Mapping[int, StandIn]
    best: tuple[int, Doc] | None = None
    trees: dict[tuple[str, ...], Tree] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        """How many faults the best tree has; one at least where there is none yet."""
        return self.best[0] if self.best else 1

    def variants(self) -> Sequence[_Variant]:
        """Return the sentence as it stands and its twins, in the order in which they are tried."""
        nouns = {i: p for i, p in self.plain.items() if not p.verb}
        return (
            _Variant(self, self.words, {}, self.plain),
            _Variant(self, self.merged, self.longer, self.longer),
            _Variant(self, self.words, nouns, self.plain),
            _Variant(self, self.words, self.plain, self.plain),
        )

    def with_a_noun_for_a_verb(self, forms: Mapping[str, StandIn]) -> Iterator[_Variant]:
        """Yield the twins where, one at a time, a word that may be a verb is taken for one: "a lack results in"."""
        for i, word in enumerate(self.merged.words):
            if word in forms and i not in self.longer:
                taken = {**self.longer, i: forms[word]}
                yield _Variant(self, self.merged, taken, taken)


@dataclass(frozen=True, slots=True)
class _Variant:
    """Words of a sentence, what stands in for some of them, and what these should turn out to be."""

    draft: Draft
    written: Words
    replaced: Mapping[int, StandIn]
    checked: Mapping[int, StandIn]

    def plain(self) -> Words:
        """Return the words that the parser sees."""
        words, spaces = self.written
        if not self.replaced:
            return self.written
        found = [self.replaced[i].word if i in self.replaced else word for i, word in enumerate(words)]
        if words[0].istitle():
            found[0] = found[0].lower()
        return Words(found, spaces)

    def under(self, tree: Tree) -> Doc:
        """Return a document with the words that stand in the text under the tree of those that the parser saw."""
        from spacy.tokens import Doc as NewDoc

        lemmas = [self.replaced[i].lemma if i in self.replaced else lemma for i, lemma in enumerate(tree.lemmas)]
        words, spaces = self.written
        return NewDoc(
            self.draft.vocab,
            words=words,
            spaces=spaces,
            tags=tree.tags,
            pos=tree.pos,
            deps=tree.deps,
            heads=tree.heads,
            lemmas=lemmas,
        )


def draft(words: Doc, merged: Doc, matches: Sequence[NameMatch], lexicon: Lexicon) -> Draft:
    """Return a sentence with plain words for what is rare in it.

    Args:
        words: The words of the sentence.
        merged: The same, each name being one word.
        matches: The names in it.
        lexicon: What tells plain words for them.
    """
    plain = stand_ins(words, matches, lexicon)
    longer = stand_ins(merged, matches, lexicon, longer=True)
    return Draft(words.vocab, Words.of(words), Words.of(merged), plain, longer)


def best_trees(drafts: Sequence[Draft], lexicon: Lexicon, maker: TreeMaker) -> list[Doc]:
    """Return for each sentence the best formed of the trees of it and of its twins in plainer words.

    Args:
        drafts: The sentences.
        lexicon: The verbs of the ontology.
        maker: What makes trees.

    Returns:
        Documents with the words of the sentences; of trees with as few faults, the one in the fewest other words.
    """
    forms = _forms(lexicon.verbs)
    for variants in zip(*(d.variants() for d in drafts), strict=True):
        _try([v for v in variants if v.draft.faults], forms.all, maker)
    twins = [v for d in drafts if d.faults for v in d.with_a_noun_for_a_verb(forms.ambiguous)]
    _try(twins, forms.ambiguous, maker)
    return [d.best[1] for d in drafts if d.best]


def _try(variants: Sequence[_Variant], verbs: Collection[str], maker: TreeMaker) -> None:
    """Make the trees of variants of sentences, and keep for each sentence the best."""
    seen = [variant.plain() for variant in variants]
    keys = [tuple(words.words) for words in seen]
    new = [n for n, (variant, key) in enumerate(zip(variants, keys, strict=True)) if key not in variant.draft.trees]
    for n, tree in zip(new, maker.of([seen[n] for n in new]), strict=True):
        variants[n].draft.trees[keys[n]] = tree
    for variant, key in zip(variants, keys, strict=True):
        tree = variant.draft.trees[key]
        faults = _faults(tree, variant.written.words, variant.checked, verbs)
        best = variant.draft.best
        if best is None or faults < best[0]:
            variant.draft.best = faults, variant.under(tree)


def _faults(tree: Tree, words: Sequence[str], plain: Mapping[int, StandIn], verbs: Collection[str]) -> int:
    """Count what no English sentence has: no finite main verb, no subject, a noun for a verb or a verb for a noun."""
    faults = 0
    of_head: dict[int, set[str]] = defaultdict(set)
    for i, (dep, head) in enumerate(zip(tree.deps, tree.heads, strict=True)):
        if head != i:
            of_head[head].add(dep)
    rows = zip(tree.tags, tree.pos, tree.deps, tree.heads, strict=True)
    for i, (tag, pos, dep, head) in enumerate(rows):
        if head == i and pos != "PUNCT":
            finite = tag in _FINITE or not of_head[i].isdisjoint(_AUXILIARIES)
            faults += 2 * (pos not in ("VERB", "AUX") or not finite)
            faults += 2 * of_head[i].isdisjoint(_SUBJECTS)
        if i in plain:
            wanted = ("VERB", "AUX") if plain[i].verb else ("NOUN", "PROPN")
            faults += 2 * (pos not in wanted)
        if tag in _FINITE and dep in ("nsubj", "compound", "dobj", "amod", "pobj", "appos"):
            faults += 1
        if tag == "NNS" and dep == "compound" and words[i] in verbs:
            faults += 1  # "delays tumor growth"
        if pos in ("NOUN", "PROPN") and dep == "conj" and tree.tags[head] in _FINITE:
            faults += 1
        if dep in ("compound", "amod") and tree.tags[head] in _FINITE:
            faults += 1
        if dep == "dobj" and tree.pos[head] in ("ADJ", "NOUN", "PROPN"):
            faults += 1
    return faults
