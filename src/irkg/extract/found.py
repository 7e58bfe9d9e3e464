"""A claim as a rule finds it, and how sure each rule is."""

from __future__ import annotations

from dataclasses import dataclass

from irkg.extract.arguments import Filler
from irkg.extract.scope import Modality

RULES = {  # each with the confidence that it starts from
    "such-as-list": 0.95,
    "apposition": 0.85,
    "class-noun": 0.85,
    "naming": 0.85,
    "include": 0.85,
    "active-verb": 0.9,
    "passive-verb": 0.9,
    "heading": 0.85,
    "adjective-phrase": 0.85,
    "gerund": 0.85,
    "lost-ability": 0.75,
    "noun-phrase": 0.8,
    "state": 0.8,
    "hyphenated": 0.8,
    "against": 0.75,
    "means": 0.7,
    "causal-event": 0.75,
}
DOUBT = {"named": 0.0, "member": 0.0, "defined": 0.0, "short": 0.05, "event": 0.1, "pronoun": 0.1, "minted": 0.15}


@dataclass(frozen=True, slots=True)
class Found:
    """A claim before it is written down.

    Attributes:
        subject: What it is about.
        relation: Name of the relation.
        object: What that is related to.
        rule: Name of the rule that read it, a key of `RULES`.
        modality: How it is put.
        quantifier: `some`, `many`, `all`, or empty.
    """

    subject: Filler
    relation: str
    object: Filler
    rule: str
    modality: Modality
    quantifier: str = ""
