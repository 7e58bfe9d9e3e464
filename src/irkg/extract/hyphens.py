"""Relations in a compound with a hyphen: "CCL22-induced recruitment of Tregs", "PD-L1-expressing tumor cells"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from irkg.extract import words as w
from irkg.extract.arguments import Arguments, Filler
from irkg.extract.predicates import Fills, Reading, Triggers

if TYPE_CHECKING:
    from spacy.tokens import Token


def compounds(fills: Fills, arguments: Arguments, triggers: Triggers) -> Iterator[Reading]:
    """Yield the relations that participles behind a hyphen express, where the ontology knows both sides.

    Args:
        fills: What turns a token into the kinds that it stands for.
        arguments: The sentence's arguments.
        triggers: The words that express relations.
    """
    for participle in arguments.parsed.doc:
        noun, first = participle.head, _before_hyphen(participle)
        if first is None or participle.dep_ != "amod" or noun.i < participle.i:
            continue
        lemma = participle.lemma_.lower()
        done_by = participle.tag_ != "VBG" and lemma in w.DONE_BY
        doing = participle.tag_ == "VBG" and lemma in w.DOING
        patterns = tuple(p for p in triggers.at(participle, "verb") if p.words == ("X", p.head, "Y"))
        if patterns and (done_by or doing):
            before, behind = _known(arguments.single(first)), _known(fills.fill(noun))
            subjects, objects = (before, behind) if done_by else (behind, before)
            yield Reading(participle, patterns, subjects, objects, "hyphenated")


def _before_hyphen(participle: Token) -> Token | None:
    if participle.i < 2 or participle.doc[participle.i - 1].text not in ("-", "‐", "–"):
        return None
    return participle.doc[participle.i - 2]


def _known(fillers: list[Filler]) -> tuple[Filler, ...]:
    """Leave out provisional kinds, whose very name says the relation already."""
    return tuple(f for f in fillers if f.how != "minted")
