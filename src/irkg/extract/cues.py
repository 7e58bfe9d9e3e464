"""The words that can turn out to express a relation, whatever tag a parser gives them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

_LETTERS = re.compile(r"[a-z]+")


def cues_of(lemmas: Iterable[tuple[str, str]], nlp: Language) -> Mapping[str, frozenset[str]] | None:
    """Return which words can express some relations.

    Args:
        lemmas: Lemmas, each with the name of a relation that it expresses.
        nlp: The pipeline, whose tables tell which words have which lemma.

    Returns:
        From a run of letters in lower case, the last of the word where this has a hyphen, to the names of relations;
        None where the pipeline finds lemmas in a way that is not known here, so that any word can.
    """
    parts: dict[str, Any] = dict(nlp.pipeline)
    lemmatizer, ruler = parts.get("lemmatizer"), parts.get("attribute_ruler")
    if lemmatizer is None or ruler is None or getattr(lemmatizer, "mode", None) != "rule":
        return None
    relations: dict[str, set[str]] = defaultdict(set)
    for lemma, relation in lemmas:
        relations[lemma].add(relation)
    if any(str(rule["attrs"].get("LEMMA")) in relations for rule in ruler.patterns):
        return None
    found: dict[str, set[str]] = defaultdict(set)
    for word, lemma in _forms(relations.keys(), lemmatizer.lookups):
        found[_LETTERS.findall(word.lower())[-1]].update(relations[lemma])
    return {word: frozenset(names) for word, names in found.items()}


def _forms(lemmas: Collection[str], tables: Any) -> Iterator[tuple[str, str]]:
    """Yield the words that tables of rules and exceptions can give one of some lemmas, each with the lemma."""
    rules = {(old, new) for by_tag in tables.get_table("lemma_rules").values() for old, new in by_tag}
    for lemma in lemmas:
        yield lemma, lemma
        yield from ((lemma[: len(lemma) - len(new)] + old, lemma) for old, new in rules if lemma.endswith(new))
    for exceptions in tables.get_table("lemma_exc").values():
        for word, found in exceptions.items():
            yield from ((word, lemma) for lemma in found if lemma in lemmas)
