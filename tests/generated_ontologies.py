"""Small ontologies with individuals, made by chance out of what irkg's own reasoner handles, the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyoxigraph as ox

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
_CLASSES, _PROPERTIES, _INDIVIDUALS = "ABCDEF", "pqrstu", "vwxyz"


class Generated:
    """One ontology in a namespace of its own.

    Args:
        seed: What it depends on; every third one is rich in contradictions.

    Attributes:
        namespace: The beginning of all of its names.
        turtle: The axioms.
    """

    def __init__(self, seed: int) -> None:
        self.namespace = f"urn:case{seed}:"
        self._random = random.Random(seed)
        self._quarrelsome = seed % 3 == 0
        self.turtle = "\n".join(self._lines())

    def triples(self) -> list[ox.Triple]:
        """Return its triples."""
        text = f"{PREFIXES} @prefix : <{self.namespace}> .\n{self.turtle}"
        # blank nodes get labels of their own each time, so those of two ontologies never meet
        return [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)]

    def _lines(self) -> list[str]:
        choose = self._random
        declared = [f":{c} a owl:Class ." for c in _CLASSES]
        declared += [f":{p} a owl:ObjectProperty ." for p in _PROPERTIES]
        declared += [f":{i} a owl:NamedIndividual ." for i in _INDIVIDUALS]
        axioms = [choose.choice(self._class_axioms())() for _ in range(choose.randint(3, 9))]
        axioms += [choose.choice(self._property_axioms())() for _ in range(choose.randint(0, 4))]
        axioms += [self._disjoint() for _ in range(choose.randint(1, 3) if self._quarrelsome else choose.randint(0, 1))]
        facts = [f":{self._individual()} a {self._above(1)} ." for _ in range(choose.randint(1, 6))]
        facts += [
            f":{self._individual()} :{self._property()} :{self._individual()} ." for _ in range(choose.randint(1, 7))
        ]
        return [*declared, *axioms, *facts]

    def _class(self) -> str:
        return f":{self._random.choice(_CLASSES)}"

    def _property(self) -> str:
        return self._random.choice(_PROPERTIES)

    def _individual(self) -> str:
        return self._random.choice(_INDIVIDUALS)

    def _role(self) -> str:
        name = f":{self._property()}"
        return f"[ owl:inverseOf {name} ]" if self._random.random() < 0.25 else name

    def _restriction(self, kind: str, filler: str) -> str:
        return f"[ a owl:Restriction ; owl:onProperty {self._role()} ; owl:{kind} {filler} ]"

    def _below(self, depth: int) -> str:
        """Return an expression for a subclass."""
        roll = self._random.random() if depth else 0.0
        if roll < 0.45:
            return self._class()
        if roll < 0.7:
            return self._restriction("someValuesFrom", self._below(depth - 1))
        if roll < 0.9:
            return f"[ a owl:Class ; owl:intersectionOf ( {self._below(depth - 1)} {self._below(depth - 1)} ) ]"
        if roll < 0.94:
            return f"[ a owl:Class ; owl:unionOf ( {self._below(depth - 1)} {self._below(depth - 1)} ) ]"
        if roll < 0.98:
            return self._restriction("hasValue", f":{self._individual()}")
        return f"[ a owl:Class ; owl:oneOf ( :{self._individual()} :{self._individual()} ) ]"

    def _above(self, depth: int) -> str:
        """Return an expression for a superclass."""
        roll = self._random.random() if depth else 0.0
        if roll < 0.4:
            return self._class()
        if roll < 0.65:
            return self._restriction("someValuesFrom", self._above(depth - 1))
        if roll < 0.8:
            return self._restriction("allValuesFrom", self._above(depth - 1))
        if roll < 0.9:
            return f"[ a owl:Class ; owl:intersectionOf ( {self._above(depth - 1)} {self._above(depth - 1)} ) ]"
        if roll < 0.94:
            return self._restriction("hasValue", f":{self._individual()}")
        if self._quarrelsome:
            return f"[ a owl:Class ; owl:complementOf {self._below(depth - 1)} ]"
        return self._class()

    def _definition(self) -> str:
        parts = f"{self._class()} {self._restriction('someValuesFrom', self._class())}"
        return f"{self._class()} owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( {parts} ) ] ."

    def _disjoint(self) -> str:
        a, b = self._random.sample(_CLASSES, 2)
        return f":{a} owl:disjointWith :{b} ."

    def _class_axioms(self) -> list[Callable[[], str]]:
        return [
            lambda: f"{self._class()} rdfs:subClassOf {self._class()} .",
            lambda: f"{self._class()} rdfs:subClassOf {self._above(2)} .",
            lambda: f"{self._below(2)} rdfs:subClassOf {self._class()} .",
            lambda: f"{self._below(2)} rdfs:subClassOf {self._above(2)} .",
            self._definition,
        ]

    def _property_axioms(self) -> list[Callable[[], str]]:
        ranked = self._random.sample(_PROPERTIES, 3)
        low, middle, high = sorted(ranked)  # so that most hierarchies and chains are regular
        return [
            lambda: f":{low} rdfs:subPropertyOf :{high} .",
            lambda: f":{low} rdfs:subPropertyOf [ owl:inverseOf :{high} ] .",
            lambda: f":{low} owl:inverseOf :{middle} .",
            lambda: f":{low} owl:equivalentProperty :{middle} .",
            lambda: f":{middle} a owl:SymmetricProperty .",
            lambda: f":{high} a owl:TransitiveProperty .",
            lambda: f":{high} owl:propertyChainAxiom ( :{low} :{middle} ) .",
            lambda: f":{high} owl:propertyChainAxiom ( :{high} :{low} ) .",
            lambda: f":{high} owl:propertyChainAxiom ( :{low} [ owl:inverseOf :{middle} ] :{low} ) .",
            lambda: f":{low} rdfs:domain {self._class()} .",
            lambda: f":{middle} rdfs:range {self._above(1)} .",
        ]
